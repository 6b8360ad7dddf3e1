"""The one client, over real HTTP, against a server that answers well and in each way that servers fail."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.drafts import ChatMessage
from core.errors import (
    CredentialError,
    InlaidError,
    InputError,
    JobCancelled,
    ModelAnswerError,
    ModelOutage,
    ModelUnreachable,
)
from core.llm.models_file import EndpointEntry
from core.llm.openai_chat import OpenAIChat
from core.llm.ports import ChatOptions
from core.llm.sizes import is_small_by_name
from tests.fakes import openai_replies as replies
from tests.fakes.openai_server import OpenAIServer
from tests.servers.hanging_imap import HangingImap

ASKED = [ChatMessage(role="user", content="Say hello")]
OPTIONS = ChatOptions(max_tokens=50)


def chat(server: OpenAIServer, *, name: str = "", timeout_seconds: float = 30.0) -> OpenAIChat:
    return OpenAIChat(
        EndpointEntry(name="fake", url=server.url, model=name, timeout_seconds=timeout_seconds, prefill=True)
    )


def test_an_answer_comes_piece_by_piece_and_whole(openai_server: OpenAIServer) -> None:
    openai_server.script("Hello there, Ann.")
    pieces: list[str] = []
    done = chat(openai_server).complete(ASKED, options=OPTIONS, on_token=pieces.append)
    assert (done.text, "".join(pieces), done.finish_reason) == ("Hello there, Ann.", "Hello there, Ann.", "stop")
    assert len(pieces) > 1
    assert (done.usage.input_tokens, done.usage.output_tokens, done.usage.calls) == (2, 3, 1)


def test_without_a_name_the_first_listed_model_is_asked(openai_server: OpenAIServer) -> None:
    openai_server.models = ["org/first", "second"]
    assert chat(openai_server).name == "first"
    assert chat(openai_server, name="mine").name == "mine"


def test_options_reach_the_server_and_the_unset_ones_stay_away(openai_server: OpenAIServer) -> None:
    openai_server.script("{}", "x")
    schema = {"type": "object"}
    full = ChatOptions(max_tokens=9, temperature=0.5, stop=("\n",), seed=3, json_schema=schema, prefill="Dear")
    chat(openai_server).complete(ASKED, options=full)
    chat(openai_server).complete(ASKED, options=OPTIONS)
    first, second = (asked.body for asked in openai_server.chats)
    assert (first["max_tokens"], first["temperature"], first["stop"], first["seed"]) == (9, 0.5, ["\n"], 3)
    assert first["response_format"]["json_schema"]["schema"] == schema
    assert first["messages"][-1] == {"role": "assistant", "content": "Dear"}
    assert not {"stop", "seed", "response_format"} & set(second)


FAULTS: list[tuple[str, replies.Reply, type[InlaidError]]] = [
    ("refused key", replies.Refuse(401), CredentialError),
    ("unknown model", replies.Refuse(404), CredentialError),
    ("too many requests", replies.Refuse(429), ModelOutage),
    ("too many requests, with a time", replies.Refuse(429, retry_after_seconds=1), ModelOutage),
    ("server error", replies.Refuse(500), ModelOutage),
    ("silence", replies.Hang(5.0), ModelOutage),
    ("silence after it began", replies.Hang(5.0, begun=2), ModelOutage),
    ("cut stream", replies.CutStream(), ModelOutage),
    ("stream that ends too early", replies.CutStream(politely=True), ModelOutage),
    ("error body with status 200", replies.ERROR_BODY, ModelOutage),
    ("error within the stream", replies.ErrorInStream(), ModelOutage),
    ("a web page", replies.HTML_PAGE, ModelAnswerError),
    ("invalid JSON", replies.BROKEN_EVENT, ModelAnswerError),
    ("no choices", replies.NoChoices(), InlaidError),
    ("far too much", replies.huge(), ModelAnswerError),
]


@pytest.mark.parametrize(("reply", "error"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_each_fault_is_one_clear_error(
    openai_server: OpenAIServer, reply: replies.Reply, error: type[InlaidError]
) -> None:
    openai_server.script(reply)
    with pytest.raises(error) as caught:
        chat(openai_server, name="m", timeout_seconds=0.3).complete(ASKED, options=OPTIONS)
    assert caught.value.fix
    assert caught.value.retryable == isinstance(caught.value, ModelOutage | ModelAnswerError)


def test_an_answer_without_choices_is_not_called_cut(openai_server: OpenAIServer) -> None:
    openai_server.script(replies.NoChoices())
    with pytest.raises(ModelOutage, match="without a text"):
        chat(openai_server, name="m").complete(ASKED, options=OPTIONS)


def test_a_server_that_is_down_is_an_outage_that_names_the_setting(openai_server: OpenAIServer) -> None:
    asked = chat(openai_server, name="m")
    openai_server.refuse_connections()
    with pytest.raises(ModelUnreachable, match="url of the endpoint fake"):
        asked.complete(ASKED, options=OPTIONS)


def test_a_request_that_the_server_refuses_is_not_retried(openai_server: OpenAIServer) -> None:
    with pytest.raises(InputError):
        chat(openai_server, name="m").complete([], options=OPTIONS)


def test_characters_split_over_pieces_arrive_whole(openai_server: OpenAIServer) -> None:
    openai_server.script(replies.SplitCharacters("Grüße 🎭 aus Köln"))
    assert chat(openai_server).complete(ASKED, options=OPTIONS).text == "Grüße 🎭 aus Köln"


def test_what_the_listener_raises_stops_the_call(openai_server: OpenAIServer) -> None:
    openai_server.script(replies.Answer("one two three four", seconds_per_piece=0.01))
    heard: list[str] = []

    def listen(piece: str) -> None:
        heard.append(piece)
        raise JobCancelled("stop")

    with pytest.raises(JobCancelled):
        chat(openai_server).complete(ASKED, options=OPTIONS, on_token=listen)
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("name", "is_small"),
    [
        ("SmolLM2-135M-Instruct", True),
        ("qwen2.5:0.5b", True),
        ("gemma-3-270m-it", True),
        ("Llama-3.2-1B-Instruct", False),
        ("Qwen2.5-1.5B-Instruct", False),
        ("Llama-3.1-8B-Instruct", False),
        ("gpt-4o-mini", False),
        ("mixtral-8x7b", False),
        ("", False),
    ],
)
def test_the_size_is_read_from_the_name(name: str, is_small: bool) -> None:
    assert is_small_by_name(name) == is_small


def test_a_server_that_hangs_when_it_is_asked_for_its_models_holds_up_no_other(openai_server: OpenAIServer) -> None:
    with ThreadPoolExecutor(1) as threads, HangingImap() as silent:
        hanging = EndpointEntry(name="hangs", url=f"http://127.0.0.1:{silent.port}/v1", timeout_seconds=30.0)
        waiting = threads.submit(lambda: OpenAIChat(hanging).name)
        assert silent.began.wait(10.0)
        assert chat(openai_server).name == openai_server.models[0]
        assert not waiting.done()
    assert isinstance(waiting.exception(), ModelOutage)


@pytest.mark.parametrize(
    ("refusal", "name", "said"),
    [
        (replies.Refuse(404), "gone", "does not know the model gone. Check model of the endpoint fake"),
        (replies.Refuse(404, "model_not_found"), "one", "does not know the model one. Check model of"),
        (replies.Refuse(400, "Unknown model"), "gone", "it lists: one, org/two."),
        (replies.Refuse(404), "one", "does not know the path. Check url of the endpoint fake"),
    ],
)
def test_a_wrong_model_and_a_wrong_path_are_told_apart(
    openai_server: OpenAIServer, refusal: replies.Refuse, name: str, said: str
) -> None:
    openai_server.models = ["one", "org/two", "not\x1bshown"]
    openai_server.script(refusal)
    with pytest.raises(CredentialError) as caught:
        chat(openai_server, name=name).complete(ASKED, options=OPTIONS)
    assert said in str(caught.value)
    assert ("it lists: one, org/two." in str(caught.value)) == ("the model" in said or "lists" in said)


def test_an_address_that_is_no_api_is_a_wrong_path(openai_server: OpenAIServer) -> None:
    elsewhere = EndpointEntry(name="fake", url=f"{openai_server.url}/nowhere", model="one")
    with pytest.raises(
        CredentialError, match=r"does not know the path\. .*: with most servers it ends in /v1\."
    ) as caught:
        OpenAIChat(elsewhere).complete(ASKED, options=OPTIONS)
    assert "lists" not in str(caught.value)
