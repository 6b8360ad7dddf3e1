"""Blanks of a template that have a label: `Deposit: ____`, an empty cell behind its label, boxes to tick."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from core.text.facts import extract_facts
from core.text.lexicon import pattern_beside
from core.writing.places import BLANK_SIGNS, is_crossed, places, short_blank

BOXES = ("\u2610", "\u25a1", "[ ]")
_TICKED = {"[ ]": "[x]"}
_TICK, EMPTY = "\u2612", "____"
_MAX_LABEL_WORDS, _MAX_BARE_WORDS, _MAX_CHOICES_CHARS = 6, 3, 200
_WITHIN_DATES, _CURRENCIES, _EDGE = ("", ".", "/", "-"), "€$£", " \t\u00a0,;/|"
_PLACEHOLDER = pattern_beside(__file__, "placeholders")
_STARTS_LABEL = ("\t", "  ", ";", ". ")


class Blank(NamedTuple):
    """A stretch of a paragraph that takes the value of a label; of boxes, the one that the value names is ticked."""

    name: str
    begin: int
    end: int
    options: tuple[tuple[str, int], ...] = ()


class Cell(NamedTuple):
    """A paragraph, and its cell of a table: `row` names its row, "" outside of tables."""

    text: str
    row: str = ""
    column: int = 0


class Blanks(NamedTuple):
    """The blanks of each paragraph that have a label of their own, and the others as they stand there."""

    labelled: list[list[Blank]]
    others: list[str]

    @property
    def names(self) -> list[str]:
        """Return the labels in their order; of boxes, these stand behind their label."""
        return [_named(blank) for blanks in self.labelled for blank in blanks]


def find_blanks(cells: Sequence[Cell]) -> Blanks:
    """Return the blanks of a document. A label that comes twice names none: they may be two people's."""
    labels = _labels_of_cells(cells)
    found = [_of_paragraph(cell.text, labels.get(at, "")) for at, cell in enumerate(cells)]
    names = [blank.name.casefold() for blanks in found for blank in blanks or ()]
    kept = [
        [blank for blank in blanks or () if names.count(blank.name.casefold()) == 1 and blank.name] for blanks in found
    ]
    others = [
        text
        for at, (cell, blanks) in enumerate(zip(cells, found, strict=True))
        if len(kept[at]) != len(blanks or ()) or blanks is None
        for text in [_told(cell.text, labels.get(at, ""))]
        if text
    ]
    return Blanks(
        [own if len(own) == len(blanks or ()) else [] for own, blanks in zip(kept, found, strict=True)], others
    )


def with_values(
    text: str, blanks: Sequence[Blank], values: Mapping[str, str], written: Mapping[str, str] | None = None
) -> str:
    """Return a paragraph with what is known in its blanks, or with what is `written` by name in place of a value."""
    written = values if written is None else written
    for blank in reversed(blanks):
        value = values.get(blank.name, "")
        if value and blank.options:
            text = _ticked(text, blank, value)
        elif value:
            begin, end = _beside_units(text, blank, value)
            end += value.endswith(".") and text[end : end + 2].rstrip() == "."
            text = text[:begin] + written[blank.name] + text[end:]
    return text


def is_open(value: str) -> bool:
    """Tell whether what stands behind a label waits for its value itself: `[Name]`, `____`, "Click here to enter"."""
    rest = value
    for place in places(value):
        rest = rest.replace(place, "")
    is_place = rest != value and not any(map(str.isalnum, rest))
    return is_place or bool(short_blank(value) or _PLACEHOLDER.search(value))


def open_blank(label: str, options: Sequence[str]) -> str:
    """Return how a blank that stays open is shown to a person."""
    return f"{label}: {' '.join(f'{BOXES[0]} {option}' for option in options) or EMPTY}"


def choices_in(name: str) -> tuple[str, list[str]]:
    """Return the label and the options of what `Blanks.names` tells of boxes; no options of another name."""
    label, *options = name.split(f" {BOXES[0]} ")
    return label, options


def _named(blank: Blank) -> str:
    return f" {BOXES[0]} ".join([blank.name, *(option for option, _at in blank.options)])


def _told(text: str, label: str) -> str:
    """Return a blank without a label of its own as it stands there, behind that of its row."""
    blank = short_blank(_PLACEHOLDER.sub(EMPTY, text)) or (
        " ".join(text.split())[:_MAX_CHOICES_CHARS] if _boxes(text) else ""
    )
    blank = blank or (EMPTY if label and not text.strip() else "")
    return f"{label}: {blank}" if blank and label else blank


def _of_paragraph(text: str, label: str) -> list[Blank] | None:
    """Return the blanks of a paragraph with their labels, None where one has none; `label` is that of its row."""
    if boxes := _boxes(text):
        return _choices(text, boxes, label)
    spans = _spans(text)
    if label and (not text.strip() or (spans and not text[: spans[0][0]].strip(_EDGE + _CURRENCIES))):
        begin, end = spans[0] if spans else (0, len(text))
        return [Blank(label, begin, end)] if len(spans) < 2 else None
    starts = [0, *(end for _begin, end in spans)]
    before = [_behind_places(text[start:begin]) for start, (begin, _end) in zip(starts, spans, strict=False)]
    is_bare = all(map(_is_bare, before)) and len(text[starts[-1] :].split()) < 2
    names = [_label(part, is_bare=is_bare, is_later=at > 0) for at, part in enumerate(before)]
    if not all(names):
        return None
    return [Blank(name, begin, end) for name, (begin, end) in zip(names, spans, strict=True)]


