"""A chat, over HTTP and in memory, holds one contract. Embedders have tests of their own."""

from collections.abc import Callable

import pytest

from core.drafts import ChatMessage
from core.errors import JobCancelled, ModelOutage
from core.llm.models_file import EndpointEntry
from core.llm.openai_chat import OpenAIChat
from core.llm.ports import Chat, ChatOptions
from tests.fakes import openai_replies as replies
from tests.fakes.openai_server import OpenAIServer
from tests.in_memory import ScriptedChat

ASKED = [ChatMessage(role="user", content="Say hello")]
OPTIONS = ChatOptions(max_tokens=50)
Script = Callable[..., Chat]


@pytest.fixture(params=["real", "in memory"])
def script(request: pytest.FixtureRequest) -> Script:
    """Return what makes a chat with the answers that it gives; None: the model is down."""

    def over_http(*answers: str | None) -> Chat:
        server: OpenAIServer = request.getfixturevalue("openai_server")
        server.script(*(replies.Refuse(500) if answer is None else answer for answer in answers))
        return OpenAIChat(EndpointEntry(name="fake", url=server.url, timeout_seconds=5.0))

    def in_memory(*answers: str | None) -> Chat:
        return ScriptedChat([ModelOutage("It is down.") if answer is None else answer for answer in answers])

    return over_http if request.param == "real" else in_memory


def test_an_answer_comes_piece_by_piece_and_whole(script: Script) -> None:
    pieces: list[str] = []
    chat = script("Hello there, Ann.")
    done = chat.complete(ASKED, options=OPTIONS, on_token=pieces.append)
    assert (done.text, "".join(pieces), done.finish_reason) == ("Hello there, Ann.", "Hello there, Ann.", "stop")
    assert len(pieces) > 1
    assert done.model == chat.name
    assert (done.usage.input_tokens, done.usage.output_tokens, done.usage.calls) == (2, 3, 1)


def test_each_call_gets_the_next_answer_without_anybody_who_listens(script: Script) -> None:
    chat = script("One.", "Two.")
    assert [chat.complete(ASKED, options=OPTIONS).text for _ in range(2)] == ["One.", "Two."]


def test_what_the_listener_raises_stops_the_call(script: Script) -> None:
    def stop(_piece: str) -> None:
        raise JobCancelled("stop")

    chat = script("Hello there, Ann.")
    with pytest.raises(JobCancelled):
        chat.complete(ASKED, options=OPTIONS, on_token=stop)


def test_a_model_that_is_down_is_an_outage(script: Script) -> None:
    chat = script(None)
    with pytest.raises(ModelOutage):
        chat.complete(ASKED, options=OPTIONS)


def test_a_model_says_how_much_it_takes(script: Script) -> None:
    chat = script("Hello.")
    assert chat.window_tokens >= 1024
    assert chat.is_small in {True, False}
