"""Proofreading by rule: the corrections of texts by others, counted where their writers marked the faults.

Without such marks a text by others holds faults that nobody knows of, so the corrections are printed for a reader.

    .venv/bin/python -m benchmarks.proofreading LANGUAGE FILE... [--json]
    .venv/bin/python -m benchmarks.proofreading marked FILE...         texts with their faults, one object a line
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from pathlib import Path
from time import perf_counter
from typing import Any

from core.text.dictionaries import find_dictionary
from core.writing.grounded.grammar import Correction
from core.writing.grounded.proofread import propose

_PARAGRAPHS_A_DOCUMENT, _AROUND_CHARS = 40, 30


def documents(paths: Sequence[Path]) -> Iterator[str]:
    """Give the files in documents of a usual length; their paragraphs are parted by blank lines."""
    for path in paths:
        paragraphs = path.read_text(encoding="utf-8").split("\n\n")
        for start in range(0, len(paragraphs), _PARAGRAPHS_A_DOCUMENT):
            yield "\n\n".join(paragraphs[start : start + _PARAGRAPHS_A_DOCUMENT])


@dataclass(frozen=True)
class Fault:
    """What a writer marked: where it begins, how it is written, and what is right in its place, in any of its forms."""

    start: int
    wrong: str
    rights: tuple[str, ...]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.wrong)


def fault_of(text: str, marked: Sequence[str] | Mapping[str, Any]) -> Fault:
    """Return a marked fault: a pair of wrong and right words, or with its place and all that is right there.

    Raises:
        ValueError: the words do not stand there, or stand twice where no place is given.
    """
    if isinstance(marked, Mapping):
        wrong, start = marked["wrong"], marked["offset"]
        if not text.startswith(wrong, start):
            raise ValueError(f"Marked with words that do not stand there: {wrong}")
        return Fault(start, wrong, tuple(marked["right"]))
    wrong, right = marked
    if text.count(wrong) != 1:
        raise ValueError(f"Marked with words that do not stand there once: {wrong}")
    return Fault(text.index(wrong), wrong, (right,))


def nearness(text: str, one: Correction, fault: Fault) -> str:
    """Tell whether a correction makes of a marked fault what its writer says is right, or only brings it nearer."""
    if one.start > fault.end or one.end < fault.start:
        return ""
    begin, end = min(fault.start, one.start), max(fault.end, one.end)
    new = f"{text[begin : one.start]}{one.text}{text[one.end : end]}"
    wanted = [f"{text[begin : fault.start]}{right}{text[fault.end : end]}" for right in fault.rights]
    if new in wanted:
        return "exact"
    is_nearer = any(one.text in form and _likeness(new, form) > _likeness(text[begin:end], form) for form in wanted)
    return "nearer" if one.text and is_nearer else ""


def _likeness(said: str, wanted: str) -> float:
    return SequenceMatcher(None, said, wanted).ratio()


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def is_remarked(remark: Correction, fault: Fault) -> bool:
    """Tell whether a remark stands at what is wrong in a marked fault, not only at the words that it is quoted with."""
    for right in fault.rights:
        before = _alike(fault.wrong, right)
        behind = _alike(fault.wrong[before:][::-1], right[before:][::-1])
        if remark.start <= fault.end - behind and remark.end >= fault.start + before:
            return True
    return False


def around(text: str, one: Correction) -> str:
    """A correction as a reader sees it, between the words around it."""
    before, after = text[max(0, one.start - _AROUND_CHARS) : one.start], text[one.end : one.end + _AROUND_CHARS]
    return f"{before}[{text[one.start : one.end]} -> {one.text}]{after}".replace("\n", " ")


def count_marked(paths: Sequence[Path]) -> tuple[Counter[str], list[str]]:
    """Count the corrections of texts whose writers marked every fault; the wrong ones are told too."""
    counts, wrong = Counter[str](), list[str]()
    for line in (line for path in paths for line in path.read_text(encoding="utf-8").splitlines()):
        item = json.loads(line)
        text = item["text"]
        faults = [fault_of(text, marked) for marked in item["corrections"]]
        made, likely = propose(text, item["lang"])
        exact, nearer = (
            [(edit, at) for edit in made for at, fault in enumerate(faults) if nearness(text, edit, fault) == how]
            for how in ("exact", "nearer")
        )
        mended = {at for _, at in exact}
        seen = {at for at, fault in enumerate(faults) if any(is_remarked(doubt, fault) for doubt in likely)}
        right = [edit for edit, _ in exact]
        partly = [edit for edit, _ in nearer if edit not in right]
        wrong += [f"{item['id']} {edit.rule}: {around(text, edit)}" for edit in made if edit not in [*right, *partly]]
        counts += Counter(
            texts=1, faults=len(faults), corrections=len(made), right=len(right), nearer=len(partly),
            mended=len(mended), remarked=len(seen - mended), remarks=len(likely),
            sound_texts=not faults, remarks_on_sound_text=0 if faults else len(likely),
        )  # fmt: skip
    return counts, wrong


def main(arguments: Sequence[str] | None = None) -> None:
    """Print each correction in its surroundings, then how many there are in how many words."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("language")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if given.language == "marked":
        counts, wrong = count_marked(given.files)
        made = max(counts["corrections"], 1)
        exact, precision = (round(right / made, 3) for right in (counts["right"], counts["right"] + counts["nearer"]))
        result = {**counts, "exact": exact, "precision": precision, "bar": 0.97}
        sys.stdout.write("\n".join([*wrong, str(result)]) + "\n")
        return
    words, found, begun = 0, [], perf_counter()
    for text in documents(given.files):
        words += len(text.split())
        found += [around(text, edit) for edit in propose(text, given.language)[0]]
    result = {
        "language": given.language, "dictionary": find_dictionary(given.language) is not None, "words": words,
        "corrections": len(found), "seconds": round(perf_counter() - begun, 1),
    }  # fmt: skip
    lines = [json.dumps({**result, "found": found}, ensure_ascii=False)] if given.json else [*found, str(result)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
