"""The words of a French or Spanish sentence as what they can be, and where its subjects and their verbs stand."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from core.text.forms import LETTERS
from core.text.lexicon import lexicon, lists_beside
from core.text.morphology import Reading, form, readings
from core.writing.grounded.grammar import Correction

# The file of tables stands beside this one.
TABLES = __file__
BREAKS = frozenset('.!?:;\u2026\u00bf\u00a1(\u00ab"\u201c\n')
_MAX_ADJECTIVES, _MAX_OF_WORDS, _MAX_BETWEEN = 2, 4, 3


class Word(NamedTuple):
    """A word of a text: its place, what stands between it and the word before, and what it can be."""

    said: str
    start: int
    end: int
    gap: str
    can_be: tuple[Reading, ...]

    @property
    def is_next(self) -> bool:
        """Whether nothing but a blank, a line's end or an apostrophe parts it from the word before."""
        return self.gap in (" ", "\n", "'", "\u2019", "\u00a0")

    @property
    def is_verb_only(self) -> bool:
        """Whether it can be nothing but a verb with a person."""
        return bool(self.can_be) and all(reading.is_finite for reading in self.can_be)

    def has(self, *kinds: str) -> bool:
        """Tell whether it can be of one of some kinds (letters of `Reading.kind`)."""
        return any(reading.kind in kinds for reading in self.can_be)

    def verbs(self) -> list[Reading]:
        """Return what verb with a person it can be."""
        return [reading for reading in self.can_be if reading.is_finite]


def words_of(text: str, language: str) -> list[Word]:
    """Return the words of a text; in French and Spanish an apostrophe parts two."""
    found, last = list[Word](), 0
    for match in LETTERS.finditer(text):
        start = match.start()
        for part in match[0].replace("\u2019", "'").split("'"):
            if part:
                gap = text[last:start]
                # A line that begins with a capital goes on with no other.
                gap += "." if "\n" in gap and part[0].isupper() else ""
                found.append(Word(part.lower(), start, start + len(part), gap, readings(part, language)))
                last = start + len(part)
            start += len(part) + 1
    return found


def remark(language: str, start: int, end: int, right: str, why: str) -> Iterator[Correction]:
    """Give what may be meant in a place, with a reason among the wordings of proofreading; nothing without it."""
    if right:
        reason = lexicon(language).wording(f"proofreading.{why}")
        yield Correction(start, end, right, reason, is_sure=False, rule=f"agreement {why}")


@cache
def table(name: str, language: str) -> frozenset[str]:
    """Return the words of a table for a language."""
    return frozenset(lists_beside(TABLES, name).get(language, ()))


def begins_clause(words: Sequence[Word], at: int, language: str) -> bool:
    """Tell whether a subject may begin at a word: a sentence does, or a comma or a conjunction stands before."""
    word = words[at]
    if not at or not BREAKS.isdisjoint(word.gap) or "," in word.gap:
        return True
    # "Pour les chiens et les chats": what joins two nouns begins no clause.
    is_joined = words[at - 1].said in ("et", "y") and at > 1 and not words[at - 2].has("N")
    return word.is_next and (is_joined or words[at - 1].said in table("joins", language))


def subject_head(words: Sequence[Word], at: int, language: str, number: str) -> int:
    """Return the place of the noun behind a determiner, -1 where no such subject begins there."""
    for place in range(at + 1, min(at + 2 + _MAX_ADJECTIVES, len(words))):
        word = words[place]
        if not word.is_next:
            return -1
        nouns = [reading for reading in word.can_be if reading.kind == "N" and reading.number == number]
        if nouns:
            is_time = not table("times", language).isdisjoint({word.said, *(reading.lemma for reading in nouns)})
            return -1 if is_time else place
        if not word.has("J"):
            return -1
    return -1


def past_noun(words: Sequence[Word], head: int, language: str) -> int:
    """Return the place behind a noun, what describes it, and one complement of it."""
    at, most = head + 1, head + 1 + _MAX_ADJECTIVES
    # "Las llaves las tiene Ana": what looks like a note of music is a pronoun.
    small = table("between", language) | table("pronouns", language)
    while at < min(most, len(words)) and words[at].is_next and words[at].said not in small and _describes(words[at]):
        at += 1
    if at < len(words) and words[at].is_next and words[at].said in table("of", language):
        most = at + 1 + _MAX_OF_WORDS
        at += 1
        while at < min(most, len(words)) and words[at].is_next:
            word = words[at]
            behind_of = words[at - 1].said in table("of", language) or words[at - 1].has("D")
            # "Las llaves de los vecinos la tiene Ana": a pronoun, as a verb follows.
            if word.has("R") and at + 1 < len(words) and words[at + 1].is_verb_only:
                break
            if not (word.has("D") or _describes(word) or (word.has("N") and behind_of) or not word.can_be):
                break
            at += 1
    return at


def _describes(word: Word) -> bool:
    is_participle = any(reading.mood == "ppa" for reading in word.can_be)
    return (word.has("J", "N") or is_participle) and not word.verbs()


def verb_behind(words: Sequence[Word], at: int, language: str) -> tuple[int, list[str]]:
    """Return the place of what stands behind small words and adverbs, and those words."""
    between = list[str]()
    while at < len(words) and words[at].is_next and len(between) < _MAX_BETWEEN:
        if words[at].said not in table("between", language):
            break
        between.append(words[at].said)
        at += 1
    return (at if at < len(words) and words[at].is_next else -1), between


def plural_form(verb: Word, language: str) -> str:
    """Return the third person plural of a verb that can be none; "" where it can, or is no verb."""
    verbs = [reading for reading in verb.verbs() if reading.mood != "imp"]
    if verb.said in table("impersonal", language):
        return ""
    if not verbs or any(reading.person == "3" and reading.number == "p" for reading in verb.verbs()):
        return ""
    named = next((reading for reading in verbs if reading.person == "3"), verbs[0])
    return form(named._replace(person="3", number="p"), language)


def sentence_of(text: str, word: Word) -> tuple[int, int]:
    """Return where the sentence of a word begins and ends, by its marks."""
    begin = max(text.rfind(mark, 0, word.start) for mark in (". ", "! ", "? ", "\n", "\u00bf", "\u00a1")) + 1
    ends = [end for mark in ".!?\n" if (end := text.find(mark, word.end)) >= 0]
    return begin, min(ends, default=len(text) - 1) + 1
