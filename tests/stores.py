"""New stores on SQLite whose tables were made once for all tests of a process: most of the time that one takes."""

import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from core.settings import Settings
from core.store import Database, Store, open_store
from core.store.migrate import ensure_migrated


def new_store(settings: Settings) -> Store:
    """Open the store of an installation that has none yet, or has it already; its tables are those of `open_store`."""
    url = sa.make_url(settings.store_url)
    if url.get_backend_name() == "sqlite" and not (file := Path(url.database or "")).exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)  # as ours are: opening it warns otherwise, into what a test reads as output
        file.write_bytes(_empty_database())
    return open_store(settings)


@cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        with closing(Database(f"sqlite:///{file}")) as database:
            ensure_migrated(database)
        return file.read_bytes()
