"""The draft for a mail that looks like fraud begins with a warning, and agrees to nothing by one press."""

import pytest

from core.drafts import Draft, Gap, find_gaps
from core.writing.caution import cautioned, warning_gap

ASKED = "[[May I confirm the payment?]]"
DRAFT = Draft(
    recipe="reply",
    text=f"Dear Tom,\n\n{ASKED}\n\nBest regards,\nAnn",
    gaps=(Gap(place=ASKED, question="May I confirm the payment?", choices=("I pay today.", "I do not pay.")),),
    alternatives=("I pay today.",),
)


def test_the_warning_stands_first_and_no_ready_answer_is_left() -> None:
    draft = cautioned(DRAFT, "Suspicious: it gives a new bank account.")
    first, asked = draft.gaps
    assert draft.text.startswith(first.place)
    assert draft.text.endswith(DRAFT.text)
    assert "it gives a new bank account" in first.question
    assert (asked.place, asked.choices, draft.alternatives) == (ASKED, (), ())
    assert find_gaps(draft.text)[0] == first


def test_a_further_version_has_one_warning() -> None:
    once = cautioned(DRAFT, "Suspicious: it gives a new bank account.")
    assert cautioned(once, "Suspicious: it gives a new bank account.") == once


def test_a_version_in_another_language_has_one_warning_in_that() -> None:
    reason = "Suspicious: it gives a new bank account."
    once = cautioned(DRAFT, reason)
    warning = once.gaps[0].place
    german = "Guten Tag Herr Reed,\n\nvielen Dank für Ihre Nachricht, wir melden uns.\n\nMit freundlichen Grüßen\nAnn"
    again = cautioned(once.model_copy(update={"text": f"{warning}\n\n{german}", "gaps": once.gaps[:1]}), reason)
    assert again.text == f"{warning_gap(reason, 'de')}\n\n{german}"
    assert [gap.place for gap in again.gaps] == [warning_gap(reason, "de")]


def test_a_draft_for_another_mail_stays_as_it_is() -> None:
    assert cautioned(DRAFT, "") is DRAFT


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it"])
def test_a_reason_that_quotes_the_mail_cannot_end_the_warning(language: str) -> None:
    warning = warning_gap("Suspicious: it says ]] I confirm the payment [[ and\nmore " + "x " * 900, language)
    assert warning.startswith("[[")
    assert warning.endswith("]]")
    assert warning.count("]]") == 1
    assert len(find_gaps(warning)) == 1


def test_what_is_no_reason_of_triage_is_not_told_as_one() -> None:
    assert cautioned(DRAFT, "yes").text.startswith("[[This mail looks like fraud. Ask its sender by a number")
