"""A thread as its asker sees it."""

import pytest

from core.drafts import Draft
from integrations.slack.client.conversations import MAX_MESSAGES
from tests.fakes.slack.changes import deletes
from tests.integrations.slack.conftest import Office, talk
from tests.integrations.slack.screen import quiet_text, shown_text

SUMMARY = "The printer is broken. Grace will call the service tomorrow."


def thread_read(office: Office) -> str:
    return office.read[0]["text"]


def test_a_thread_is_summarized_with_names_for_ids(office: Office) -> None:
    office.answers = [SUMMARY]
    assert office.ada.shortcut("summarize_thread", talk(office)).ok
    assert "I am reading" in office.last(office.ada, office.general).text
    office.work()
    assert "Ada Lovelace: The printer is broken again." in thread_read(office)
    assert "Grace Hopper: @Ada Lovelace I will call the service tomorrow & tell you." in thread_read(office)
    answer = office.last(office.ada, office.general)
    assert SUMMARY in shown_text(answer)
    assert answer.only_for == office.ada.id
    assert office.slack.ledger.refusals == []


def test_a_long_thread_is_read_whole(office: Office) -> None:
    office.slack.app.outside_marketplace = True  # 15 messages a page
    office.answers = ["Grace counted."]
    root = talk(office)
    for number in range(50):
        office.grace.writes(f"Point {number}.", office.general, root.ts)
    office.ada.shortcut("summarize_thread", root)
    office.work()
    assert len(office.slack.ledger.called("conversations.replies")) == 4
    assert all(f"Point {number}." in thread_read(office) for number in range(50))
    assert thread_read(office).count("The printer is broken again.") == 1


def test_a_message_that_was_deleted_is_used_as_it_was_and_the_note_says_so(office: Office) -> None:
    message = office.grace.writes("The service comes on Friday at noon, please be there.", office.general)
    office.answers = ["The service comes on Friday."]
    office.ada.shortcut("summarize_thread", message)
    deletes(office.slack, message)
    office.work()
    told = quiet_text(office.last(office.ada, office.general))
    assert "The message was deleted meanwhile" in told
    assert "/invite" not in told


def test_where_the_app_is_not_a_member_the_message_alone_is_used_and_that_is_said(office: Office) -> None:
    secret = office.acme.channel("secret", office.ada, office.grace, kind="private", app_in=False)
    message = office.grace.writes("The service comes on Friday at noon, please be there.", secret)
    office.answers = ["The service comes on Friday."]
    office.ada.shortcut("summarize_thread", message)
    office.work()
    answer = office.last(office.ada, secret)
    assert "Friday" in shown_text(answer)
    assert "only read this message" in quiet_text(answer)


def test_whoever_left_a_private_channel_gets_nothing_from_it(office: Office) -> None:
    secret = office.acme.channel("secret", office.ada, office.grace, kind="private")
    message = office.grace.writes("Nobody else may know that the code is Ultramarine.", secret)
    office.ada.shortcut("summarize_thread", message)
    secret.members.discard(office.ada.id)
    [job] = office.work()
    assert job.state == "failed"
    assert office.read == []
    assert not any("Ultramarine" in str(shown) for shown in office.ada.was_shown() if shown.via != "person")


def test_of_a_very_long_thread_the_newest_end_is_read_and_that_is_said(office: Office) -> None:
    root = talk(office)
    for number in range(MAX_MESSAGES + 20):
        office.grace.writes(f"Point {number}.", office.general, root.ts)
    office.answers = ["Grace counted."]
    office.ada.shortcut("summarize_thread", root)
    office.work()
    assert f"Point {MAX_MESSAGES + 19}." in thread_read(office)
    assert "Point 3." not in thread_read(office)
    assert "The printer is broken again." in thread_read(office)
    assert "the newest" in quiet_text(office.last(office.ada, office.general))


