"""The connector `web`: pages that an administrator lists, one by one or by sitemaps.

Options of a source: `url` or `urls`, addresses of pages and of sitemaps (those end with .xml or .xml.gz); `hosts`, more
hosts that may be read than those of the addresses; `readers`, see `core.sources.model.declared_access`.

A page is read again when its sitemap names another date for it; without one, when its ETag or Last-Modified is
another, or its content where the server tells neither. What a page gives as its own address (canonical) is read there
when that is listed too.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import TypedDict
from urllib.parse import unquote, urlsplit

from core.errors import InputError, NotFoundError, OutageError
from core.sources.formats import SUFFIXES, suffix_of
from core.sources.model import ChangePage, Content, ItemChange, Source, declared_access
from core.system.connections import Egress
from core.text.charsets import decode_bytes
from integrations.sources import isolated
from integrations.sources.web_fetch import FetchedPage, Fetcher, plain_url, site_of

MAX_PAGES = 20_000
MAX_SITEMAPS = 50
# Pages of which the sitemap says when they changed cost no request; of the others a few are asked for at a time.
PAGE_ITEMS = 1_000
PAGE_REQUESTS = 20
PAGE_SECONDS = 30.0
_MAX_OUTAGES = 3
_MAX_TRIED = 3
_SITEMAP_ENDS = (".xml", ".xml.gz")
_SUFFIXES = {
    "application/pdf": ".pdf",
    "application/xhtml+xml": ".html",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FIX = "Give addresses that begin with https:// or http://."


class _Place(TypedDict):
    """A cursor: the last address that was looked at, and whether one before it could not be."""

    after: str
    partial: bool


@dataclass(frozen=True)
class _Listing:
    """The pages of a source in the order of their addresses, each with when it changed, "" for unknown."""

    pages: dict[str, str]
    sites: frozenset[str]
    left_out: int = 0
    is_partial: bool = False


class WebConnector:
    """See `core.sources.ports.Connector`.

    Args:
        fetcher: asks the hosts; without it one that reaches the public internet and INLAID_ALLOWED_HOSTS.
    """

    name = "web"

    def __init__(self, fetcher: Fetcher | None = None) -> None:
        self._fetcher = fetcher
        # Only spares the sitemaps a second request within one sync: it is made anew when another begins.
        self._listed: tuple[str, _Listing] | None = None

    def check(self, source: Source) -> str:
        """Read the sitemaps, count, and read a page of the first ones."""
        listing = self._listing(source)
        problem: InputError | None = None
        for url in islice(listing.pages, _MAX_TRIED):
            try:
                self._fetch(url, listing.sites)
                break
            except InputError as error:
                problem = problem or error
        else:
            assert problem
            raise problem
        left_out = f"; addresses left out, of other hosts or too many: {listing.left_out}" if listing.left_out else ""
        return f"pages: {len(listing.pages)}{left_out}"

    def changes(self, source: Source, cursor: str) -> ChangePage:
        """Return the next pages in the order of their addresses; the last page of changes begins anew."""
        place: _Place = json.loads(cursor) if cursor else {"after": "", "partial": False}
        if not cursor:
            self._listed = None
        look = _Look(self, self._listing(source), place)
        changes = list(look.changes())
        is_partial = bool(look.is_partial or look.listing.is_partial)
        return ChangePage(
            changes,
            cursor="" if look.is_last else json.dumps({"after": look.after, "partial": is_partial}),
            access=() if cursor else [declared_access(source)],
            is_last=look.is_last,
            is_complete=look.is_last and not is_partial,
        )

    def fetch(self, source: Source, item: ItemChange) -> Content:
        """Return a page as it was sent, or that it is the same as another one."""
        listing = self._listing(source)
        answer = self._fetch(item.key, listing.sites)
        name = unquote(urlsplit(answer.url).path.rpartition("/")[2]) or "page"
        suffix = _SUFFIXES.get(answer.content_type, "")
        if suffix and suffix_of(name) not in SUFFIXES:
            name += suffix
        if suffix != ".html":
            return Content(answer.data, name)
        found = plain_url(isolated.page_facts(answer.data, answer.charset).canonical or answer.url, answer.url)
        if found != item.key and found in listing.pages:
            return Content(same_as=found)
        # The charset of the server counts more than the page's own word, and only this place knows it.
        text = decode_bytes(answer.data, answer.charset).encode() if answer.charset else answer.data
        return Content(_BYTE_ORDER_MARK + text if answer.charset else text, name)

    def version(self, url: str, sites: frozenset[str]) -> tuple[str, FetchedPage]:
        """Return what stays the same while a page does, from its headers, else from its content."""
        try:
            answer = self._fetch(url, sites, method="HEAD")
            if known := answer.headers.get("etag") or answer.headers.get("last-modified"):
                return known[:200], answer
        except (InputError, OutageError) as error:  # some servers know no HEAD; the page itself says what is wrong
            if isinstance(error, NotFoundError):
                raise
        answer = self._fetch(url, sites)
        return hashlib.sha256(answer.data).hexdigest(), answer

    def _fetch(self, url: str, sites: frozenset[str], *, method: str = "GET") -> FetchedPage:
        if self._fetcher is None:
            from core.settings import load_settings

            self._fetcher = Fetcher(Egress(load_settings().allowed_hosts))
        return self._fetcher.fetch(url, sites, method=method)

    def _listing(self, source: Source) -> _Listing:
        wanted = json.dumps([source.id, source.options], sort_keys=True)
        if self._listed is None or self._listed[0] != wanted:
            self._listed = (wanted, self._read_listing(source))
        return self._listed[1]

    def _read_listing(self, source: Source) -> _Listing:
        addresses = _addresses(source)
        named = source.options.get("hosts")
        hosts = [str(host).strip().casefold() for host in named] if isinstance(named, list) else []
        sites = frozenset({*hosts, *map(site_of, addresses)})
        waiting = [address for address in addresses if _is_sitemap(address)]
        pages = {address: "" for address in addresses if not _is_sitemap(address)}
        seen: set[str] = set()
        left_out, is_partial = 0, False
        while waiting and len(seen) < MAX_SITEMAPS:
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            found = isolated.read_sitemap(self._fetch(address, sites).data)
            waiting += [plain for url in found.sitemaps if site_of(plain := plain_url(url, address)) in sites]
            for url, changed in found.pages:
                page = plain_url(url, address)
                if site_of(page) in sites and len(pages) < MAX_PAGES:
                    pages[page] = changed
                else:
                    left_out += 1
        if not pages:
            raise InputError("No page is listed there.", fix="Give the address of a sitemap, or of a page.")
        return _Listing(dict(sorted(pages.items())), sites, left_out, is_partial or bool(waiting))


class _Look:
    """One page of changes in the making."""

    def __init__(self, connector: WebConnector, listing: _Listing, place: _Place) -> None:
        self.listing = listing
        self.after = place["after"]
        self.is_partial = place["partial"]
        self.is_last = False
        self._connector = connector
        self._answers = self._outages = 0

    def changes(self) -> Iterator[ItemChange]:
        """Yield pages until there are enough, or enough were asked for."""
        requests = count = 0
        ends_at = time.monotonic() + PAGE_SECONDS
        for url, changed in self.listing.pages.items():
            if url <= self.after:
                continue
            if count >= PAGE_ITEMS or requests >= PAGE_REQUESTS or (count and time.monotonic() > ends_at):
                return
            count += 1
            requests += not changed
            found = _change(url, changed, _time(changed)) if changed else self._asked(url)
            self.after = url
            if found:
                yield found
        self.is_last = True

    def _asked(self, url: str) -> ItemChange | None:
        """Return a page of which only its server knows when it changed, or None if it is not there, or not now."""
        try:
            version, answer = self._connector.version(url, self.listing.sites)
        except OutageError:
            self._outages += 1
            self.is_partial = True
            # A page that always fails is no reason not to read the ones behind it; a site that does is.
            if not self._answers and self._outages >= min(_MAX_OUTAGES, len(self.listing.pages)):
                raise
            return None
        except NotFoundError:
            return None
        except InputError:  # said at its item when it is fetched
            return _change(url, "unreadable", 0.0)
        self._answers += 1
        if answer.url != url and answer.url in self.listing.pages:
            return None
        return _change(url, version, _time(answer.headers.get("last-modified", "")))


def _change(url: str, version: str, modified_at: float) -> ItemChange:
    title = unquote(url.partition("://")[2]).rstrip("/")
    title = "".join(letter if letter.isprintable() else " " for letter in title)
    return ItemChange(url, version=version, access="readers", title=title, link=url, modified_at=modified_at)


def _time(text: str) -> float:
    """Return a time of a sitemap (ISO 8601) or a header (RFC 9110) in Unix seconds, 0 when it is neither."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return max(0.0, read(text[:50]).timestamp())
        except (ValueError, TypeError, OverflowError):
            continue
    return 0.0


def _addresses(source: Source) -> list[str]:
    """Return the plain addresses that a source lists.

    Raises:
        InputError: there is none, or one is none of the web.
    """
    named = source.options.get("urls")
    given = [str(url) for url in named] if isinstance(named, list) else []
    given += [str(source.options["url"])] if source.options.get("url") else []
    found = [plain_url(url) for url in given]
    if not found or "" in found:
        wrong = next((url for url, plain in zip(given, found, strict=True) if not plain), "")
        raise InputError(f"{wrong[:200]} is not a web address." if wrong else "No address is given.", fix=_FIX)
    return found


def _is_sitemap(url: str) -> bool:
    return urlsplit(url).path.lower().endswith(_SITEMAP_ENDS)
