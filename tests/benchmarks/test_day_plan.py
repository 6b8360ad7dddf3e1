"""The day that is simulated: as much as the sizes of deployments say, at the hours of each surface."""

from collections import Counter

import pytest

from benchmarks.day_plan import HOUR_SECONDS, JOBS_PER_PERSON, KINDS, NIGHT, OFFICE, Kind, arrivals, busiest_share

PEOPLE = 400


def test_a_day_has_all_jobs_of_all_people_in_their_order_and_the_same_for_a_seed() -> None:
    found = arrivals(PEOPLE, seed=3)
    assert len(found) == PEOPLE * JOBS_PER_PERSON
    assert found == sorted(found) == arrivals(PEOPLE, seed=3) != arrivals(PEOPLE, seed=4)
    assert Counter(mail.kind for mail in found) == {kind.name: PEOPLE * kind.per_person for kind in KINDS}
    assert {mail.person for mail in found} <= set(range(PEOPLE))


def test_jobs_come_at_the_hours_of_their_surface() -> None:
    hours = Counter(int(arrival.second // HOUR_SECONDS) for arrival in arrivals(PEOPLE, seed=3, kinds=KINDS[:1]))
    assert {hour for hour in range(24) if not OFFICE[hour]}.isdisjoint(hours)
    assert hours[9] == pytest.approx(PEOPLE * KINDS[0].per_person * OFFICE[9] / sum(OFFICE), rel=0.2)


def test_the_busiest_hour_is_that_of_all_surfaces_together() -> None:
    day, night = Kind("a", "interactive", 1.0, 1, OFFICE), Kind("b", "bulk", 1.0, 1, NIGHT)
    assert busiest_share([day]) == pytest.approx(OFFICE[9] / sum(OFFICE))
    both = (OFFICE[9] / sum(OFFICE) + NIGHT[9] / sum(NIGHT)) / 2
    assert busiest_share([day, night]) == pytest.approx(both)
