"""Corrections as values, and Harper's offline checker of English, kept to the rules that were right about others."""

import re
from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING

from core.text.dictionaries import find_dictionary, frequencies
from core.text.language import stop_words
from core.text.lexicon import either, expression, lexicon, pattern_beside, phrases_beside
from core.text.sentences import begins_sentence
from core.text.verbatim import MAX_WORD_CHARS, verbatim_spans

if TYPE_CHECKING:
    from harper import Lint, Linter
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

_ARROW = " => "
_MIN_FORMED_CHARS, _ENDINGS_WITHOUT_E = 5, ("ing", "able", "ation")
_ENDINGS = ("s", "es", "d", "ed", "r", "rs", "er", "ers", "ing", "ly", "ment", "ness")
_PART_CHARS = 4000
_REMOVE, _INSERT_AFTER = 1, 2
_NO_PERSON = pattern_beside(__file__, "no_person", after=r"\Z", flags=0)
_BEFORE_ARTICLE = pattern_beside(__file__, "before_article", r"\b", r"\Z", flags=0)
_SAID_ONCE = frozenset(phrases_beside(__file__, "said_once"))
_AUXILIARY = pattern_beside(__file__, "auxiliary")
_IT_IS_NEXT = pattern_beside(__file__, "it_is_next", " ", r"\b", flags=0)
_UNSURE_SOUNDS, _NUMBER_SOUNDS = ("eu", "ew", "u", "one", "once", "h"), frozenset({"for", "to", "too"})
_DOUBTFUL = frozenset("-`'\u2019_/")
# An abbreviation is read by its letters or as a word; only small words have a known sound.
_PLAIN_NEXT = pattern_beside(__file__, "no_noun_next", " (?!", r"\b)([a-z][a-z]+)(?![\w-])", flags=0)


@dataclass(frozen=True)
class Correction:
    """A stretch of the text and what should stand there.

    `why` is for the person, who decides where it is not sure; `rule` names what found it.
    """

    start: int
    end: int
    text: str
    why: str
    is_sure: bool = True
    rule: str = ""


def find_phrases(text: str, language: str) -> Iterator[Correction]:
    """Give the corrections of phrases that are never right, as the table of the language has them."""
    for pattern, rights in _phrases(language):
        for match in pattern.finditer(text):
            right, capital = rights.get(match[0].casefold(), rights[""]), match[0][:1].isupper()
            new = right[:1].upper() + right[1:] if capital else right
            is_name = capital and right.islower() and language != "de" and not begins_sentence(text, match.start())
            beside = {text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]}
            is_joined = not beside.isdisjoint({"-", "="})
            if new != match[0] and not match[0].isupper() and not is_name and not is_joined:
                why = lexicon(language).wording("proofreading.phrase").format(wrong=match[0], right=new)
                yield Correction(match.start(), match.end(), new, why, rule=f"phrase {pattern.pattern}")


@cache
def _phrases(language: str) -> list[tuple[re.Pattern[str], dict[str, str]]]:
    """Return for each phrase a pattern, and what is right: under "" for the phrase, else by the form of its word."""
    pairs = [line.split(_ARROW) for line in lexicon(language).words("proofreading.phrases")]
    forms = [_forms(wrong, right) if language == "en" else {} for wrong, right in pairs]
    return [
        (either(map(expression, (wrong, *others))), {"": right, **others})
        for (wrong, right), others in zip(pairs, forms, strict=True)
    ]


def _forms(wrong: str, right: str) -> dict[str, str]:
    """Return the other forms of a misspelt English word, as "recieves" and "recieving" of "recieve"."""
    dictionary, counts = find_dictionary("en"), frequencies("en")
    if len(wrong) < _MIN_FORMED_CHARS or not (wrong.isalpha() and right.isalpha() and dictionary):
        return {}
    pairs = [(wrong + ending, right + ending) for ending in _ENDINGS]
    if wrong[-1] == right[-1] == "e":
        pairs += [(wrong[:-1] + ending, right[:-1] + ending) for ending in _ENDINGS_WITHOUT_E]
    return {
        said: meant for said, meant in pairs if meant in counts and said not in counts and not dictionary.knows(said)
    }


def without_overlaps(text: str, found: Iterable[Correction]) -> list[Correction]:
    """Return the corrections in order, none over another and none in what is never touched."""
    spans = sorted(verbatim_spans(text))
    reach = list(accumulate((end for _, end in spans), max))
    begins = [begin for begin, _ in spans]
    sound: list[Correction] = []
    for correction in sorted(found, key=lambda one: (one.start, one.end - one.start)):
        before = bisect_left(begins, correction.end)
        free = not before or reach[before - 1] <= correction.start
        if (
            free
            and (not sound or correction.start >= sound[-1].end)
            and text[correction.start : correction.end] != correction.text
        ):
            sound.append(correction)
    return sound


def apply(text: str, corrections: Iterable[Correction]) -> str:
    """Return the text with the corrections made."""
    pieces, at = [], 0
    for correction in corrections:
        pieces += [text[at : correction.start], correction.text]
        at = correction.end
    return "".join([*pieces, text[at:]])


