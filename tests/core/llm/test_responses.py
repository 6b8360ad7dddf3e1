"""What an HTTP error means, how long a server asks to be left alone, and how what it streams is read."""

import time
from email.utils import formatdate

import pytest

from core.errors import (
    CredentialError,
    InlaidError,
    InputError,
    LimitError,
    ModelAnswerError,
    ModelOutage,
    WindowExceeded,
)
from core.llm.models_file import EndpointEntry, SettingsEndpoint
from core.llm.responses import Chunk, Refused, read_chunks, refusal_of, retry_after_seconds
from core.model_outages import for_people

ENTRY = EndpointEntry(name="big", url="https://models.test/v1")


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, {}, CredentialError),
        (403, {}, CredentialError),
        (404, {}, CredentialError),
        (400, {"error": {"message": "Invalid model name passed in model=qwen33"}}, CredentialError),
        (400, {"error": {"message": "The model `qwen33` does not exist."}}, CredentialError),
        (402, {}, LimitError),
        (429, {"error": {"code": "insufficient_quota"}}, LimitError),
        (429, {"error": {"code": "rate_limit_exceeded"}}, ModelOutage),
        (408, "", ModelOutage),
        (500, "<html>", ModelOutage),
        (503, None, ModelOutage),
        (413, "", WindowExceeded),
        (400, {"error": {"code": "context_length_exceeded"}}, WindowExceeded),
        (500, {"error": {"message": "the request exceeds the available context size"}}, WindowExceeded),
        (400, {"object": "error", "message": "max_tokens must be at least 1, got -186."}, WindowExceeded),
        (
            400,
            {"error": {"code": "content_filter", "innererror": {"code": "ResponsibleAIPolicyViolation"}}},
            InputError,
        ),
        (418, {}, InputError),
        (400, {"error": "Model not found"}, CredentialError),
        (400, {"detail": "Unknown model"}, CredentialError),
        (400, [{"error": {"type": "invalid_model"}}], CredentialError),
        (400, {"error": {"message": "Unknown model: its context length is unknown, too"}}, WindowExceeded),
    ],
)
def test_each_status_is_one_kind_of_error(status: int, body: object, error: type[InlaidError]) -> None:
    found = refusal_of(ENTRY, status, body, {})
    assert isinstance(found, InlaidError)
    assert type(found) is error
    assert found.fix
    told = str(for_people(found.to_json()))
    assert "models.test" not in told
    assert "INLAID" not in told


@pytest.mark.parametrize("status", [400, 422, 501])
def test_a_refusal_may_be_about_a_part_of_the_request(status: int) -> None:
    found = refusal_of(ENTRY, status, [{"error": {"message": "Unknown name", "details": [{"field": "seed"}]}}], {})
    assert isinstance(found, Refused)
    assert "Unknown name" in found.words
    assert "seed" in found.words
    assert "Unknown name" not in found.error.message


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "seed is unknown"}, "request": {"messages": [{"content": "The model was not found."}]}},
        {"detail": [{"type": "extra", "msg": "no seed", "input": {"content": "The model was not found."}}]},
        {"error": {"message": f"no seed, in {'what was asked ' * 30}: The model was not found."}},
    ],
)
def test_the_words_of_a_request_that_a_server_repeats_say_nothing_of_its_model(body: object) -> None:
    assert isinstance(refusal_of(ENTRY, 422, body, {}), Refused)


def test_the_setting_is_named_where_it_is() -> None:
    assert "key_env of the endpoint big in INLAID_MODELS_FILE" in str(refusal_of(ENTRY, 401, {}, {}))
    alone = SettingsEndpoint(name="default", url="https://models.test/v1")
    assert "INLAID_MODEL_KEY" in str(refusal_of(alone, 401, {}, {}))
    assert "INLAID_MODEL_URL" in str(refusal_of(alone, 404, {}, {}))
    assert "INLAID_MODEL_NAME" in str(refusal_of(alone, 404, {"error": "model_not_found"}, {}))


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("", 0.0),
        ("7", 7.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("soon", 0.0),
        ("nan", 0.0),
        ("inf", 3600.0),
        ("999999", 3600.0),
    ],
)
def test_the_time_is_read_within_reason(told: str, seconds: float) -> None:
    assert retry_after_seconds({"retry-after": told}) == seconds


def test_the_time_may_be_a_date() -> None:
    told = formatdate(time.time() + 60, usegmt=True)
    assert 55 < retry_after_seconds({"retry-after": told}) <= 60
    assert retry_after_seconds({"retry-after": formatdate(0, usegmt=True)}) == 0.0


def _words_of(*blocks: bytes) -> list[list[str]]:
    """Return the words of what came together; "." for the end."""
    read = read_chunks(iter(blocks), "text/event-stream; charset=utf-8", silence_seconds=60)

    def said(chunk: Chunk) -> str:
        return "." if chunk.is_end else "".join(choice.words.text for choice in chunk.choices or ())

    return [[*map(said, chunks)] for chunks in read]


def _event(word: str) -> bytes:
    return b'data: {"choices": [{"delta": {"content": "%s"}}]}\r\n\r\n' % word.encode()


def test_events_that_came_together_are_read_together_up_to_the_end() -> None:
    one, two, three = map(_event, ("one", "two", "three"))
    assert _words_of(one + two[:9], two[9:] + b": a comment\n", three + b"data: [DONE]\n\n" + one) == [
        ["one"],
        ["two"],
        ["three", "."],
    ]
    assert _words_of(one + two + three, b"data:[DONE]\n") == [["one", "two", "three"], ["."]]


@pytest.mark.parametrize("broken", [b"data: {\n", b"data: <html>\n", b"data: 1\n", b'data: {"error": "no"}\n'])
def test_one_broken_event_spoils_those_that_came_with_it(broken: bytes) -> None:
    with pytest.raises(ModelAnswerError):
        _words_of(_event("one") + broken + _event("two"))


@pytest.mark.parametrize("body", [b"", b" \n", b"null", b"[]", b"<html>"])
def test_a_body_that_is_no_completion_is_an_error(body: bytes) -> None:
    with pytest.raises(ModelAnswerError):
        list(read_chunks(iter([body]), "application/json", silence_seconds=60))
