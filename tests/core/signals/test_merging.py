"""What is one matter."""

import numpy as np
import pytest

from core.signals.merging import matter_of, pack, same_matter, unpack


def same(one: str, other: str, kind: str = "risk", other_kind: str = "risk") -> bool:
    return same_matter(matter_of(kind, one, None), {"known": matter_of(other_kind, other, None)}) == "known"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("The boiler may fail soon.", "The boiler may well fail soon!", True),
        ("The boiler may fail soon.", "Nobody ordered the chairs.", False),
        ("Invoice 1041 is overdue.", "Invoice 1042 is overdue.", False),
        ("The roof costs 80,000 euros.", "The roof costs 90,000 euros.", True),
        ("", "", False),
    ],
)
def test_words_say_what_is_one_matter(one: str, other: str, expected: bool) -> None:
    assert same(one, other) is expected


def test_another_kind_is_another_matter() -> None:
    assert not same("The boiler may fail.", "The boiler may fail.", other_kind="idea")


def test_vectors_survive_storing_and_those_of_another_embedder_are_not_compared() -> None:
    vector = unpack(pack([3.0, 4.0]))
    assert vector is not None
    assert np.allclose(vector, [0.6, 0.8])
    assert unpack(pack(None)) is None
    near = matter_of("risk", "Water drips from the ceiling.", vector)
    known = matter_of("risk", "The roof leaks.", vector)
    assert same_matter(near, {"known": known}) == "known"
    assert same_matter(near, {"known": matter_of("risk", "The roof leaks.", unpack(pack([1.0, 0.0, 0.0])))}) == ""
