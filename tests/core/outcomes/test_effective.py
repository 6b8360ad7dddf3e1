"""Which of several acts on one draft counts."""

import pytest

from core.outcomes.effective import Act, EffectiveOutcome, effective_outcome


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
