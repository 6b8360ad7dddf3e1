"""What is one matter, how grave it is, and what decisions teach."""

import numpy as np
import pytest

from core.signals.merging import matter_of, pack, preferences, same_matter, severity_of, unpack


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


@pytest.mark.parametrize(
    ("kind", "items", "has_value", "severity"),
    [("idea", 1, False, 1), ("risk", 1, False, 2), ("risk", 1, True, 3), ("risk", 9, True, 3), ("idea", 3, True, 3)],
)
def test_severity_has_its_reasons(kind: str, items: int, has_value: bool, severity: int) -> None:
    found, reasons = severity_of(kind, items=items, has_value=has_value)
    assert found == severity
    assert len(reasons) >= severity - 1


def test_what_is_like_a_dismissed_signal_sinks_and_like_a_confirmed_one_rises() -> None:
    vectors = {
        "up": np.array([1.0, 0.0], np.float32),
        "down": np.array([0.0, 1.0], np.float32),
        "new": np.array([0.995, 0.0998], np.float32),
        "other": np.array([0.0998, 0.995], np.float32),
    }
    found = preferences(vectors, {"up": "confirmed", "down": "dismissed"})
    assert found.keys() == {"new", "other"}
    assert found["new"] > 0.9
    assert found["other"] < -0.9
