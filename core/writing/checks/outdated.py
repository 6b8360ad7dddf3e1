"""Values that a draft has from an earlier message of a thread and a later one gives anew: "520, not 540"."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.drafts import Finding, cut_at_word
from core.recipes.render import THREAD
from core.text.facts import Fact, extract_facts
from core.text.language import detect_language
from core.text.same_words import is_said, telling_words
from core.text.sentences import split_sentences, unwrap
from core.text.speakers import split_turns
from core.text.statements import Statement, read_statements
from core.writing.checks.grounds import WISHES, Grounds

_SHOWN_CHARS = 160
_CUES = ("corrections.changes", "conversation.correction", "conversation.change")
# Of longer threads the newest messages are read.
_MAX_STATEMENTS = 120
# What stands for something by itself; a bare number has to be named again by what corrects it.
_VALUES = frozenset({"money", "percent", "time", "date"})


class _Said(NamedTuple):
    """A statement of a message, and what stands above it: who wrote it, or "Correction", which reads as a name."""

    above: str
    statement: Statement

    @property
    def whole(self) -> str:
        """What is shown of it."""
        return f"{self.above}: {unwrap(self.statement.raw)}"

    @property
    def corrects(self) -> bool:
        """Whether it may take back what was said before."""
        words = self.statement.words
        return not self.statement.asks and any(words[cue].search(self.whole) for cue in _CUES)


def find_outdated_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a remark for each value of an earlier message that a later one corrects, and the draft still gives.

    One that gives the new value, too, tells both. The earlier message, the later one and the draft's sentence share
    words, or the later one names the old value. What the person tells to write holds.
    """
    said, own = _messages(grounds), grounds.given_facts(f"{grounds.instruction}\n{grounds.values.get(WISHES, '')}")
    draft, told = grounds.facts_of(text), set[str]()
    pairs = ((earlier, later) for at, later in enumerate(said) if later.corrects for earlier in said[:at])
    for earlier, later in pairs:
        for old, anew in _replaced(earlier.statement, later.statement):
            if old.text in told or own.hold(old) or not draft.hold(old) or any(map(draft.hold, anew)):
                continue
            lines = split_sentences(text)
            if place := next((line for line in lines if _tells(grounds, line, old, earlier.statement)), ""):
                told.add(old.text)
                sentence = f"“{old.text}” was corrected later: “{cut_at_word(later.whole, _SHOWN_CHARS)}”."
                yield Finding(check="outdated", severity="warn", place=place, sentence=sentence)


def _messages(grounds: Grounds) -> list[_Said]:
    """Return what was said by people in the thread and the source, in its order; nothing of a text by one writer."""
    parts = (grounds.values.get(THREAD, ""), grounds.source)
    turns = [turn for part in parts for turn in split_turns(part) if turn.speaker]
    languages = (detect_language(turn.text) or grounds.language or "en" for turn in turns)
    read = zip(turns, languages, strict=True) if len(turns) > 1 else ()
    found = [_Said(turn.speaker, said) for turn, language in read for said in read_statements(turn.text, language)]
    return found[-_MAX_STATEMENTS:]


def _replaced(earlier: Statement, later: Statement) -> Iterator[tuple[Fact, Sequence[Fact]]]:
    """Yield each value of an earlier statement that a later one replaces, with those that it gives instead."""
    before, after = (extract_facts(said.raw, said.words.language) for said in (earlier, later))
    words = _words(later, after.items)
    new = [fact for fact in after.missing_from(before) if _is_of(fact, fact.category, fact.unit)]
    for category, unit in dict.fromkeys((fact.category, fact.unit) for fact in new):
        old, again = ([fact for fact in facts.items if _is_of(fact, category, unit)] for facts in (before, after))
        named = [fact for fact in old if any(fact.readings & other.readings for other in again)]
        about = [fact for fact in old if any(is_said(word, _stretch(old, fact, earlier.raw)) for word in words)]
        found = named or (about if category in _VALUES and len(about) == 1 else [])
        yield from ((fact, [other for other in new if other.category == category]) for fact in found)


def _is_of(fact: Fact, category: str, unit: str) -> bool:
    return (fact.category, fact.unit) == (category, unit) and not fact.is_weak and any(map(str.isdecimal, fact.text))


def _words(said: Statement, facts: Sequence[Fact]) -> list[str]:
    """Return the words that tell what a statement is about, without those of its values: "euros" tells nothing."""
    of_values = {word for fact in facts for word in fact.text.casefold().split()}
    return [word for word in telling_words(said.raw) if word.isalpha() and word.casefold() not in of_values]


def _stretch(facts: Sequence[Fact], fact: Fact, text: str) -> str:
    """Return what a text says of one of several facts: the words from the one before it to the one behind it."""
    ends = [other.start + len(other.text) for other in facts if other.start < fact.start]
    begins = [other.start for other in facts if other.start > fact.start]
    return text[max(ends, default=0) : min(begins, default=len(text))]


def _tells(grounds: Grounds, sentence: str, old: Fact, earlier: Statement) -> bool:
    """Tell whether a sentence of a draft gives a value and shares a word with what it was first said in."""
    words = _words(earlier, extract_facts(earlier.raw, earlier.words.language).items)
    return grounds.facts_of(sentence).hold(old) and any(is_said(word, sentence) for word in words)
