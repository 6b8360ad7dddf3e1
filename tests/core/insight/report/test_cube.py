"""How jobs are added up, and how people are counted without being named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.insight.report import cube
from core.insight.report.cube import make_query

DAYS = st.integers(min_value=15_000, max_value=25_000)


@given(DAYS, st.integers(min_value=0, max_value=1200))
def test_the_periods_of_a_stretch_cover_each_of_its_days_once(first: int, length: int) -> None:
    covered: list[int] = []
    for period in cube.periods_between(first, first + length):
        if period < cube.MONTHS_FROM:
            covered.append(period)
        else:
            start = (cube.start_of(period) - date(1970, 1, 1)).days
            covered += [day for day in range(start, start + 31) if cube.month_of(day) == period]
    assert covered == list(range(first, first + length + 1))


def test_a_year_is_few_periods() -> None:
    assert len(cube.periods_between(20_000, 20_365)) < 75


def test_up_to_three_dimensions_have_cells_of_their_own() -> None:
    assert cube.grain_of([]) == 0
    assert cube.grain_of(["recipe", "team", "model"]) == cube.RECIPE | cube.TEAM | cube.MODEL
    assert cube.grain_of(["variant"]) == cube.VARIANT | cube.RECIPE
    assert cube.grain_of(["recipe", "team", "model", "surface"]) == cube.FINEST_OF_CHOICES
    assert cube.grain_of(["recipe_version"]) == cube.VERSION | cube.RECIPE
    assert cube.grain_of(["prompt_hash", "team"]) == cube.PROMPT | cube.RECIPE | cube.TEAM
    assert cube.grain_of(["prompt_hash", "variant"]) == cube.FINEST
    assert len(cube.GRAINS) == len(set(cube.GRAINS)) == 32


def test_few_people_are_counted_exactly_and_many_about_right() -> None:
    keys = [cube.person_key(b"salt", "local", f"person{number}") for number in range(3000)]
    few = cube.join_people([*keys[:7], *keys[:7]])
    assert cube.count_people(few) == 7
    many = cube.join_people([cube.join_people(keys[:1500]), cube.join_people(keys[1000:])])
    assert cube.count_people(many) == pytest.approx(3000, rel=0.2)
    assert len(many) == cube.MAX_KEYS * 8


def test_taking_away_leaves_no_trace_but_people() -> None:
    cell = cube.Cell()
    cell.add({"jobs": 1, "usd": 0.1}, b"a" * 8)
    cell.add({"jobs": 1, "usd": 0.1}, b"", sign=-1)
    assert cell == cube.Cell({}, b"a" * 8)


def test_names_that_look_alike_together_are_different_cells() -> None:
    one = cube.CellKey(3, 1, cube.Dimensions("w", "a|b", "c", "", "", ""))
    other = cube.CellKey(3, 1, cube.Dimensions("w", "a", "b|c", "", "", ""))
    assert one.digest() != other.digest()


def test_stored_cells_are_found_by_the_key_under_which_they_were_first_written() -> None:
    key = cube.CellKey(3, 20_000, cube.Dimensions("local", "rewrite", "slack", ", Dimensions(", "", "sales"))
    assert key.digest() == "bc00c88dc1d8a5c0ca62220fd3198c4c"


NOW = 20_001 * 86_400.0 + 7


@pytest.mark.parametrize(
    ("since", "first"), [("1d", 20_001), ("30d", 19_972), ("24h", 20_000), ("2w", 19_988), ("2024-10-04", 20_000)]
)
def test_a_stretch_of_days_ends_today(since: str, first: int) -> None:
    query = make_query(since, NOW, filters={})
    assert (query.first_day, query.last_day) == (first, 20_001)


@pytest.mark.parametrize("since", ["", "0d", "x", "99y", "2999-01-01", "30 days", "-3d", "1d; DROP"])
def test_a_stretch_that_cannot_be_read_is_refused(since: str) -> None:
    with pytest.raises(InputError, match="start of the report"):
        make_query(since, NOW, filters={})


def test_unknown_and_endless_filters_are_refused() -> None:
    with pytest.raises(InputError):
        make_query("1d", NOW, filters={"person": "ann"})
    with pytest.raises(InputError):
        make_query("1d", NOW, filters={"team": "x" * 1000})
