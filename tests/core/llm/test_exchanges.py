"""Exchanges with seven servers, in the form that their documents give, replayed over HTTP."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.drafts import ChatMessage
from core.errors import WindowExceeded
from core.llm.credentials import key_headers
from core.llm.models_file import EndpointEntry
from core.llm.openai_chat import OpenAIChat
from core.llm.ports import ChatOptions
from tests.fakes.openai_replies import Json, Recorded, Reply
from tests.fakes.openai_server import OpenAIServer

EXCHANGES = {
    path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).with_name("exchanges").glob("*"))
}
ASKED = [ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content="Where do we meet?")]
FULL = ChatOptions(
    max_tokens=100, temperature=0.0, stop=("\n\n",), seed=7, json_schema={"type": "object"}, prefill="We"
)
USES: dict[str, Callable[[Json], bool]] = {
    "prefill": lambda body: body["messages"][-1]["role"] == "assistant",
    "max_tokens": lambda body: "max_tokens" in body,
}


def used(feature: str, body: Json) -> bool:
    return USES[feature](body) if feature in USES else feature in body


@pytest.fixture(params=sorted(EXCHANGES))
def exchange(request: pytest.FixtureRequest) -> Json:
    return dict(EXCHANGES[request.param])


@pytest.fixture
def server(exchange: Json) -> Iterator[OpenAIServer]:
    """A server that refuses what the real one refuses, in its words, and else answers as it does."""

    def respond(body: Json) -> Reply:
        for refusal in exchange["refusals"]:
            if used(refusal["about"], body):
                return Recorded(status=refusal["status"], body=refusal["body"])
        return Recorded(tuple(exchange["events"]))

    with OpenAIServer("k3y", respond, key_header=exchange["key_header"], base=exchange["base"]) as fake:
        fake.models = [exchange["model"]]
        fake.model_details = exchange.get("model_details", {})
        yield fake


def chat(server: OpenAIServer, exchange: Json, **changes: Any) -> OpenAIChat:
    entry = EndpointEntry(name="it", url=server.url, model=exchange["model"], prefill=True, **changes)
    return OpenAIChat(entry, lambda: key_headers("k3y", exchange["key_header"]))


def test_an_answer_is_read_with_its_cost(server: OpenAIServer, exchange: Json) -> None:
    done = chat(server, exchange).complete(ASKED, options=ChatOptions(max_tokens=100, temperature=1.0))
    expected = exchange["expected"]
    assert done.text == expected["text"]
    assert (done.usage.input_tokens, done.usage.output_tokens) == (expected["input_tokens"], expected["output_tokens"])
    assert done.finish_reason == "stop"


def test_what_it_refuses_is_left_out_and_not_asked_for_again(server: OpenAIServer, exchange: Json) -> None:
    talk = chat(server, exchange)
    first = talk.complete(ASKED, options=FULL)
    tries = len(server.chats)
    second = talk.complete(ASKED, options=FULL)
    assert (first.text, second.text) == (exchange["expected"]["text"],) * 2
    assert tries == 1 + len(exchange["expected"]["missing"])
    assert len(server.chats) == tries + 1
    sent = server.chats[-1].body
    assert sorted(name for name in exchange["expected"]["missing"] if used(name, sent)) == []
    assert "stop" in sent
    assert sent["response_format"]["type"] == "json_schema"


def test_a_prompt_beyond_the_window_is_told_apart(server: OpenAIServer, exchange: Json) -> None:
    usual = {"error": {"message": "maximum context length is 8192", "code": "context_length_exceeded"}}
    refusal = exchange.get("too_long", {"status": 400, "body": usual})
    server.script(Recorded(status=refusal["status"], body=refusal["body"]))
    with pytest.raises(WindowExceeded):
        chat(server, exchange).complete(ASKED, options=ChatOptions(max_tokens=100))
    assert len(server.chats) == 1


def test_the_window_is_the_one_that_the_server_tells(server: OpenAIServer, exchange: Json) -> None:
    assert chat(server, exchange).window_tokens == exchange.get("window_tokens", 32_768)
    assert chat(server, exchange, window_tokens=2048).window_tokens == 2048
