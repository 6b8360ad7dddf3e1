"""Messages that nobody of ours can have sent, one by one and at random."""

import base64
import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.job import new_id
from worker.enqueue import COUNT_TASK, RUN_TASK
from worker.transport import MAX_BODY_BYTES, MalformedMessage, Transport, check_envelope, message_problem

JSON = "application/json"
EMBED = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
ENVELOPE = {
    "body": "W10=",
    "headers": {},
    "properties": {"delivery_tag": "t", "delivery_info": {"exchange": "", "routing_key": "interactive"}},
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def headers(task: Any = RUN_TASK, **further: Any) -> dict[str, Any]:
    return {"task": task, "id": new_id(), "eta": None, "timelimit": [None, None], "retries": 0, **further}


def body(*arguments: Any, named: Any = None, **embed: Any) -> bytes:
    return json.dumps([list(arguments), named or {}, EMBED | embed]).encode()


def test_a_channel_refuses_a_compressed_item_before_it_is_opened() -> None:
    bomb = base64.b64encode(gzip.compress(b"0" * 1_000_000)).decode()
    properties = {**ENVELOPE["properties"], "body_encoding": "base64"}  # type: ignore[dict-item]
    item = ENVELOPE | {"body": bomb, "headers": headers(compression="gzip"), "properties": properties}
    with pytest.raises(MalformedMessage):
        Transport.Channel.Message(item, channel=None)


def test_what_we_send_is_taken() -> None:
    assert message_problem(JSON, headers(), body(new_id())) == ""
    assert message_problem(JSON, headers(COUNT_TASK), body()) == ""


@pytest.mark.parametrize(
    ("problem", "content_type", "heads", "content"),
    [
        ("content_type", "application/x-python-serialize", headers(), body(new_id())),
        ("content_type", None, headers(), body(new_id())),
        ("unknown_task", JSON, headers("celery.map"), body(new_id())),
        ("unknown_task", JSON, headers(["inlaid.run_job"]), body(new_id())),
        ("unknown_task", JSON, {}, body(new_id())),
        ("too_large", JSON, headers(), body("x" * MAX_BODY_BYTES)),
        ("arguments", JSON, headers(), b"garbage"),
        ("arguments", JSON, headers(), b"[" * 2000),
        ("arguments", JSON, headers(), b"\xff"),
        ("arguments", JSON, headers(), b"{}"),
        ("arguments", JSON, headers(), body()),
        ("arguments", JSON, headers(), body(new_id(), new_id())),
        ("arguments", JSON, headers(), body(7)),
        ("arguments", JSON, headers(), body("../../etc/passwd")),
        ("arguments", JSON, headers(), body(new_id(), named={"job_id": "x"})),
        ("arguments", JSON, headers(COUNT_TASK), body(new_id())),
        ("arguments", JSON, headers(), body(new_id(), callbacks=[{"task": COUNT_TASK}])),
        ("arguments", JSON, headers(eta="2999-01-01T00:00:00"), body(new_id())),
        ("arguments", JSON, headers(id={}), body(new_id())),
        ("arguments", JSON, headers(chord={"x": 1}), body(new_id())),
    ],
)
def test_what_nobody_of_ours_sends_is_told(
    problem: str, content_type: str, heads: dict[str, Any], content: bytes
) -> None:
    assert message_problem(content_type, heads, content) == problem


@given(
    st.none() | st.text(), st.dictionaries(st.sampled_from(["task", "id", "eta", "chord"]), json_values), st.binary()
)
def test_no_message_raises(content_type: str | None, heads: dict[str, Any], content: bytes) -> None:
    assert message_problem(content_type, heads, content)
    assert message_problem(JSON, {**heads, "task": RUN_TASK}, content)


@given(json_values)
def test_no_envelope_raises_anything_else(payload: Any) -> None:
    with pytest.raises(MalformedMessage):
        check_envelope(payload)


def test_an_envelope_that_is_whole_is_taken_and_one_that_is_compressed_is_not() -> None:
    check_envelope(ENVELOPE)
    with pytest.raises(MalformedMessage):
        check_envelope(ENVELOPE | {"headers": {"compression": "application/x-gzip"}})


@given(st.sampled_from(["body", "headers", "properties"]), json_values.filter(lambda value: not isinstance(value, str)))
def test_an_envelope_with_a_wrong_part_is_refused(part: str, value: Any) -> None:
    if part == "headers" and isinstance(value, dict):
        return
    with pytest.raises(MalformedMessage):
        check_envelope(ENVELOPE | {part: value})
