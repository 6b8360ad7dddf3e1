"""Statements of every job, compiled once and then run by the database's driver.

What SQLAlchemy does around each run, for any statement and any type, takes three times what the driver does.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

_named_tuple: Any = namedtuple  # the type checker wants to see the fields of a call


class Prepared:
    """A statement that gives one row at most. Threads may share it.

    Its parameters and columns have types that drivers take and give as they are: texts, numbers and bytes.

    Args:
        statement: what is run; lists of which the length is not known have no place in it.

    Raises:
        ValueError: at the first run of a statement with such a list.
    """

    def __init__(self, statement: sa.Executable) -> None:
        self.statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def one_or_none(self, connection: sa.Connection, values: Mapping[str, object]) -> Any:
        """Run it, and return its row as a named tuple, or None if there is none.

        Raises:
            sa.exc.DBAPIError: as `sa.Connection.execute`.
        """
        dialect, driven = connection.dialect, connection.connection
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _Compiled(self.statement, dialect)
        cursor = driven.cursor()
        try:
            given = compiled.given(values)
            for hear in connection.dispatch.before_cursor_execute:
                hear(connection, cursor, compiled.text, given, None, False)
            cursor.execute(compiled.text, given)
            return compiled.read(cursor)
        except dialect.loaded_dbapi.Error as error:
            if dialect.is_disconnect(error, driven.dbapi_connection, cursor):
                connection.exec_driver_sql("SELECT 1")  # which gives up all that is kept of connections to this server
            raise sa.exc.DBAPIError.instance(None, None, error, dialect.loaded_dbapi.Error, dialect=dialect) from error
        finally:
            cursor.close()


class _Compiled:
    """A statement in the words of one kind of database."""

    def __init__(self, statement: sa.Executable, dialect: sa.Dialect) -> None:
        compiled: Any = dialect.statement_compiler(dialect, statement)  # type: ignore[arg-type] # an Executable
        if any(bind.expanding for bind in compiled.binds.values()):
            raise ValueError("a prepared statement takes no list: run it by its connection")
        self.text = str(compiled)
        self._order: list[str] | None = compiled.positiontup
        self._constants = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._row_of: Callable[[Iterable[Any]], Any] | None = None

    def given(self, values: Mapping[str, object]) -> Any:
        """Return parameters as the driver takes them."""
        named = {**self._constants, **values} if self._constants else values
        return named if self._order is None else tuple(named[name] for name in self._order)

    def read(self, cursor: Any) -> Any:
        """Return the first row, which is the only one."""
        found = cursor.fetchone()
        if found is None:
            return None
        if self._row_of is None:
            self._row_of = _named_tuple("Row", [column[0] for column in cursor.description], rename=True)._make
        return self._row_of(found)
