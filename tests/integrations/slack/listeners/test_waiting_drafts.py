"""Discard below the message of a draft in a mailbox: its owner alone, once, and never over what became of it."""

from core.job import Job
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.delivery.test_draft_notice import buttons, tell, told, written
from tests.integrations.slack.screen import shown_text


def shown(office: Office) -> Job:
    job = written(office)
    tell(office, job)
    return job


def test_its_owner_discards_the_draft_after_a_question(office: Office) -> None:
    shown(office)
    (message,) = told(office)
    assert "Discard this draft?" in repr(message.blocks)
    office.ada.click(message, "discard_waiting")
    assert office.outcomes() == [("rejected", None)]
    (message,) = told(office)
    assert "leaves your mailbox within some minutes" in shown_text(message)
    assert buttons(message) == []


def test_what_became_of_the_draft_meanwhile_stays(office: Office) -> None:
    job = shown(office)
    (message,) = told(office)
    office.store.outcomes.add(job, "edited", person=job.person, distance=0.1, detail={"text": "Hello Ann, Tuesday."})
    office.ada.click(message, "discard_waiting")
    assert [outcome for outcome, _ in office.outcomes()] == ["edited"]
    assert "Sent, with your changes." in shown_text(told(office)[0])


def test_opening_is_acknowledged_and_changes_nothing(office: Office) -> None:
    shown(office)
    assert office.ada.click(told(office)[0], "open_waiting").status == 200
    assert buttons(told(office)[0]) == ["Open", "Discard"]


def test_nobody_else_discards_it(office: Office) -> None:
    """The press bears the id of somebody else's job: a forged one, or one of a message that was passed on."""
    theirs = written(office, office.grace.id)
    shown(office)
    (message,) = told(office)
    [row] = [block for block in message.blocks if block["type"] == "actions"]
    row["elements"][-1]["value"] = theirs.id
    office.ada.click(message, "discard_waiting")
    assert office.outcomes() == []
    assert any("That draft is gone." in shown_text(one) for one in told(office))


def test_without_a_link_the_draft_is_read_in_slack_by_its_owner_alone(office: Office) -> None:
    tell(office, written(office), link="")
    (message,) = told(office)
    office.ada.click(message, "open_waiting")
    assert office.ada.modal
    shown_blocks = repr(office.ada.modal.blocks)
    assert all(words in shown_blocks for words in ("the berths cost 400.", "Which day suits you?", "Drafts folder"))
    theirs = written(office, office.grace.id, text="SECRET of Grace")
    [row] = [block for block in message.blocks if block["type"] == "actions"]
    row["elements"][0]["value"] = theirs.id
    office.ada.click(message, "open_waiting")
    assert "SECRET" not in repr(office.ada.modal.blocks)
