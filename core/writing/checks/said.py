"""The statements of a thread's messages, in their order, as checks hold a draft against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from core.cached_property import cached_property
from core.recipes.render import THREAD
from core.text.facts import Fact, Facts, extract_facts
from core.text.language import detect_language
from core.text.same_words import is_said, telling_words
from core.text.sentences import unwrap
from core.text.speakers import split_turns
from core.text.statements import Statement, read_statements
from core.writing.checks.grounds import Grounds

_CUES = ("corrections.changes", "conversation.correction", "conversation.change")
# Of longer threads the newest messages are read.
_MAX_STATEMENTS = 120
# Of a longer statement the first words tell what it is about: what compares them costs no more than its length.
_MAX_WORDS = 60


@dataclass(frozen=True, eq=False)
class Said:
    """A statement of a message, and what stands above it: who wrote it, or "Correction", which reads as a name.

    `message` counts the messages.
    """

    above: str
    statement: Statement
    message: int = 0

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
        """The words that tell what it is about, without those of its values: "euros" tells nothing; the first 60."""
        of_values = {word for fact in self.facts.items for word in fact.text.casefold().split()}
        words = dict.fromkeys(telling_words(self.statement.raw))
        telling = (word for word in words if word.isalpha() and word.casefold() not in of_values)
        return [*islice(telling, _MAX_WORDS)]

    @cached_property
    def stretches(self) -> Mapping[Fact, str]:
        """What it says of each value: the words from the one before it of its kind to the one behind it."""
        text, found = self.statement.raw, dict[Fact, str]()
        for facts in self.values.values():
            for at, fact in enumerate(facts):
                begin = facts[at - 1].start + len(facts[at - 1].text) if at else 0
                found[fact] = text[begin : facts[at + 1].start if at + 1 < len(facts) else len(text)]
        return found


def messages_of(grounds: Grounds) -> list[Said]:
    """Return what was said by people in the thread and the source, in its order; nothing of a text by one writer."""
    parts = (grounds.values.get(THREAD, ""), grounds.source)
    turns = [turn for part in parts for turn in split_turns(part) if turn.speaker]
    together = detect_language("\n".join(turn.text for turn in turns)) or grounds.language or "en"
    languages = (detect_language(turn.text) or together for turn in turns)
    read = zip(turns, languages, strict=True) if len(turns) > 1 else ()
    found = [
        Said(turn.speaker, said, at)
        for at, (turn, language) in enumerate(read)
        for said in read_statements(turn.text, language)
    ]
    return found[-_MAX_STATEMENTS:]


def shares_words(text: str, words: Sequence[str]) -> bool:
    """Tell whether a text says one of some words, in some form."""
    return any(is_said(word, text) for word in words)
