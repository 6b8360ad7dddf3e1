"""Pages are fetched politely, within bounds, from the hosts that were listed and from nowhere inside."""

import contextlib
import gzip
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from core.errors import DocumentError, InlaidError, InputError, NotFoundError, OutageError
from core.system.connections import Egress
from integrations.sources.web_fetch import FetchedPage, Fetcher, plain_url, site_of
from tests.integrations.sources.web_site import Page, Site, resolver, running_site

LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


def fetched(site: Site, path: str, *, host: str = "site.example.com", **options: Any) -> FetchedPage:
    url = site.url(path, host)
    fetcher = Fetcher(Egress(LOOPBACK, resolve=resolver()), pause_seconds=0)
    return fetcher.fetch(url, {site_of(url)}, **options)


def test_a_page_comes_with_its_type_and_charset_from_the_host_that_was_named(site: Site) -> None:
    site.pages["/a?b=1"] = Page("Grüße".encode("cp1252"), headers={"Content-Type": 'text/html; charset="CP1252"'})
    answer = fetched(site, "/a?b=1")
    assert (answer.data, answer.content_type, answer.charset) == ("Grüße".encode("cp1252"), "text/html", "cp1252")
    assert site.asked[-1] == ("GET", "/a?b=1", f"site.example.com:{site.port}")


def test_packed_content_is_unpacked_within_the_bound(site: Site) -> None:
    site.pages["/a"] = Page(gzip.compress(b"26 days"), headers={"Content-Encoding": "gzip"})
    assert fetched(site, "/a").data == b"26 days"
    site.pages["/bomb"] = Page(gzip.compress(bytes(50 * 2**20)), headers={"Content-Encoding": "gzip"})
    with pytest.raises(DocumentError, match="larger than 1 MB"):
        fetched(site, "/bomb", max_bytes=2**20)
    site.pages["/large"] = Page(bytes(2**20 + 1))
    with pytest.raises(DocumentError, match="larger than 1 MB"):
        fetched(site, "/large", max_bytes=2**20)


REFUSED: list[tuple[int, dict[str, str], type[InlaidError]]] = [
    (404, {}, NotFoundError), (410, {}, NotFoundError), (401, {}, InputError), (403, {}, InputError),
    (418, {}, InputError), (429, {"Retry-After": "7"}, OutageError), (503, {}, OutageError),
]  # fmt: skip


@pytest.mark.parametrize(("status", "headers", "kind"), REFUSED)
def test_what_is_no_page_is_refused_by_what_can_be_done(
    site: Site, status: int, headers: dict[str, str], kind: type[Exception]
) -> None:
    site.pages["/a"] = Page(b"", status, headers)
    with pytest.raises(kind) as refusal:
        fetched(site, "/a")
    if isinstance(refusal.value, OutageError):
        assert refusal.value.retry_after_seconds == float(headers.get("Retry-After", 0))


def test_redirects_are_followed_within_the_listed_hosts_and_counted(site: Site) -> None:
    site.pages["/a"] = Page(b"", 302, {"Location": "/b#part"})
    site.pages["/b"] = Page(b"", 301, {"Location": site.url("/c")})
    site.pages["/c"] = Page(b"26 days")
    page = fetched(site, "/a")
    assert (page.url, page.data) == (site.url("/c"), b"26 days")
    for number in range(10):
        site.pages[f"/{number}"] = Page(b"", 302, {"Location": f"/{number + 1}"})
    with pytest.raises(InputError, match="without end"):
        fetched(site, "/0")


INSIDE = [
    "http://169.254.169.254/latest/meta-data", "http://127.0.0.1/", "http://localhost/", "http://10.0.0.5/",
    "http://[::1]/", "http://[::ffff:169.254.169.254]/", "http://2130706433/", "http://site.example.com:25/",
    "file:///etc/passwd", "gopher://site.example.com/", "ftp://site.example.com/", "//evil.example.org/",
    "http://user:password@site.example.com/", "http://evil.example.org\\@site.example.com/",
]  # fmt: skip


@pytest.mark.parametrize("target", INSIDE)
def test_a_redirect_to_anywhere_else_is_not_followed(site: Site, target: str) -> None:
    site.pages["/a"] = Page(b"", 302, {"Location": target})
    with pytest.raises(InputError):
        fetched(site, "/a")
    assert site.paths() == ["/a"]


PRIVATE = ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_listed_name_that_stands_for_an_address_inside_is_not_asked(site: Site, address: str) -> None:
    fetcher = Fetcher(Egress((), resolve=resolver(site_example_com=address)), pause_seconds=0)
    with pytest.raises(OutageError, match="cannot be reached") as refusal:
        fetcher.fetch(site.url("/"), {site_of(site.url("/"))})
    assert "INLAID_ALLOWED_HOSTS" in refusal.value.fix
    assert site.asked == []


