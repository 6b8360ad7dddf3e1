"""Links that open a web page at a quote, by a text fragment as the WICG specification "Text Fragments" has it.

A browser that does not know them, or does not find the words, opens the page at its top, or at the place that the link
names anyway.
"""

import re
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

DIRECTIVE = ":~:"
# What is longer, or goes over several lines, is named by its first and last words: it may span blocks of the page.
_MAX_EXACT_CHARS = 160
# Encoded, a letter may take nine characters, and a message in Slack has room for few; then two edges will do, or none.
_MAX_DIRECTIVE_CHARS = 300
_EDGE_WORDS, _CONTEXT_WORDS = 5, 3
# Fewer words are looked for with those beside them, since a page mostly says them more than once.
_MIN_WORDS = 3
_GAP = " … "
# Pages that programs draw, or that open in a program: they show no text that a browser could look for.
_PROGRAM_HOSTS = (
    "slack.com", "slack-gov.com", "sharepoint.com", "1drv.ms", "live.com", "office.com", "office365.com",
    "google.com", "officeapps.live.com",
)  # fmt: skip
_PAGE_SUFFIXES = frozenset({"", "html", "htm", "xhtml", "php", "asp", "aspx", "jsp", "cgi", "md", "txt"})
# What a text of ours has and the page has not: marks of list items, names of columns.
_ITEM = re.compile(r"\A[-*•]\s+")
_LABEL = re.compile(r"[^:.!?]{1,40}: [^:.!?]{1,80}")
_CELL = re.compile(r"\A[^:;\n]{1,80}: ")


def link_to_quote(link: str, quote: str, around: str = "", *, is_row: bool = False) -> str:
    """Return a link that opens a web page at a quote; any other link as it is.

    Args:
        link: of the page.
        quote: words of it, one after the other but for lines; "" for nowhere.
        around: the text that the quote stands in, which tells whether its words alone are sure to be found first.
        is_row: whether the quote is cells of a table, with the names of their columns.
    """
    if not _is_page(link):
        return link
    directive = _range(_cells(quote)) if is_row else _directive(quote, around)
    if not 0 < len(directive) <= _MAX_DIRECTIVE_CHARS:
        return link
    return f"{link}{'' if '#' in link else '#'}{DIRECTIVE}text={directive}"


def without_quote(link: str) -> str:
    """Return a link to the page, wherever on it the quote stands."""
    return link.partition(DIRECTIVE)[0].removesuffix("#")


def _is_page(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    host = f".{(parts.hostname or '').casefold()}"
    if parts.scheme.casefold() not in {"http", "https"} or host.endswith(tuple(f".{name}" for name in _PROGRAM_HOSTS)):
        return False
    name, dot, suffix = parts.path.rpartition("/")[2].rpartition(".")
    is_file = bool(name and dot) and suffix.casefold() not in _PAGE_SUFFIXES and suffix.isalnum() and len(suffix) < 5
    return not (is_file or parts.fragment.startswith("page=") or DIRECTIVE in parts.fragment)


def _directive(quote: str, around: str) -> str:
    """Return what names a quote: its words, with those beside it where they are needed, or where it begins and ends."""
    found = re.search(r"\s+".join(map(re.escape, quote.split())), around)
    lines = [
        line for line in (_ITEM.sub("", line.strip()) for line in (found[0] if found else quote).splitlines()) if line
    ]
    parts = [part for line in lines for part in line.split(_GAP)]
    if len(parts) != 1 or len(parts[0]) > _MAX_EXACT_CHARS:
        return _range(parts)
    words = " ".join(parts[0].split())
    if len(_encoded(words)) > _MAX_DIRECTIVE_CHARS / 2:
        return _range(parts)
    before, after = _beside(words, found, around) if found else ("", "")
    exact = f"{before}{_encoded(words)}{after}"
    # A name and its value may be two cells, or two blocks, of the page: then the second directive finds them.
    return f"{exact}&text={_range(words.split(': '))}" if _LABEL.fullmatch(words) else exact


def _beside(words: str, found: re.Match[str], around: str) -> tuple[str, str]:
    """Return the words before and after as prefix and suffix, where the quote alone does not say which place it is."""
    text = " ".join(around.split()).casefold()
    if len(words.split()) >= _MIN_WORDS and text.count(words.casefold()) < 2:
        return "", ""
    line_before, line_after = around[: found.start()].rpartition("\n")[2], around[found.end() :].partition("\n")[0]
    before = _ITEM.sub("", line_before.lstrip()).split()[-_CONTEXT_WORDS:]
    after = line_after.split()[:_CONTEXT_WORDS]
    # Half a word beside the quote is none that a browser finds.
    is_parted = line_before[-1:].isspace(), line_after[:1].isspace()
    prefix = f"{_encoded(' '.join(before))}-," if before and is_parted[0] else ""
    suffix = f",-{_encoded(' '.join(after))}" if after and is_parted[1] else ""
    return prefix, suffix


def _cells(row: str) -> list[str]:
    cells = (_CELL.sub("", cell.strip()) for part in row.split(_GAP) for cell in part.split("; "))
    return [cell for cell in cells if cell]


def _range(parts: list[str]) -> str:
    """Return what stands from the first words of some parts to the last ones."""
    if not parts:
        return ""
    first, last = parts[0].split(), parts[-1].split()
    if len(parts) == 1 and len(first) <= 2 * _EDGE_WORDS:
        return _encoded(" ".join(first))
    return f"{_encoded(' '.join(first[:_EDGE_WORDS]))},{_encoded(' '.join(last[-_EDGE_WORDS:]))}"


def _encoded(words: str) -> str:
    """Return words as a part of a directive: what parts its arguments is encoded, too."""
    return percent_encoded(words, safe="", errors="replace").replace("-", "%2D")
