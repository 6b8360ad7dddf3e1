"""What people do with drafts: how a text was changed, what became of each change, and which act counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.drafts import Draft, Edit, Finding, Item
from core.insight.learning.personalization import apply_rules
from core.insight.learning.style_rules import DraftPair, StyleRule, find_rules
from core.outcomes import (
    Act,
    DecidedChange,
    DraftDecision,
    EffectiveOutcome,
    decided_changes,
    edit_kinds,
    effective_outcome,
    last_decisions,
    refused_in,
    replacements,
    shown_text,
    taken_back,
    without_change,
)

DRAFT = "Thank you for the note. The order of 40 desks arrives on Friday. Please tell us the floor."


@pytest.mark.parametrize(
    ("after", "kinds"),
    [
        (DRAFT, ()),
        (DRAFT.replace("40", "50"), ("facts",)),
        (DRAFT.replace("the floor.", "the floor, Miriam."), ("names",)),
        (DRAFT.replace("Please tell", "Please, tell"), ("punctuation",)),
        (DRAFT.replace("note.", "note!"), ("tone",)),
        (DRAFT.replace("order", "delivery"), ("wording",)),
        (DRAFT.replace(" Please tell us the floor.", ""), ("tone", "length", "deleted_sentence")),
        (DRAFT + " We look forward to seeing it in place soon.", ("length", "added_sentence")),
        (DRAFT.replace(" The", "\n\nThe"), ("structure",)),
        ("", ("facts", "tone", "length", "structure", "deleted_sentence")),
    ],
)
def test_each_change_is_named_by_its_kind(after: str, kinds: tuple[str, ...]) -> None:
    assert edit_kinds(DRAFT, after) == kinds


def test_hostile_lengths_are_cut_before_they_are_compared() -> None:
    assert "length" not in edit_kinds("a" * 30_000, "a" * 60_000)


def test_what_a_person_saw_is_the_text_or_the_lines() -> None:
    assert shown_text(Draft(recipe="r", text="One")) == "One"
    assert shown_text(Draft(recipe="r", items=(Item(text="A"), Item(text="B")))) == "A\nB"
    edits = (Edit(id="1", hash="h", text="New"), Edit(id="2", hash="h", comment="Only a remark"))
    assert shown_text(Draft(recipe="r", edits=edits)) == "New"


BEFORE = "We utilise the hall, wich is large."
PROPOSED = "We use the hall, which is very large."
WORDS = st.lists(st.sampled_from(["we", "use", "the", "hall", ",", "don't", "3.5", "Größe", "."]), max_size=12)


def words(before: str, after: str) -> list[tuple[str, str]]:
    return [(replacement.old, replacement.new) for replacement in replacements(before, after)]


def test_words_that_became_others_are_told_with_the_word_before_an_addition() -> None:
    assert words(BEFORE, PROPOSED) == [("utilise", "use"), ("wich", "which"), ("is", "is very")]
    assert words("Send it now please.", "Send it.") == [("it now please", "it")]
    assert words("now", "") == []
    assert words("", "now") == []
    assert words("it", "So it") == [("it", "So it")]
    assert words(BEFORE, BEFORE) == []


@given(WORDS, WORDS)
def test_what_is_taken_back_as_a_whole_is_what_stood_there(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old), " ".join(new)
    if before and after:
        assert taken_back(after, replacements(before, after)) == before


def test_only_what_still_stands_as_it_was_is_refused() -> None:
    used = "We utilise the hall, which is quite large."
    assert [replacement.old for replacement in refused_in(DecidedChange(0, BEFORE, PROPOSED, used))] == ["utilise"]
    assert [replacement.old for replacement in refused_in(DecidedChange(0, BEFORE, PROPOSED, BEFORE))] == [
        "utilise",
        "wich",
        "is",
    ]
    assert refused_in(DecidedChange(0, BEFORE, PROPOSED, PROPOSED)) == []
    assert without_change(BEFORE, PROPOSED, "utilise", "use") == "We utilise the hall, which is very large."
    assert without_change(BEFORE, PROPOSED, "hall", "use") == PROPOSED


def draft(*pairs: tuple[str, str]) -> Draft:
    edits = (Edit(id=f"p{at}", hash="h", before=old, text=new) for at, (old, new) in enumerate(pairs))
    return Draft(recipe="proofread", edits=tuple(edits))


def test_the_last_act_on_a_change_counts_and_a_later_one_on_the_whole_counts_for_all() -> None:
    acts = [("0", DraftDecision("accepted")), ("1", DraftDecision("rejected")), ("0", DraftDecision("edited", "c"))]
    made = draft(("a", "b"), ("a", "b"), ("a", "b"))
    assert [(change.place, change.used) for change in decided_changes(made, *last_decisions(acts))] == [
        (0, "c"),
        (1, "a"),
    ]
    whole = [*acts, ("", DraftDecision("accepted"))]
    assert [change.used for change in decided_changes(made, *last_decisions(whole))] == ["b", "b", "b"]
    assert decided_changes(made, *last_decisions([*acts, ("", DraftDecision("regenerated"))])) == []
    assert [
        change.used for change in decided_changes(made, *last_decisions([*whole, ("2", DraftDecision("rejected"))]))
    ] == [
        "c",
        "a",
        "a",
    ]


def test_remarks_and_changes_of_an_unknown_paragraph_are_no_changes() -> None:
    edits = (Edit(id="p", hash="h", before="a", comment="See."), Edit(id="q", hash="h", text="b"))
    assert decided_changes(Draft(recipe="r", edits=edits), DraftDecision("accepted"), {}) == []


def rejected(number: int, *, taken: int = 0) -> list[DraftPair]:
    """Return changes of a word that were refused, and some that were taken."""
    befores = [f"We utilise room {at} today." for at in range(number + taken)]
    news = [text.replace("utilise", "use") for text in befores]
    # Alternately in the half that wishes are found in and in the one that they are tried on.
    return [
        DraftPair(new, old if at < number else new, "word", old)
        for at, (old, new) in enumerate(zip(befores, news, strict=True))
    ]


@pytest.mark.parametrize(("number", "taken", "found"), [(4, 0, True), (3, 0, False), (8, 6, False), (30, 2, True)])
def test_a_wish_to_keep_words_takes_two_cases_in_each_half_and_few_against_it(
    number: int, taken: int, found: bool
) -> None:
    rules = [rule for rule, _evidence in find_rules(rejected(number, taken=taken))]
    assert (StyleRule("keep", "utilise", "use") in rules) is found
    assert not [rule for rule in rules if rule.kind == "replace"]


def test_a_wish_from_texts_does_not_undo_what_the_document_said_before() -> None:
    pairs = [DraftPair(f"Go {at}!", f"Go {at}!", "word", f"Goo {at}!") for at in range(20)]
    texts = [DraftPair(f"Yes {at}!", f"Yes {at}.") for at in range(20)]
    assert [rule.kind for rule, _evidence in find_rules([*pairs, *texts])] == ["no_exclamation"]


def test_a_change_that_is_not_wanted_goes_and_one_of_which_nothing_is_left_is_none() -> None:
    rule = StyleRule("keep", "utilise", "use")
    found = apply_rules(draft((BEFORE, PROPOSED), ("We utilise it.", "We use it."), ("Teh.", "The.")), (rule,), {})
    assert found.edits is not None
    assert [edit.text for edit in found.edits] == ["We utilise the hall, which is very large.", "The."]
    assert found.notices == ("As you wish: Leave “utilise” as it is: never change it to “use”.",)
    assert apply_rules(draft(("Teh.", "The.")), (rule,), {}).notices == ()


def test_findings_of_a_kept_edit_stay() -> None:
    finding = Finding(check="spelling", severity="warn", sentence="“wich” is misspelt.")
    edit = Edit(id="p", hash="h", before=BEFORE, text=PROPOSED, findings=(finding,))
    found = apply_rules(Draft(recipe="proofread", edits=(edit,)), (StyleRule("keep", "utilise", "use"),), {})
    assert found.edits is not None
    assert found.edits[0].findings == (finding,)


def acts(*outcomes: str) -> list[Act]:
    """Return acts one second apart; an edit changes a quarter."""
    distances = {"accepted": 0.0, "edited": 0.25}
    return [Act(name, distances.get(name), happened_at=float(at)) for at, name in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("done", "counts"),
    [
        ((), ("", None)),
        (("accepted",), ("accepted", 0.0)),
        (("accepted", "rejected"), ("rejected", None)),
        (("rejected", "accepted"), ("accepted", 0.0)),
        (("edited", "accepted"), ("edited", 0.25)),
        (("accepted", "edited"), ("edited", 0.25)),
        (("edited", "rejected"), ("rejected", None)),
        (("edited", "rejected", "accepted"), ("edited", 0.25)),
        (("regenerated", "accepted"), ("accepted", 0.0)),
        (("expired",), ("expired", None)),
        (("accepted", "expired"), ("accepted", 0.0)),
        (("expired", "rejected"), ("rejected", None)),
    ],
)
def test_the_last_act_counts_but_an_accepted_edit_stays_an_edit(
    done: tuple[str, ...], counts: tuple[str, float | None]
) -> None:
    effective = effective_outcome(acts(*done))
    assert (effective.outcome, effective.distance) == counts


def test_the_order_is_when_it_happened_and_not_when_it_arrived() -> None:
    late = Act("accepted", 0.0, happened_at=1.0)
    assert effective_outcome([Act("rejected", happened_at=2.0), late]).outcome == "rejected"


def test_an_acceptance_that_brings_the_draft_itself_takes_the_edit_back() -> None:
    brought = Act("accepted", 0.0, happened_at=9.0, has_text=True)
    assert effective_outcome([*acts("edited"), brought]).outcome == "accepted"


@pytest.mark.parametrize(
    ("decisions", "counts"),
    [
        (("accepted", "accepted"), EffectiveOutcome("accepted", 0.0, taken=2, chosen=frozenset("01"))),
        (("rejected", "rejected"), EffectiveOutcome("rejected", None, refused=2)),
        (("accepted", "rejected"), EffectiveOutcome("edited", 0.5, taken=1, refused=1, chosen=frozenset("0"))),
    ],
)
def test_the_changes_of_a_document_decide_together(decisions: tuple[str, ...], counts: EffectiveOutcome) -> None:
    done = [Act(name, 0.0, subject=f"edit:{at}", happened_at=float(at)) for at, name in enumerate(decisions)]
    assert effective_outcome(done) == counts


def test_a_change_that_is_decided_again_counts_once() -> None:
    done = [Act("rejected", subject="edit:1", happened_at=1.0), Act("accepted", 0.0, "edit:1", happened_at=2.0)]
    assert effective_outcome(done) == EffectiveOutcome("accepted", 0.0, taken=1, chosen=frozenset("1"))


def test_an_act_on_the_whole_document_outweighs_earlier_ones_on_changes() -> None:
    done = [Act("accepted", 0.0, "edit:1", happened_at=1.0), Act("rejected", happened_at=2.0)]
    assert effective_outcome(done).outcome == "rejected"


def test_outside_events_are_no_outcome_and_the_last_value_counts() -> None:
    done = [Act("event", subject="event:sale", value=value, happened_at=value) for value in (1.0, 3.0)]
    assert effective_outcome(done) == EffectiveOutcome("", events={"sale": 3.0})
