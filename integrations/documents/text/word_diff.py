"""The smallest change from one text to another in whole words, as hunks of the old text and what replaces them.

The pane has the same engine (`integrations/word/pane/src/diff.ts`); `test/differences.json` there holds them together.
Models answer with straight quotes and plain spaces where the document has curly and hard ones; that alone is no change.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from integrations.documents.text.segments import ATOM

# One character each: scripts without spaces between words (Thai to Khmer, kana, CJK, and the planes beyond).
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTER = rf"(?:(?![{_ALONE}])\w)"
_MONTH, _DAY = r"[^\W\d_]{3,10}\.?", r"[0-9]{1,2}(?:\.|st|nd|rd|th)?"
# Dates and amounts are one word, so that nobody has to put 250 and ,000 together.
_FIGURES = (
    rf"{_DAY}[ \u00a0](?:de )?{_MONTH}[ \u00a0](?:de )?[0-9]{{4}}(?![0-9])",
    rf"{_MONTH}[ \u00a0]{_DAY}, [0-9]{{4}}(?![0-9])",
    rf"[$\u00a3\u00a5\u20ac]?[0-9]+(?:[-.,:/'\u2019\u00a0\u202f][0-9]+)*{_LETTER}*%?",
)
_TOKEN = re.compile(rf"[{_ALONE}]|\s|{'|'.join(_FIGURES)}|{_LETTER}+(?:['\u2019]{_LETTER}+)*|.", re.DOTALL)
_JOINER = "\u200d"
# What stands for a value in a template, and several with nothing but spaces between them.
_PLACE = (
    r"(?:\[\[[^\[\]]{1,300}\]\]|\{\{\{?[^{}]{1,60}\}?\}\}|<<[^<>]{1,60}>>|\[[^\[\]]{1,60}\]|<[^<>]{1,60}>|«[^«»\s]{1,60}»"
    r"|_{3,}|\.{5,}|\u2026{2,})"
)
_PLACES = re.compile(rf"{_PLACE}(?:[ \u00a0\u202f]*{_PLACE})*")
# The comparison needs one bit per pair of tokens; beyond this a paragraph is rewritten in one piece.
_MAX_PAIRS = 400_000_000


@dataclass(frozen=True, slots=True)
class InsertedText:
    """New text that takes the formatting of the old character at `source`."""

    text: str
    source: int


@dataclass(frozen=True, slots=True)
class Hunk:
    """Replace old[start:end] by the joined parts. An empty stretch is an insertion, no parts a deletion."""

    start: int
    end: int
    parts: tuple[InsertedText, ...]

    @property
    def text(self) -> str:
        """What is inserted."""
        return "".join(part.text for part in self.parts)

    def moved(self, offset: int) -> "Hunk":
        """Return the same change in a text that begins `offset` characters earlier."""
        parts = tuple(InsertedText(part.text, part.source + offset) for part in self.parts)
        return Hunk(self.start + offset, self.end + offset, parts)


def tokens(text: str) -> list[str]:
    """Split into words, white space and single signs; combining marks and joined emoji stay with their base."""
    found: list[str] = _TOKEN.findall(text)
    if text.isascii():
        return found
    whole: list[str] = []
    for token in found:
        if whole and not whole[-1].isspace() and (_extends(token[0]) or whole[-1][-1] == _JOINER):
            whole[-1] += token
        else:
            whole.append(token)
    return whole


def _extends(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Mn", "Me", "Mc")
        or character == _JOINER
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def word_hunks(old: str, new: str, compared: str = "") -> list[Hunk]:
    """Return the changes in order of place. Atoms of both texts must be equally many: they never change.

    Args:
        old: the text as it is.
        new: the text as it shall be.
        compared: `old` in the form to compare with, of the same length; `old` itself by default.
    """
    hunks: list[Hunk] = []
    start = 0
    for before, after in zip((compared or old).split(ATOM), new.split(ATOM), strict=True):
        hunks += [hunk.moved(start) for hunk in _segment_hunks(before, after)]
        start += len(before) + 1
    return hunks


def _segment_hunks(old: str, new: str) -> Iterator[Hunk]:
    if old == new:
        return
    if filled := _filled(old, new):
        yield from filled
        return
    before, after = tokens(old), tokens(new)
    starts = [0]
    for token in before:
        starts.append(starts[-1] + len(token))
    for old_from, old_to, new_from, new_to in _merged(before, _differences(before, after)):
        parts = _parts(before[old_from:old_to], after[new_from:new_to], starts[old_from])
        yield Hunk(starts[old_from], starts[old_to], parts)


def _filled(old: str, new: str) -> list[Hunk]:
    """Return one change for each place that got a value where nothing else changed, none otherwise.

    Where words of a value could as well be those behind its place, the places are one change.
    """
    spans = [found.span() for found in _PLACES.finditer(old) if found[0] not in new]
    if not spans:
        return []
    kept = [old[end:begin] for (_, end), (begin, _) in pairwise([(0, 0), *spans, (len(old), 0)])]
    early = _values(kept, new)
    late = [
        (len(new) - end, len(new) - begin) for begin, end in _values([part[::-1] for part in kept[::-1]], new[::-1])
    ]
    if early != late[::-1]:
        spans, early = [(spans[0][0], spans[-1][1])], [(len(kept[0]), len(new) - len(kept[-1]))]
    # A place that is still one was corrected, and not filled.
    pairs = list(zip(spans, early, strict=False))
    if any(new[begin] == old[start] for (start, _), (begin, _) in pairs):
        return []
    return [Hunk(start, end, (InsertedText(new[begin:until], start),)) for (start, end), (begin, until) in pairs]


def _values(kept: list[str], text: str) -> list[tuple[int, int]]:
    """Return what stands between the kept parts of a text, each as short as can be; none where a part is gone."""
    first, *between, last = kept
    found, at = list[tuple[int, int]](), len(first)
    for part in between:
        end = text.find(part, at + 1)
        if end < 0:
            return []
        found.append((at, end))
        at = end + len(part)
    found.append((at, len(text) - len(last)))
    return found if text.startswith(first) and text.endswith(last) and at < len(text) - len(last) else []


def _differences(before: list[str], after: list[str]) -> Iterator[tuple[int, int, int, int]]:
    numbers: dict[str, int] = {}
    left = [numbers.setdefault(unicodedata.normalize("NFC", token), len(numbers)) for token in before]
    right = [numbers.setdefault(unicodedata.normalize("NFC", token), len(numbers)) for token in after]
    if left == right:
        left, right = [_exact(numbers, token) for token in before], [_exact(numbers, token) for token in after]
    head = _common(left, right)
    tail = _common(left[: head - 1 if head else None : -1], right[: head - 1 if head else None : -1])
    left, right = left[head : len(left) - tail], right[head : len(right) - tail]
    if len(left) * len(right) > _MAX_PAIRS:
        yield head, head + len(left), head, head + len(right)
        return
    for code in LCSseq.opcodes(left, right):
        if code.tag != "equal":
            yield code.src_start + head, code.src_end + head, code.dest_start + head, code.dest_end + head


def _exact(numbers: dict[str, int], token: str) -> int:
    return numbers.setdefault(f"={token}", len(numbers))


def _common(left: list[int], right: list[int]) -> int:
    count = 0
    for left_token, right_token in zip(left, right, strict=False):
        if left_token != right_token:
            break
        count += 1
    return count


def _merged(before: list[str], found: Iterator[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Join neighbours, and those with nothing but spaces between them."""
    merged: list[tuple[int, int, int, int]] = []
    for old_from, old_to, new_from, new_to in found:
        if merged and not "".join(before[merged[-1][1] : old_from]).strip(" \u00a0\u202f"):
            merged[-1] = (merged[-1][0], old_to, merged[-1][2], new_to)
        else:
            merged.append((old_from, old_to, new_from, new_to))
    return merged


