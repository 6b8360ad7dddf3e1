"""Forms made from recipes, in Slack: opened by a command without text, checked, and answered."""

import pytest

from tests.fakes.slack import Error, Status
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, choose, shown_text


def test_a_command_without_text_opens_the_recipes_form(office: Office) -> None:
    office.answers = ["The printer is broken."]
    assert office.ada.slash("/draft", channel=office.general).ok
    assert office.queued == []
    office.ada.submit({"brief": "printer", "recipient_name": office.grace.id})
    assert office.ada.modal is None
    assert "I am on it" in office.last(office.ada, office.general).text
    office.work()
    assert (office.read[0]["brief"], office.read[0]["recipient_name"]) == ("printer", "Grace Hopper")
    answer = office.last(office.ada, office.general)
    assert shown_text(answer) == "The printer is broken."
    assert answer.only_for == office.ada.id
    assert "Post here" in button_labels(answer)
    assert office.slack.ledger.refusals == []


def test_what_is_wrong_stands_beside_its_field(office: Office) -> None:
    office.ada.slash("/draft", channel=office.general)
    ack = office.ada.submit({"brief": "   "})
    assert ack.errors == {"brief": "Please fill this in."}
    assert office.queued == []
    assert office.ada.modal is not None


def test_a_form_sent_five_times_is_one_job(office: Office) -> None:
    office.ada.slash("/draft", channel=office.general)
    ack = office.ada.submit({"brief": "printer"})
    for _ in range(4):
        office.slack.deliver_again(ack)
    assert len(office.queued) == 1


def test_a_form_sent_after_its_response_url_expired_is_answered_all_the_same(office: Office) -> None:
    office.ada.slash("/draft", channel=office.general)
    office.slack.clock.advance(31 * 60)
    office.ada.submit({"brief": "printer"})
    office.work()
    assert "Post here" in button_labels(office.last(office.ada, office.general))


@pytest.mark.parametrize("asked", ["command", "edit", "change", "post_to"])
def test_a_form_that_slack_does_not_open_any_more_is_said(office: Office, asked: str) -> None:
    office.ada.slash("/draft", "printer", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    office.slack.faults.add("views.open", Error("expired_trigger_id"))
    if asked == "command":
        office.ada.slash("/draft", channel=office.general)
    elif asked == "post_to":
        choose(office.ada, answer, asked)
    else:
        office.ada.click(answer, asked)
    assert office.ada.modal is None
    told = office.last(office.ada, office.general)
    assert "This took too long, so Slack did not open the form. Please try again." in told.text
    assert told.only_for == office.ada.id


def test_what_fails_after_the_response_url_is_used_up_is_said_in_the_messages(office: Office) -> None:
    office.ada.slash("/draft", "printer", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    office.slack.faults.add("views.open", Error("expired_trigger_id"))
    office.slack.faults.add("response_url", Status(404))
    office.ada.click(answer, "edit")
    assert "did not open the form" in office.last(office.ada, office.ada.dm).text
