"""How grave a matter is, and what decisions teach about others."""

import numpy as np
import pytest

from core.signals.merging import Matter, matter_of
from core.signals.ranking import learnt, rank_of, severity_of


@pytest.mark.parametrize(
    ("kind", "items", "has_value", "severity"),
    [("idea", 1, False, 1), ("risk", 1, False, 2), ("risk", 1, True, 3), ("risk", 9, True, 3), ("idea", 3, True, 3)],
)
def test_severity_has_its_reasons(kind: str, items: int, has_value: bool, severity: int) -> None:
    found, reasons = severity_of(kind, items=items, has_value=has_value)
    assert found == severity
    assert len(reasons) >= severity - 1


STATES = {"up": "confirmed", "down": "dismissed", "new": "open", "other": "open"}


def matter(*values: float) -> Matter:
    return Matter("risk", frozenset(), frozenset(), np.array(values, np.float32))


def test_what_is_like_a_dismissed_signal_sinks_and_like_a_confirmed_one_rises() -> None:
    matters = {
        "up": matter(1.0, 0.0),
        "down": matter(0.0, 1.0),
        "new": matter(0.995, 0.0998),
        "other": matter(0.0998, 0.995),
    }
    found = learnt(matters, STATES)
    assert found.keys() == {"new", "other"}
    assert found["new"] > 0.9
    assert found["other"] < -0.9


def test_without_the_embedded_model_words_teach() -> None:
    texts = {
        "up": "The parcel came late again.",
        "down": "The car park is full every morning.",
        "new": "My parcel came late.",
        "other": "The car park is never cleared.",
    }
    matters = {name: matter_of("complaint", text, None) for name, text in texts.items()}
    found = learnt(matters, STATES)
    assert found["new"] > 0 > found["other"]


def test_what_is_grave_often_said_wanted_and_recent_comes_first() -> None:
    usual = rank_of(2, items=1, preference=0.0, age_seconds=0.0)
    assert rank_of(3, items=1, preference=0.0, age_seconds=0.0) > usual
    assert rank_of(2, items=5, preference=0.0, age_seconds=0.0) > usual
    assert rank_of(2, items=1, preference=0.5, age_seconds=0.0) > usual
    assert rank_of(2, items=1, preference=0.0, age_seconds=30 * 86_400.0) < usual
