"""What bounds a connection: how long it may take, and where it may go when somebody outside has named its target.

A time limit of a socket starts again with each byte that comes, so a server that drips holds a caller as long as it
likes. Code that reads or writes a line asks here how long the next wait may be.

Such a target has to be an address of the public internet. The name is resolved here and each of its addresses looked
at, and the connection goes to an address that was looked at: a name that resolves to something else a moment later (DNS
rebinding) gains nothing. Decimal, hexadecimal and short forms of an address are resolved like names. What an
administrator has listed in INLAID_ALLOWED_HOSTS is let through.

A refusal is the same error as for a name that does not resolve, and comes before anything is connected to: neither
words nor time tell what listens inside.
"""

import ipaddress
import math
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from core.errors import SettingsError

_end: ContextVar[float] = ContextVar("deadline", default=math.inf)
# Less than this is no time to begin something new in.
SHORT_SECONDS = 10.0
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Forms of IPv6 that carry an address of IPv4 in their last 32 bits (RFC 6052, RFC 8215, RFC 4291).
_CARRIERS = tuple(ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96"))
NO_ANSWER = "this host cannot be reached"


def is_up(host: str, port: int, path: str, *, seconds: float) -> bool:
    """Tell whether a server of HTTP on this machine answers a path with 200, within so many seconds."""
    import http.client

    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Allow a block so many seconds, or what an outer block has left when that is less. It counts in this thread."""
    before = _end.set(min(_end.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _end.reset(before)


def left_seconds() -> float:
    """Return how much time is left: infinite without a deadline, negative when it has passed."""
    return _end.get() - time.monotonic()


def is_short() -> bool:
    """Whether so little time is left that nothing new should be begun."""
    return left_seconds() < SHORT_SECONDS


def wait_seconds(most: float) -> float:
    """Return how long the next wait may be.

    Args:
        most: how long it may be without a deadline, in seconds.

    Raises:
        TimeoutError: the deadline has passed.
    """
    left = left_seconds()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return min(most, left)


class Unreachable(OSError):
    """The target does not resolve, or may not be connected to; which of the two is not said."""


@dataclass(frozen=True)
class PinnedUrl:
    """A URL whose host is an address that was looked at, with what HTTP and TLS need of its name."""

    url: str
    host: str
    sni: str


class Egress:
    """Knows where connections may go.

    Args:
        allowed: names, addresses and networks (CIDR) that may be connected to although they are not public; None lets
            everything through, for targets that an administrator has named.
        resolve: `socket.getaddrinfo`, or what stands in for it.

    Raises:
        SettingsError: an entry is none of these.
    """

    def __init__(self, allowed: Sequence[str] | None, *, resolve: Callable[..., Any] = socket.getaddrinfo) -> None:
        self._is_open = allowed is None
        self._networks = tuple(found for entry in allowed or () if (found := _network(entry)))
        self._names = frozenset(_plain(entry) for entry in allowed or () if _network(entry) is None)
        self._resolve = resolve

    def targets(self, host: str, port: int) -> list[Any]:
        """Return where a host is, as `socket.getaddrinfo` does; all of it may be connected to.

        Raises:
            Unreachable: it does not resolve, or to something that is not public and not allowed.
        """
        try:
            found = list(self._resolve(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            raise Unreachable(NO_ANSWER) from error
        is_named = self._is_open or _plain(host) in self._names
        if not (is_named or all(self._may_reach(str(answer[4][0])) for answer in found)):
            raise Unreachable(NO_ANSWER)
        return found

    def is_surely_public(self, host: str) -> bool:
        """Whether the name of a host alone tells that it is not of the own network: none does where networks are."""
        return bool(host) and not self._is_open and not self._networks and _plain(host) not in self._names

    def connect(self, host: str, port: int, timeout_seconds: float) -> socket.socket:
        """Return a connection to the first address of a host that answers; the time is for all of them together.

        Raises:
            Unreachable: see `targets`.
            OSError: none answers.
        """
        failure: OSError | None = None
        with deadline(timeout_seconds):
            for family, kind, protocol, _, address in self.targets(host, port):
                line = socket.socket(family, kind, protocol)
                try:
                    line.settimeout(wait_seconds(timeout_seconds))
                    line.connect(address)
                except OSError as error:
                    line.close()
                    failure = error
                    continue
                return line
        raise failure or Unreachable(NO_ANSWER)

    def pinned(self, url: str) -> PinnedUrl:
        """Return a URL by the address of its host.

        Raises:
            Unreachable: see `targets`.
        """
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)
        address = str(self.targets(host, port)[0][4][0])
        shown = f"[{address}]" if ":" in address else address
        return PinnedUrl(urlunsplit(parts._replace(netloc=f"{shown}:{port}")), parts.netloc.rpartition("@")[2], host)

    def _may_reach(self, text: str) -> bool:
        address = ipaddress.ip_address(text.partition("%")[0])
        carried = _carried(address)
        is_allowed = any(each in network for each in (address, carried) for network in self._networks)
        return is_allowed or (_is_public(address) and _is_public(carried))


ANYWHERE = Egress(None)
PUBLIC = Egress(())


def _is_public(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _carried(address: Address) -> Address:
    """Return the address of IPv4 that one of IPv6 stands for, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.teredo:
        return address.teredo[1]
    if any(address in carrier for carrier in _CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _network(entry: str) -> Network | None:
    try:
        return ipaddress.ip_network(entry.strip().strip("[]"), strict=False)
    except ValueError:
        if "/" in entry or not _plain(entry):
            fix = "List names, addresses and networks, such as mail.example.com, 10.0.0.5 or 10.0.0.0/8."
            raise SettingsError(f"INLAID_ALLOWED_HOSTS holds {entry!r}, which is none of these.", fix=fix) from None
        return None


def _plain(name: str) -> str:
    return name.strip().rstrip(".").casefold()