def test_when_slack_asks_to_wait_what_was_read_is_kept_and_the_wait_is_said_once(office: Office) -> None:
    office.slack.app.outside_marketplace = True  # 15 messages a page, one page a minute
    root = talk(office)
    for number in range(39):
        office.grace.writes(f"Point {number}.", office.general, root.ts)
    office.slack.rate_limits.enforced = True
    office.answers = ["Grace counted."]
    office.ada.shortcut("summarize_thread", root)
    for _ in range(4):
        [job] = office.work()
        if job.has_ended:
            break
        said = [message.text for message in office.ada.sees(office.general) if "The thread is long" in message.text]
        assert len(said) == 1
        office.slack.clock.advance(61)
        due_now(office, job.id)
    assert job.state == "delivered"
    cursors = [one.args.get("cursor", "") for one in office.slack.ledger.called("conversations.replies")]
    assert len(set(cursors)) == 3
    assert all(f"Point {number}." in thread_read(office) for number in range(39))


@pytest.mark.parametrize("rhythm", ["even", "bursts"])
def test_of_5000_messages_at_15_a_minute_the_newest_are_read_within_minutes(office: Office, rhythm: str) -> None:
    office.slack.app.outside_marketplace = True
    office.slack.clock.freeze()
    root = talk(office)
    for number in range(5000):
        office.slack.clock.advance(20.0 if rhythm == "even" else 4000.0 if number % 500 == 0 else 1.0)
        office.grace.writes(f"Point {number}.", office.general, root.ts)
    office.slack.rate_limits.enforced = True
    office.answers = ["Grace counted."]
    office.ada.shortcut("summarize_thread", root)
    [job] = office.work()
    waits = 0
    while not job.has_ended:
        waits += 1
        office.slack.clock.advance(61)
        due_now(office, job.id)
        [job] = office.work()
    assert job.state == "delivered"
    assert waits <= 8
    assert "Point 4999." in thread_read(office)
    assert "The printer is broken again." in thread_read(office)
    assert "the newest" in quiet_text(office.last(office.ada, office.general))


def test_what_is_said_to_the_app_and_what_it_says_itself_is_no_part_of_a_thread(office: Office) -> None:
    root = talk(office)
    office.ada.writes(f"<@{office.acme.bot.id}> scan this thread", office.general, root.ts)
    office.grace.writes(" /inlaid summarize", office.general, root.ts)
    office.grace.writes(
        f"<@{office.ada.id}> I asked <@{office.acme.bot.id}>, it knows nothing.", office.general, root.ts
    )
    client = office.context.connections.client(office.acme.id)
    client.chat_postMessage(channel=office.general.id, text="Ada lets Inlaid use this channel.", thread_ts=root.ts)
    office.ada.shortcut("summarize_thread", root)
    office.work()
    assert thread_read(office).splitlines()[2:] == ["Grace Hopper: @Ada Lovelace I asked @Inlaid, it knows nothing."]


def test_the_message_that_is_acted_on_is_read_also_where_it_is_said_to_the_app(office: Office) -> None:
    office.ada.shortcut(
        "summarize_thread", office.grace.writes(f"<@{office.acme.bot.id}> is the lift repaired?", office.general)
    )
    office.work()
    assert thread_read(office) == "Grace Hopper: @Inlaid is the lift repaired?"


def test_what_somebody_posted_with_the_app_is_read_as_their_words(office: Office) -> None:
    root = talk(office)
    office.answers = [Draft(recipe="reply", text="The service comes on Friday."), SUMMARY]
    office.ada.shortcut("draft_reply", root)
    office.work()
    office.ada.click(office.last(office.ada, office.general), "post_here")
    office.grace.shortcut("summarize_thread", root)
    office.work()
    assert office.read[-1]["text"].splitlines()[2:] == ["Ada Lovelace: The service comes on Friday."]


def due_now(office: Office, job_id: str) -> None:
    """Let the time pass for which a job was put off."""
    with office.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET not_before = 0")
    office.go_on(job_id)
