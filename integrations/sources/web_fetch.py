"""Fetches pages of sites that were listed, as a polite robot: what `robots.txt` forbids is not asked for.

A host is resolved once and the connection goes to an address that was looked at (`core.system.connections.Egress`),
after each redirect too. Whatever a server does, an answer has a bound in bytes, also unpacked, and in time. A proxy of
the environment is not used: it would resolve the name again.
"""

import http.client
import ssl
import time
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from core.errors import DocumentError, InputError, NotFoundError, OutageError
from core.sources.formats import MAX_FILE_BYTES
from core.system.connections import Egress, Unreachable, deadline
from core.system.sockets import open_socket, tls_context
from integrations.sources.robots import MAX_ROBOTS_BYTES, NOTHING, Robots, read_robots

ROBOT = "inlaid"
USER_AGENT = "inlaid/1.0"
PAUSE_SECONDS = 1.0
ANSWER_SECONDS = 30.0
CONNECT_SECONDS = 15.0
MAX_REDIRECTS = 5
_HEADERS = (("User-Agent", USER_AGENT), ("Accept", "*/*"), ("Accept-Encoding", "gzip"), ("Connection", "close"))
_ROBOTS_SECONDS = 3_600.0
_MAX_RETRY_SECONDS = 3_600.0
_CHUNK_BYTES = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_GONE = {404, 410}
_CLOSED = {401, 402, 403, 407, 451}
_PORTS = {"http": 80, "https": 443}
_TRACKING = ("utm_", "gclid", "fbclid", "mc_cid", "mc_eid")
# What may stand in an address as it is; all else is written as %XX.
_SAFE = "/?#[]@!$&'()*+,;=:%-._~"


@dataclass(frozen=True)
class FetchedPage:
    """What a server gave: the address after all redirects, its headers with names in small letters, and the content."""

    url: str
    headers: Mapping[str, str]
    data: bytes = b""

    @property
    def content_type(self) -> str:
        """The type of the content, "text/html"."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The charset that the server declares, "" for none."""
        declared = self.headers.get("content-type", "").lower().partition("charset=")[2]
        return declared.partition(";")[0].strip(" \"'")


@dataclass
class _Site:
    """What is known of a host: its rules, until when, and when it may be asked again."""

    robots: Robots = field(default_factory=Robots)
    robots_until: float = 0.0
    next_at: float = 0.0


