"""What a person tells a writer to say, as sentences to the reader: only what can be taken over word for word.

"Thank him for the list" becomes "Thank you for the list." Each part of a direction must be one that the table of the
language knows, or a sentence to the reader; of what is told nothing may be lost, else nothing is said at all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.text.asks import begins_with_verb
from core.text.facts import extract_facts
from core.text.language import stop_words
from core.text.lexicon import joined, whole
from core.text.salutations import clean_name
from core.text.sentences import unwrap
from core.writing.grounded.asked import Asking
from core.writing.grounded.own_words import as_message, directs_writer, is_private, mended
from core.writing.grounded.questions import ready_answers

# What may part two directions, or belong to one.
_AND = "(?:and|but|then|und|aber|dann|et|mais|puis|y|e|pero)"
_BREAK = re.compile(rf"(?i)((?<=[.!?;]) |, (?:{_AND} )?| {_AND} )")
_SECOND_THAT = re.compile(r"(?i) (and|et|y|e) (?:that|que|qu['\u2019]) ?")
_EDGE = " \t\n,;.!:?"


@dataclass(frozen=True)
class _Words:
    """What a language knows of directions, for one reader.

    Attributes:
        directions: what a direction looks like, and the sentence that says it.
        third: words for other people.
        to_reader: words for the reader, and how the reader is spoken to instead.
    """

    directions: tuple[tuple[re.Pattern[str], str], ...]
    third: re.Pattern[str]
    to_reader: tuple[tuple[re.Pattern[str], str], ...]

    def addressed(self, said: str) -> str:
        """Return what is said with the reader spoken to: "I will send you the list" for "… send him …"."""
        for pattern, form in self.to_reader:
            said = pattern.sub(form, said)
        return said


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
    others = words.get("third_to_friends", ()) if asking.address == "familiar" else ()
    known = _Words(
        tuple((re.compile(rf"(?i){one.replace('WHO', who)}(?!\w)"), form) for one, form in words["directions"]),
        whole([*words["third_person"], *others, *names]),
        tuple(_to_reader(told, who, asking)),
    )
    said: list[str] = []
    starts = [pattern for pattern, _ in known.directions]
    for part in (part for line in told.splitlines() for part in _parts(line, starts, asking)):
        found = _sentence(part, known, asking, wanted)
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
        # "Decline, we are fully booked": what is told is over where a statement begins.
        over = parts and any(pattern.fullmatch(parts[-1].strip(_EDGE)) for pattern in starts)
        begins = begins or bool(over and _is_statement(rest, asking))
        ended = parts and parts[-1][-1] in ".!?"
        if not parts or begins or ended:
            parts.append(piece)
        else:
            parts[-1] += f"{parted}{piece}"
    edges = re.compile(rf"(?i)^{manner} | {manner}(?=[.!]?$)| {joined(asking.words['politely'])}(?!\w)")
    return [edges.sub("", one) for one in parts]


def _sentence(part: str, known: _Words, asking: Asking, wanted: Sequence[str]) -> str:
    """Return the sentence to the reader for one direction, "" for none."""
    for pattern, form in known.directions:
        if not (match := pattern.fullmatch(part.strip(_EDGE))):
            continue
        if form in {"yes", "no"}:
            return ready_answers(wanted, asking)[form == "no"]
        rest = known.addressed(_SECOND_THAT.sub(r" \1 ", match["rest"].strip(_EDGE)))
        is_nested = any(other.match(rest) for other, said in known.directions if "{" in said and other is not pattern)
        if (
            is_nested
            or known.third.search(rest)
            or any(directs_writer(one, asking.language) for one in _clauses_after(rest))
        ):
            return ""
        return mended(asking.said(form, rest=rest), asking.language)
    part = known.addressed(part)
    if known.third.search(part):
        return ""
    directs = any(directs_writer(one, asking.language) for one in _clauses_after(part))
    states = _is_statement(part, asking) and not directs
    return as_message(part, asking.language)[1] or (mended(part, asking.language) if states else "")


def _is_statement(part: str, asking: Asking) -> bool:
    """Tell whether a clause says something to its reader: it opens as answers do, or has a subject and a verb."""
    words = asking.words
    said = rf"(?i)(?:{words['opens']}|{words['subject']}[^.;!?]{{0,80}}?(?<!\w){words['finite']}(?!\w))"
    is_order = directs_writer(part, asking.language) or begins_with_verb(part)
    return re.match(said, part) is not None and not is_order


def _to_reader(told: str, who: str, asking: Asking) -> Iterator[tuple[re.Pattern[str], str]]:
    """Give how words for the reader become words to the reader, where what is told names nobody else."""
    reader = {word.casefold() for word in asking.sender.split()}
    moments = {word.casefold() for fact in extract_facts(told, asking.language).items for word in fact.text.split()}
    # Where nouns have capitals too, nobody else is meant when the reader is named first: "sag ihm, …".
    is_led = asking.language == "de" and re.match(rf"(?i)\w+ {who}(?!\w)", told) is not None
    named = () if is_led else (word.casefold() for word in re.findall(r"(?<!\w)[A-ZÀ-Þ]\w+", told))
    if not {*named} - reader - moments - stop_words():
        for pattern, form in asking.words["to_reader"]:
            yield re.compile(rf"(?i)(?<![-\w]){pattern}"), asking.said(form)


def _clauses_after(rest: str) -> list[str]:
    """Return the clauses behind the first one."""
    return _BREAK.split(f" {rest}")[2::2]
