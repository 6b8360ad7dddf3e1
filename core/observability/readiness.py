"""Whether what has to be written can be written: a row in the database, a key in the broker.

A database that answers and has no space, or a broker that answers and has no memory, takes no job; only writing tells.
"""

import os
import secrets
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from redis.exceptions import AuthenticationError, OutOfMemoryError, RedisError
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import BrokerFull, BrokerOutage
from core.store.engine import Database
from core.store.migrate import require_schema
from core.store.rows import now
from core.store.tables import write_probes
from core.system.broker import open_client
from core.text.catalogues import N_

TIMEOUT_SECONDS = 1.0
# As much as a small job: a few bytes find room where nothing else does.
PROBE_CHARS = 8192
LEFT_OVER_SECONDS = 300.0
_PASSWORD = N_("Check the user and the password in INLAID_BROKER_URL.")

Probe = Callable[[], None]
"""Returns when its part works, and raises an `InlaidError` that says what is wrong when it does not."""


def database_probe(database: Database) -> Probe:
    """Return a probe that looks at the tables' version, stores a row in a place made for it, and deletes it again."""
    name = _own_name()
    insert: Any = sqlite.insert(write_probes) if database.is_sqlite else postgresql.insert(write_probes)

    def write() -> None:
        require_schema(database)
        values = {"data": secrets.token_hex(PROBE_CHARS // 2), "written_at": now}
        with database.write() as connection:
            connection.execute(
                insert.values(id=name, **values).on_conflict_do_update(index_elements=["id"], set_=values)
            )
        # A transaction of its own: what is deleted in the same one need never reach the disk.
        is_left_over = write_probes.c.written_at < now - LEFT_OVER_SECONDS
        with database.write() as connection:
            connection.execute(sa.delete(write_probes).where(sa.or_(write_probes.c.id == name, is_left_over)))

    return write


def broker_probe(broker_url: str) -> Probe:
    """Return a probe that stores a key that expires, as the event streams do."""
    client = open_client(broker_url, timeout_seconds=TIMEOUT_SECONDS)
    key = f"inlaid:probe:{_own_name()}"

    def write() -> None:
        try:
            client.set(key, secrets.token_hex(PROBE_CHARS // 2), ex=60)
        except (RedisError, OSError) as error:
            raise broker_error(error) from error

    return write


def require_broker(broker_url: str) -> None:
    """Return where the broker works.

    Raises:
        BrokerOutage: it does not; names its host and port, which is for administrators alone.
        SettingsError: it is no address of one.
    """
    try:
        broker_probe(broker_url)()
    except BrokerFull:
        raise
    except BrokerOutage as error:
        place = urlsplit(broker_url).netloc.rpartition("@")[2]
        if _is(error.__cause__, AuthenticationError):
            raise BrokerOutage(N_(f"The broker at {place} refused the password."), fix=_PASSWORD) from error
        fix = "Check INLAID_BROKER_URL, and that the server is up."
        raise BrokerOutage(f"The broker at {place} cannot be reached.", fix=fix) from error


def broker_error(error: BaseException) -> BrokerOutage:
    """Return what an error of a client of the broker means; a library may have wrapped it in its own."""
    if _is(error, OutOfMemoryError):
        fix = "Raise its maxmemory with the policy volatile-ttl; no job is lost, each starts when there is room."
        return BrokerFull("The broker's memory is full.", fix=fix)
    if _is(error, AuthenticationError):
        return BrokerOutage(N_("The broker refused the password."), fix=_PASSWORD)
    return BrokerOutage("The broker cannot be reached.", fix="Check INLAID_BROKER_URL.")


def _is(error: BaseException | None, kind: type[RedisError]) -> bool:
    if error is None:
        return False
    return any(isinstance(cause, kind) for cause in (error, error.__cause__, error.__context__))


def _own_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
