"""What all tables are registered with, and the clock of the database that their times are by."""

from typing import Any

from sqlalchemy import Double, MetaData
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

metadata = MetaData()


class DatabaseNow(FunctionElement[float]):
    """The database's own clock in Unix seconds, with at least millisecond resolution."""

    type = Double()
    inherit_cache = True


@compiles(DatabaseNow, "sqlite")
def _sqlite_now(_element: DatabaseNow, _compiler: Any, **_options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(DatabaseNow, "postgresql")
def _postgresql_now(_element: DatabaseNow, _compiler: Any, **_options: Any) -> str:
    return "extract(epoch from clock_timestamp())::float8"  # short: it stands two dozen times in one statement
