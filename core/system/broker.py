"""Clients of the broker, a Redis or Valkey: one at an address, or the one that Sentinels name as the primary.

    redis://[USER:PASSWORD@]HOST:PORT/0
    sentinel://[USER:PASSWORD@]HOST[:26379],HOST2[:26379],.../0?master=NAME&sentinel_password=...

User and password are those of the servers; Sentinels have a password of their own, or none. Each new connection asks
them again where the primary is, so that after a failover everybody finds the next one by connecting again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from core.errors import SettingsError

if TYPE_CHECKING:
    import redis
    import redis.asyncio

SCHEMES = ("redis://", "rediss://", "unix://")
SENTINEL_SCHEME = "sentinel://"
SENTINEL_PORT = 26379
USUAL_MASTER = "mymaster"


@dataclass(frozen=True)
class Sentinels:
    """Who knows where the primary is, and how to come in there.

    `master` is the name under which they watch it; `server` are further arguments of a connection to it, `asked` those
    of a connection to a Sentinel.
    """

    hosts: tuple[tuple[str, int], ...]
    master: str
    server: Mapping[str, Any]
    asked: Mapping[str, Any]


def is_redis(broker_url: str) -> bool:
    """Say whether a broker is a Redis or Valkey, which can carry more than messages."""
    return broker_url.startswith((*SCHEMES, SENTINEL_SCHEME))


def sentinels_of(broker_url: str) -> Sentinels | None:
    """Return the Sentinels that an address names, None when it names a server.

    Raises:
        SettingsError: a part of it cannot be read.
    """
    if not broker_url.startswith(SENTINEL_SCHEME):
        return None
    try:
        return _read(urlsplit(broker_url))
    except ValueError as error:
        raise _unusable() from error


def _read(parts: SplitResult) -> Sentinels:
    query = parts.query.replace("+", "%2B")  # which a form means for a blank, and a password for itself
    asked = dict(parse_qsl(query, strict_parsing=bool(parts.query)))
    master, password = asked.pop("master", USUAL_MASTER), asked.pop("sentinel_password", "")
    hosts = tuple(_host(server) for server in parts.netloc.rpartition("@")[2].split(","))
    if asked or parts.fragment:
        raise ValueError
    server: dict[str, Any] = {"db": int(parts.path.strip("/") or 0)}
    if parts.username:
        server["username"] = unquote(parts.username)
    if parts.password:
        server["password"] = unquote(parts.password)
    return Sentinels(hosts, master, server, {"password": password} if password else {})


def _host(text: str) -> tuple[str, int]:
    found = urlsplit(f"//{text}")
    if not found.hostname:
        raise ValueError
    return found.hostname, found.port or SENTINEL_PORT


def _unusable() -> SettingsError:
    fix = "Set INLAID_BROKER_URL to redis://HOST:PORT/0, or to sentinel://HOST:26379,HOST2:26379/0?master=NAME."
    return SettingsError("INLAID_BROKER_URL is not a URL of Redis or Valkey.", fix=fix)


def primary_pool(sentinels: Sentinels, *, asynchronous: bool = False, **options: Any) -> Any:
    """Return a pool of connections to the primary, none of them open yet; `options` are those of each connection.

    A Sentinel that does not answer is asked once: there are others.
    """
    from redis import sentinel
    from redis.asyncio import sentinel as asynchronous_sentinel

    client: Any = asynchronous_sentinel if asynchronous else sentinel
    times = {name: value for name, value in options.items() if name.startswith("socket_")}
    asked = {**times, "retry": _retry(0, asynchronous=asynchronous), **sentinels.asked}
    manager = client.Sentinel(sentinels.hosts, sentinel_kwargs=asked)
    return client.SentinelConnectionPool(sentinels.master, manager, **{**options, **sentinels.server})


def open_client(broker_url: str, *, timeout_seconds: float, retries: int = 0) -> "redis.Redis":
    """Return a client; nothing is connected yet.

    Args:
        broker_url: the server, or who knows it.
        timeout_seconds: for connecting, and for each answer.
        retries: how often a command is sent again at once when its connection was closed.

    Raises:
        SettingsError: it is not one of Redis or Valkey.
    """
    import redis

    options = _options(timeout_seconds, timeout_seconds, retries, asynchronous=False)
    if sentinels := sentinels_of(broker_url):
        return redis.Redis.from_pool(primary_pool(sentinels, **options))
    found: redis.Redis = _from_url(redis.Redis, broker_url, options)
    return found


def open_async_client(broker_url: str, *, timeout_seconds: float, answer_seconds: float) -> "redis.asyncio.Redis":
    """Return a client for the event loop, whose answers may take longer than connecting; see `open_client`."""
    import redis.asyncio

    options = _options(timeout_seconds, answer_seconds, 0, asynchronous=True)
    if sentinels := sentinels_of(broker_url):
        return redis.asyncio.Redis.from_pool(primary_pool(sentinels, asynchronous=True, **options))
    found: redis.asyncio.Redis = _from_url(redis.asyncio.Redis, broker_url, options)
    return found


async def close_async_client(client: "redis.asyncio.Redis") -> None:
    """Close all connections of a client, those to Sentinels too."""
    await client.aclose()
    if manager := getattr(client.connection_pool, "sentinel_manager", None):
        await manager.aclose()


def _from_url(kind: Any, broker_url: str, options: Mapping[str, Any]) -> Any:
    if not broker_url.startswith(SCHEMES):
        raise _unusable()
    try:
        return kind.from_url(broker_url, **options)
    except ValueError as error:
        raise _unusable() from error


def _options(connect_seconds: float, answer_seconds: float, retries: int, *, asynchronous: bool) -> dict[str, Any]:
    return {
        "socket_timeout": answer_seconds,
        "socket_connect_timeout": connect_seconds,
        "retry": _retry(retries, asynchronous=asynchronous),
        "protocol": 2,
    }


def _retry(times: int, *, asynchronous: bool) -> Any:
    import redis.asyncio.retry
    import redis.retry
    from redis.backoff import NoBackoff

    return (redis.asyncio.retry if asynchronous else redis.retry).Retry(NoBackoff(), times)
