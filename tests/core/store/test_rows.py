"""What several statements share: which workspaces somebody looks after, the same for a row at hand and for a list."""

import random
import uuid

import sqlalchemy as sa

from core.store import Store
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
        Scope(frozenset({"E99"}), is_wide=True, apart=frozenset({"T0123ABC", "E99"})),
    ):
        found = {job.workspace for job in store.jobs.list(scope=scope)}
        assert found == {name for name in names if scope.covers(name)}
        with store.database.read() as connection:
            rows = connection.execute(sa.select(jobs.c.workspace).where(scope.rows(jobs.c.workspace))).scalars()
            assert set(rows) == found
    assert not Scope(frozenset({ANN}), is_wide=True).covers(BOB)
    assert Scope(frozenset({ANN}), is_wide=True).covers("T0123ABC")
    assert not Scope(is_wide=True, apart=frozenset({"T0123ABC"})).covers("T0123ABC")
