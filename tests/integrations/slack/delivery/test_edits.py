"""What a draft becomes in its person's hands."""

from core.drafts import Draft, Gap
from core.sources.model import person_principal
from integrations.slack.delivery import edits
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.delivery.test_posting import QUOTE, cite
from tests.integrations.slack.screen import button_labels, quiet_text, shown_text


def test_a_ready_answer_fills_its_gap_in_place_and_the_next_one_stays(office: Office) -> None:
    gaps = (
        Gap(place="[[Which day?]]", question="Which day?", choices=("Tuesday works for me.", "I will ask.")),
        Gap(place="[[Who comes?]]", question="Who comes?", choices=("I come alone.",)),
    )
    office.answers = [Draft(recipe="reply", text="[[Which day?]]\n\n[[Who comes?]]", gaps=gaps, skeleton=True)]
    office.ada.slash("/draft", "lunch", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    assert {"Tuesday works for me.", "I will ask.", "I come alone."} <= set(button_labels(answer))
    office.ada.click(answer, "fill_gap:0")
    filled = office.last(office.ada, office.general)
    assert shown_text(filled) == "Tuesday works for me.\n\n[[Who comes?]]"
    assert "I come alone." in button_labels(filled)
    assert "Tuesday works for me." not in button_labels(filled)
    office.ada.click(filled, "fill_gap:0")
    assert shown_text(office.last(office.ada, office.general)) == "Tuesday works for me.\n\nI come alone."
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert office.outcomes()[-1] == ("accepted", 0.0)
    assert office.slack.ledger.refusals == []


def test_what_the_person_took_out_of_the_text_holds_nothing_back(office: Office) -> None:
    cite(office, person_principal(office.acme.id, office.ada.id))
    office.ada.slash("/inlaid", "ask How many days?", channel=office.general)
    [job] = office.work()
    edits.keep_edit(office.store, job, "Please ask the people team.")
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert "people team" in shown_text(office.last(office.grace, office.general))


def test_what_an_edit_keeps_of_a_source_is_held_back_however_little_of_the_draft_that_is(office: Office) -> None:
    cite(office, person_principal(office.acme.id, office.ada.id))
    [answer] = office.answers
    assert isinstance(answer, Draft)
    around = "Thank you for the patient question about holidays, which came up again and again during this quarter."
    office.answers = [answer.model_copy(update={"text": f"{around} {QUOTE} {around}"})]
    office.ada.slash("/inlaid", "ask How many days?", channel=office.general)
    [job] = office.work()
    edits.keep_edit(office.store, job, "It is 28 days of leave.")
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert "28 days" not in str([shown_text(message) for message in office.grace.sees(office.general)])


def test_ready_answers_and_edits_are_taken_back_one_by_one(office: Office) -> None:
    gaps = (
        Gap(place="[[Which day?]]", question="Which day?", choices=("Tuesday works for me.", "I will ask.")),
        Gap(place="[[Who comes?]]", question="Who comes?", choices=("I come alone.",)),
    )
    asked = "[[Which day?]]\n\n[[Who comes?]]"
    office.answers = [Draft(recipe="reply", text=asked, gaps=gaps, skeleton=True)]
    office.ada.slash("/draft", "lunch", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    assert "Undo" not in button_labels(answer)
    assert ":pencil2: 1. Which day?" in quiet_text(answer)
    office.ada.click(answer, "fill_gap:0")
    assert ":pencil2: 2. Who comes?" in quiet_text(office.last(office.ada, office.general))
    office.ada.click(office.last(office.ada, office.general), "fill_gap:0")
    texts = []
    while "Undo" in button_labels(shown := office.last(office.ada, office.general)):
        texts.append(shown_text(shown))
        office.ada.click(shown, "undo")
    assert texts == ["Tuesday works for me.\n\nI come alone.", "Tuesday works for me.\n\n[[Who comes?]]"]
    assert shown_text(shown) == asked
    assert "I will ask." in button_labels(shown)
    assert office.slack.ledger.refusals == []
