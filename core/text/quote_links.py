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
_BULLETS = ("- ", "* ", "• ")
_MAX_NAME_CHARS, _MAX_VALUE_CHARS, _MAX_COLUMN_CHARS = 40, 80, 80


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
    lines = [line for line in map(_without_bullet, (found[0] if found else quote).splitlines()) if line]
    parts = [part for line in lines for part in line.split(_GAP)]
    if len(parts) != 1 or len(parts[0]) > _MAX_EXACT_CHARS:
        return _range(parts)
    words = " ".join(parts[0].split())
    if len(_encoded(words)) > _MAX_DIRECTIVE_CHARS / 2:
        return _range(parts)
    before, after = _beside(words, found, around) if found else ("", "")
    exact = f"{before}{_encoded(words)}{after}"
    # A name and its value may be two cells, or two blocks, of the page: then the second directive finds them.
    return f"{exact}&text={_range(words.split(': '))}" if _is_value(words) else exact


def _beside(words: str, found: re.Match[str], around: str) -> tuple[str, str]:
    """Return the words before and after as prefix and suffix, where the quote alone does not say which place it is."""
    text = " ".join(around.split()).casefold()
    if len(words.split()) >= _MIN_WORDS and text.count(words.casefold()) < 2:
        return "", ""
    line_before, line_after = around[: found.start()].rpartition("\n")[2], around[found.end() :].partition("\n")[0]
    before = _without_bullet(line_before).split()[-_CONTEXT_WORDS:]
    after = line_after.split()[:_CONTEXT_WORDS]
    # Half a word beside the quote is none that a browser finds.
    is_parted = line_before[-1:].isspace(), line_after[:1].isspace()
    prefix = f"{_encoded(' '.join(before))}-," if before and is_parted[0] else ""
    suffix = f",-{_encoded(' '.join(after))}" if after and is_parted[1] else ""
    return prefix, suffix


def _without_bullet(line: str) -> str:
    """Return a line without the mark of a list item, which a text of ours has and the page has not."""
    line = line.strip()
    return line[2:].lstrip() if line.startswith(_BULLETS) else line


def _is_value(words: str) -> bool:
    """Tell whether a quote is a name and its value: "Opening hours: 9 to 5"."""
    name, colon, value = words.partition(": ")
    are_short = len(name) <= _MAX_NAME_CHARS and len(value) <= _MAX_VALUE_CHARS
    return bool(name and colon and value) and are_short and frozenset(":.!?").isdisjoint(name + value)


def _cells(row: str) -> list[str]:
    """Return the cells of a row without the names of their columns, which stand elsewhere on the page."""
    cells = []
    for cell in (cell.strip() for part in row.split(_GAP) for cell in part.split("; ")):
        name, colon, value = cell.partition(": ")
        has_name = bool(name and colon) and len(name) <= _MAX_COLUMN_CHARS and frozenset(":;\n").isdisjoint(name)
        cells.append(value if has_name else cell)
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
