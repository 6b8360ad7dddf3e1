"""Rows of tables as answers: a row that the question names by some of its cells answers with the cell that it asks for.

A row is read as `core.sources.tables` tells it, its cells with the names of their columns: "Name: Bob; Desk: A-12".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from core.text.facts import extract_facts
from core.text.lexicon import by_language, whole
from core.text.names import find_names
from core.text.same_words import is_said
from core.text.sentences import ends_sentence, without_list_mark

_DATA = by_language("questions")["en"]
_MAX_NAME_CHARS, _MAX_CELLS = 80, 101
_COLUMNS = {
    kind: whole(_DATA[f"{kind}_columns"]) for kind in ("money", "place", "count", "who", "phone", "length", "often")
}
_REMARKS = whole(_DATA["remark_columns"])
# Verbs that say no more than that the cells of a row belong together.
_RELATIONS = frozenset(" ".join(_DATA["relations"]).split())
_MOMENTS = frozenset({"date", "time"})
GAP = " … "
# What parts the cells of a row in words for a person.
CELLS = " | "
# For a bar that is text and parts no cells of a Markdown table.
_KEPT_BAR = "\0"
_MAX_NAME_WORDS, _MIN_COLUMNS = 3, 2
# A line whose words stand in columns is a row, as lists of prices have them in plain texts.
_BETWEEN_COLUMNS = ("   ", "\t")


@dataclass(frozen=True)
class RowFit:
    """How a row fits a question.

    Attributes:
        quote: the cells that the question names, and those that it asks for.
        asked: the words of the latter alone, "" when there is none.
        missing: the words of the question that neither the row nor its title says.
        subject: the number of the first cell that the question names: the further to the left, the more the row is
            about it.
    """

    quote: str
    asked: str
    missing: tuple[str, ...]
    subject: int = 0


def is_row(line: str) -> bool:
    """Tell whether a line is a row of a table, with the names of its columns."""
    first, *others = line.split("; ")
    if not 1 <= len(others) < _MAX_CELLS or line.count(";") != len(others) or "\n" in line:
        return False
    name, _, said = first.partition(":")
    is_named = 0 < len(name) <= _MAX_NAME_CHARS and "|" not in name and said.startswith(" ")
    return is_named and 2 * line.count(": ") > len(others)


def is_column_name(cell: str) -> bool:
    """Tell whether a cell is what a column is mostly called: "Fee", "Ansprechpartner"."""
    is_short = len(cell.split()) <= _MAX_NAME_WORDS and not any(map(str.isdigit, cell))
    return is_short and any(kind.search(cell) for kind in _COLUMNS.values())


def cells_of(line: str) -> list[str]:
    """Return the cells of a row of a Markdown table."""
    inside = line.strip().removeprefix("|")
    inside = inside.removesuffix("|") if not inside.endswith("\\|") else inside
    return [cell.replace(_KEPT_BAR, "|").strip() for cell in inside.replace("\\|", _KEPT_BAR).split("|")]


def with_rows(text: str) -> str:
    """Return a text in which each row of its Markdown tables is one that can be understood by itself."""
    lines, told = text.split("\n"), list[str]()
    columns: list[str] = []
    for number, line in enumerate(lines):
        is_piped = "|" in line.replace("\\|", "")
        if columns and _is_rule(line):
            continue
        if columns and is_piped:
            named = zip(columns, cells_of(line), strict=False)
            told.append("; ".join(f"{name.rstrip(':')}: {cell}" if name else cell for name, cell in named if cell))
            continue
        columns = cells_of(line) if is_piped and _is_header(lines[number : number + 2]) else []
        told += [] if columns else [line]
    return "\n".join(told)


def _is_header(lines: Sequence[str]) -> bool:
    return len(lines) == 2 and _is_rule(lines[1]) and len(cells_of(lines[0])) == len(cells_of(lines[1]))


def _is_rule(line: str) -> bool:
    """Tell whether a line is what parts the header of a Markdown table from its rows."""
    return "-" in line and all("-" in cell and not cell.strip(":-") for cell in cells_of(line))


def fit_row(words: Sequence[str], kinds: Collection[str], row: str, title: str) -> RowFit:
    """Return how a row fits a question, given as its words with content and the kinds of fact that it asks for."""
    cells = [
        (name, cell) if cell else ("", name) for name, _, cell in (part.partition(": ") for part in row.split("; "))
    ]
    named = {number for number, (_, cell) in enumerate(cells) if any(is_said(word, cell) for word in words)}
    open_words = [word for word in words if not any(is_said(word, cells[number][1]) for number in named)]
    others = [number for number, (_, cell) in enumerate(cells) if number not in named and cell]
    asked = [number for number in others if any(is_said(word, cells[number][0]) for word in open_words)]
    asked = _narrowed(asked, kinds, cells) or [number for number in others if _is_of(kinds, *cells[number])]
    if not asked and "count" in kinds:
        # What is counted stands in the cell with its number: "12 people".
        asked = [number for number in sorted(named)[1:] if any(map(str.isdigit, cells[number][1]))]
        named.difference_update(asked)
    said = f"{title} {row}"
    missing = tuple(word for word in words if word.casefold() not in _RELATIONS and not is_said(word, said))
    # A remark tells something of a row, and does not name it.
    is_named = any(asked != [0] or not _REMARKS.search(cells[number][0]) for number in named)
    if not is_named or not asked:
        return RowFit(row, "", missing)
    parts = row.split("; ")
    # The first cell is what the row is about, mostly its name.
    shown = sorted({0, *named, *asked})
    quote = parts[shown[0]]
    for before, number in pairwise(shown):
        quote += ("; " if number == before + 1 else GAP) + parts[number]
    return RowFit(quote, "; ".join(cells[number][1] for number in asked), missing, min(named))


def _narrowed(asked: list[int], kinds: Collection[str], cells: Sequence[tuple[str, str]]) -> list[int]:
    """Return of several columns that the question names those of the kind that it asks for, if there are any."""
    return [number for number in asked if len(asked) > 1 and _is_of(kinds, *cells[number])] or asked


def _is_of(kinds: Collection[str], name: str, cell: str) -> bool:
    """Tell whether a cell holds a kind of fact, by the name of its column or by itself."""
    if any(kind in _COLUMNS and _COLUMNS[kind].search(name) for kind in kinds):
        return True
    if "who" in kinds:
        return len(find_names(f"that {cell}")) > 1 and not any(map(str.isdigit, cell))
    if "moment" in kinds:
        return any(fact.kind in _MOMENTS for fact in extract_facts(cell).items)
    return bool({"money", "percent"} & {*kinds} & {fact.category for fact in extract_facts(cell).items})


def with_tables_apart(text: str) -> str:
    """Return a plain text whose tables are paragraphs of their own: lines behind each other in as many columns."""
    parts: list[str] = []
    for count, run in groupby(text.split("\n"), key=_count_cells):
        lines = list(run)
        # One double blank in each line is how some people type.
        is_typed = count == _MIN_COLUMNS and not any(map(is_in_columns, lines))
        if count < _MIN_COLUMNS or len(lines) == 1 or is_typed:
            parts += lines
            continue
        rows = (CELLS.join(_in_columns(line)) for line in lines)
        parts += ["", ";\n".join(rows), ""]
    return "\n".join(parts)


def is_in_columns(line: str) -> bool:
    """Tell whether the words of a line stand in columns, as those of a list of prices."""
    return any(gap in line.strip() for gap in _BETWEEN_COLUMNS)


def _count_cells(line: str) -> int:
    """Return how many cells a line has but for the mark of a list, 0 for one in which a sentence ends."""
    cells = _in_columns(without_list_mark(line))
    return 0 if any(ends_sentence(cell, ".!?:") for cell in cells[:-1]) else len(cells)


def _in_columns(line: str) -> list[str]:
    """Return the cells of a line of plain text, which tabs or several blanks part."""
    return [cell.strip() for cell in line.replace("\t", "  ").split("  ") if cell.strip()]
