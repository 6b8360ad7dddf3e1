"""What the report shows, and whom it does not show."""

import random
from datetime import date

import pytest

from core.insight.report import cube
from core.insight.report.figures import (
    DISTANCE_ENDS,
    SECONDS_ENDS,
    Estimate,
    Privacy,
    bucket_name,
    histogram,
    percentile,
    share,
    shown_groups,
    shown_spans,
)
from core.insight.report.formats import report_json
from tests.core.insight.report.cells import cell, report


def test_figures_carry_their_number_of_cases_and_interval() -> None:
    counts = {"accepted": 6, "edited": 2, "rejected": 2, "d0": 6, "d4": 2, "t4": 10, "small": 5, "usd": 0.5}
    shown = report(cell(10, 1, 2, 3, 4, 5, **counts))
    assert shown.total is not None
    assert shown.total.shares["accepted"].value == 0.6
    assert shown.total.used.value == 0.8
    assert (shown.total.used.n, shown.total.people) == (10, 5)
    assert (shown.total.used.low or 0) < 0.8 < (shown.total.used.high or 0)
    assert shown.total.distance.value == 0.0
    assert 1.5 <= (shown.total.seconds_p95.value or 0) <= 2.0
    assert shown.total.small.value == 0.5


def test_an_empty_database_is_an_empty_report() -> None:
    shown = report(cube.Cell())
    assert shown.is_empty
    assert report_json(shown)["total"] is None


def test_fewer_than_five_people_are_not_shown() -> None:
    shown = report(cell(100, 1, 2, 3, 4, accepted=50))
    assert shown.is_hidden
    assert shown.total is None
    assert "50" not in str(report_json(shown))


def test_ones_own_figures_are_shown_but_not_those_of_a_pair() -> None:
    own = frozenset({(1).to_bytes(8, "big")})
    assert not report(cell(9, 1), own=own).is_hidden
    assert report(cell(9, 1, 2), own=own).is_hidden


def test_a_small_group_disappears_among_others_and_cannot_be_worked_out() -> None:
    groups = {"a": cell(50, 1, 2, 3, 4, 5, 6), "b": cell(20, 1, 2, 3, 4, 5), "c": cell(3, 7)}
    shown = shown_groups(groups, Privacy())
    assert [(name, found.counts["jobs"], many) for name, found, many in shown] == [("a", 50, 1), ("others", 23, 2)]


def test_when_all_groups_together_are_too_few_nothing_is_compared() -> None:
    assert shown_groups({"a": cell(3, 1), "b": cell(3, 2)}, Privacy()) == []


def test_days_of_few_people_are_joined_until_they_are_enough() -> None:
    days = [date(2026, 1, day) for day in range(1, 6)]
    cells = [cell(1, 1), cell(1, 2, 3, 4, 5), cell(1, 1, 2, 3, 4, 5), cell(1, 9), cube.Cell()]
    shown = shown_spans([(day, day, one) for day, one in zip(days, cells, strict=True)], Privacy())
    assert [(first.day, last.day, found.counts["jobs"]) for first, last, found in shown] == [(1, 2, 2), (3, 5, 2)]


def test_lists_are_by_count_and_events_carry_their_value() -> None:
    counts = {"check:facts": 3, "check:names": 5, "event:sale": 2, "value:sale": 40.0, "kind:tone": 1, "edited": 2}
    shown = report(cell(10, 1, 2, 3, 4, 5, **counts))
    assert [one.name for one in shown.lists["checks"]] == ["names", "facts"]
    assert shown.lists["checks"][0].share.value == 0.5
    assert (shown.lists["events"][0].count, shown.lists["events"][0].value) == (2, 40.0)
    assert shown.lists["kinds"][0].share.n == 2


def test_a_share_has_wilsons_interval() -> None:
    found = share(8, 10)
    assert (found.value, found.n) == (0.8, 10)
    assert found.low == pytest.approx(0.4902, abs=1e-4)
    assert found.high == pytest.approx(0.9433, abs=1e-4)


def test_without_cases_there_is_no_share() -> None:
    assert share(0, 0) == Estimate(None, 0)
    assert percentile([0] * len(DISTANCE_ENDS), DISTANCE_ENDS, 0.5) == Estimate(None, 0)


@pytest.mark.parametrize("part", [0, 5])
def test_a_share_at_the_end_stays_within_0_and_1(part: int) -> None:
    found = share(part, 5)
    assert 0 <= (found.low or 0) <= (found.value or 0) <= (found.high or 0) <= 1


def test_percentiles_of_a_histogram_are_near_those_of_the_values() -> None:
    chance = random.Random(5)
    values = sorted(chance.lognormvariate(1.2, 0.8) for _ in range(4000))
    counts: dict[str, float] = {}
    for value in values:
        name = bucket_name("t", SECONDS_ENDS, value)
        counts[name] = counts.get(name, 0) + 1
    for part in (0.5, 0.95):
        found = percentile(histogram(counts, "t", SECONDS_ENDS), SECONDS_ENDS, part)
        true = values[int(part * len(values))]
        assert found.value == pytest.approx(true, rel=0.1)
        assert (found.low or 0) <= (found.value or 0) <= (found.high or 0)


def test_a_value_beyond_the_last_end_counts_in_the_last_bucket() -> None:
    assert bucket_name("t", SECONDS_ENDS, 1e9) == f"t{len(SECONDS_ENDS) - 1}"
    assert bucket_name("d", DISTANCE_ENDS, 0.0) == "d0"
