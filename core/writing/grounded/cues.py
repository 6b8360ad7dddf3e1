"""Sentences found by the cues of their language: quoted word for word, grouped, the gravest kind first."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.fuzz import token_sort_ratio

from core.drafts import Item
from core.text.language import detect_language
from core.text.lexicon import Lexicon, languages, lexicon
from core.text.sentences import split_sentences, unwrap
from core.text.speakers import split_turns
from core.writing.result import PlanResult

_LEAST_WORDS, _LEAST_OPEN_WORDS = 3, 6
_LONGEST_QUOTE_CHARS, _LONGEST_TEXT_CHARS = 600, 200
# A question says nothing, except that it may propose something.
_ASKED = frozenset({"idea"})
_SAME = 90
_NUMBERING = re.compile(r"\A(?:[-*\u2022\u2013]|(?:§\s?)?\d+(?:\.\d+)*[.)]?|\([a-z\d]{1,3}\))\s+")
# A line break that ends a line of a table or summary; one in a wrapped sentence stands further right.
_LINE_END = re.compile(r"(?m)(?:(?<=\|)|^(?=[^\n]{0,55}$)(?:[^\n]*))\n|\n(?=[^\n.:|]{2,40}(?:[:|]|\t))")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Topic:
    """What is looked for: a file of the language data, those of its kinds that count, and under which name if one."""

    name: str
    kinds: tuple[str, ...] = ()
    group: str = ""


def find_cued(source: str, language: str, topics: Sequence[Topic], most: int) -> PlanResult:
    """Return the sentences with a cue of the topics; what says the same is told once, what is too much is counted."""
    items: list[tuple[tuple[bool, int], Item]] = []
    language = language if language in languages() else _usual_language(source)
    for turn in split_turns(source):
        for sentence in split_passages(turn.text):
            code = language_of(sentence, language)
            found = kind_of(sentence, code, topics) if _is_statement(sentence) else None
            if found:
                rank, topic, kind = found
                told = _short(_NUMBERING.sub("", unwrap(sentence)))
                items.append(((not topic.group, rank), Item(
                    text=told, quote=sentence[:_LONGEST_QUOTE_CHARS], who=turn.speaker,
                    group=lexicon(code).wording(f"{topic.group or f'{topic.name}.{kind}'}_name"),
                    why=lexicon(code).wording(f"{topic.name}.{kind}_why"),
                )))  # fmt: skip
    ranked = [item for _, item in sorted(items, key=lambda pair: pair[0])]
    told_once = list(_without_repetition(ranked))
    left = len(told_once) - most
    return PlanResult(
        items=tuple(told_once[:most]),
        notices=(lexicon(language).wording("risks.left_out").format(left),) if left > 0 else (),
    )


def split_passages(text: str) -> Iterator[str]:
    """Yield the sentences of a text, and each line of a table or summary by itself."""
    for sentence in split_sentences(text):
        begin = 0
        for end in (*(match.end() for match in _LINE_END.finditer(sentence)), len(sentence)):
            if passage := sentence[begin:end].strip():
                yield passage
            begin = end


def language_of(sentence: str, language: str) -> str:
    """Return the language whose cues are looked for: the sentence's own where it is sure, else that of its text."""
    return next((code for code in (detect_language(sentence), language) if code in languages()), "en")


def _usual_language(source: str) -> str:
    counts = Counter(detect_language(sentence) for sentence in split_sentences(source))
    return max(languages(), key=lambda code: counts[code]) if languages() & counts.keys() else "en"


def _is_statement(sentence: str) -> bool:
    """Tell whether this is no heading: a few words are a sentence when they end as one."""
    return len(sentence.split()) >= (_LEAST_WORDS if sentence[-1:] in ".!?" else _LEAST_OPEN_WORDS)


def kind_of(sentence: str, language: str, topics: Sequence[Topic]) -> tuple[int, Topic, str] | None:
    """Return how grave a sentence is (0 the gravest), its topic and kind; None when it has no cue."""
    rank = 0
    for topic in topics:
        if lexicon(language)[f"{topic.name}.harmless"].search(sentence):
            continue
        asked = unwrap(sentence).endswith("?")
        for kind in topic.kinds or lexicon(language).words(f"{topic.name}.kinds"):
            rank += 1
            if (not asked or kind in _ASKED) and _is_cued(sentence, lexicon(language), f"{topic.name}.{kind}"):
                return rank, topic, kind
    return None


def _is_cued(sentence: str, known: Lexicon, key: str) -> bool:
    """Tell whether a cue stands in the sentence that no negation before it turns off; no liability is told as well."""
    denied = known["risks.negations"]
    return any(
        key == "risks.liability" or not denied.search(sentence[: match.start()])
        for match in known[key].finditer(sentence)
    )


def _without_repetition(items: Sequence[Item]) -> Iterator[Item]:
    """Give each item once: the same line with the same figures is counted, not repeated."""
    kept: list[tuple[Item, int]] = []
    for item in items:
        same = next((at for at, (one, _) in enumerate(kept) if _is_same(one, item)), None)
        if same is None:
            kept.append((item, 1))
        else:
            kept[same] = (kept[same][0], kept[same][1] + 1)
    for item, count in kept:
        yield item.model_copy(update={"text": f"{item.text} ({count}x)"}) if count > 1 else item


def _is_same(one: Item, other: Item) -> bool:
    same_figures = _figures(one.quote) == _figures(other.quote)
    return one.group == other.group and same_figures and token_sort_ratio(one.quote, other.quote) >= _SAME


@cache
def _figures(text: str) -> tuple[str, ...]:
    return tuple(_DIGITS.findall(_NUMBERING.sub("", text)))


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST_TEXT_CHARS else line[:_LONGEST_TEXT_CHARS].rpartition(" ")[0] + " …"