def test_a_name_that_turns_to_another_address_is_connected_to_where_it_was_looked_at(site: Site) -> None:
    """Each connection asks for the name once, so nothing else can be put in between (DNS rebinding)."""
    asked = []

    def resolve(host: str, port: int, **_options: Any) -> Any:
        asked.append(host)
        address = "127.0.0.1" if len(asked) <= 2 else "127.99.99.99"
        return socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)

    site.pages["/a"] = Page(b"26 days")
    url = site.url("/a")
    fetcher = Fetcher(Egress(("127.0.0.1",), resolve=resolve), pause_seconds=0)
    assert fetcher.fetch(url, {site_of(url)}).data == b"26 days"
    assert len(asked) == 2  # for robots.txt and for the page
    with pytest.raises(OutageError):
        fetcher.fetch(url, {site_of(url)})
    assert site.paths() == ["/a"]


def test_what_robots_txt_forbids_is_not_asked_for(site: Site) -> None:
    site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /private")
    site.pages["/private/a"] = site.pages["/open"] = Page(b"26 days")
    assert fetched(site, "/open").data == b"26 days"
    with pytest.raises(InputError, match="robots"):
        fetched(site, "/private/a")
    site.pages["/b"] = Page(b"", 302, {"Location": "/private/a"})
    with pytest.raises(InputError, match="robots"):
        fetched(site, "/b")
    assert "/private/a" not in site.paths()


@pytest.mark.parametrize(("status", "kind"), [(403, InputError), (500, OutageError), (429, OutageError), (404, None)])
def test_rules_that_cannot_be_read_forbid_and_none_allow(site: Site, status: int, kind: type[Exception] | None) -> None:
    site.pages["/robots.txt"] = Page(b"", status)
    site.pages["/a"] = Page(b"26 days")
    with pytest.raises(kind) if kind else contextlib.nullcontext():
        fetched(site, "/a")
    assert site.paths() == ([] if kind else ["/a"])


def test_a_host_is_asked_once_a_second_or_as_its_rules_say(site: Site) -> None:
    now = [100.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    site.pages["/a"] = Page(b"26 days")
    fetcher = Fetcher(Egress(LOOPBACK, resolve=resolver()), clock=lambda: now[0], sleep=sleep)
    sites = {site_of(site.url()), site_of(site.url(host="other.example.com"))}
    for _ in range(2):
        fetcher.fetch(site.url("/a"), sites)
    assert slept == [1.0, 1.0]  # the rules, the page, the page
    fetcher.fetch(site.url("/a", "other.example.com"), sites)
    assert slept == [1.0, 1.0, 1.0]  # only between the other host's own two
    site.pages["/robots.txt"] = Page(b"User-agent: inlaid\nCrawl-delay: 10")
    now[0] += 4_000  # what is known of the rules is too old
    fetcher.fetch(site.url("/a"), sites)
    fetcher.fetch(site.url("/a"), sites)
    assert slept[-1] == pytest.approx(10)


def test_a_server_that_drips_is_left_when_the_time_is_up(site: Site) -> None:

    def drip(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            line.sendall(b"HTTP/1.1 200 OK\r\n")
            for _ in range(200):
                line.sendall(b"X: y\r\n")
                time.sleep(0.05)

    site.pages["/robots.txt"] = Page(raw=drip)
    started = time.monotonic()
    fetcher = Fetcher(Egress(LOOPBACK, resolve=resolver()), pause_seconds=0, answer_seconds=0.5)
    with pytest.raises(OutageError):
        fetcher.fetch(site.url("/a"), {site_of(site.url())})
    assert time.monotonic() - started < 5


NO_HTTP = [b"", b"nonsense\r\n\r\n"]
NO_HTTP += [b"HTTP/1.1 200 OK\r\n" + headers for headers in (b"X: y\r\n" * 500, b"y" * 100_000)]


@pytest.mark.parametrize("raw", NO_HTTP)
def test_a_server_that_does_not_speak_http_is_an_outage(site: Site, raw: bytes) -> None:
    site.pages["/a"] = Page(raw=lambda line: line.sendall(raw))
    with pytest.raises(OutageError, match="does not answer properly"):
        fetched(site, "/a")


PLAIN = [
    ("HTTPS://Example.COM:443", "https://example.com/"),
    ("http://example.com:8080/a/../b?utm_source=x&c=d&&GCLID=1#e", "http://example.com:8080/b?c=d"),
    ("https://bücher.example/ä b", "https://xn--bcher-kva.example/%C3%A4%20b"),
    ("https://example.com./a%20b", "https://example.com/a%20b"),
    ("/c", "https://example.com/c"),
    ("javascript:alert(1)", ""), ("http://", ""), ("https://a@b/", ""), ("http://exa mple/", ""),
    ("http://x:99999/", ""),
]  # fmt: skip


@pytest.mark.parametrize(("url", "plain"), PLAIN)
def test_an_address_has_one_form(url: str, plain: str) -> None:
    assert plain_url(url, "https://example.com/a/") == plain
