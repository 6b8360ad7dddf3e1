"""Shortcuts on a message: the thread is read as the asker may read it, and the answer stays theirs."""

from datetime import UTC, datetime

from core.drafts import Draft, Item
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, quiet_text, shown_text

SUMMARY = "The printer is broken. Grace will call the service tomorrow."


def talk(office: Office) -> Message:
    """Let two people talk; returns the root."""
    root = office.ada.writes("The printer is broken again.", office.general)
    text = f"<@{office.ada.id}> I will call the service tomorrow &amp; tell you."
    office.grace.writes(text, office.general, root.ts)
    return root


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


def test_posting_from_a_thread_stays_in_the_thread(office: Office) -> None:
    office.answers = [SUMMARY]
    root = talk(office)
    reply = office.grace.sees(office.general, root.ts)[1]
    office.ada.shortcut("summarize_thread", reply)
    office.work()
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert shown_text(office.grace.sees(office.general, root.ts)[-1]) == SUMMARY


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


def test_a_reply_answers_the_message_with_the_rest_as_background(office: Office) -> None:
    office.answers = ["Thank you for calling the service."]
    office.ada.user.title = "Head of  Printing"
    root = talk(office)
    message = office.grace.sees(office.general, root.ts)[1]
    office.ada.shortcut("draft_reply", message)
    office.work()
    [inputs] = office.read
    assert inputs["message"] == "@Ada Lovelace I will call the service tomorrow & tell you."
    assert inputs["thread"] == "Ada Lovelace: The printer is broken again."
    assert (inputs["sender_name"], inputs["owner_name"]) == ("Grace Hopper", "Ada Lovelace")
    assert inputs["owner_role"] == "Head of Printing"
    assert inputs["sent_on"] == datetime.fromtimestamp(float(message.ts), UTC).date().isoformat()


def test_without_a_title_none_is_passed(office: Office) -> None:
    office.answers = ["Thank you for calling the service."]
    office.ada.shortcut("draft_reply", talk(office))
    office.work()
    assert not office.read[0].get("owner_role")


def test_action_items_are_listed_with_their_quotes(office: Office) -> None:
    quote = "I will call the service tomorrow"
    item = Item(text="Call the service", quote=quote, who="Grace Hopper", due="tomorrow")
    office.answers = [Draft(recipe="actions", items=(item,))]
    office.ada.shortcut("find_actions", talk(office))
    office.work()
    shown = shown_text(office.last(office.ada, office.general))
    assert "• Call the service (Grace Hopper, tomorrow)" in shown
    assert quote in shown


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


def test_an_email_comes_with_a_mail_file_and_the_way_to_connect_a_mailbox(office: Office) -> None:
    office.answers = ["The printer is broken again. Grace will call the service tomorrow."]
    office.ada.shortcut("turn_into_email", talk(office))
    [job] = office.work()
    assert job.state == "delivered"
    answer = office.last(office.ada, office.general)
    assert "connect your mailbox on my Home tab" in quiet_text(answer)
    assert "Get it as a mail file" in button_labels(answer)
    office.ada.click(answer, "email_file")
    [upload] = office.last(office.ada, office.ada.dm).files
    assert upload["name"].endswith(".eml")
    assert office.slack.ledger.refusals == []


def test_the_global_shortcut_opens_the_list_and_answers_in_the_apps_messages(office: Office) -> None:
    office.answers = ["The printer is broken."]
    office.ada.shortcut("write_something")
    assert office.ada.modal is not None
    office.ada.click(office.ada.modal, "choose_recipe:compose")
    office.ada.submit({"brief": "the printer is broken"})
    assert "messages with me" in shown_text(office.ada.modal)
    office.work()
    answer = office.last(office.ada, office.ada.dm)
    assert "The printer is broken." in shown_text(answer)
    assert "Post here" not in button_labels(answer)
    assert "Post to…" in button_labels(answer)