def plain_url(url: str, base: str = "") -> str:
    """Return an address in one form, so that the same page is not read twice, or "" if it is none of the web.

    Args:
        url: the address, absolute or relative to `base`.
        base: of the page that it stands on.
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not host or parts.username is not None or not host.isprintable() or " " in host:
        return ""
    netloc = f"[{host}]" if ":" in host else host
    netloc += f":{port}" if port and port != _PORTS[parts.scheme] else ""
    query = "&".join(pair for pair in parts.query.split("&") if pair and not pair.lower().startswith(_TRACKING))
    # Joined once more, since of a whole address `..` stays where it is.
    path = quote(urlsplit(urljoin("http://host", f"/{parts.path.lstrip('/')}")).path or "/", safe=_SAFE)
    return urlunsplit((parts.scheme, netloc, path, quote(query, safe=_SAFE), ""))


def site_of(url: str) -> str:
    """Return the host of a plain address, with its port where that is not the usual one."""
    return urlsplit(url).netloc


class Fetcher:
    """Asks hosts for pages, each host once in a while.

    Args:
        egress: knows where connections may go.
        pause_seconds: between two requests to a host; its `robots.txt` may ask for more.
        answer_seconds: for one request with its answer.
        clock: tells the time that passes.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        egress: Egress,
        *,
        pause_seconds: float = PAUSE_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._egress = egress
        self._pause_seconds = pause_seconds
        self._answer_seconds = answer_seconds
        self._clock = clock
        self._sleep = sleep
        self._sites: dict[str, _Site] = {}
        self._tls: ssl.SSLContext | None = None

    def fetch(
        self, url: str, sites: Collection[str], *, method: str = "GET", max_bytes: int = MAX_FILE_BYTES
    ) -> FetchedPage:
        """Return a page, after the redirects within the sites that were listed.

        Args:
            url: a plain address.
            sites: the hosts that may be asked, as `site_of` gives them.
            method: "GET", or "HEAD" for the headers alone.
            max_bytes: how long the content may be, unpacked.

        Raises:
            InputError: the page is not there, not for us, elsewhere, too large, or may not be fetched.
            OutageError: the site cannot be reached, or has no time now.
        """
        for _ in range(MAX_REDIRECTS + 1):
            if site_of(url) not in sites:
                raise InputError(
                    f"This page redirects to {site_of(url)[:100]}.", fix="Add that host, if it may be read."
                )
            if not self._robots(url).allows(_path(urlsplit(url))):
                raise InputError(
                    "The site does not want robots to read this page (robots.txt).",
                    fix="Ask its owner to allow the robot `inlaid`, or leave the page out.",
                )
            status, answer = self._ask(url, method, max_bytes)
            if status not in _REDIRECTS:
                _check(status, answer)
                return answer
            url = plain_url(answer.headers.get("location", ""), url)
            if not url:
                raise InputError(
                    "This page redirects to something that is not a web address.", fix="Look at it in a browser."
                )
        raise InputError("This page redirects without end.", fix="Look at it in a browser.")

    def _robots(self, url: str) -> Robots:
        site = self._sites.setdefault(site_of(url), _Site())
        if self._clock() < site.robots_until:
            return site.robots
        address = urlunsplit((*urlsplit(url)[:2], "/robots.txt", "", ""))
        try:
            status, answer = self._ask(address, "GET", MAX_ROBOTS_BYTES)
            for _ in range(MAX_REDIRECTS):
                target = plain_url(answer.headers.get("location", ""), address)
                if status not in _REDIRECTS or site_of(target) != site_of(url):
                    break
                address = target
                status, answer = self._ask(address, "GET", MAX_ROBOTS_BYTES)
        except DocumentError:  # longer than anybody has to read (RFC 9309, 2.5)
            status, answer = 404, FetchedPage(address, {})
        if status == http.HTTPStatus.TOO_MANY_REQUESTS or status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            _check(status, answer)
        site.robots = Robots()
        if status == http.HTTPStatus.OK:
            site.robots = read_robots(answer.data.decode("utf-8", "replace"), ROBOT)
        elif status in {401, 403}:
            site.robots = NOTHING
        site.robots_until = self._clock() + _ROBOTS_SECONDS
        return site.robots

    def _ask(self, url: str, method: str, max_bytes: int) -> tuple[int, FetchedPage]:
        """Ask once, when it is time to; return status and answer."""
        parts = urlsplit(url)
        self._wait(parts.netloc)
        try:
            with deadline(self._answer_seconds):
                connection = self._connection(parts)
                try:
                    connection.putrequest(method, _path(parts), skip_host=True, skip_accept_encoding=True)
                    for name, value in (("Host", parts.netloc), *_HEADERS):
                        connection.putheader(name, value)
                    connection.endheaders()
                    response = connection.getresponse()
                    headers = {name.lower(): value for name, value in response.getheaders()}
                    is_content = response.status == http.HTTPStatus.OK and method == "GET"
                    data = _content(response, headers, max_bytes) if is_content else b""
                finally:
                    connection.close()
        except Unreachable as error:
            raise OutageError(
                f"The host {parts.hostname} cannot be reached.",
                fix="Check that it is running; a host of your own network has to be listed in INLAID_ALLOWED_HOSTS.",
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise OutageError(
                f"The certificate of {parts.hostname} is not valid.",
                fix="Renew it, or name the authority that signed it in SSL_CERT_FILE.",
            ) from error
        except (OSError, http.client.HTTPException, zlib.error, UnicodeError) as error:
            fix = "Inlaid will try again later."
            raise OutageError(f"The host {parts.hostname} does not answer properly.", fix=fix) from error
        return response.status, FetchedPage(url, headers, data)

    def _wait(self, host: str) -> None:
        site = self._sites.setdefault(host, _Site())
        now = self._clock()
        if site.next_at > now:
            self._sleep(site.next_at - now)
        pause_seconds = max(self._pause_seconds, site.robots.delay_seconds if self._pause_seconds else 0.0)
        site.next_at = max(now, site.next_at) + pause_seconds

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        if parts.scheme == "https" and self._tls is None:
            self._tls = tls_context()
        context = self._tls if parts.scheme == "https" else None
        connection = http.client.HTTPConnection(host, port)
        connection.sock = open_socket(host, port, context, self._egress, connect_seconds=CONNECT_SECONDS)
        return connection


def _content(response: http.client.HTTPResponse, headers: Mapping[str, str], max_bytes: int) -> bytes:
    is_packed = headers.get("content-encoding", "").lower() in {"gzip", "x-gzip"}
    unpack = zlib.decompressobj(wbits=31) if is_packed else None
    data = bytearray()
    while chunk := response.read(_CHUNK_BYTES):
        data += unpack.decompress(chunk, max_bytes + 1 - len(data)) if unpack else chunk
        if len(data) > max_bytes:
            raise DocumentError(f"This page is larger than {max_bytes // 2**20} MB.", fix="Leave it out.")
    return bytes(data)


def _path(parts: SplitResult) -> str:
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def _check(status: int, answer: FetchedPage) -> None:
    """Refuse what is no page."""
    if status == http.HTTPStatus.OK:
        return
    if status in _GONE:
        raise NotFoundError("This page is no longer there.", fix="Remove its address, or repair the link.")
    if status in _CLOSED:
        raise InputError("This page requires a sign-in or access.", fix="Only pages open to all are read.")
    if status == http.HTTPStatus.TOO_MANY_REQUESTS or status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        named = answer.headers.get("retry-after", "")
        wait = min(_MAX_RETRY_SECONDS, float(named)) if named.isdecimal() else 0.0
        host = urlsplit(answer.url).hostname
        raise OutageError(
            f"The host {host} is too busy ({status}).", fix="Inlaid will try again later.", retry_after_seconds=wait
        )
    raise InputError(f"The site answers with {status}.", fix="Look at the page in a browser.")
