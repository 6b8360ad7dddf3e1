"""Numbered paragraphs as a model reads and writes them, with marks in place of pictures, notes and fields."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.text.lexicon import pattern_beside

ATOM = "\ufffc"
_NUMBERED = re.compile(r"(?m)^[ \t*]{0,4}\[(?P<number>\d{1,4})\][ \t*]{0,4}")
_WHY = pattern_beside(__file__, "why", r"^[ \t*_]{0,4}", r"[ \t*_]{0,4}:[ \t*_]{0,4}(?P<why>.*)", flags=re.I | re.M)
_MAX_WHY_CHARS = 300
# All that is written for a paragraph that stays as it is.
SAME = "="


@dataclass(frozen=True)
class NumberedParagraph:
    """A paragraph as a model gets it.

    Attributes:
        number: its own in this document.
        text: what it says.
        heading: the headings that stand right above it.
        language: of the paragraph, "" when that is not known.
        around: what stands around it, for the checks: a term may be defined in another paragraph of the same call.
    """

    number: int
    text: str
    heading: str = ""
    language: str = ""
    around: str = ""


def numbered(places: Sequence[NumberedParagraph]) -> str:
    """Return the paragraphs, each behind its number, with the headings above them."""
    lines: list[str] = []
    for place in places:
        lines += [place.heading] if place.heading else []
        lines.append(f"[{place.number}] {_without_atoms(place.text)}")
    return "\n\n".join(lines)


def without_headings(written: str, places: Sequence[NumberedParagraph]) -> str:
    """Return an answer without the headings that it repeats."""
    headings = {line.strip() for place in places for line in place.heading.split("\n") if line.strip()}
    return "\n".join(line for line in written.split("\n") if line.strip(" #*") not in headings)


def _without_atoms(text: str) -> str:
    parts = text.split(ATOM)
    return parts[0] + "".join(f"⟦{number}⟧{part}" for number, part in enumerate(parts[1:], start=1))


def with_atoms(text: str, source: str) -> str | None:
    """Return a text with its pictures, notes and fields, None when one is missing, doubled or out of order."""
    wanted = [str(number) for number in range(1, source.count(ATOM) + 1)]
    if not wanted:
        return text
    marks = [part.partition("⟧") for part in text.split("⟦")[1:]]
    shown = [number for number, end, _ in marks if end and number.isdecimal()]
    if shown != wanted:
        return text if text.count(ATOM) == len(wanted) and not shown else None
    for number in wanted:
        text = text.replace(f"⟦{number}⟧", ATOM)
    return text


def read(written: str, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return text and reason of each number, in the order of the answer; what stands twice or was not asked is text.

    Of one paragraph alone the number may be missing.
    """
    found: dict[int, tuple[str, str]] = {}
    marks = [match for match in _NUMBERED.finditer(written) if int(match["number"]) in numbers]
    first = {int(match["number"]): match for match in reversed(marks)}
    kept = sorted(first.values(), key=lambda match: match.start())
    if not kept and len(numbers) == 1:
        return {numbers[0]: _text_and_reason(written)}
    ends = [*(match.start() for match in kept[1:]), len(written)]
    for match, end in zip(kept, ends, strict=False):
        found[int(match["number"])] = _text_and_reason(written[match.end() : end])
    return found


def number_end(line: str) -> int:
    """Return where the text of a line begins, behind its number if it has one."""
    match = _NUMBERED.match(line)
    return match.end() if match else 0


def is_reason(line: str) -> bool:
    """Tell whether a line says why a paragraph was changed."""
    return _WHY.match(line) is not None


def _text_and_reason(body: str) -> tuple[str, str]:
    why = _WHY.search(body)
    reason = " ".join(why["why"].strip(" *_").split()) if why else ""
    return (body[: why.start()] if why else body).strip(), reason[:_MAX_WHY_CHARS]
