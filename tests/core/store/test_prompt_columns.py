"""Migration 0006: what was counted before has no version and no prompt, and still adds up."""

from core.insight.report import cube
from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import roll_up_all
from core.insight.report.rollup_store import RollupStore
from core.store import Store
from core.store.migrate import HEAD
from tests.core.insight.making import finished_job
from tests.core.store.migrating import migrate_to

RULES = CountingRules(team=lambda *_: "", goals={}, saved_usd=lambda _: 0.0, is_small=lambda _: False)


def counted(store: Store, grain: int) -> dict[tuple[str, ...], dict[str, float]]:
    roll_up_all(store, RULES)
    today = cube.day_of(store.database.now_seconds())
    found: dict[tuple[str, ...], cube.Cell] = {}
    for _period, place, cell in RollupStore(store.database).cells(grain, [today, today - 1], {}):
        found.setdefault(place, cube.Cell()).add(cell.counts, cell.people)
    return {place: cell.counts for place, cell in found.items() if cell.counts}


def test_old_sums_are_found_by_the_new_dimensions_and_stay_right_when_their_jobs_change(store: Store) -> None:
    jobs = [finished_job(store, recipe=recipe) for recipe in ("reply", "reply", "title")]
    counted(store, 0)
    migrate_to(store.database, "0005")
    migrate_to(store.database, HEAD)
    for grain in (cube.RECIPE, cube.RECIPE | cube.VERSION, cube.RECIPE | cube.PROMPT):
        assert {place[1]: cell["jobs"] for place, cell in counted(store, grain).items()} == {"reply": 2, "title": 1}
    assert sum(cell["jobs"] for cell in counted(store, cube.FINEST).values()) == 3
    store.outcomes.add(jobs[0], "accepted", person="ann", distance=0.0, detail={})
    finished_job(store, recipe_version=2, prompt_hash="ab12")
    found = counted(store, cube.RECIPE | cube.VERSION)
    assert {place[1:7:5]: cell["jobs"] for place, cell in found.items()} == {
        ("reply", ""): 2, ("title", ""): 1, ("reply", "2"): 1,
    }  # fmt: skip
    assert sum(cell.get("accepted", 0) for cell in found.values()) == 1
    assert counted(store, 0).popitem()[1]["jobs"] == 4
