"""What the statements of every job cost the driver of PostgreSQL."""

import pytest
import sqlalchemy as sa
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH, MAX_CACHED_STATEMENT_PARAMS

from core.store.lease_statements import STATEMENTS_OF_A_JOB
from core.store.prepared import Prepared


@pytest.mark.parametrize("statement", STATEMENTS_OF_A_JOB)
def test_the_driver_reads_the_text_of_each_once_and_not_at_each_run(statement: Prepared) -> None:
    engine = sa.create_engine("postgresql+psycopg://nobody@localhost/none")  # nothing is connected
    compiled = engine.dialect.statement_compiler(engine.dialect, statement.statement)  # type: ignore[arg-type] # an Executable
    assert len(str(compiled)) <= MAX_CACHED_STATEMENT_LENGTH
    assert len(compiled.params) <= MAX_CACHED_STATEMENT_PARAMS
