"""What an owner tells for a reply: the reply itself where it is written out to its reader, or a plain yes or no.

All else stands in gaps, word for word: which of it is for the reader, and in which words, is for its owner to say.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from core.drafts import MAX_GAP_CHARS, DraftSource, Gap, gap
from core.text.language import detect_language, stop_words_of
from core.text.lexicon import by_language, either, patterns_of, whole
from core.text.salutations import CLOSING, GREETING, clean_name
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.asked import Asking
from core.writing.grounded.hints import in_parts, open_others
from core.writing.grounded.own_words import as_message, is_manner, parted
from core.writing.grounded.questions import ready_answers

_DATA = by_language("told")
_BREAK = either([rf"[,;]? {patterns_of('small_words', 'joins')} ", "[,;] ", r" [-\u2013\u2014/] "])
_CLOSES = re.compile(
    rf"(?:(?<=[.!?])\s{{1,5}}|\n\s{{0,5}})(?P<closing>{CLOSING}(?:[ ,]{{1,3}}\w{{1,30}}){{0,3}}?)\W{{0,5}}\Z", re.I
)
_EDGE = " \t\n,;.!?:-\u2013"
# So much oftener words of another language stand in what is told.
_SURELY = 2
_FEW_WORDS = 6


@dataclass(frozen=True)
class ReplyPart:
    """One thing that a reply says, or leaves to its owner in a gap.

    `shows` when its gap quotes the thread.
    """

    text: str
    gap: Gap | None = None
    sources: tuple[DraftSource, ...] = ()
    shows: bool = False


class Told(NamedTuple):
    """What the reader is told, "" where its owner has to put it right, and the greeting and closing that are told."""

    greeting: str = ""
    said: str = ""
    closing: str = ""


def read_told(told: str, asking: Asking, wanted: list[str], spoken: str) -> Told:
    """Return what of an owner's words is the reply.

    Args:
        told: what the owner wants to say, or have said.
        asking: the language of the reply and its form of address; its `sender` is the reader.
        wanted: what the message asks: a bare yes or no answers it where it is one thing.
        spoken: the language of what is told.
    """
    if decision := _decision(told, spoken):
        return Told() if asking.is_sad else Told(said=_decided(decision, asking, wanted))
    reader = clean_name(asking.sender)
    greeted, said = as_message(told, spoken, reader) if spoken == asking.language else ("", "")
    # "Tom gets none" is told of Tom, not to him; a remark in brackets may be for a writer.
    names = [re.escape(name) for name in reader.split() if len(name) > 1]
    if not said or (names and whole(names).search(said)) or ("(" in said and not greeted):
        return Told()
    closes = _CLOSES.search(said)
    closing = closes["closing"] if closes else ""
    said = said[: closes.start()].rstrip() if closes else said
    return Told(f"{greeted[:1].upper()}{greeted[1:]}", said, f"{closing[:1].upper()}{closing[1:]}") if said else Told()


def without_signature(told: str, owner: str) -> str:
    """Return what is told without its owner's name at the end, alone or behind a last word: the letter is signed."""
    body, names = told.rstrip(), "|".join(map(re.escape, owner.split()))
    *_, last = ["", *split_sentences(body.rpartition("\n")[2])]
    name = rf"(?:\w\. )?(?:{names})(?: (?:{names})){{0,3}}\W{{0,5}}"
    signed = re.fullmatch(rf"(?:(?P<before>[^,]{{0,80}}), )?{name}", last) if names else None
    # "Please ask, Ann" calls somebody; behind a greeting the last name is who writes.
    is_own = signed and (signed["before"] is None or (GREETING.match(told) and len(last.split()) <= _FEW_WORDS))
    if not (signed and is_own):
        return told
    return f"{body[: len(body) - len(last)]}{signed['before'] or ''}".rstrip(" ,\n")


def told_to_put_right(told: str, asking: Asking, spoken: str) -> list[ReplyPart]:
    """Return the gap in which the owner's words stand as they were told, in as few as have room for them.

    How to write stands above, for nobody else. Nothing else is sorted: what is meant for nobody else is known to who
    told it, and rules that guess it turn it round.
    """
    directions, words = parted(told, spoken)
    form, quoted = asking.form("own_words"), asking.words["quote"]
    around = len(form.replace("{quotes}", asking.said(quoted, quote="")))
    asked = [
        form.replace("{quotes}", asking.said(quoted, quote=part))
        for part in in_parts(unwrap(words), MAX_GAP_CHARS - around)
    ]
    above = [ReplyPart(look.place, gap=look) for look in open_others(directions, asking, "how_to_write")]
    return [*above, *(ReplyPart(gap(line), Gap(place=gap(line), question=line, is_own=True)) for line in asked)]


def only_wishes(told: str, language: str) -> bool:
    """Tell whether what is told says nothing but how to write."""
    return any(map(str.isalnum, told)) and not _beside_wishes(told, language)


def _decision(told: str, language: str) -> str:
    """Return "yes" or "no" where that is all that is told but for wishes about tone: ready answers are polite."""
    clauses = _beside_wishes(told, language)
    return decides(clauses[0]) if len(clauses) == 1 and not told.rstrip().endswith("?") else ""


def _beside_wishes(told: str, language: str) -> list[str]:
    """Return the clauses of what is told that are no wishes about tone, without a word about tone at their edge."""
    edge = either([_DATA.get(language, _DATA["en"])["manner_edge"]], r"(?:\A|(?<=[ ,]))", r"(?:\Z|(?=[ ,]))")
    clauses = [edge.sub("", clause).strip(_EDGE) for clause in _BREAK.split(unwrap(told))]
    return [clause for clause in clauses if any(map(str.isalnum, clause)) and not is_manner(clause, language)]


def decides(told: str) -> str:
    """Return "yes" or "no" where that is all that is told, in whatever language; else ""."""
    bare = told.strip(_EDGE)
    return next((name for name in ("yes", "no") for words in _DATA.values() if either(words[name]).fullmatch(bare)), "")


def _decided(decision: str, asking: Asking, wanted: list[str]) -> str:
    """Return the ready answer, "" where it decides nothing: one of several dates has to be named."""
    if len(asking.offered) > 1:
        declines: str = asking.words["date_choices"][-1]
        return declines if decision == "no" else ""
    yes, no = ready_answers(wanted, asking)
    gladly, refuses = asking.words["able"]
    # Who accepts all that is asked says so; what asks for more than that stays open.
    takes_yes = len(wanted) > 1 and any(ready_answers([line], asking)[0] for line in wanted)
    return yes or (gladly if takes_yes else "") if decision == "yes" else no or refuses


def spoken_language(told: str, language: str) -> str:
    """Return the language of what is told: that of the reply unless its words are surely of another."""
    detected = detect_language(told)
    found = detected if detected in _DATA else language
    words = told.casefold().split()
    own, other = stop_words_of(language), stop_words_of(found)
    here, there = (sum(word in mine - theirs for word in words) for mine, theirs in ((own, other), (other, own)))
    return found if there > _SURELY * here else language
