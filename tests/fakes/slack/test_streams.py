"""Streaming through the real client: growth, end, Stop button, and the close after five minutes."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.samples import refusal
from tests.fakes.slack.world import Channel, Message


@pytest.fixture
def question(ada: Person) -> Message:
    return ada.writes("What is new?", ada.dm)


def start(client: WebClient, question: Message, **extra: Any) -> str:
    answer = client.chat_startStream(channel=question.channel.id, thread_ts=question.ts, **extra)
    return str(answer["ts"])


def test_a_stream_grows_and_ends_as_one_message(
    slack: FakeSlack, client: WebClient, ada: Person, question: Message
) -> None:
    ts = start(client, question, markdown_text="**One** ")
    client.chat_appendStream(channel=ada.dm.id, ts=ts, markdown_text="two ")
    client.chat_appendStream(channel=ada.dm.id, ts=ts, chunks=[{"type": "markdown_text", "text": "three"}])
    done = client.chat_stopStream(channel=ada.dm.id, ts=ts, blocks=[{"type": "divider"}])
    assert done["message"]["text"] == "**One** two three"
    answer = ada.sees(ada.dm, question.ts)[-1]
    assert (answer.text, [block["type"] for block in answer.blocks]) == ("**One** two three", ["divider"])
    assert [shown.kind for shown in slack.ledger.answers(to=ada.id)] == ["stream"]


def test_the_sdks_own_stream_works_whether_or_not_its_buffer_fills(
    client: WebClient, ada: Person, question: Message
) -> None:
    for text in ("short", "long " * 200):
        stream = client.chat_stream(channel=ada.dm.id, thread_ts=question.ts, buffer_size=100)
        stream.append(markdown_text=text)
        stream.stop()
        assert ada.sees(ada.dm)[-1].text == text


def test_a_stream_is_closed_after_five_minutes_and_can_then_be_updated(
    slack: FakeSlack, client: WebClient, ada: Person, question: Message
) -> None:
    slack.clock.freeze()
    ts = start(client, question, markdown_text="begun")
    slack.clock.advance(299)
    assert client.chat_appendStream(channel=ada.dm.id, ts=ts, markdown_text=" and")["ok"]
    conflict = refusal(client.chat_update, channel=ada.dm.id, ts=ts, text="x")
    assert conflict == "streaming_state_conflict"
    slack.clock.advance(1)
    for method in (client.chat_appendStream, client.chat_stopStream):
        error = refusal(method, channel=ada.dm.id, ts=ts, markdown_text="late")
        assert error == "message_not_in_streaming_state"
    client.chat_update(channel=ada.dm.id, ts=ts, markdown_text="begun and ended")
    assert ada.sees(ada.dm)[-1].text == "begun and ended"


def test_a_stopped_stream_does_not_grow(client: WebClient, ada: Person, question: Message) -> None:
    ts = start(client, question)
    client.chat_stopStream(channel=ada.dm.id, ts=ts, markdown_text="all")
    again = refusal(client.chat_appendStream, channel=ada.dm.id, ts=ts, markdown_text="x")
    assert again == "message_not_in_streaming_state"
    plain = client.chat_postMessage(channel=ada.dm.id, text="never streamed")["ts"]
    assert refusal(client.chat_stopStream, channel=ada.dm.id, ts=plain) == "message_not_in_streaming_state"
    assert refusal(client.chat_stopStream, channel=ada.dm.id, ts="1.0") == "message_not_found"
    assert refusal(client.chat_stopStream, channel=ada.dm.id, ts=question.ts) == "message_not_owned_by_app"


def test_the_person_can_stop_a_stream(slack: FakeSlack, client: WebClient, ada: Person, question: Message) -> None:
    slack.app.events.clear()  # no app listens in this test
    ts = start(client, question, markdown_text="begun")
    ada.stops(ada.sees(ada.dm)[-1])
    assert refusal(client.chat_appendStream, channel=ada.dm.id, ts=ts, markdown_text="x") == "stopped_by_user"
    assert client.chat_update(channel=ada.dm.id, ts=ts, text="stopped")["ok"]


def test_a_stream_in_a_channel_names_its_reader(client: WebClient, ada: Person, general: Channel) -> None:
    root = ada.writes("root", general)
    place: dict[str, Any] = {"channel": general.id, "thread_ts": root.ts}
    assert refusal(client.chat_startStream, **place) == "missing_recipient_user_id"
    assert refusal(client.chat_startStream, **place, recipient_user_id=ada.id) == "missing_recipient_team_id"
    named: dict[str, Any] = {"recipient_user_id": ada.id, "recipient_team_id": ada.user.team.id}
    assert client.chat_startStream(**place, **named)["ok"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"chunks": [{"type": "poem", "text": "x"}]}, "invalid_chunks"),
        ({"chunks": [{"type": "task_update", "id": "1", "title": "t", "status": "done"}]}, "invalid_chunks"),
        ({"chunks": [{"type": "blocks", "blocks": [{"type": "paragraph"}]}]}, "invalid_blocks"),
        ({}, "no_text"),
    ],
)
def test_growth_that_slack_refuses(
    client: WebClient, ada: Person, question: Message, arguments: dict[str, Any], error: str
) -> None:
    ts = start(client, question)
    assert refusal(client.chat_appendStream, channel=ada.dm.id, ts=ts, **arguments) == error


def test_tasks_plans_and_blocks_are_taken(client: WebClient, ada: Person, question: Message) -> None:
    ts = start(client, question, task_display_mode="plan")
    chunks: list[dict[str, Any]] = [
        {"type": "plan_update", "title": "Plan"},
        {"type": "task_update", "id": "1", "title": "Read", "status": "in_progress", "sources": []},
        {"type": "blocks", "blocks": [{"type": "divider"}]},
    ]
    client.chat_appendStream(channel=ada.dm.id, ts=ts, chunks=chunks)
    assert [block["type"] for block in ada.sees(ada.dm)[-1].blocks] == ["divider"]


def test_more_than_fifty_closing_blocks_are_too_many(client: WebClient, ada: Person, question: Message) -> None:
    ts = start(client, question, markdown_text="x")
    blocks = [{"type": "divider"}] * 51
    assert refusal(client.chat_stopStream, channel=ada.dm.id, ts=ts, blocks=blocks) == "msg_blocks_too_many"
    with pytest.raises(SlackApiError):
        client.chat_stopStream(channel=ada.dm.id, ts=ts, session_status="asleep")
    assert client.chat_stopStream(channel=ada.dm.id, ts=ts, blocks=blocks[:50], session_status="closed")["ok"]