def _behind_places(part: str) -> str:
    """Return what stands behind the last place of what leads to a blank; what goes on with its sentence is no label."""
    end = max((part.rindex(place) + len(place) for place in places(part)), default=0)
    behind = part[end:]
    return behind if not end or behind.strip(_EDGE + ".")[:1].isupper() else ""


def _label(part: str, *, is_bare: bool, is_later: bool) -> str:
    """Return the label at the end of what stands before a blank, "" for none.

    Only right behind another blank a comma parts it from what that one ends with: "Place, date: ____" is one.
    """
    part = part.rstrip(_EDGE + _CURRENCIES)
    if not part.endswith(":"):
        return _clean(part) if is_bare else ""
    part = part.rstrip(": ")
    start = next((start for start in _STARTS_LABEL if start in part), ", " if is_later else "\n")
    part = part.rpartition(start)[2]
    name = _clean(part)
    return name if name[:1].isalpha() and len(name.split()) <= _MAX_LABEL_WORDS else ""


def _is_bare(part: str) -> bool:
    """Tell whether there is nothing but a label before a blank, without a colon: "Name ____ Date ____"."""
    words = part.rstrip(": ").split()
    return 0 < len(words) <= _MAX_BARE_WORDS and words[0][:1].isupper() and not any(sign in part for sign in ",;.")


def _clean(label: str) -> str:
    """Return a label without the commas that part names."""
    return " ".join(label.strip(_EDGE + ":*•-").replace(",", " ").split())


def _labels_of_cells(cells: Sequence[Cell]) -> dict[int, str]:
    """Return the labels of cells to write in, by the number of their paragraph: what stands to the left of each.

    Of a row that has two of these beside each other, or only such, none has a label.
    """
    rows: dict[str, list[int]] = {}
    for at, cell in enumerate(cells):
        if cell.row:
            rows.setdefault(cell.row, []).append(at)
    found: dict[int, str] = {}
    for row in rows.values():
        free = [_is_free(cells[at].text) for at in row]
        columns = [cells[at].column for at in row]
        is_form = (
            not free[0] and not any(left and right for left, right in pairwise(free)) and len({*columns}) == len(row)
        )
        for before, at in pairwise(row) if is_form else ():
            label = _clean(cells[before].text)
            if _is_free(cells[at].text) and label[:1].isalpha() and len(label.split()) <= _MAX_LABEL_WORDS:
                found[at] = label
    return found


def _is_free(text: str) -> bool:
    spans, boxes = _spans(text), _boxes(text)
    return not text.strip() or bool(spans and not text[: spans[0][0]].strip(_EDGE + _CURRENCIES)) or len(boxes) > 1


def _spans(text: str) -> list[tuple[int, int]]:
    """Return where the blanks of a text stand; those of one date are one."""
    found, at = [shown.span() for shown in _PLACEHOLDER.finditer(text)], 0
    for sign, run in groupby(text):
        length = len(list(run))
        if length >= BLANK_SIGNS.get(sign, length + 1):
            found.append((at, at + length))
        at += length
    at = 0
    for word in text.split():
        at = text.index(word, at)
        if is_crossed(word):
            found.append((at, at + len(word.rstrip(".,;:)"))))
        at += len(word)
    joined = list[tuple[int, int]]()
    for begin, end in sorted(found):
        is_within = bool(joined) and text[joined[-1][1] : begin] in _WITHIN_DATES
        joined[-1:] = [(joined[-1][0], end)] if is_within else [*joined[-1:], (begin, end)]
    return joined


def _boxes(text: str) -> list[tuple[int, str]]:
    """Return where boxes stand, and their signs."""
    return sorted((at, box) for box in BOXES for at in _places_of(text, box))


def _places_of(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def _choices(text: str, boxes: Sequence[tuple[int, str]], label: str) -> list[Blank] | None:
    """Return what is chosen by boxes; None where there is one alone, or an option without words."""
    is_behind = text.rstrip().endswith(boxes[-1][1])
    starts = [at + len(box) for at, box in boxes]
    lead = text[: boxes[0][0]]
    if is_behind:
        lead, _colon, first = lead.rpartition(":")
        words = [first, *(text[start:at] for start, (at, _box) in zip(starts, boxes[1:], strict=False))]
    else:
        words = [text[start:at] for start, at in zip(starts, [*(at for at, _box in boxes[1:]), len(text)], strict=True)]
    options = [" ".join(word.split()).strip(f"{_EDGE}.") for word in words]
    name = label or _clean(lead)
    if len(options) < 2 or not all(options) or not name:
        return None
    placed = zip(options, (at for at, _box in boxes), strict=True)
    return [Blank(name, boxes[0][0], len(text), tuple(placed))]


def _ticked(text: str, blank: Blank, value: str) -> str:
    at = next((at for option, at in blank.options if option == value), None)
    box = next((box for box in BOXES if at is not None and text.startswith(box, at)), "")
    return text if at is None else text[:at] + _TICKED.get(box, _TICK) + text[at + len(box) :]


def _beside_units(text: str, blank: Blank, value: str) -> tuple[int, int]:
    """Return the stretch that a value takes: what the template says of its unit goes where the value names one."""
    begin, end, behind = blank.begin, blank.end, text[blank.end :]
    unit = (behind.split() or [""])[0].rstrip(".,;)")
    is_money = any(fact.category == "money" for fact in extract_facts(value).items)
    is_unit = bool(unit) and any(fact.category == "money" for fact in extract_facts(f"1 {unit}").items)
    if unit and behind[:1].isspace() and (value.casefold().endswith(f" {unit.casefold()}") or (is_money and is_unit)):
        end += behind.index(unit) + len(unit)
    led = text[:begin].rstrip()
    if is_money and led.endswith(tuple(_CURRENCIES)):
        begin = len(led) - 1
    return begin, end
