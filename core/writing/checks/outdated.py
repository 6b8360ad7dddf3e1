"""Values that a draft has from an earlier message of a thread and a later one gives anew: "520, not 540"."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.cached_property import cached_property
from core.drafts import Finding, cut_at_word
from core.recipes.render import THREAD
from core.text.facts import Fact, Facts, extract_facts
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
# A correction is held against so many messages before it that give what the draft gives.
_MAX_GIVERS = 12
# What stands for something by itself; a bare number has to be named again by what corrects it.
_VALUES = frozenset({"money", "percent", "time", "date"})


@dataclass(frozen=True, eq=False)
class _Said:
    """A statement of a message, and what stands above it: who wrote it, or "Correction", which reads as a name."""

    above: str
    statement: Statement

    @property
    def whole(self) -> str:
        """What is shown of it."""
        return f"{self.above}: {unwrap(self.statement.raw)}"

    @cached_property
    def corrects(self) -> bool:
        """Whether it may take back what was said before."""
        words = self.statement.words
        return not self.statement.asks and any(words[cue].search(self.whole) for cue in _CUES)

    @cached_property
    def facts(self) -> Facts:
        """What can be checked in it."""
        return extract_facts(self.statement.raw, self.statement.words.language)

    @cached_property
    def values(self) -> Mapping[tuple[str, str], Sequence[Fact]]:
        """Its facts of digits that are sure, by their category and unit."""
        found: dict[tuple[str, str], list[Fact]] = {}
        for fact in self.facts.items:
            if not fact.is_weak and any(map(str.isdecimal, fact.text)):
                found.setdefault((fact.category, fact.unit), []).append(fact)
        return found

    @cached_property
    def words(self) -> Sequence[str]:
        """The words that tell what it is about, without those of its values: "euros" tells nothing."""
        of_values = {word for fact in self.facts.items for word in fact.text.casefold().split()}
        words = dict.fromkeys(telling_words(self.statement.raw))
        return [word for word in words if word.isalpha() and word.casefold() not in of_values]

    @cached_property
    def stretches(self) -> Mapping[Fact, str]:
        """What it says of each value: the words from the one before it of its kind to the one behind it."""
        text, found = self.statement.raw, dict[Fact, str]()
        for facts in self.values.values():
            for at, fact in enumerate(facts):
                begin = facts[at - 1].start + len(facts[at - 1].text) if at else 0
                found[fact] = text[begin : facts[at + 1].start if at + 1 < len(facts) else len(text)]
        return found


def find_outdated_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a remark for each value of an earlier message that a later one corrects, and the draft still gives.

    One that gives the new value, too, tells both. The earlier message, the later one and the draft's sentence share
    words, or the later one names the old value. What the person tells to write holds.
    """
    own = grounds.given_facts(f"{grounds.instruction}\n{grounds.values.get(WISHES, '')}")
    draft, lines, told = grounds.facts_of(text), split_sentences(text), set[str]()
    givers: deque[tuple[_Said, Sequence[Fact]]] = deque(maxlen=_MAX_GIVERS)
    for later in _messages(grounds):
        for earlier, given in givers if later.corrects else ():
            for old in (fact for fact in given if fact.text not in told):
                anew = _instead(old, earlier, later)
                if not anew or any(map(draft.hold, anew)):
                    continue
                if place := next((line for line in lines if _tells(grounds, line, old, earlier)), ""):
                    told.add(old.text)
                    sentence = f"“{old.text}” was corrected later: “{cut_at_word(later.whole, _SHOWN_CHARS)}”."
                    yield Finding(check="outdated", severity="warn", place=place, sentence=sentence)
        held = (fact for facts in later.values.values() for fact in facts if draft.hold(fact))
        if given := [fact for fact in held if fact.text not in told and not own.hold(fact)]:
            givers.append((later, given))


def _messages(grounds: Grounds) -> list[_Said]:
    """Return what was said by people in the thread and the source, in its order; nothing of a text by one writer."""
    parts = (grounds.values.get(THREAD, ""), grounds.source)
    turns = [turn for part in parts for turn in split_turns(part) if turn.speaker]
    languages = (detect_language(turn.text) or grounds.language or "en" for turn in turns)
    read = zip(turns, languages, strict=True) if len(turns) > 1 else ()
    found = [_Said(turn.speaker, said) for turn, language in read for said in read_statements(turn.text, language)]
    return found[-_MAX_STATEMENTS:]


def _instead(old: Fact, earlier: _Said, later: _Said) -> Sequence[Fact]:
    """Return the values that a later statement gives in the place of one of an earlier statement; [] where it stays."""
    kind = (old.category, old.unit)
    again = later.values.get(kind, ())
    is_named = any(old.readings & fact.readings for fact in again)
    if not again or not (is_named or (old.category in _VALUES and _is_about(old, earlier, later))):
        return []
    # Of another unit counts only what is new beside one of this.
    new = [fact for fact in later.facts.missing_from(earlier.facts) if fact in later.stretches]
    is_new = any((fact.category, fact.unit) == kind for fact in new)
    return [fact for fact in new if is_new and fact.category == old.category]


def _is_about(old: Fact, earlier: _Said, later: _Said) -> bool:
    """Tell whether the words of a later statement stand around this value of an earlier one, and no other of its kind.

    That holds only where it does not name one of them.
    """
    facts, again = earlier.values[old.category, old.unit], later.values[old.category, old.unit]
    if any(fact.readings & other.readings for fact in facts for other in again):
        return False
    around = (fact for fact in (old, *facts) if _shares_words(earlier.stretches[fact], later.words))
    return next(around, None) is old and all(fact == old for fact in around)


def _shares_words(text: str, words: Sequence[str]) -> bool:
    return any(is_said(word, text) for word in words)


def _tells(grounds: Grounds, sentence: str, old: Fact, earlier: _Said) -> bool:
    """Tell whether a sentence of a draft gives a value and shares a word with what it was first said in."""
    return grounds.facts_of(sentence).hold(old) and _shares_words(sentence, earlier.words)
