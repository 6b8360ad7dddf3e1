"""What checks did to drafts."""

from core.drafts import Draft, Finding, Usage
from core.insight.evaluation import Output
from core.insight.evaluation.outputs import MAX_EXAMPLES, effects_of_checks, objections_of

STOPS = Finding(check="facts", severity="repair", sentence="A number is not in the source.", place="42")
WARNS = Finding(check="tone", severity="warn", sentence="It is brusque.")


def test_an_objection_that_the_draft_no_longer_has_was_repaired() -> None:
    draft = Draft(recipe="reply", text="x", usage=Usage(calls=3))
    (objection,) = objections_of(draft, [(STOPS, WARNS), ()])
    assert (objection.check, objection.is_repaired, objection.is_delivered, objection.extra_calls) == (
        "facts", True, False, 2,
    )  # fmt: skip
    assert "42" in objection.example


def test_what_the_draft_still_has_was_delivered() -> None:
    draft = Draft(recipe="reply", text="x", findings=(WARNS,))
    (objection,) = objections_of(draft, [(WARNS,)])
    assert (objection.check, objection.is_delivered, objection.is_repaired) == ("tone", True, False)


def test_effects_are_summed_over_drafts_the_most_frequent_first() -> None:
    draft = Draft(recipe="reply", text="x", findings=(WARNS,), usage=Usage(calls=2))
    outputs = [Output(text="x", objections=objections_of(draft, [(STOPS,)]))] * 2
    outputs.append(Output(text="x", objections=objections_of(draft, [])))
    effects = effects_of_checks("small", outputs)
    assert [(effect.check, effect.drafts, effect.objections) for effect in effects] == [("tone", 3, 3), ("facts", 3, 2)]
    assert all(len(effect.examples) <= MAX_EXAMPLES for effect in effects)
