"""Links, mail addresses and ids: what must stand letter for letter."""

import re
from collections.abc import Iterator

from core.text.facts.model import Fact
from core.text.lexicon import Lexicon

_LINK = re.compile(r"(?i)(?<!\w)(?:(?:https?|ftp)://|www\.)[^\s<>\"'`|\\^{}]++")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_DIGIT = re.compile(r"\d")
# Latin letters: in other scripts words stand beside digits without a blank.
_TOKEN = re.compile(r"(?<![\w#@/.-])#?[A-Za-z\u00c0-\u024f\d_]++(?:[-./_:][A-Za-z\u00c0-\u024f\d_]++)*+")
_DOMAIN = re.compile(r"(?<![\w@/.-])[\w-]++(?:\.[\w-]++)++(?:/[^\s<>\"']*+)?")
_PHONE = re.compile(r"(?<![\w+])\+?\(?\d[\d ().\u00a0-]{6,18}\d(?!\w)")
_TOP_DOMAINS = frozenset({"com", "org", "net", "edu", "gov", "io", "de", "fr", "es", "uk", "eu", "ch", "at", "it", "nl",
                          "pl", "se", "info", "dev", "app", "ai"})  # fmt: skip
# An IBAN, in groups or not.
_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?(?!\w)")
# "2nd", "40kg", "10-litre": a number with what it counts.
_COUNTED = re.compile(r"\d++-?(?:[a-z\u00df-\u00ff]{1,12}|[AP]M|[ºª])")
_TRAILING = ".,;:!?)]}>*_'\"…"


def link_key(link: str) -> str:
    """Return the form in which two spellings of one link are equal: no scheme, no `www.`, no final slash."""
    bare = re.sub(r"(?i)^(?:https?|ftp)://", "", link.rstrip(_TRAILING)).casefold()
    return bare.removeprefix("www.").rstrip("/")


def find_links(text: str, _known: Lexicon) -> Iterator[Fact]:
    """Yield links, with a scheme or as a bare domain, and mail addresses."""
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_TRAILING)
        yield Fact("address", address, frozenset({address.casefold()}), match.start())
    for match in _LINK.finditer(text):
        link = match[0].rstrip(_TRAILING)
        yield Fact("link", link, frozenset({link_key(link)}), match.start())
    for match in _DOMAIN.finditer(text):
        link = match[0].rstrip(_TRAILING)
        host = link.partition("/")[0]
        if host.rpartition(".")[2].casefold() in _TOP_DOMAINS and not host.replace(".", "").isdigit():
            yield Fact("link", link, frozenset({link_key(link)}), match.start())


def find_ids(text: str, _known: Lexicon) -> Iterator[Fact]:
    """Yield ids: letters mixed with digits, `#12`, versions such as 2.4.19, phone numbers."""
    for match in _ACCOUNT.finditer(text):
        yield Fact("id", match[0], frozenset({match[0].replace(" ", "").casefold()}), match.start())
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) >= 7:
            yield Fact("id", match[0].strip(), frozenset({digits}), match.start())
    for match in _TOKEN.finditer(text):
        if not _DIGIT.search(match[0]):
            continue
        token = match[0].rstrip(_TRAILING)
        mixed = any(char.isalpha() for char in token) or token.startswith("#") or token.count(".") >= 2
        if mixed and not _COUNTED.fullmatch(token):
            yield Fact("id", token, frozenset({token.casefold()}), match.start())
