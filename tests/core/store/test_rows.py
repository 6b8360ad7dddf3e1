"""What several statements share: which workspaces somebody looks after, and constants in place of parameters."""

import random
import uuid

import sqlalchemy as sa

from core.store import Store
from core.store.rows import Scope, written_out
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


def test_constants_stand_in_the_text_and_what_each_run_gives_stays_a_parameter(store: Store) -> None:
    name = 'it\'s 5 % of "a:b"'
    made = finished_job(store, workspace=name)
    asked = sa.select(jobs.c.id, sa.literal(1.5)).where(
        jobs.c.workspace == name, jobs.c.attempts >= 0, jobs.c.id == sa.bindparam("job")
    )
    fixed = written_out(asked)
    with store.database.read() as connection:
        assert connection.execute(fixed, {"job": made.id}).one() == (made.id, 1.5)
        assert connection.execute(fixed, {"job": "another"}).one_or_none() is None
    assert set(fixed.compile(store.database.engine).params) == {"job"}
