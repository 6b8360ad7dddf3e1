"""What a person tells a writer to say, as sentences to the reader: only what can be taken over word for word.

"Thank him for the list" becomes "Thank you for the list." Each part of a direction must be one that the table of the
language knows, or a sentence to the reader; of what is told nothing may be lost, else nothing is said at all.
"""

import re
from collections.abc import Sequence

from core.text.lexicon import joined, whole
from core.text.salutations import clean_name
from core.text.sentences import unwrap
from core.writing.grounded.asked import Asking
from core.writing.grounded.own_words import as_message, directs_writer, is_private, mended
from core.writing.grounded.questions import ready_answers

_Table = Sequence[tuple[re.Pattern[str], str]]
# What may part two directions, or belong to one.
_AND = "(?:and|but|then|und|aber|dann|et|mais|puis|y|e|pero)"
_BREAK = re.compile(rf"(?i)((?<=[.!?;]) |, (?:{_AND} )?| {_AND} )")
_EDGE = " \t\n,;.!:?"


def as_sentences(told: str, asking: Asking, wanted: Sequence[str]) -> str:
    """Return what the reader is told, "" where a part of it cannot be taken over.

    Args:
        told: what the owner wants to say, in the words of a direction.
        asking: the language and the form of address; its `sender` is the reader.
        wanted: what the message asks: a bare yes or no answers it where it is one thing.
    """
    words = asking.words
    names = [re.escape(one) for one in {asking.sender, *clean_name(asking.sender).split()} if len(one) > 1]
    who = joined([*words["who"], *names])
    table = [(re.compile(rf"(?i){pattern.replace('WHO', who)}(?!\w)"), form) for pattern, form in words["directions"]]
    others = words.get("third_to_friends", ()) if asking.address == "familiar" else ()
    third = whole([*words["third_person"], *others, *names])
    said: list[str] = []
    starts = [pattern for pattern, _ in table]
    for part in (part for line in told.splitlines() for part in _parts(line, starts, asking)):
        found = _sentence(part, table, third, asking, wanted)
        if not found:
            return ""
        said.append(found)
    return "" if is_private(told, asking.language) else " ".join(said)


def _parts(told: str, starts: Sequence[re.Pattern[str]], asking: Asking) -> list[str]:
    """Return the directions of a text, each with all that belongs to it, without the wish to be polite."""
    manner = asking.words["polite"]
    polite = re.compile(rf"(?i){manner}")
    pieces = _BREAK.split(unwrap(told))
    parts: list[str] = []
    for at in range(0, len(pieces), 2):
        rest = "".join(pieces[at:]).lstrip()
        piece, parted = pieces[at].strip(), pieces[at - 1] if at else ""
        if not piece.strip(_EDGE) or polite.fullmatch(piece.strip(_EDGE)):
            continue
        begins = any(pattern.match(rest) for pattern in starts)
        ended = parts and parts[-1][-1] in ".!?"
        if not parts or begins or ended:
            parts.append(piece)
        else:
            parts[-1] += f"{parted}{piece}"
    edges = re.compile(rf"(?i)^{manner} | {manner}(?=[.!]?$)| {joined(asking.words['politely'])}(?!\w)")
    return [edges.sub("", one) for one in parts]


def _sentence(part: str, table: _Table, third: re.Pattern[str], asking: Asking, wanted: Sequence[str]) -> str:
    """Return the sentence to the reader for one direction, "" for none."""
    for pattern, form in table:
        if not (match := pattern.fullmatch(part.strip(_EDGE))):
            continue
        if form in {"yes", "no"}:
            return ready_answers(wanted, asking)[form == "no"]
        rest = match["rest"].strip(_EDGE)
        is_nested = any(other.match(rest) for other, said in table if "{" in said)
        if is_nested or third.search(rest) or any(directs_writer(one, asking.language) for one in _clauses_after(rest)):
            return ""
        return mended(asking.said(form, rest=rest), asking.language)
    return "" if third.search(part) else as_message(part, asking.language)[1]


def _clauses_after(rest: str) -> list[str]:
    """Return the clauses behind the first one."""
    return _BREAK.split(f" {rest}")[2::2]
