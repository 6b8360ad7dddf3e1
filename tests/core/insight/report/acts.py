"""Acts on drafts, and what they add up to."""

from core.insight.report import cube
from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import roll_up_all
from core.insight.report.rollup_store import RollupStore
from core.job import Job
from core.store import Store


def total(store: Store, rules: CountingRules, **where: str) -> dict[str, float]:
    """Count what has changed and return the sums of today under a filter."""
    roll_up_all(store, rules)
    day = cube.day_of(store.database.now_seconds())
    cells = RollupStore(store.database).cells(cube.grain_of(where), [day, day - 1], where)
    together = cube.Cell()
    for _period, _dimensions, cell in cells:
        together.add(cell.counts, cell.people)
    return {**together.counts, "people": cube.count_people(together.people)}


def say(store: Store, job: Job, outcome: str, **detail: object) -> bool:
    """Store an act of the job's own person."""
    distance = 0.0 if outcome == "accepted" else None
    return store.outcomes.add(job, outcome, person=job.person, distance=distance, detail=detail)  # type: ignore[arg-type]
