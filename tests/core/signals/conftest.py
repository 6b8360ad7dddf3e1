"""Signals on SQLite and on a real PostgreSQL."""

from tests.core.store.conftest import store

__all__ = ["store"]
