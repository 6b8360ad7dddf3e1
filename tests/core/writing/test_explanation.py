"""Why a draft is as it is, in lines that its person understands."""

from core.drafts import Draft, DraftSource, Escalation, Finding, Gap
from core.writing.explanation import explain
from core.writing.grounded.refine import refine_by_rule


def test_a_draft_of_a_model_names_it_with_sources_remarks_gaps_and_who_failed_before() -> None:
    draft = Draft(
        recipe="reply",
        model="qwen-4b",
        sources=(DraftSource(number=1, title="Handbook", quote="28 days of leave", supports="You have 28 days."),),
        findings=(Finding(check="facts", severity="warn", sentence="“9 pm” does not stand in the source."),),
        gaps=(Gap(place="[[When?]]", question="When?"),),
        escalations=(Escalation(**{"from": "small", "to": "qwen-4b", "reason": "It needs a writer."}),),
    )
    assert explain(draft).splitlines() == [
        "Written by qwen-4b.",
        "“You have 28 days.” rests on Handbook: “28 days of leave”",
        "Check this: “9 pm” does not stand in the source.",
        "Left open, since nothing here answers it: When?",
        "small did not do: It needs a writer.",
    ]


def test_what_a_draft_only_shows_is_not_called_open() -> None:
    hint = Gap(place="[[It also says: no]]", question="It also says: no", is_hint=True)
    assert "It also says" not in explain(Draft(recipe="reply", text=hint.place, gaps=(hint,)))
    both = Draft(recipe="reply", gaps=(*(hint,) * 9, Gap(place="[[When?]]", question="When?")))
    assert explain(both).splitlines()[-1] == "Left open, since nothing here answers it: When?"


def test_without_a_model_or_sources_it_says_so() -> None:
    assert explain(Draft(recipe="reply")).splitlines() == [
        "No model wrote it: it is quoted, filled in, or your own.",
        "It rests on what you gave, and on no source of yours.",
    ]


def test_a_ready_answer_that_was_not_picked_is_no_sentence_of_the_draft() -> None:
    answers = ("The price fits.", "The price does not fit.")
    asked = Gap(place="[[Does it fit?]]", question="Does it fit?", choices=answers)
    sources = tuple(DraftSource(number=1, title="Offer", quote="EUR 5", supports=answer) for answer in answers)
    draft = Draft(recipe="reply", text=f"Hello,\n\n{asked.place}", gaps=(asked,), sources=sources)
    assert "Offer" not in explain(draft)
    picked = refine_by_rule(draft, "price fits").draft
    assert [source.supports for source in picked.sources] == [answers[0]]
    assert "“The price fits.” rests on Offer" in explain(picked)


def test_what_is_to_be_checked_is_told_in_the_language_of_who_asks() -> None:
    said = "Rests on “Prices”, which Ada may not read."
    draft = Draft(recipe="reply", text="Yes.", findings=(Finding(check="recipients", severity="warn", sentence=said),))
    assert said in explain(draft)
    assert "Rests on" not in explain(draft, "de")
