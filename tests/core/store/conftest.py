"""The same store tests on SQLite and on a real PostgreSQL."""

from tests.both_databases import store

__all__ = ["store"]
