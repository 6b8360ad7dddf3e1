"""The AI pane through the real client: status lines, titles, prompts and sessions, in both kinds of container."""

from typing import Any, Literal

import pytest
from slack_sdk import WebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.samples import refusal
from tests.fakes.slack.world import Message

PROMPT = {"title": "Summarize", "message": "Summarize this"}


@pytest.fixture
def question(ada: Person) -> Message:
    return ada.writes("What is new?", ada.dm)


def test_a_status_line_ends_by_a_reply_an_empty_one_or_two_minutes(
    slack: FakeSlack, client: WebClient, ada: Person, question: Message
) -> None:
    slack.clock.freeze()
    thread: dict[str, Any] = {"channel_id": ada.dm.id, "thread_ts": question.ts}

    def line() -> str:
        return ada.status_line(ada.dm, question.ts)

    client.assistant_threads_setStatus(**thread, status="is reading", loading_messages=["Reading", "Still reading"])
    assert line() == "is reading"
    client.chat_postMessage(channel=ada.dm.id, thread_ts=question.ts, text="Here it is")
    assert line() == ""
    client.assistant_threads_setStatus(**thread, status="is writing")
    client.assistant_threads_setStatus(**thread, status="")
    assert line() == ""
    client.assistant_threads_setStatus(**thread, status="is writing")
    slack.clock.advance(119)
    assert line() == "is writing"
    slack.clock.advance(1)
    assert line() == ""


@pytest.mark.parametrize("messages", [["x" * 51], ["x"] * 11, []])
def test_loading_messages_are_few_and_short(
    client: WebClient, ada: Person, question: Message, messages: list[str]
) -> None:
    arguments = {"channel_id": ada.dm.id, "thread_ts": question.ts, "status": "x", "loading_messages": messages}
    assert refusal(client.assistant_threads_setStatus, **arguments) == "invalid_arguments"


def test_a_status_needs_a_thread_that_exists(client: WebClient, ada: Person) -> None:
    error = refusal(client.assistant_threads_setStatus, channel_id=ada.dm.id, thread_ts="1.0", status="x")
    assert error == "invalid_thread_ts"
    error = refusal(client.assistant_threads_setStatus, channel_id="D404", thread_ts="1.0", status="x")
    assert error == "channel_not_found"


def test_an_agent_app_sets_prompts_without_a_thread(
    slack: FakeSlack, client: WebClient, ada: Person, question: Message
) -> None:
    client.assistant_threads_setSuggestedPrompts(channel_id=ada.dm.id, prompts=[PROMPT], thread_ts=question.ts)
    assert slack.panes.of(ada.dm).prompts == []
    assert slack.panes.of(ada.dm, question.ts).prompts == []
    client.assistant_threads_setSuggestedPrompts(channel_id=ada.dm.id, prompts=[PROMPT] * 4, title="Try")
    assert slack.panes.of(ada.dm).prompts == [PROMPT] * 4
    too_many = refusal(client.assistant_threads_setSuggestedPrompts, channel_id=ada.dm.id, prompts=[PROMPT] * 5)
    assert too_many == "invalid_arguments"


@pytest.mark.parametrize("pane", ["assistant", ""])
def test_other_apps_set_prompts_in_a_thread(
    slack: FakeSlack, client: WebClient, ada: Person, question: Message, pane: Literal["assistant", ""]
) -> None:
    slack.app.pane = pane
    error = refusal(client.assistant_threads_setSuggestedPrompts, channel_id=ada.dm.id, prompts=[PROMPT])
    assert error == "not_agent_app"
    client.assistant_threads_setSuggestedPrompts(channel_id=ada.dm.id, prompts=[PROMPT], thread_ts=question.ts)
    assert slack.panes.of(ada.dm, question.ts).prompts == [PROMPT]


def test_a_title_is_kept(slack: FakeSlack, client: WebClient, ada: Person, question: Message) -> None:
    client.assistant_threads_setTitle(channel_id=ada.dm.id, thread_ts=question.ts, title="News")
    assert slack.panes.of(ada.dm, question.ts).title == "News"


def test_a_session_is_made_named_and_closed(
    slack: FakeSlack, client: WebClient, ada: Person, question: Message
) -> None:
    place: dict[str, Any] = {"channel_id": ada.dm.id, "thread_ts": question.ts}
    assert refusal(client.agents_sessions_rename, **place, title="x") == "session_not_found"
    first = client.agents_sessions_setStatus(**place, status="processing", title="News")
    assert (first["agent_status"], first["title"]) == ("processing", "News")
    assert client.agents_sessions_setStatus(**place, status="closed", title="ignored")["title"] == "News"
    client.agents_sessions_rename(**place, title="x" * 200)
    assert slack.panes.of(ada.dm, question.ts).title == "x" * 200
    assert refusal(client.agents_sessions_rename, **place, title="x" * 201) == "invalid_arguments"
    assert refusal(client.agents_sessions_setStatus, **place, status="asleep") == "invalid_status"
    no_thread = {"channel_id": ada.dm.id, "status": "active"}
    assert refusal(client.api_call, "agents.sessions.setStatus", json=no_thread) == "thread_ts_required"
