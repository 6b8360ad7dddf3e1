"""What the classifier of sentence roles reads off a text."""

import pytest

from core.text.statements import Values, read_statements
from core.writing.roles.features import BUCKETS, buckets_of, differs, flags_of, rows_of, tokens_of

TALK = "Ann: Is it 40 euros?\nBob: No, it is 50 euros.\nAnn: 50 euros then!\n"


def test_words_are_read_in_small_letters_and_each_number_is_one_sign() -> None:
    assert tokens_of("We\u2019ll pay 40 % by 2026, OK?") == ["we'll", "pay", "0", "%", "by", "0", "ok", "?"]


def test_the_same_words_have_the_same_places_whatever_their_numbers_and_capitals() -> None:
    assert buckets_of("Pay 40 euros", "Why?") == buckets_of("pay 75 EUROS", "why?")
    assert buckets_of("Pay 40 euros", "Why?") != buckets_of("Pay 40 euros", "When?")
    assert all(0 <= place < BUCKETS for place in buckets_of(TALK, ""))


@pytest.mark.parametrize(
    ("values", "others", "are_different"),
    [
        ({"money": {"40"}}, {"money": {"50"}}, True),
        ({"money": {"40", "50"}}, {"money": {"50"}}, False),
        ({"money": {"40"}}, {"day": {"2026-11-27"}}, False),
    ],
)
def test_only_values_of_one_kind_differ(values: Values, others: Values, are_different: bool) -> None:
    assert differs(values, others) is are_different


def test_a_sentence_that_gives_another_value_than_before_is_flagged() -> None:
    asked, changed, repeated = flags_of(read_statements(TALK, "en"))
    assert asked[0] == 1.0
    names = ("day", "time", "changes", "repeats")
    at = {name: 25 + number for number, name in enumerate(names)}
    assert [row[at["changes"]] for row in (asked, changed, repeated)] == [0.0, 1.0, 0.0]
    assert [row[at["repeats"]] for row in (asked, changed, repeated)] == [0.0, 0.0, 1.0]


def test_vectors_stand_behind_the_flags_with_those_of_the_neighbours() -> None:
    statements = read_statements(TALK, "en")
    plain = [len(dense) for dense, _ in rows_of(statements, [])]
    with_vectors = [dense for dense, _ in rows_of(statements, [(1.0, 0.0), (0.0, 1.0), (1.0, 0.0)])]
    assert [len(dense) for dense in with_vectors] == [count + 3 * 2 + 3 for count in plain]
    first = with_vectors[0][plain[0] :]
    assert first[:2] == [20.0, 0.0]
    assert first[2:6] == [0.0, 0.0, 0.0, 10.0]