def _parts(before: list[str], after: list[str], start: int) -> tuple[InsertedText, ...]:
    """Give each new token the formatting of its counterpart.

    They pair where words and spaces alternate alike on both sides, else in the figures that both end with.
    """
    is_alike = [token.isspace() for token in before] == [token.isspace() for token in after]
    pairs = len(before) if is_alike else _figures_at_end(before, after)
    first = "".join(after[: len(after) - pairs])
    parts = [InsertedText(first, start)] if first else []
    start += sum(map(len, before[: len(before) - pairs]))
    for old_token, new_token in zip(before[len(before) - pairs :], after[len(after) - pairs :], strict=True):
        parts.append(InsertedText(new_token, start))
        start += len(old_token)
    return tuple(parts)


def _figures_at_end(before: list[str], after: list[str]) -> int:
    """Return with how many tokens both sides end that are figures, and what parts these: "12 480,50", "13 900,00"."""
    count = 0
    for old_token, new_token in zip(reversed(before), reversed(after), strict=False):
        if not (old_token.isspace() and new_token.isspace()) and not (_is_figure(old_token) and _is_figure(new_token)):
            break
        count += 1
    # The blank before them belongs to the words.
    while count and before[-count].isspace():
        count -= 1
    return count


def _is_figure(token: str) -> bool:
    return any(map(str.isdecimal, token))


_CURLY = "\u2018\u2019\u201c\u201d"
_HARD_SPACES = "\u00a0\u202f"
_FLAT_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
_FLAT_SPACES = str.maketrans(dict.fromkeys(_HARD_SPACES, " "))
_OPENS = re.compile(r"(?:^|(?<=[\s(\[{\u2014\u2013/]))([\"'])")


def flatten(text: str) -> str:
    """Return the text with plain quotes and spaces; every character keeps its place."""
    return text.translate(_FLAT_QUOTES).translate(_FLAT_SPACES)


def follow(old: str, new: str) -> tuple[str, str]:
    """Return the pair to compare so that mere flattening is no change.

    The first is `old` with the forms flattened that `new` has none of, the second `new` with quotes in the form of
    `old`. Both keep their length, so offsets stay valid. When flattening is the only difference it was meant.
    """
    if flatten(old) == flatten(new):
        return old, new
    base, written = old, new
    if _has(old, _HARD_SPACES) and not _has(new, _HARD_SPACES):
        base = base.translate(_FLAT_SPACES)
    if _has(old, _CURLY) and not _has(new, _CURLY):
        written = _curl(old, new)
        base = _curl(old, base.translate(_FLAT_QUOTES))
    return base, written


def _has(text: str, characters: str) -> bool:
    return any(character in text for character in characters)


def _curl(model: str, text: str) -> str:
    """Turn straight quotes into curly ones, as far as `model` uses them."""
    if _has(model, "\u201c\u201d"):
        text = _OPENS.sub(lambda m: "\u201c" if m[1] == '"' else m[1], text).replace('"', "\u201d")
    if _has(model, "\u2018\u2019"):
        text = _OPENS.sub(lambda m: "\u2018" if m[1] == "'" else m[1], text).replace("'", "\u2019")
    return text
