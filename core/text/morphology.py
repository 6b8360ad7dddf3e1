"""What a French or Spanish word can be (noun, verb ...) and its other forms, from LanguageTool's word lists.

The lists come with LingoTweaker's data (`lingotweaker-data-fr`, `-es`) and are read where they are installed: they are
no part of Inlaid's files. Without them every word is unknown. A list is a finite-state automaton in the format CFSA2 of
Morfologik: the bytes along each path are `form _ how-to-make-the-lemma _ tag`. 3 MB a language stay in memory.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from core.text.dictionaries import frequencies

_LISTS = {"fr": "french", "es": "es-ES"}
_HEAD_BYTES, _SEPARATOR, _BETWEEN = 7, ord("_"), "|"
_NEXT, _LAST, _FINAL, _LABEL, _MORE, _VALUE = 0x80, 0x40, 0x20, 0x1F, 0x80, 0x7F
_CUT_NONE = ord("A")
# What the letters of Spanish tags mean, and where person, number and gender stand in them.
_SPANISH_KINDS = {"N": "N", "A": "J", "V": "V", "D": "D", "P": "R", "S": "P", "R": "A", "C": "C"}
_SPANISH_MOODS = {
    "IP": "ind pres", "II": "ind impa", "IS": "ind psim", "IF": "ind futu", "IC": "con", "SP": "sub pres",
    "SI": "sub impa", "M0": "imp", "N0": "inf", "G0": "ppr", "P0": "ppa",
}  # fmt: skip
_SPANISH_PLACES = {"N": (9, 3, 2), "A": (9, 4, 3), "V": (4, 5, 6), "D": (2, 4, 3), "P": (2, 4, 3)}


class Reading(NamedTuple):
    """One thing that a word can be, as ("manquer", "V", "ind pres", "3", "p", "") for "manquent".

    `kind` is N (noun), J (adjective), V (verb), D (determiner), R (pronoun), P (preposition), A (adverb),
    C (conjunction) or "" for whatever else; `mood` is "ind pres", "ind impa", "ind psim", "ind futu", "con",
    "sub pres", "sub impa", "imp", "inf", "ppr" or "ppa"; `person`, `number` (s, p) and `gender` (m, f) are ""
    where they are none or any.
    """

    lemma: str
    kind: str
    mood: str = ""
    person: str = ""
    number: str = ""
    gender: str = ""

    @property
    def is_finite(self) -> bool:
        """Whether it is a verb with a person."""
        return self.kind == "V" and self.mood not in ("inf", "ppr", "ppa")


@lru_cache(maxsize=20_000)
def readings(word: str, language: str) -> tuple[Reading, ...]:
    """Return all that a word can be, as written or else in small letters; () where it or its list is unknown."""
    found = [*_entries(word, language, "")] or [*_entries(word.lower(), language, "")]
    read = _spanish if language == "es" else _french
    # The last letter of a tag tells how usual the word is.
    return tuple(read(lemma, tag[:-1]) for lemma, tag in found)


def form(reading: Reading, language: str) -> str:
    """Return the form of a verb that a reading tells: "manquent"; "" where the list has none."""
    begins, end = _tags(reading, language)
    keys = (f"{reading.lemma}{_BETWEEN}{begin}{end}" for begin in begins)
    found = [made for key in keys for made, _ in _entries(key, language, "_synth")]
    # Of two verbs of one name the usual one is meant: "sorte", not "sortisse".
    return max(found, key=lambda made: frequencies(language).get(made, 0), default="")


def _tags(reading: Reading, language: str) -> tuple[Sequence[str], str]:
    """Return what the tag of a verb may begin with, and what it ends with."""
    if language == "es":
        mood = next((letters for letters, name in _SPANISH_MOODS.items() if name == reading.mood), "")
        end = f"0{reading.number}{reading.gender}" if mood == "P0" else f"{reading.person}{reading.number}0"
        return ("VM", "VA", "VS"), f"{mood}{end.upper()}"
    mood = {"con": "con pres", "imp": "imp pres"}.get(reading.mood, reading.mood)
    tag = f"ppa {reading.gender} {reading.number}" if mood == "ppa" else f"{mood} {reading.person} {reading.number}"
    return ("V ", "V avoir ", "V etre "), tag


def _french(lemma: str, tag: str) -> Reading:
    kind, *rest = tag.split() or [""]
    rest = [part for part in rest if part not in ("avoir", "etre")]
    person = next((part for part in rest if part in "123"), "")
    number = next((part for part in rest if part in ("s", "p")), "")
    gender = next((part for part in rest if part in ("m", "f")), "")
    mood = " ".join(part for part in rest if len(part) > 2) if kind == "V" else ""
    mood = mood if mood.startswith(("ind", "sub")) else mood.removesuffix(" pres")
    return Reading(lemma, kind if kind in "NJVDRPAC" else "", mood, person, number, gender)


def _spanish(lemma: str, tag: str) -> Reading:
    kind, places = tag[:1], _SPANISH_PLACES.get(tag[:1], (9, 9, 9))
    person, number, gender = (tag[place : place + 1].lower() for place in places)
    return Reading(
        lemma,
        "" if tag.startswith("NP") else _SPANISH_KINDS.get(kind, ""),
        _SPANISH_MOODS.get(tag[2:4], "") if kind == "V" else "",
        person if person in "123" else "",
        number if number in "sp" else "",
        gender if gender in "mf" else "",
    )


def _entries(key: str, language: str, kind: str) -> Iterator[tuple[str, str]]:
    """Give what stands behind a key: another word, of which the key's end is cut and others added, and a tag."""
    automaton = _automaton(language, kind)
    said = key.encode()
    for path in automaton.behind(said + b"_") if automaton and _SEPARATOR not in said else ():
        change, _, tag = path.partition(b"_")
        cut = change[0] - _CUT_NONE if change else -1
        if 0 <= cut <= len(said):
            yield (said[: len(said) - cut] + change[1:]).decode(errors="replace"), tag.decode(errors="replace")


