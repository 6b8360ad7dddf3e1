"""What is left of a person who is forgotten: numbers, and nobody's."""

import sqlalchemy as sa

from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import roll_up_all
from core.insight.report.rollup_store import RollupStore
from core.store import Store
from core.store.people.rows import Identity
from core.store.people.store import SignInStore
from core.store.purge import purge_person
from core.store.sessions import SessionPerson, Sessions
from core.store.tables import effects, jobs, metadata, model_calls, outcomes, tallies, trials
from core.store.usage import ModelCall
from tests.core.insight.making import finished_job

RULES = CountingRules(lambda _workspace, _person: "", {}, lambda _draft: 0.0, lambda _model: True)


def test_nothing_names_a_purged_person_and_others_keep_all(store: Store) -> None:
    for person in ("ann", "bob"):
        job = finished_job(store, person=person)
        store.outcomes.add(job, "accepted", person=person, distance=0.0, detail={"text": "mine"})
        store.records.put("preference", "local", f"{person}/1", {}, person=person)
        store.usage.add([ModelCall(job.id, "local", person, "reply", "near", "mini", True, 1, 1, 0.5, 1.0, "ok")])
    store.records.put("variant", "local", "reply/brief", {"decision": "pinned", "by": "ann"}, person="ann")
    roll_up_all(store, RULES)
    done = purge_person(store.records, [("local", "ann")])
    assert (done.jobs, done.records) == (1, 1)
    with store.database.read() as connection:
        for table in metadata.sorted_tables:
            if "person" in table.c:
                left = connection.execute(sa.select(table.c.person)).scalars().all()
                assert "ann" not in left, table.name
        for table in (jobs, outcomes, tallies, trials):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 1, table.name
        assert connection.execute(sa.select(sa.func.sum(model_calls.c.usd))).scalar_one() == 1.0
        assert connection.execute(sa.select(sa.func.count()).select_from(effects)).scalar_one() == 0
    assert [one.data for one in store.records.list("variant")] == [{"decision": "pinned", "by": ""}]
    counted = sum(cell.counts["jobs"] for cell in RollupStore(store.database).totals(2).values())
    assert counted == 2


def test_purging_again_finds_nothing(store: Store) -> None:
    finished_job(store)
    assert purge_person(store.records, [("local", "ann")]).jobs == 1
    again = purge_person(store.records, [("local", "ann")])
    assert (again.jobs, again.named) == (0, "")
    assert roll_up_all(store, RULES) == 0
    purged = [entry for entry in store.audit.walk() if entry.entry.action == "person.purged"]
    assert len(purged) == 1  # that nobody was deleted is no deletion


def test_who_did_nothing_but_hold_a_token_or_sign_in_is_purged_too(store: Store) -> None:
    store.tokens.add("local", "ann", name="ci", scopes=["jobs"], days=1)
    assert purge_person(store.records, [("local", "ann")]).named
    SignInStore(store.database, store.jobs.cipher).change(lambda rows: rows.add(Identity("local", "bob")))
    assert purge_person(store.records, [("local", "bob")]).named


def test_a_namesake_in_another_workspace_stays_signed_in(store: Store) -> None:
    sessions = Sessions(store.records)
    ann, other = (sessions.open(SessionPerson(place, "ann", "token", name="Ann")) for place in ("local", "T1"))
    purge_person(store.records, [("local", "ann")])
    assert sessions.find(ann) is None
    assert sessions.find(other) is not None
