"""Statements that the driver runs by itself give, raise and tell what SQLAlchemy's own way does."""

import pytest
import sqlalchemy as sa

from core.errors import InputError, StoreOutage
from core.job import JobRequest
from core.store import Store
from core.store.prepared import Prepared
from core.store.tables import jobs
from tests.core.store.counted import statements_of

_OF = Prepared(
    sa.select(jobs.c.id, jobs.c.request, jobs.c.created_at, jobs.c.draft).where(
        jobs.c.id == sa.bindparam("job"), jobs.c.state == "queued"
    )
)


def test_a_row_is_what_sqlalchemy_reads(store: Store) -> None:
    job, _ = store.jobs.add(JobRequest("reply", {"message": "x"}, "api", "ann"))
    with store.database.read() as connection:
        found = _OF.one_or_none(connection, {"job": job.id})
        read = connection.execute(_OF.statement, {"job": job.id}).one()
        assert _OF.one_or_none(connection, {"job": "none"}) is None
    assert found._asdict() == read._asdict()
    assert (found.id, found.created_at, found.draft) == (job.id, job.created_at, None)


def test_it_is_undone_with_its_transaction(store: Store) -> None:
    job, _ = store.jobs.add(JobRequest("reply", {"message": "x"}, "api", "ann"))
    change = sa.update(jobs).where(jobs.c.id == sa.bindparam("job")).values(model="m")
    changed = Prepared(change.returning(jobs.c.model))
    with store.database.write() as connection:
        assert changed.one_or_none(connection, {"job": job.id}).model == "m"
        connection.rollback()
    assert store.jobs.get(job.id).model == ""


def test_who_counts_statements_counts_these(store: Store) -> None:
    def work() -> None:
        with store.database.read() as connection:
            _OF.one_or_none(connection, {"job": "none"})

    assert len(statements_of(store, work)) == 1


def test_what_the_server_refuses_is_our_error(store: Store) -> None:
    if store.database.is_sqlite:
        pytest.skip("SQLite takes such a value, only PostgreSQL refuses it")
    with pytest.raises(InputError), store.database.read() as connection:
        _OF.one_or_none(connection, {"job": "a\0b"})


def test_lines_that_were_cut_are_one_outage_and_then_new_ones(store: Store) -> None:
    if store.database.is_sqlite:
        pytest.skip("SQLite has no connection that could be cut")
    read = store.database.read

    def asked() -> object:
        with read() as connection:
            return _OF.one_or_none(connection, {"job": "none"})

    with read() as last:
        with read() as one, read() as other:
            numbers = [line.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() for line in (one, other)]
        for number in numbers:
            last.exec_driver_sql("SELECT pg_terminate_backend(%s, 5000)", (number,))
        with pytest.raises(StoreOutage):
            asked()
        assert [asked() for _ in numbers] == [None, None]


def test_a_list_is_refused_before_it_reaches_the_server(store: Store) -> None:
    of_many = Prepared(sa.select(jobs.c.id).where(jobs.c.id.in_(sa.bindparam("ids", expanding=True))))
    with pytest.raises(ValueError, match="takes no list"), store.database.read() as connection:
        of_many.one_or_none(connection, {"ids": ["a", "b"]})
