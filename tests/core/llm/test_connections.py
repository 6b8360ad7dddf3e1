"""Connections to a model server: used again where the answer ended, given up where the server holds them open."""

import itertools
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx2
import pytest
from structlog.testing import capture_logs

from core.drafts import ChatMessage
from core.errors import InputError, JobCancelled, ModelAnswerError, ModelOutage
from core.llm.connections import LOOK_SECONDS, MAX_BODY_BYTES, MAX_CUT_SECONDS, Connections
from core.llm.models_file import EndpointEntry
from core.llm.openai_chat import OpenAIChat
from core.llm.ports import ChatOptions
from tests.fakes import openai_replies as replies
from tests.fakes.openai_server import OpenAIServer

ASKED = [ChatMessage(role="user", content="Say hello")]
OPTIONS = ChatOptions(max_tokens=50)
PATIENCE_SECONDS = 20.0


def chat_at(url: str, patience_seconds: float = PATIENCE_SECONDS) -> OpenAIChat:
    return OpenAIChat(EndpointEntry(name="fake", url=url, model="m", timeout_seconds=patience_seconds))


def test_calls_one_after_the_other_share_a_connection(openai_server: OpenAIServer) -> None:
    chat = chat_at(openai_server.url)
    for _ in range(5):
        openai_server.script("Hello there, Ann.")
        assert chat.complete(ASKED, options=OPTIONS).text == "Hello there, Ann."
    assert openai_server.connections == 1


def test_a_refusal_leaves_its_connection_for_the_next_call(openai_server: OpenAIServer) -> None:
    chat = chat_at(openai_server.url)
    openai_server.script(replies.Refuse(413), "Hello.")
    with pytest.raises(InputError):
        chat.complete(ASKED, options=OPTIONS)
    assert chat.complete(ASKED, options=OPTIONS).text == "Hello."
    assert openai_server.connections == 1


def test_calls_at_the_same_time_do_not_read_each_others_answers(openai_server: OpenAIServer) -> None:
    openai_server.respond = lambda body: replies.Answer(f"{body['messages'][0]['content']} " * 3)
    chat = chat_at(openai_server.url)

    def ask(number: int) -> tuple[str, str]:
        text = f"{number} is the number"
        return text, chat.complete([ChatMessage(role="user", content=text)], options=OPTIONS).text

    with ThreadPoolExecutor(8) as threads:
        answers = [*threads.map(ask, range(120))]
    assert all(answer.strip() == " ".join([text] * 3) for text, answer in answers)
    assert openai_server.connections <= 16


@dataclass(frozen=True)
class _LeftOpen:
    """A good answer after whose end the server goes on holding the response open, or sends on and on."""

    talks: bool = False

    def serve(self, exchange: replies.Exchange) -> None:
        exchange.start(200, "text/event-stream")
        for event in replies.Answer("Hello.").events(exchange.body):
            exchange.write(event)
        if self.talks:
            for _ in range(2000):
                exchange.write(b": still here" * 100)
        else:
            exchange.wait(PATIENCE_SECONDS)
        exchange.drop()


@pytest.mark.parametrize("talks", [False, True])
def test_an_answer_does_not_wait_for_a_server_that_holds_the_response_open(
    openai_server: OpenAIServer, talks: bool
) -> None:
    chat = chat_at(openai_server.url)
    openai_server.script(_LeftOpen(talks), "And again.")
    began = time.monotonic()
    assert chat.complete(ASKED, options=OPTIONS).text == "Hello."
    assert time.monotonic() - began < PATIENCE_SECONDS / 2
    assert chat.complete(ASKED, options=OPTIONS).text == "And again."
    assert openai_server.connections == 2


SPOKEN = b'data: {"choices":[{"index":0,"delta":{"content":"Hello."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


@contextmanager
def _closing_server(
    body: bytes = SPOKEN, kind: str = "text/event-stream", closed: threading.Semaphore | None = None
) -> Iterator[str]:
    """Run a server that answers one request per connection and then closes it; only `closed` is told."""
    listening = socket.create_server(("127.0.0.1", 0))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as asked:
                size = 0
                while (line := asked.readline()).strip():
                    size = int(line.split(b":")[1]) if line.lower().startswith(b"content-length:") else size
                asked.read(size)
                connection.sendall(head + body)
            if closed:
                closed.release()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    finally:
        listening.close()


def test_a_connection_that_the_server_closed_meanwhile_is_not_used() -> None:
    closed = threading.Semaphore(0)
    with _closing_server(closed=closed) as url:
        chat = chat_at(url)
        for _ in range(3):
            assert chat.complete(ASKED, options=OPTIONS).text == "Hello."
            assert closed.acquire(timeout=10)


