"""What a draft becomes in its person's hands."""

from core.drafts import Draft, Gap
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, shown_text


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
    assert office.slack.ledger.refusals == []
