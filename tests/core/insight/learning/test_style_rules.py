"""Wishes found in edits: only what edits prove that it was not found in."""

import random

import pytest

from core.insight.learning.style_rules import MIN_HELD_OUT, DraftPair, StyleRule, apply_rule, evidence_for, find_rules

BODY = (
    "Thank you for the note about the order. The 40 desks arrive on Friday.",
    "We have seen the report. The floor plan is with Tom Keller.",
    "The meeting moved to Monday at 3 pm. Please bring the contract.",
    "The invoice came back from the bank. We send it again on Tuesday.",
)
FILLER = "I hope this helps."


def drafts(number: int, ending: str = "") -> list[str]:
    """Return drafts that differ."""
    chance = random.Random(3)
    return [f"Hello,\n\n{chance.choice(BODY)} Case {at} is open!{ending}\n\nRegards\nAnn Lee" for at in range(number)]


def words_of(pairs: list[DraftPair]) -> set[str]:
    """Return the wishes that are found, in words."""
    return {rule.words() for rule, _evidence in find_rules(pairs)}


def test_a_repeated_removal_of_exclamation_marks_is_found() -> None:
    pairs = [DraftPair(draft, draft.replace("!", ".")) for draft in drafts(16)]
    [(rule, evidence)] = find_rules(pairs)
    assert rule == StyleRule("no_exclamation")
    assert evidence.after == 0.0 < evidence.before
    assert (evidence.tried, evidence.worse) == (8, 0)


def test_who_signs_otherwise_is_signed_so() -> None:
    pairs = [DraftPair(draft, draft.replace("Ann Lee", "Dr. Ann Lee")) for draft in drafts(16)]
    assert words_of(pairs) == {"Write “Dr. Ann” instead of “Ann”."}
    rule = find_rules(pairs)[0][0]
    assert apply_rule(rule, pairs[0].draft) == pairs[0].used
    assert apply_rule(rule, pairs[0].used) == pairs[0].used


def test_always_shorter_leaves_out_courtesies_and_nothing_with_a_fact() -> None:
    pairs = [DraftPair(draft, draft.replace(f" {FILLER}", "")) for draft in drafts(16, f" {FILLER}")]
    assert any(text.startswith("Shorter") for text in words_of(pairs))
    kept = "Let me know if Friday suits you. Please send the contract."
    assert apply_rule(StyleRule("no_courtesies"), f"{FILLER} {kept}") == kept


def test_a_bad_wish_that_only_one_half_shows_is_never_found() -> None:
    """Planted: in the half that wishes are found in, a word is always changed; in the other half never."""
    planted = [
        DraftPair(draft, draft.replace("Hello", "Yo") if at % 2 == 0 else draft) for at, draft in enumerate(drafts(40))
    ]
    assert find_rules(planted) == []
    evidence = evidence_for(StyleRule("replace", "Hello", "Yo"), planted[1::2])
    assert (evidence.better, evidence.worse) == (0, 20)
    assert not evidence.is_proof_of(MIN_HELD_OUT)


def test_a_wish_that_is_as_often_wrong_as_right_is_not_found() -> None:
    chance = random.Random(8)
    pairs = [DraftPair(draft, draft.replace("!", ".") if chance.random() < 0.5 else draft) for draft in drafts(60)]
    assert find_rules(pairs) == []


def test_a_fact_is_never_learnt() -> None:
    pairs = [DraftPair(f"See you on Monday, case {at}.", f"See you on Friday, case {at}.") for at in range(20)]
    assert find_rules(pairs) == []


def test_few_edits_prove_nothing() -> None:
    assert find_rules([DraftPair(draft, draft.replace("!", ".")) for draft in drafts(6)]) == []
    assert find_rules([]) == []


@pytest.mark.parametrize(
    ("rule", "text", "changed"),
    [
        (StyleRule("no_exclamation"), "Great!! See a != b! (Yes!)", "Great. See a != b. (Yes.)"),
        (StyleRule("no_emoji"), "Done 🎉 now :tada:", "Done now"),
        (StyleRule("replace", "Hi", "Hello"), "Hi Tom, the Hilton waits.", "Hello Tom, the Hilton waits."),
        (StyleRule("replace", "a.b(c", "x"), "a.b(c stays as text", "x stays as text"),
        (StyleRule("delete_sentence", FILLER), f"One. {FILLER} Two.", "One. Two."),
        (StyleRule("delete_sentence", FILLER), f"One.\n\n{FILLER}\n\nTwo.", "One.\n\nTwo."),
        (StyleRule("delete_sentence", FILLER), "Nothing of it.", "Nothing of it."),
    ],
)
def test_each_kind_of_wish_changes_what_it_says(rule: StyleRule, text: str, changed: str) -> None:
    assert apply_rule(rule, text) == changed


def test_the_same_wish_has_the_same_key() -> None:
    assert (
        StyleRule("replace", "a", "b").key == StyleRule("replace", "a", "b").key != StyleRule("replace", "a", "c").key
    )
