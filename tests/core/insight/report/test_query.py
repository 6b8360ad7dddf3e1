"""What a report is asked for."""

import pytest

from core.errors import InputError
from core.insight.report.query import make_query

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
