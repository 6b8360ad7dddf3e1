"""Sitemaps and indexes of them, packed or not; hostile ones are refused."""

import gzip

import pytest

from core.errors import DocumentError
from integrations.sources import isolated
from integrations.sources.sitemap import MAX_ENTRIES, read_sitemap

NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = f"""<?xml version="1.0"?><urlset {NAMESPACE}>
<url><loc> https://example.com/a?x=1&amp;y=2 </loc><lastmod>2026-03-02</lastmod></url>
<url><loc>https://example.com/b</loc></url><url><loc></loc></url></urlset>"""
INDEX = f"<sitemapindex {NAMESPACE}><sitemap><loc>https://example.com/1.xml.gz</loc></sitemap></sitemapindex>"


@pytest.mark.parametrize("data", [PAGES.encode(), gzip.compress(PAGES.encode()), PAGES.replace(NAMESPACE, "").encode()])
def test_pages_are_listed_with_when_they_changed(data: bytes) -> None:
    assert read_sitemap(data).pages == (
        ("https://example.com/a?x=1&y=2", "2026-03-02"),
        ("https://example.com/b", ""),
    )


def test_an_index_lists_sitemaps() -> None:
    assert read_sitemap(INDEX.encode()).sitemaps == ("https://example.com/1.xml.gz",)


def test_a_sitemap_that_is_too_long_is_read_up_to_its_bound() -> None:
    urls = "<url><loc>https://example.com/a</loc></url>" * (MAX_ENTRIES + 10)
    assert len(read_sitemap(f"<urlset>{urls}</urlset>".encode()).pages) == MAX_ENTRIES


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "%s">]><urlset><url><loc>&b;</loc></url></urlset>' % ("&a;" * 1_000)
FILES = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><urlset><url><loc>&a;</loc></url></urlset>'
WRONG = [
    b"", b"<html><body>Not found</body></html>", b"<urlset></urlset>", b"<urlset><url>", b"\x1f\x8b broken",
    LAUGHS.encode(), FILES.encode(),
]  # fmt: skip


@pytest.mark.parametrize("data", WRONG)
def test_what_is_no_sitemap_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read_sitemap(data)


def test_a_bomb_is_refused_before_it_is_whole() -> None:
    with pytest.raises(DocumentError, match="larger than 50 MB"):
        isolated.read_sitemap(gzip.compress(bytes(300 * 2**20)))
