"""Everyday words are known by what says the same; rare ones by nothing."""

import pytest

from core.text.same_words import groups_of, is_same_part, is_time_unit, words_like


@pytest.mark.parametrize(("word", "other"), [("vacation", "leave"), ("Urlaub", "congés"), ("chairs", "sillas")])
def test_words_that_say_the_same_share_a_group(word: str, other: str) -> None:
    assert groups_of(word) & groups_of(other)
    assert other.casefold() in words_like(word)


def test_other_words_share_none() -> None:
    assert not groups_of("lighthouse")
    assert not groups_of("Friday") & groups_of("Monday")
    assert words_like("lighthouse") == ()


def test_the_first_groups_are_spans_of_time() -> None:
    assert all(map(is_time_unit, ("day", "Wochen", "mois", "años", "heures", "minutes")))
    assert not is_time_unit("leave")


def test_a_compound_holds_what_says_the_same_as_its_part() -> None:
    assert is_same_part("summer", "sommerfest")
    assert not is_same_part("winter", "sommerfest")
    assert not is_same_part("summer", "sommer")
