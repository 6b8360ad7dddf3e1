"""Blanks of a template that have a label: `Deposit: ____`, an empty cell behind its label, boxes to tick."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from core.text.facts import extract_facts
from core.text.lexicon import pattern_beside
from core.writing.places import BLANK_SIGNS, fitting, is_crossed, name_of, places, short_blank

BOXES = ("\u2610", "\u25a1", "[ ]")
_TICKED = {"[ ]": "[x]"}
_TICK, EMPTY = "\u2612", "____"
_MAX_LABEL_WORDS, _MAX_BARE_WORDS, _MAX_CHOICES_CHARS, _MIN_NOUN_CHARS, _SEVERAL = 6, 3, 200, 3, 2
_WITHIN_DATES, _CURRENCIES, _EDGE = ("", ".", "/", "-"), "€$£", " \t\u00a0,;/|"
_PLACEHOLDER = pattern_beside(__file__, "placeholders")
# What leads to the day on which something is to be paid, also right before a blank, and from an amount's name to it.
DUE = pattern_beside(__file__, "due", r"(?<!\w)", r"(?!\w)")
_DUE = pattern_beside(__file__, "due", r"(?<!\w)", r"\Z")
_AMOUNTS_TO = pattern_beside(__file__, "amounts_to", r"(?<!\w)", r"\Z")
# What parts the label of a blank from the kind of its values.
_OF_KIND = "\t"
_STARTS_LABEL = ("\t", "  ", ";", ". ")


class Blank(NamedTuple):
    """A stretch of a paragraph that takes the value of a label; of boxes, the one that the value names is ticked.

    `kind` is "date" or "money" where the words around it take nothing else, "" where anything may stand.
    """

    name: str
    begin: int
    end: int
    options: tuple[tuple[str, int], ...] = ()
    kind: str = ""


class AskedLabel(NamedTuple):
    """A label as `Blanks.names` tells it, with the options of its boxes and the kind of its values."""

    label: str
    options: list[str]
    kind: str


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
        """Return the labels in their order; of boxes, these stand behind their label, and so does a kind of values."""
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


def blanks_at(text: str, places: Sequence[str], others: Sequence[Blank] = ()) -> list[Blank]:
    """Return each occurrence of the places of a text as a blank of that name, beside `others` of the text, in order."""
    pattern = "|".join(map(re.escape, places))
    found = [(found[0], *found.span()) for found in re.finditer(pattern, text)] if places else []
    named = [
        Blank(name_of(place), begin, end)
        for place, begin, end in found
        if all(end <= other.begin or other.end <= begin for other in others)
    ]
    return sorted((*named, *others), key=lambda blank: blank.begin)


def with_values(
    text: str,
    blanks: Sequence[Blank],
    values: Mapping[str, str],
    write: Callable[[str, str], str] = lambda _name, said: said,
) -> str:
    """Return a paragraph with what is known in its blanks, or with what `write` makes of a name and what is said there.

    What the paragraph says beside a blank is not said twice.
    """
    for blank in reversed(blanks):
        value = values.get(blank.name, "")
        if value and blank.options:
            text = _ticked(text, blank, value)
        elif value:
            said = fitting(value, text[: blank.begin], text[blank.end :])
            begin, end = _beside_units(text, blank, said)
            end += said.endswith(".") and text[end : end + 1] == "." and text[end : end + 2] != ".."
            text = text[:begin] + write(blank.name, said) + text[end:]
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


def read_label(name: str) -> AskedLabel:
    """Return what `Blanks.names` tells of one label."""
    named, _mark, kind = name.partition(_OF_KIND)
    label, *options = named.split(f" {BOXES[0]} ")
    return AskedLabel(label, options, kind)


def _named(blank: Blank) -> str:
    named = f" {BOXES[0]} ".join([blank.name, *(option for option, _at in blank.options)])
    return f"{named}{_OF_KIND}{blank.kind}" if blank.kind else named


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
    is_free = not spans or not text[: spans[0][0]].strip(_EDGE + _CURRENCIES)
    kinds = [_kind(text[:begin], text[end:]) for begin, end in spans]
    if label and (spans or not text.strip()) and is_free and len(spans) < _SEVERAL:
        begin, end = spans[0] if spans else (0, len(text))
        return [Blank(label, begin, end, kind=kinds[0] if kinds else "")]
    starts = [0, *(end for _begin, end in spans)]
    before = [_behind_places(text[start:begin]) for start, (begin, _end) in zip(starts, spans, strict=False)]
    is_bare = all(map(_is_bare, before)) and len(text[starts[-1] :].split()) < 2
    names = [_label(part, is_bare=is_bare, is_later=at > 0) for at, part in enumerate(before)]
    if label and is_free and names:
        names[0] = label
    for at, (part, kind) in enumerate(zip(before, kinds, strict=True)):
        names[at] = names[at] or _typed_name(part, kind, names[at - 1] if at else "")
    if not all(names):
        return None
    return [Blank(name, *span, kind=kind) for name, span, kind in zip(names, spans, kinds, strict=True)]


def _kind(before: str, behind: str) -> str:
    """Return the kind of fact that the words beside a blank take: "____ EUR" an amount, "due on ____" a day."""
    if _DUE.search(before.rstrip(" \t\u00a0:")):
        return "date"
    ahead, after = before.split()[-1:], behind.split()[:1]
    units = [*(word.strip(_EDGE) for word in ahead), *(word.rstrip(".,;:)") for word in after)]
    return "money" if any(unit and _is_currency(unit) for unit in units) else ""


def _is_currency(unit: str) -> bool:
    return unit in _CURRENCIES or any(fact.category == "money" for fact in extract_facts(f"1 {unit}").items)


def _typed_name(part: str, kind: str, lead: str) -> str:
    """Return the name of a blank without a label of its own: the noun whose amount it is, or when `lead` is due."""
    due = _DUE.search(part.rstrip(" \t\u00a0:"))
    if kind == "date" and due:
        return f"{lead} {due[0]}".strip()
    words = part.split()
    shown = " ".join(words[:-1] if words and _is_currency(words[-1]) else words)
    noun = _AMOUNTS_TO.sub("", shown).rstrip().rpartition(" ")[2].strip(_EDGE)
    is_led = kind == "money" and (noun[:1].isupper() or _AMOUNTS_TO.search(shown))
    return noun if is_led and noun.isalpha() and len(noun) >= _MIN_NOUN_CHARS else ""


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
    is_unit = bool(unit) and _is_currency(unit)
    if unit and behind[:1].isspace() and (value.casefold().endswith(f" {unit.casefold()}") or (is_money and is_unit)):
        end += behind.index(unit) + len(unit)
    led = text[:begin].rstrip()
    if is_money and led.endswith(tuple(_CURRENCIES)):
        begin = len(led) - 1
    return begin, end
