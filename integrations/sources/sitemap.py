"""Sitemaps (https://www.sitemaps.org/protocol.html): what one lists. Called in a child process."""

import gzip
import io
import zlib

from lxml import etree

from core.drafts import Value
from core.errors import DocumentError

MAX_SITEMAP_BYTES = 50 * 2**20
MAX_ENTRIES = 50_000
_MAX_URL_CHARS = 2_048
_GZIP = b"\x1f\x8b"
_FIX = "Give the address of a sitemap, or of a page."


class Sitemap(Value):
    """What a sitemap lists: pages with when they changed ("" when it does not say), and other sitemaps."""

    pages: tuple[tuple[str, str], ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_sitemap(data: bytes) -> Sitemap:
    """Return what a sitemap or an index of sitemaps lists, packed with gzip or not.

    Raises:
        DocumentError: it is none, damaged, or too large.
    """
    pages: list[tuple[str, str]] = []
    sitemaps: list[str] = []
    try:
        source = io.BytesIO(_unpacked(data))
        for _, element in etree.iterparse(
            source, tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True
        ):
            address = _text(element, "loc")
            if address and etree.QName(element).localname == "url":
                pages.append((address, _text(element, "lastmod")))
            elif address:
                sitemaps.append(address)
            element.clear()
            if len(pages) + len(sitemaps) >= MAX_ENTRIES:
                break
    except (etree.LxmlError, zlib.error, OSError, EOFError) as error:
        raise DocumentError("This is not a sitemap, or it is damaged.", fix=_FIX) from error
    if not (pages or sitemaps):
        raise DocumentError("This sitemap lists nothing.", fix=_FIX)
    return Sitemap(pages=tuple(pages), sitemaps=tuple(sitemaps))


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        unpacked = packed.read(MAX_SITEMAP_BYTES + 1)
    if len(unpacked) > MAX_SITEMAP_BYTES:
        raise DocumentError("This sitemap is larger than 50 MB.", fix=_FIX)
    return unpacked


def _text(element: etree._Element, name: str) -> str:
    text = " ".join((element.findtext(f"{{*}}{name}") or "").split())
    return text if len(text) <= _MAX_URL_CHARS and text.isprintable() else ""