@contextmanager
def _server_that_cuts(answered: int) -> Iterator[tuple[str, list[int]]]:
    """Run a server that answers so many requests of each connection and closes it unanswered at the next."""
    listening = socket.create_server(("127.0.0.1", 0))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(SPOKEN)}\r\n\r\n".encode()
    asked_of: list[int] = []

    def talk(connection: socket.socket) -> None:
        number = len(asked_of)
        asked_of.append(0)
        with connection, connection.makefile("rb") as asked:
            while line := asked.readline():
                size = 0
                while line.strip():
                    size = int(line.split(b":")[1]) if line.lower().startswith(b"content-length:") else size
                    line = asked.readline()
                asked.read(size)
                asked_of[number] += 1
                if asked_of[number] > answered:
                    return
                connection.sendall(head + SPOKEN)

    def serve() -> None:
        with suppress(OSError):
            while True:
                talk(listening.accept()[0])

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1", asked_of
    finally:
        listening.close()


def test_a_kept_connection_that_is_closed_at_its_next_request_costs_no_call() -> None:
    with _server_that_cuts(1) as (url, asked_of), capture_logs() as lines:
        chat = chat_at(url)
        for _ in range(2):
            assert chat.complete(ASKED, options=OPTIONS).text == "Hello."
    assert asked_of == [2, 1]
    assert [line["event"] for line in lines] == ["request sent again"]


def test_a_request_that_a_server_had_for_a_while_is_not_sent_again() -> None:
    seconds = itertools.count(step=MAX_CUT_SECONDS + 0.1)
    with _server_that_cuts(1) as (url, asked_of):
        server = Connections(url, timeout_seconds=PATIENCE_SECONDS, clock=lambda: next(seconds))
        with server.post("chat/completions", b"{}", {}) as response:
            server.whole(response)
        with pytest.raises(httpx2.RemoteProtocolError), server.post("chat/completions", b"{}", {}):
            pass
    assert asked_of == [2]


def test_a_new_connection_that_is_closed_unanswered_is_not_tried_again() -> None:
    with _server_that_cuts(0) as (url, asked_of), pytest.raises(ModelOutage):
        chat_at(url).complete(ASKED, options=OPTIONS)
    assert asked_of == [1]


def test_the_query_of_an_address_goes_with_each_request() -> None:
    with OpenAIServer(base="/openai/deployments/one?api-version=2026-01-01") as server:
        server.script("Hello.")
        assert chat_at(server.url).complete(ASKED, options=OPTIONS).text == "Hello."
        assert OpenAIChat(EndpointEntry(name="fake", url=server.url)).name == "fake-model"


def test_a_slash_at_the_end_of_an_address_changes_nothing(openai_server: OpenAIServer) -> None:
    openai_server.script("Hello.")
    assert chat_at(f"{openai_server.url}/").complete(ASKED, options=OPTIONS).text == "Hello."


def test_a_list_of_models_without_end_is_not_read(openai_server: OpenAIServer) -> None:
    openai_server.model_details = {"description": "x" * (MAX_BODY_BYTES + 1)}
    server = Connections(openai_server.url, timeout_seconds=PATIENCE_SECONDS)
    with server.get("models", {}) as response, pytest.raises(ModelAnswerError, match="far more"):
        server.whole(response)


@pytest.mark.parametrize("listed", [b"[]", b'{"data": 5}', b'{"data": [5]}', b'{"data": [{}]}', b"<html>"])
def test_a_list_of_models_in_another_form_is_one_clear_error(listed: bytes) -> None:
    with _closing_server(listed, "application/json") as url, pytest.raises(ModelAnswerError):
        _ = OpenAIChat(EndpointEntry(name="fake", url=url)).name


@pytest.mark.parametrize("silent", [replies.Hang(60.0, begun=-1), replies.Hang(60.0, begun=1)])
def test_who_waits_for_a_silent_server_is_let_go_when_the_answer_is_not_wanted_any_more(
    openai_server: OpenAIServer, silent: replies.Reply
) -> None:
    openai_server.script("Hello.", silent)
    chat = chat_at(openai_server.url)
    assert chat.complete(ASKED, options=OPTIONS).text == "Hello."  # the connection is kept for the next call
    began = time.monotonic()

    def listen(_piece: str) -> None:
        if time.monotonic() - began > 1.5:
            raise JobCancelled("The job was cancelled.")

    with pytest.raises(JobCancelled):
        chat.complete(ASKED, options=OPTIONS, on_token=listen)
    assert time.monotonic() - began < 1.5 + 2 * LOOK_SECONDS < PATIENCE_SECONDS


def test_silence_is_still_measured_as_a_whole(openai_server: OpenAIServer) -> None:
    openai_server.script(replies.Hang(60.0, begun=-1))
    chat, began = chat_at(openai_server.url, patience_seconds=1.3), time.monotonic()
    with pytest.raises(ModelOutage, match="did not answer in time"):
        chat.complete(ASKED, options=OPTIONS)
    assert 1.3 <= time.monotonic() - began < 2.0
