"""The web connector on a real site: what is listed and read, what changed, and what is gone."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from core.errors import InputError, NotFoundError, OutageError
from core.sources.model import EVERYBODY, ChangePage, ItemChange, Source
from core.store import Store
from core.system.connections import Egress
from integrations.registry import read_file
from integrations.sources.web import PAGE_REQUESTS, WebConnector
from integrations.sources.web_fetch import Fetcher
from tests.core.sources.killing import read_killed
from tests.core.sources.making import make_sources
from tests.integrations.sources.pdf_file import Words, pdf_file
from tests.integrations.sources.web_site import Page, Site, resolver, running_site


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def connector() -> WebConnector:
    return WebConnector(Fetcher(Egress(("127.0.0.0/8",), resolve=resolver()), pause_seconds=0))


def source_of(*urls: str, **options: object) -> Source:
    return Source("s1", "local", "ann", "web", "Handbook", {"urls": list(urls), "readers": [EVERYBODY], **options})


def sitemap(*urls: str, changed: str = "") -> Page:
    dates = f"<lastmod>{changed}</lastmod>" if changed else ""
    rows = "".join(f"<url><loc>{url}</loc>{dates}</url>" for url in urls)
    return Page(f"<urlset>{rows}</urlset>".encode(), headers={"Content-Type": "application/xml"})


def pages_of(connector: WebConnector, source: Source) -> list[ChangePage]:
    found = [connector.changes(source, "")]
    while not found[-1].is_last:
        found.append(connector.changes(source, found[-1].cursor))
    return found


def listed(connector: WebConnector, source: Source) -> dict[str, ItemChange]:
    pages = pages_of(connector, source)
    assert pages[-1].is_complete
    return {change.key: change for page in pages for change in page.changes}


def test_a_page_is_listed_and_read_with_its_headings(connector: WebConnector, site: Site) -> None:
    site.html("/handbook/leave", "<h1>Leave</h1><p>26 days für alle.</p>", ETag='"1"')
    source = source_of(site.url("/handbook/leave"))
    [change] = listed(connector, source).values()
    assert change.link == change.key == site.url("/handbook/leave")
    assert change.title == f"site.example.com:{site.port}/handbook/leave"
    content = connector.fetch(source, change)
    [section] = read_file(content.data, content.file_name).sections
    assert (section.heading, section.text) == ("Leave", "26 days für alle.")
    assert connector.changes(source, "").access[0].principals == {EVERYBODY}
    assert connector.check(source) == "pages: 1"


def test_sitemaps_and_indexes_of_them_list_pages_of_the_named_hosts(connector: WebConnector, site: Site) -> None:
    urls = [site.url("/a"), site.url("/b?utm_source=mail"), "https://elsewhere.example.org/c", "javascript:alert(1)"]
    site.pages["/1.xml.gz"] = Page(gzip.compress(sitemap(*urls, changed="2026-03-02T10:00:00+00:00").data))
    maps = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in (site.url("/1.xml.gz"), "/index.xml"))
    site.pages["/index.xml"] = Page(f"<sitemapindex>{maps}</sitemapindex>".encode())
    source = source_of(site.url("/index.xml"))
    found = listed(connector, source)
    assert set(found) == {site.url("/a"), site.url("/b")}
    assert {change.version for change in found.values()} == {"2026-03-02T10:00:00+00:00"}
    assert found[site.url("/a")].modified_at == 1_772_445_600
    assert site.paths("HEAD") == []
    site.html("/a", "<p>26 days.</p>")
    assert connector.check(source) == "pages: 2; addresses left out, of other hosts or too many: 2"


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_a_page_is_fetched_again_only_when_its_server_says_that_it_changed(
    connector: WebConnector, site: Site, header: str
) -> None:
    date = "Mon, 02 Mar 2026 10:00:00 GMT"
    source = source_of(site.url("/a"))
    site.html("/a", "<p>26 days.</p>", **{header: date})
    before = listed(connector, source)
    assert listed(connector, source) == before
    assert site.paths("GET") == []
    site.html("/a", "<p>28 days.</p>", **{header: date.replace("10", "11")})
    assert listed(connector, source) != before


def test_a_page_without_a_word_of_its_age_is_compared_by_its_content(connector: WebConnector, site: Site) -> None:
    source = source_of(site.url("/a"))
    site.html("/a", "<p>26 days.</p>")
    before = listed(connector, source)
    assert listed(connector, source) == before
    site.html("/a", "<p>28 days.</p>")
    assert listed(connector, source) != before


def test_pages_without_dates_are_asked_for_a_few_at_a_time(connector: WebConnector, site: Site) -> None:
    urls = [site.url(f"/{number:03}") for number in range(PAGE_REQUESTS + 5)]
    for number in range(len(urls)):
        site.html(f"/{number:03}", "<p>x</p>", ETag="1")
    site.pages["/map.xml"] = sitemap(*urls)
    first, second = pages_of(connector, source_of(site.url("/map.xml")))
    assert len(first.changes) == PAGE_REQUESTS
    assert not first.is_complete
    assert second.is_complete
    assert [change.key for change in (*first.changes, *second.changes)] == urls
    assert site.paths().count("/map.xml") == 1
    # Another process goes on from the cursor.
    other = WebConnector(Fetcher(Egress(("127.0.0.0/8",), resolve=resolver()), pause_seconds=0))
    assert other.changes(source_of(site.url("/map.xml")), first.cursor).changes == second.changes


def test_a_page_that_is_gone_is_not_named_and_one_that_is_out_makes_the_listing_incomplete(
    connector: WebConnector, site: Site
) -> None:
    site.html("/a", "<p>x</p>", ETag="1")
    site.pages["/b"] = Page(b"", 410)
    source = source_of(site.url("/a"), site.url("/b"))
    assert set(listed(connector, source)) == {site.url("/a")}
    site.pages["/b"] = Page(b"", 503)
    page = connector.changes(source, "")
    assert [change.key for change in page.changes] == [site.url("/a")]
    assert (page.is_last, page.is_complete) == (True, False)


def test_a_site_that_is_out_is_an_outage(connector: WebConnector, site: Site) -> None:
    for path in ("/a", "/map.xml"):
        site.pages[path] = Page(b"", 500)
        with pytest.raises(OutageError):
            connector.changes(source_of(site.url(path)), "")


def test_a_page_that_may_not_be_read_is_named_so_that_its_reason_is_seen(connector: WebConnector, site: Site) -> None:
    site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /private")
    source = source_of(site.url("/private/a"))
    [change] = listed(connector, source).values()
    with pytest.raises(InputError, match="robots"):
        connector.fetch(source, change)
    assert site.paths() == []


def test_the_same_page_under_several_addresses_is_read_once(connector: WebConnector, site: Site) -> None:
    head = '<link rel="canonical" href="/a">'
    for path in ("/a", "/a?print=1", "/alone"):
        site.html(path, "<p>26 days.</p>", head, ETag="1")
    site.pages["/old"] = Page(b"", 301, {"Location": "/a"})
    source = source_of(*(site.url(path) for path in ("/a", "/a#top", "/a?print=1", "/old")))
    found = listed(connector, source)
    assert set(found) == {site.url("/a"), site.url("/a?print=1")}
    assert connector.fetch(source, found[site.url("/a?print=1")]).same_as == site.url("/a")
    assert connector.fetch(source, found[site.url("/a")]).data
    # An own address that is not listed is nowhere else to be read.
    alone = source_of(site.url("/alone"))
    assert connector.fetch(alone, listed(connector, alone)[site.url("/alone")]).data


@pytest.mark.parametrize(
    ("path", "content_type", "data", "text"),
    [
        ("/leave.pdf", "application/pdf", pdf_file([Words("26 days.")]), "26 days."),
        ("/download?id=7", "application/pdf", pdf_file([Words("26 days.")]), "26 days."),
        ("/notes", "text/plain; charset=utf-16", "26 days.".encode("utf-16"), "26 days."),
        ("/notes.php", "text/html; charset=windows-1251", "<p>Отпуск 28 дней</p>".encode("cp1251"), "Отпуск 28 дней"),
    ],
)
def test_documents_are_read_by_what_they_are(
    connector: WebConnector, site: Site, path: str, content_type: str, data: bytes, text: str
) -> None:
    site.pages[path] = Page(data, headers={"Content-Type": content_type, "ETag": "1"})
    source = source_of(site.url(path))
    content = connector.fetch(source, listed(connector, source)[site.url(path)])
    assert read_file(content.data, content.file_name).sections[0].text == text


def test_a_page_that_is_gone_when_it_is_fetched_is_told_so(connector: WebConnector, site: Site) -> None:
    with pytest.raises(NotFoundError):
        connector.fetch(source_of(site.url("/a")), ItemChange(site.url("/a"), "1"))


def test_an_item_of_another_host_is_never_fetched(connector: WebConnector, site: Site) -> None:
    with pytest.raises(InputError, match="redirects to"):
        connector.fetch(source_of(site.url("/a")), ItemChange(site.url("/a", "other.example.com"), "1"))
    assert site.asked == []


@pytest.mark.parametrize(
    "urls", [[], ["handbook"], ["file:///etc/passwd"], ["https://example.com", "ftp://example.com"]]
)
def test_addresses_that_are_none_of_the_web_are_refused(connector: WebConnector, urls: list[str]) -> None:
    with pytest.raises(InputError) as refusal:
        connector.check(source_of(*urls))
    assert refusal.value.fix


def test_one_broken_link_is_no_reason_not_to_add_a_site(connector: WebConnector, site: Site) -> None:
    site.html("/b", "<p>26 days.</p>")
    assert connector.check(source_of(site.url("/a"), site.url("/b"))) == "pages: 2"
    with pytest.raises(NotFoundError):
        connector.check(source_of(site.url("/a"), site.url("/c")))


def test_a_trap_of_endless_sitemaps_ends(connector: WebConnector, site: Site) -> None:
    class Endless(dict[str, Page]):
        def get(self, path: str, default: object = None) -> Page:
            if path == "/robots.txt":
                return Page(b"", 404)
            maps = "".join(f"<sitemap><loc>{site.url(f'/{next(numbers)}.xml')}</loc></sitemap>" for _ in range(5))
            return Page(f"<sitemapindex>{maps}</sitemapindex>".encode())

    numbers = count()
    site.pages = Endless()
    with pytest.raises(InputError, match="No page is listed"):
        connector.check(source_of(site.url("/map.xml")))
    assert len(site.paths()) <= 50


def test_a_reading_of_a_site_that_is_killed_anywhere_comes_to_the_same_end(
    connector: WebConnector, site: Site, sqlite_store: Store
) -> None:
    paths = [f"/page/{number}" for number in range(12)]
    for path in paths:
        site.html(path, f"<h1>Page</h1><p>This is what stands at {path}.</p>")
    sources = make_sources(sqlite_store)
    source = sources.store.add(replace(source_of(*map(site.url, paths)), id=""))
    done = read_killed(sources, connector, source, kills=10)
    assert done.error is None
    assert not sources.store.get(source.id).errors
    items = sources.items.page(source, limit=100)
    assert sorted(item.change.key for item in items) == sorted(map(site.url, paths))
    for item in items:
        (passage,) = sources.reader.all_of("local", item.id)
        assert passage.text == f"This is what stands at /page/{item.change.key.rpartition('/')[2]}."