class _Automaton:
    """The arcs of a list. Each begins with flags and the number of its letter, then that letter, then its target."""

    def __init__(self, data: bytes) -> None:
        begin = _HEAD_BYTES + 1
        letters = data[_HEAD_BYTES]
        self._letters, self._arcs = data[begin : begin + letters], data[begin + letters :]

    def behind(self, said: bytes) -> Iterator[bytes]:
        """Give what ends the entries that begin with some bytes."""
        node = self._target(0)
        for letter in said:
            arc = next((arc for arc in self._of(node) if self._letter(arc) == letter), None)
            node = self._target(arc) if arc is not None else 0
            if not node:
                return
        yield from self._ends(node)

    def _ends(self, node: int) -> Iterator[bytes]:
        for arc in self._of(node):
            letter = bytes([self._letter(arc)])
            if self._arcs[arc] & _FINAL:
                yield letter
            if target := self._target(arc):
                yield from (letter + rest for rest in self._ends(target))

    def _of(self, node: int) -> Iterator[int]:
        yield node
        while not self._arcs[node] & _LAST:
            node = self._past(node)
            yield node

    def _letter(self, arc: int) -> int:
        number = self._arcs[arc] & _LABEL
        return self._letters[number] if number else self._arcs[arc + 1]

    def _past(self, arc: int) -> int:
        flags = self._arcs[arc]
        arc += 1 if flags & _LABEL else 2
        while not flags & _NEXT and self._arcs[arc] & _MORE:
            arc += 1
        return arc if flags & _NEXT else arc + 1

    def _target(self, arc: int) -> int:
        flags = self._arcs[arc]
        if flags & _NEXT:
            *_, last = self._of(arc)
            return self._past(last)
        at, target, shift = arc + (1 if flags & _LABEL else 2), 0, 0
        while True:
            target |= (self._arcs[at] & _VALUE) << shift
            if not self._arcs[at] & _MORE:
                return target
            at, shift = at + 1, shift + 7


@cache
def _automaton(language: str, kind: str) -> _Automaton | None:
    spec = find_spec(f"lingotweaker_data_{language}") if language in _LISTS else None
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    path = folder / "data" / language / "dictionaries" / f"{_LISTS.get(language)}{kind}.dict"
    return _Automaton(path.read_bytes()) if spec and path.is_file() else None
