"""Forms made from recipes, in Slack: opened by a command without text, checked, and answered."""

from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, shown_text


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
