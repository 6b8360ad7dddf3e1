"""The clock of the database."""

import time

import sqlalchemy as sa

from core.store import Store
from core.store.tables.metadata import DatabaseNow


def test_both_databases_tell_unix_seconds_with_fractions(store: Store) -> None:
    with store.database.read() as connection:
        told = [float(connection.execute(sa.select(DatabaseNow())).scalar_one()) for _ in range(20)]
    assert all(abs(now - time.time()) < 60 for now in told)
    assert any(now != int(now) for now in told)
