"""What other places say of a rule that is quoted: those that name its number, and notices that came later.

A handbook keeps its rules as they were, and lists at its end what became of them: "The fee (7.2) is dropped". So no
rule is quoted without what names it, nor without a later notice that says most of what is asked.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.text.clause_numbers import clause_at, clauses_of, named_clauses
from core.text.dating import stated_date
from core.text.forms import OUTLINE_MARK
from core.text.instructions import find_instruction
from core.text.lexicon import either_of
from core.text.same_words import is_said, telling_words
from core.text.sentences import unwrap
from core.writing.grounded.nearest import entries_of
from core.writing.grounded.passages import GroundPassage

_MAX_CHANGES, _MAX_ENTRY_CHARS = 3, 700
# A notice says what it is, and its day, in its first words.
_HEAD_WORDS = 10


class Entry(NamedTuple):
    """A paragraph or an item of a list: the number of its passage, counted from 0, and its words."""

    passage: int
    text: str


class RuleChanges(NamedTuple):
    """What changes or adds to a rule, the latest first, and the rules that the rule itself says it changes."""

    later: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()


def changes_of(
    question: str, passage: int, sentence: str, passages: Sequence[GroundPassage], shown: Sequence[str] = ()
) -> RuleChanges:
    """Return what belongs to a sentence that answers, of a passage counted from 0; not what is shown anyway."""
    entries = [*_entries(passages)]
    said = unwrap(sentence)
    own = next((entry for entry in entries if entry.passage == passage and said in unwrap(entry.text)), None)
    if own is None:
        return RuleChanges()
    text, document = passages[passage].text, passages[passage].document
    number = clause_at(text, max(0, text.find(sentence)))
    others = [entry for entry in entries if entry != own and _may_be_shown(entry.text, shown)]
    near = [entry for entry in others if passages[entry.passage].document == document]
    naming = [entry for entry in near if number and number in named_clauses(entry.text) and _shares(entry, said)]
    notices = [entry for entry in others if _is_later(entry, own, passages) and _says_most(entry, question, own)]
    later = sorted({*naming, *notices}, key=lambda entry: _age(entry, passages), reverse=True)
    named = {*named_clauses(said)} - {number}
    changed = (entry for entry in near if entry not in later and named.intersection(clauses_of(entry.text)))
    return RuleChanges(tuple(later[:_MAX_CHANGES]), tuple(changed))


def _entries(passages: Sequence[GroundPassage]) -> Iterator[Entry]:
    """Yield the entries of what is written down; messages correct each other otherwise."""
    for number, passage in enumerate(passages):
        if passage.kind in {"source", "file"} and not passage.speaker:
            for text in entries_of(passage.text):
                yield Entry(number, text.strip())


def _may_be_shown(text: str, shown: Sequence[str]) -> bool:
    """Tell whether an entry may be shown beside a rule: short enough, without instructions, and not shown anyway."""
    return len(text) <= _MAX_ENTRY_CHARS and not any(line in text for line in shown) and not find_instruction(text)


def _shares(entry: Entry, sentence: str) -> bool:
    """Tell whether an entry says a word that tells what a sentence is about."""
    return any(is_said(word, entry.text) for word in telling_words(sentence) if word.isalpha())


def _says_most(entry: Entry, question: str, own: Entry) -> bool:
    """Tell whether an entry says most of what is asked, and of that something which the answer says too."""
    asked = telling_words(question)
    said = [word for word in asked if is_said(word, entry.text)]
    return 2 * len(said) > len(asked) and any(is_said(word, own.text) for word in said)


def _is_later(entry: Entry, own: Entry, passages: Sequence[GroundPassage]) -> bool:
    """Tell whether an entry is a notice that came after another entry."""
    if not _is_notice(entry, own, passages):
        return False
    if _is_notice(own, own, passages):
        return _age(entry, passages) > _age(own, passages)
    # A year by itself may be of what the notice is about.
    day = max(_age(entry, passages)[0], passages[entry.passage].date, key=len)
    since = _since(entry, own, passages)
    known = min(len(day), len(since))
    return day[:known] >= since[:known]


def _since(entry: Entry, own: Entry, passages: Sequence[GroundPassage]) -> str:
    """Return the day from which a rule holds, for a notice, "" for unknown.

    A handbook that lists notices at its end has the day of the last: before those of its own only what the rule itself
    or its heading says counts.
    """
    passage = passages[own.passage]
    if passage.document != passages[entry.passage].document:
        return _age(own, passages)[0]
    return stated_date(_head(own)) or stated_date(_heading(passage))


def _is_notice(entry: Entry, own: Entry, passages: Sequence[GroundPassage]) -> bool:
    """Tell whether an entry tells of a change: its heading, its first words or another document's title say so."""
    passage = passages[entry.passage]
    other = "" if passage.document == passages[own.passage].document else passage.document
    head = _head(entry)
    notice = either_of("corrections", "notices", r"(?<!\w)", r"(?!\w)")
    return any(map(notice.search, (_heading(passage), other))) or bool(notice.search(head) and stated_date(head))


def _head(entry: Entry) -> str:
    return " ".join(entry.text.split()[:_HEAD_WORDS])


def _heading(passage: GroundPassage) -> str:
    return passage.title.removeprefix(passage.document).rpartition(OUTLINE_MARK)[2]


def _age(entry: Entry, passages: Sequence[GroundPassage]) -> tuple[str, str, int, int]:
    """Return by what entries are ordered, the oldest first: the day that they say, else their place."""
    passage = passages[entry.passage]
    day = stated_date(_head(entry)) or passage.date
    item, _, ordinal = passage.place.partition("/")
    return day, item, int(ordinal) if ordinal.isdecimal() else entry.passage, passage.text.find(entry.text)
