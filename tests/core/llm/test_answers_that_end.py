"""How an answer ended: at its end, at its limit, or in the middle of a character; also where the server is silent."""

import pytest

from core.drafts import ChatMessage
from core.errors import ModelAnswerError, ModelOutage
from core.llm.models_file import EndpointEntry
from core.llm.openai_chat import OpenAIChat
from core.llm.ports import ChatOptions, Completion
from tests.fakes import openai_replies as replies
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_thinking import WithoutReason

ASKED = [ChatMessage(role="user", content="Say hello")]


def complete(server: OpenAIServer, most_tokens: int = 50) -> Completion:
    chat = OpenAIChat(EndpointEntry(name="fake", url=server.url, model="m", timeout_seconds=30.0))
    return chat.complete(ASKED, options=ChatOptions(most_tokens))


@pytest.mark.parametrize(
    ("text", "counts", "most_tokens", "reason"),
    [
        ("It is all well.", False, 50, "stop"),
        ("「はい。」", False, 50, "stop"),
        ("A title without a stop", False, 50, "length"),
        ("A title without a stop", True, 50, "stop"),
        ("It is all well and then it goes on.", True, 5, "length"),
        ("", False, 50, "outage"),
    ],
)
def test_a_server_that_gives_no_reason_is_judged_by_what_it_wrote(
    openai_server: OpenAIServer, text: str, counts: bool, most_tokens: int, reason: str
) -> None:
    openai_server.script(WithoutReason(text, counts))
    if reason == "outage":
        with pytest.raises(ModelOutage):
            complete(openai_server, most_tokens)
    else:
        assert complete(openai_server, most_tokens).finish_reason == reason


@pytest.mark.parametrize("told", ["length", "max_tokens", "MAX_TOKENS", "model_length"])
def test_each_name_of_a_cut_is_understood(openai_server: OpenAIServer, told: str) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "It is all"}, "finish_reason": told}
    openai_server.script(replies.Recorded(body={"choices": [choice]}))
    assert complete(openai_server).finish_reason == "length"


@pytest.mark.parametrize("told", ["error", "insufficient_system_resource"])
def test_a_server_that_breaks_down_in_the_middle_is_an_outage(openai_server: OpenAIServer, told: str) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "It is all"}, "finish_reason": told}
    openai_server.script(replies.Recorded(body={"choices": [choice]}))
    with pytest.raises(ModelOutage):
        complete(openai_server)


@pytest.mark.parametrize("reason", ["length", "stop"])
def test_half_a_character_at_the_end_is_a_cut(openai_server: OpenAIServer, reason: str) -> None:
    pieces = ("Viele Gr", "\ufffd", "\ufffd")
    events: list[replies.Json] = [
        {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]} for piece in pieces
    ]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    openai_server.script(replies.Recorded(tuple(events)))
    done = complete(openai_server)
    assert (done.text, done.finish_reason) == ("Viele Gr", "length")


def test_half_a_character_elsewhere_is_no_answer(openai_server: OpenAIServer) -> None:
    openai_server.script(replies.LOST_CHARACTER)
    with pytest.raises(ModelAnswerError):
        complete(openai_server)


def test_phrases_that_come_again_are_no_loop_of_a_larger_model(openai_server: OpenAIServer) -> None:
    clauses = " ".join(f"Der Auftraggeber ist verpflichtet, die Rechnung Nummer {n} zu bezahlen." for n in range(9))
    openai_server.script(clauses)
    done = complete(openai_server, 500)
    assert (done.text, done.finish_reason) == (clauses, "stop")
    openai_server.script("and so it goes on " * 60)
    assert complete(openai_server, 500).finish_reason == "loop"