class _Checker:
    """Harper's linter. It is built at its first use (a second), and serves one thread at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._linter: Linter | None = None

    def lints(self, text: str) -> Iterator[tuple[str, "Lint"]]:
        with self._lock:
            if self._linter is None:
                from harper import Linter

                self._linter = Linter()
                proven = lexicon("en").words("proofreading.harper")
                self._linter.set_lint_config({rule: rule in proven for rule in self._linter.get_lint_config()})
            found = self._linter.organized_lints(text, language="plaintext", dedup=False)
            yield from ((rule, lint) for rule, lints in found.items() for lint in lints)


_CHECKER = _Checker()


def _reason(message: str) -> str:
    """Return a message of Harper's as a reason, its code marks as quotation marks; "" where it only asks."""
    parts = message.strip().rstrip(".!").split("`")
    quoted = "".join(f"“{part}”" if place % 2 else part for place, part in enumerate(parts))
    return "" if quoted.rstrip("”").endswith("?") else quoted


def find_faults(text: str) -> Iterator[Correction]:
    """Give the corrections of Harper's proven rules for an English text."""
    for start, part in parts_of(text):
        for rule, lint in _CHECKER.lints(part):
            begin, end = lint.span.start, lint.span.end
            if lint.suggestion_count and _is_proven(rule, part, begin, end) and not may_follow(part, begin, end):
                new, why = _replacement(lint, part), _reason(lint.message)
                yield Correction(start + begin, start + end, new, why, rule=f"Harper {rule}")


def may_follow(text: str, begin: int, end: int) -> bool:
    """Tell whether "then" may be meant as it stands: "if it is cheaper then we buy it"."""
    sentence = max(text.rfind(mark, 0, begin) for mark in ".!?\n") + 1
    return "then" in text[begin:end].split() and bool(
        lexicon("en")["confusions.before_then"].search(text[sentence:end])
    )


def _is_proven(rule: str, text: str, begin: int, end: int) -> bool:
    """Tell whether a rule is sure: not beside code, hyphens, names and single letters, nor where words mean more."""
    if {text[begin - 1 : begin], text[end : end + 1]} & _DOUBTFUL:
        return False
    return _PROVEN.get(rule, _always)(text[begin:end], text[:begin].rstrip(), text[end:])


def _always(old: str, before: str, after: str) -> bool:
    del before, after
    return not old.isupper()


def _is_article(old: str, before: str, after: str) -> bool:
    following = _PLAIN_NEXT.match(after)
    # "The form an send it" lacks a "d": "an" is one letter too long only where an article must stand.
    expected = before[-1:] in ".!?" or (
        old.islower() and (old == "a" or bool(_BEFORE_ARTICLE.search(before.casefold())))
    )
    # "A ewe", "a union", "a one-off": letters do not tell how these sound.
    return (
        following is not None
        and following[1] in frequencies("en")
        and not following[1].startswith(_UNSURE_SOUNDS)
        and expected
        and before[-1:] != "("
    )


def _is_repeated(old: str, before: str, after: str) -> bool:
    """Tell whether a word stands twice in a sentence; a line may end with what the next one begins with."""
    del before
    first, *_, last = old.split()
    is_small = last.islower() and last != "that" and (first == last or first == last.capitalize())
    is_empty = last in stop_words()
    # "From ten to for for two": one of them is a number.
    if last in _NUMBER_SOUNDS:
        return False
    # More blanks stand in a table.
    gap = old[len(first) : -len(last)]
    apart = gap == " " or (is_empty and gap.count("\n") == 1)
    # "Data data;" declares, "(for for, the the)" tells of such words.
    return is_small and apart and (is_empty or last in _SAID_ONCE) and after[:1] not in ",;:)"


_PROVEN: dict[str, Callable[[str, str, str], bool]] = {
    "AnA": _is_article,
    "RepeatedWords": _is_repeated,
    # "Between the child and its left neighbour": Harper reads a verb.
    "ItsContraction": lambda old, before, after: old != "its" or bool(_IT_IS_NEXT.match(after)),
    # "He past me on" is no verb.
    "PronounVerbAgreement": lambda old, before, after: (
        bool(_AUXILIARY.fullmatch(old)) and not _NO_PERSON.search(before)
    ),
}


def parts_of(text: str) -> Iterator[tuple[int, str]]:
    """Give a long text in parts that end where a word does."""
    start = 0
    while start < len(text):
        stop = start + _PART_CHARS
        if stop < len(text):
            blanks = (at for at in range(stop - 1, start + _PART_CHARS // 2 - 1, -1) if text[at].isspace())
            stop = next(blanks, stop - 1) + 1
        part = text[start:stop]
        if any(len(word) <= MAX_WORD_CHARS for word in part.split()):
            yield start, part
        start = stop


def _replacement(lint: "Lint", text: str) -> str:
    suggestion = lint.suggestions[0]
    old = text[lint.span.start : lint.span.end]
    if suggestion.kind == _INSERT_AFTER:
        return old + suggestion.replacement_text
    new = "" if suggestion.kind == _REMOVE else suggestion.replacement_text or ""
    # Harper copies the case of the faulty word, so that "A" becomes "AN".
    return new.capitalize() if new.isupper() and len(old) == 1 and len(new) > 1 else new
