"""Choose the sentences that say most: by the words of the whole text, by a question, by facts and decisions."""

import itertools
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.text.asks import kind_of
from core.text.content import content_stems
from core.text.facts import extract_facts
from core.text.sentences import split_sentences, unwrap
from core.text.speakers import split_turns
from core.writing.grounded.trimming import tidy

_LEAST_WORDS = 4
_LONG_WORDS = 45
_FOCUS_WEIGHT = 3.0
_SAID_WEIGHT = 2.0
# Beyond this many, what was said already is no longer updated: a book would take hours.
_MOST_COMPARED = 150
_FACT_WEIGHT, _MOST_FACTS = 0.4, 4
_DECIDES = re.compile(
    r"(?i)\b(?:decid\w+|agree\w*|conclu\w+|recommend\w*|suggest\w*|propos\w+|plan(?:s|ned)? to|because"
    r"|therefore|need to"
    r"|must|result\w*|problem\w*|important|reason|announc\w+|will|entschied\w*|beschloss\w*|muss|décid\w+|decid\w+)\b"
)
_NOISE = re.compile(
    r"(?i)^(?:>|[-_=*]{3,}|on .{5,60} wrote:|.{0,120}\b(?:wrote|writes|said|says|thought|schrieb|écrit)\s?:\.?$|links?:|https?://|\S+@\S+$)"
)
# A speaker who breaks off, and a sentence that ends before it is one.
_BROKEN = re.compile(r"\{disfmarker\}|[\u2014-]\s*\.?$|\.\.\.\s*$")
_DANGLES = re.compile(r"(?i)\b(?:the|an?|to|of|or|and|but|that|because|is|was|if|with|for|in|on|at|like|so|\w) ?[.,]?$")
_CONTINUES = re.compile(r"(?i)^(?:it|this|that|these|those|he|she|they|such|however|therefore|thus|so)\b")


@dataclass(frozen=True)
class Unit:
    """One sentence of the source. `text` is in one line, `raw` as it stands; `place` is its number in the source."""

    place: int
    speaker: str
    text: str
    broken: bool
    stems: frozenset[str]
    raw: str = ""


def read_units(source: str) -> list[Unit]:
    """Return the sentences of a text or transcript that are long enough to say something."""
    units: list[Unit] = []
    for turn in split_turns(source):
        for sentence in split_sentences(turn.text):
            text = tidy(sentence) if turn.speaker else unwrap(sentence)
            broken = bool(_BROKEN.search(sentence) or _DANGLES.search(text))
            if len(text.split()) >= _LEAST_WORDS and not _NOISE.match(text):
                units.append(Unit(len(units), turn.speaker, text, broken, frozenset(content_stems(text)), sentence))
    return units


def continues(sentence: str) -> bool:
    """Tell whether a sentence begins with a word that points back ("It", "They", "However")."""
    return bool(_CONTINUES.match(sentence))


def choose_units(units: Sequence[Unit], *, focus: str = "", most_chars: int, most_units: int) -> list[Unit]:
    """Return the best units within a length, in the order of the source.

    Args:
        units: all sentences.
        focus: a question or topic that matters to the person, "" for none.
        most_chars: their length together.
        most_units: how many at most.
    """
    worth = _scores(units, focus)
    left = {unit.place: unit for unit in units}
    said = dict.fromkeys(left, 0.0)
    chosen: list[Unit] = []
    room = most_chars
    while left and len(chosen) < most_units:
        if len(chosen) < _MOST_COMPARED:
            places = [max(left, key=lambda place: worth[place] - said[place])]
        else:
            places = sorted(left, key=lambda place: said[place] - worth[place])
        for best in map(left.pop, places):
            if len(best.text) <= room and len(chosen) < most_units:
                chosen.append(best)
                room -= len(best.text) + 1
                if len(chosen) <= _MOST_COMPARED:
                    _note_overlap(best, left, said)
    return sorted(chosen, key=lambda unit: unit.place)


def _note_overlap(chosen: Unit, left: Mapping[int, Unit], said: dict[int, float]) -> None:
    """Raise what is held against the units that say the same."""
    for place, unit in left.items():
        share = len(unit.stems & chosen.stems) / max(1, len(unit.stems))
        said[place] = max(said[place], _SAID_WEIGHT * share)


def _scores(units: Sequence[Unit], focus: str) -> dict[int, float]:
    counts = Counter(word for unit in units for word in unit.stems)
    rarity = {word: math.log(1 + len(units) / count) for word, count in counts.items()}
    wanted = frozenset(content_stems(focus))
    scores = {unit.place: _score(unit, counts, rarity, wanted, len(units)) for unit in units}
    # What follows a matching question is its answer.
    for before, unit in itertools.pairwise(units):
        if before.text.endswith("?") and before.stems & wanted and before.speaker != unit.speaker:
            scores[unit.place] += _FOCUS_WEIGHT
    return scores


def _score(unit: Unit, counts: Counter[str], rarity: dict[str, float], wanted: frozenset[str], total: int) -> float:
    words = max(len(unit.text.split()), 1)
    centrality = sum(math.log(counts[word]) for word in unit.stems) / math.sqrt(words)
    matched = sum(rarity[word] for word in unit.stems & wanted) / (math.sqrt(len(wanted)) or 1)
    facts = min(len(extract_facts(unit.text).items), _MOST_FACTS) * _FACT_WEIGHT
    decided = 0.7 if _DECIDES.search(unit.text) or kind_of(unit.text) in {"commitment", "suggestion"} else 0.0
    question = -1.0 if unit.text.endswith("?") else 0.0
    length = -0.05 * max(0, words - _LONG_WORDS) - (0.8 if words < 7 else 0.0)
    first = 0.6 if unit.place == 0 else 0.3 if unit.place == total - 1 else 0.0
    whole = -1.2 if unit.broken else 0.0
    hanging = -0.4 if continues(unit.text) else 0.0
    return centrality + _FOCUS_WEIGHT * matched + facts + decided + question + length + first + whole + hanging
