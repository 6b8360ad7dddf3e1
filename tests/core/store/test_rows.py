"""What several statements share: which workspaces somebody looks after, the same for a row at hand and for a list."""

import random
import uuid

import sqlalchemy as sa

from core.store import Store
from core.store.audit import AuditTrail
from core.store.purge import purge_person
from core.store.rows import Scope
from core.store.tables import jobs
from tests.core.insight.making import finished_job

ANN, BOB = (str(uuid.UUID(int=number)) for number in (1, 2))


def test_a_list_holds_what_the_scope_covers(store: Store) -> None:
    random.seed(7)
    names = ["local", "T0123ABC", "E99", "", ANN, BOB, "not-a-tenant", str(uuid.UUID(int=random.getrandbits(128)))]
    for name in names:
        finished_job(store, workspace=name)
    for scope in (
        Scope(),
        Scope(frozenset({ANN})),
        Scope(frozenset({ANN}), is_wide=True),
        Scope(frozenset({"local"}), is_wide=True),
    ):
        found = {job.workspace for job in store.jobs.list(scope=scope)}
        assert found == {name for name in names if scope.covers(name)}
        with store.database.read() as connection:
            rows = connection.execute(sa.select(jobs.c.workspace).where(scope.rows(jobs.c.workspace))).scalars()
            assert set(rows) == found
    assert not Scope(frozenset({ANN}), is_wide=True).covers(BOB)
    assert Scope(frozenset({ANN}), is_wide=True).covers("T0123ABC")


def test_what_was_done_stays_when_who_did_it_or_to_whom_is_purged(store: Store) -> None:
    trail = AuditTrail(store.records)
    trail.note("local", "ann@example.com", "put a person into the team Sales", "bob@example.com")
    trail.note(ANN, "Cleo", "changed a recipe", "reply")
    done = purge_person(store.records, [("local", "ann@example.com"), ("console", "ann@example.com")])
    purged = purge_person(store.records, [("local", "bob@example.com"), ("console", "bob@example.com")])

    entries = trail.entries(Scope(frozenset({"local"}), is_wide=True))
    assert [(one["who"], one["which"]) for one in entries] == [("ann@example.com", purged.named)]
    assert done.named != purged.named
    assert "bob@example.com" not in str(entries)
    assert [one["who"] for one in trail.entries(Scope(frozenset({ANN})))] == ["Cleo"]
