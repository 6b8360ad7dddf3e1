"""What a draft says in a mailbox, where nothing can stand beside it."""

import pytest

from core.drafts import RECIPIENTS_CHECK, Draft, Finding, Gap, without_gaps
from core.outcomes import edit_distance
from integrations.mail.reply.compose import html_body
from integrations.mail.reply.in_mailbox import as_in_mailbox


def remarked(text: str, *findings: Finding, gaps: tuple[Gap, ...] = ()) -> Draft:
    return Draft(recipe="reply", text=text, findings=findings, gaps=gaps)


def finding(place: str, sentence: str, check: str = "facts") -> Finding:
    return Finding(check=check, severity="warn", place=place, sentence=sentence)


def test_a_remark_stands_behind_the_words_that_it_is_about() -> None:
    draft = remarked(
        "Hi Ann,\n\nIt is 1480 EUR in all, and 480 EUR now.\n\nBob",
        finding("480 EUR", "The amount “480 EUR” does not stand in the source."),
    )
    placed = as_in_mailbox(draft)
    assert placed.text == (
        "Hi Ann,\n\nIt is 1480 EUR in all, and 480 EUR "
        "[[The amount “480 EUR” does not stand in the source.]] now.\n\nBob"
    )
    assert [gap.question for gap in placed.gaps] == ["The amount “480 EUR” does not stand in the source."]


def test_two_remarks_on_the_same_words_and_one_on_none_stand_each_once() -> None:
    draft = remarked(
        "We meet on Friday.",
        finding("Friday", "The weekday “Friday” does not stand in the source."),
        finding("Friday", "Somebody else said this.", "persons"),
        finding("", "Your sender asks what the ferry costs.", "unanswered"),
        finding("", "Your sender asks what the ferry costs.", "unanswered"),
    )
    assert as_in_mailbox(draft).text == (
        "[[Your sender asks what the ferry costs.]]\n\nWe meet on Friday [[The weekday “Friday” does not "
        "stand in the source.]] [[Somebody else said this.]]."
    )


def test_words_that_only_stand_in_a_gap_get_their_remark_behind_it() -> None:
    draft = remarked("[[Is 12 May right?]] Yours, Bob", finding("12 May", "The date “12 May” does not stand there."))
    assert as_in_mailbox(draft).text == "[[Is 12 May right?]] [[The date “12 May” does not stand there.]] Yours, Bob"


def test_a_remark_on_a_sentence_and_one_on_words_of_it_both_find_their_places() -> None:
    draft = remarked(
        "We come on Friday at noon. Yours, Bob",
        finding("Friday", "One."),
        finding("We come on Friday at noon.", "Two."),
    )
    assert as_in_mailbox(draft).text == "We come on Friday [[One.]] at noon. [[Two.]] Yours, Bob"


@pytest.mark.parametrize("check", [RECIPIENTS_CHECK, "length", "restyled"])
def test_what_those_who_get_the_mail_must_not_see_or_is_about_its_form_stands_in_no_mail(check: str) -> None:
    draft = remarked("We meet on Friday.", finding("Friday", "Rests on “Plan”, which Kim Park may not read.", check))
    assert as_in_mailbox(draft) == draft


def test_a_remark_is_told_in_the_language_of_the_draft() -> None:
    draft = remarked(
        "Guten Tag Frau Weber,\n\ndie Rechnung beträgt 480 Euro, und wir bezahlen sie nächste Woche.\n\nViele Grüße",
        finding("480 Euro", "The amount “480 Euro” does not stand in the source."),
    )
    assert "480 Euro [[„480 Euro“ (Angabe) steht nicht in der Quelle.]], und" in as_in_mailbox(draft).text


def test_without_its_remarks_the_text_is_the_draft_again() -> None:
    draft = remarked("We meet on Friday at noon.", finding("Friday", "The weekday “Friday” does not stand there."))
    assert edit_distance(draft.text, without_gaps(as_in_mailbox(draft).text).replace("   ", " ")) == 0


def test_ready_answers_stand_below_the_question_in_its_gap() -> None:
    asked = Gap(
        place="[[Does Tuesday suit you?]]", question="Does Tuesday suit you?", choices=("Yes, it does.", "No [sorry].")
    )
    placed = as_in_mailbox(remarked("Hi Ann,\n\n[[Does Tuesday suit you?]]\n\nBob", gaps=(asked,)))
    shown = "[[Does Tuesday suit you?\n\N{RIGHTWARDS ARROW} Yes, it does.\n\N{RIGHTWARDS ARROW} No sorry .]]"
    assert placed.text == f"Hi Ann,\n\n{shown}\n\nBob"
    assert [gap.place for gap in placed.gaps] == [shown]
    assert without_gaps(placed.text) == "Hi Ann,\n\n \n\nBob"
    page = html_body(placed.text)
    assert "Does Tuesday suit you?<br>\n\N{RIGHTWARDS ARROW} Yes, it does.<br>" in page
