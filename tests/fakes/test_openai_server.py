"""The fake model server seen through the real OpenAI client: good answers, strictness, and each way to fail."""

import math
import time
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from tests.fakes import openai_replies as replies
from tests.fakes.openai_server import MODEL, OpenAIServer


@pytest.fixture
def client(openai_server: OpenAIServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=openai_server.url, api_key="k", max_retries=0, timeout=5) as made:
        yield made


def ask(client: openai.OpenAI, **extra: Any) -> Any:
    return client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Say hello"}], **extra)


def stream_text(client: openai.OpenAI) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in ask(client, stream=True) if chunk.choices)


def test_scripted_answers_come_in_order_then_the_function_answers(
    openai_server: OpenAIServer, client: openai.OpenAI
) -> None:
    openai_server.script("first", "second")
    openai_server.respond = lambda body: replies.Answer(f"heard: {body['messages'][0]['content']}")
    texts = [ask(client).choices[0].message.content for _ in range(3)]
    assert texts == ["first", "second", "heard: Say hello"]
    assert [asked.prompt for asked in openai_server.chats] == ["Say hello"] * 3


def test_streamed_and_whole_answers_agree_and_report_usage(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script("two words", "two words")
    whole = ask(client)
    chunks = list(ask(client, stream=True, stream_options={"include_usage": True}))
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert whole.choices[0].message.content == streamed == "two words"
    assert whole.usage.completion_tokens == chunks[-1].usage.completion_tokens == 2
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"


def test_max_tokens_cuts_the_answer_and_says_so(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script("one two three")
    choice = ask(client, max_tokens=2).choices[0]
    assert (choice.message.content, choice.finish_reason) == ("one two ", "length")


def test_models_are_listed(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.models.append("larger")
    assert [model.id for model in client.models.list()] == [MODEL, "larger"]


@pytest.mark.parametrize(
    ("extra", "named"),
    [
        ({"extra_body": {"temprature": 1}}, "temprature"),
        ({"temperature": 3}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"top_logprobs": 3}, "logprobs"),
        ({"response_format": {"type": "xml"}}, "response_format"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}}, "schema"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "role"),
    ],
)
def test_a_request_that_no_server_documents_is_refused(
    client: openai.OpenAI, extra: dict[str, Any], named: str
) -> None:
    request = {"model": MODEL, "messages": [{"role": "user", "content": "x"}], **extra}
    with pytest.raises(openai.BadRequestError, match=named):
        client.chat.completions.create(**request)


def test_llama_cpp_fields_are_accepted(client: openai.OpenAI) -> None:
    assert ask(client, extra_body={"cache_prompt": True, "grammar": 'root ::= "x"'}).choices


def test_a_wrong_key_is_refused_with_401(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.key = "secret"
    with pytest.raises(openai.AuthenticationError):
        ask(client)
    assert ask(client.with_options(api_key="secret")).choices


@pytest.mark.parametrize(
    ("reply", "status", "retry_after"),
    [
        (replies.Refuse(429, retry_after_seconds=2), 429, "2"),
        (replies.Refuse(429), 429, None),
        (replies.Refuse(500), 500, None),
    ],
)
def test_http_errors_carry_status_and_retry_after(
    openai_server: OpenAIServer, client: openai.OpenAI, reply: replies.Reply, status: int, retry_after: str | None
) -> None:
    openai_server.script(reply)
    with pytest.raises(openai.APIStatusError) as caught:
        ask(client)
    assert caught.value.status_code == status
    assert caught.value.response.headers.get("Retry-After") == retry_after


def test_refused_connections_end_and_the_port_stays(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    url = openai_server.url
    assert ask(client).choices
    openai_server.refuse_connections()
    with pytest.raises(openai.APIConnectionError):
        ask(client)
    openai_server.listen()
    assert openai_server.url == url
    assert ask(client).choices


@pytest.mark.parametrize("begun", [-1, 2])
def test_a_silent_server_runs_into_the_clients_timeout(
    openai_server: OpenAIServer, client: openai.OpenAI, begun: int
) -> None:
    openai_server.script(replies.Hang(30, begun=begun))
    began = time.monotonic()
    # The client translates a timeout of the request itself, and passes on one that comes amid the stream.
    with pytest.raises((openai.APITimeoutError, httpx.ReadTimeout)):
        stream_text(client.with_options(timeout=0.2))
    assert time.monotonic() - began < 5


def test_slow_tokens_arrive_one_by_one(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script(replies.Answer("a b c", seconds_per_piece=0.03))
    moments = [time.monotonic() for chunk in ask(client, stream=True) if chunk.choices[0].delta.content]
    assert moments[-1] - moments[0] > 0.05


def test_a_cut_stream_is_an_error_unless_it_ends_politely(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script(replies.CutStream(2), replies.CutStream(2, politely=True))
    with pytest.raises((httpx.RemoteProtocolError, openai.APIConnectionError)):
        stream_text(client)
    assert stream_text(client) == "It begins "


def test_characters_split_across_network_chunks_arrive_whole(
    openai_server: OpenAIServer, client: openai.OpenAI
) -> None:
    openai_server.script(replies.SplitCharacters())
    assert stream_text(client) == replies.SplitCharacters().text


def test_error_bodies_with_status_200_hold_no_choices(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script(replies.ERROR_BODY, replies.NoChoices(), replies.ErrorInStream("lost"))
    assert ask(client).choices is None
    assert ask(client).choices == []
    with pytest.raises(openai.APIError, match="lost"):
        stream_text(client)


@pytest.mark.parametrize("reply", [replies.BROKEN_JSON, replies.HTML_PAGE])
def test_bodies_that_are_not_json_reach_the_client(
    openai_server: OpenAIServer, client: openai.OpenAI, reply: replies.Raw
) -> None:
    openai_server.script(reply)
    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=[{"role": "user", "content": "x"}])
    assert raw.content == reply.data


def test_a_broken_event_breaks_the_stream(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script(replies.BROKEN_EVENT)
    with pytest.raises(ValueError, match="Unterminated string"):
        stream_text(client)


def test_logprobs_can_be_not_a_number(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script(replies.NAN_LOGPROBS)
    values = ask(client, logprobs=True).choices[0].logprobs.content
    assert values
    assert all(math.isnan(value.logprob) for value in values)


def test_an_answer_can_be_ten_megabytes(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script(replies.huge())
    assert len(stream_text(client)) == 10_000_000


def test_what_arrives_is_remembered_even_when_refused(openai_server: OpenAIServer) -> None:
    response = httpx.post(openai_server.url + "/chat/completions", content=b"[]")
    assert (response.status_code, len(openai_server.chats)) == (400, 1)
