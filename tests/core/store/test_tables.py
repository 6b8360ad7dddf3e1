"""Tables as they are defined: what no column may hold unsealed, and the clock of the database."""

import time

import pytest
import sqlalchemy as sa

from core.store import Store
from core.store.tables import DatabaseNow, metadata

# Columns that hold what people wrote have one of these names.
WORDS = {"draft", "inputs", "delivery", "error", "detail", "data", "text"}


def test_what_people_wrote_is_in_sealed_columns_only() -> None:
    open_columns = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name in WORDS and table.name != "write_probe" and not isinstance(column.type, sa.LargeBinary)
    }
    assert open_columns == set()


def test_every_row_can_be_named_and_what_hangs_on_a_job_goes_with_it() -> None:
    for table in metadata.tables.values():
        assert list(table.primary_key), table.name
        of_jobs = [key for key in table.foreign_keys if key.target_fullname == "job.id"]
        assert all(key.ondelete == "CASCADE" for key in of_jobs), table.name


def test_the_clock_of_the_database_counts_unix_seconds(sqlite_store: Store) -> None:
    with sqlite_store.database.read() as connection:
        assert connection.execute(sa.select(DatabaseNow())).scalar_one() == pytest.approx(time.time(), abs=5)
