"""A thread as its asker sees it."""

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
    message = office.grace.writes("Nobody else may know that the code is 4711.", secret)
    office.ada.shortcut("summarize_thread", message)
    secret.members.discard(office.ada.id)
    [job] = office.work()
    assert job.state == "failed"
    assert office.read == []
    assert not any("4711" in str(shown) for shown in office.ada.was_shown() if shown.via != "person")
