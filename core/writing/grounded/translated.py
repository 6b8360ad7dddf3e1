"""What an owner told in another language than the message has, where tables have all of it in both."""

import re
from collections.abc import Sequence
from dataclasses import replace

from core.text.dictionaries import NAMES, find_dictionary
from core.text.language import detect_language, stop_words_of
from core.text.lexicon import either, either_of, joined, patterns_of, whole
from core.writing.grounded.asked import Asking, capitalised
from core.writing.grounded.notes import words_of
from core.writing.grounded.offers import chosen_date, decides
from core.writing.grounded.own_words import directs_writer
from core.writing.grounded.questions import offered_dates, ready_answers

# Where one thing that is told ends, whatever the language.
_CLAUSE_END = either(
    [r"(?<=[.!?;])\s+", r"\n", r",\s(?![^()]*\))", rf"\s(?={patterns_of('small_words', 'and')}\s)"], flags=0
)
_LEADING_AND = either_of("small_words", "joins", r"\A\s*", " ")
_EDGE = " \t\n,;.!:?"
# So much oftener words of another language stand in what is told.
_SURELY = 2
# Shares of words that dictionaries of the reply's and of the other language know.
_FEW_KNOWN, _WELL_KNOWN = 0.6, 0.8


def translated(told: str, asking: Asking, theirs: Asking, wanted: Sequence[str]) -> list[str]:
    """Return what is told in another language as sentences of the reply; [] where tables lack any of it.

    Args:
        told: what the owner wants to say.
        asking: the language of the reply, and what is offered and asked.
        theirs: the same, in the language of what is told.
        wanted: what the message asks.
    """
    dates = asking.offered or tuple(one for line in wanted for one in offered_dates(line, asking.words))
    asking, theirs = (replace(one, offered=dates) for one in (asking, theirs))
    clauses = [_LEADING_AND.sub("", one).strip(_EDGE) for one in _CLAUSE_END.split(told)]
    pairs = [(one, _in_language(one, asking, theirs, wanted)) for one in clauses if one]
    said = [text for _, text in pairs if text]
    # "Yes, Wednesday works": the sentence about the date says it.
    return said if all(text or (said and decides(one)) for one, text in pairs) else []


def _in_language(clause: str, asking: Asking, theirs: Asking, wanted: Sequence[str]) -> str:
    """Return the sentence of the reply for one clause that was told in another language, "" for none."""
    if date := accepted_offer(clause, theirs, asking.language):
        return asking.said(asking.words["date_choices"][0], Date=capitalised(date), date=date)
    refused = whole([words_of(theirs.language)["refuses"]]).sub("", clause)
    if refused != clause and (date := accepted_offer(refused.strip(), theirs, asking.language)):
        return asking.said(asking.words["date_choices"][1], Date=capitalised(date), date=date)
    if decision := decides(clause):
        return "" if len(asking.offered) > 1 else ready_answers(wanted, asking)[decision == "no"]
    who = joined(theirs.words["who"])
    known, said = (words_of(one.language)["common"] for one in (theirs, asking))
    pairs = zip(known, said, strict=True)
    return next((form for (one, _), (_, form) in pairs if either([one.replace("WHO", who)]).fullmatch(clause)), "")


def accepted_offer(told: str, asking: Asking, language: str) -> str:
    """Return the one offered date that is accepted, "" where more is told; the dates are in another language."""
    bare, who = told.strip(_EDGE), joined(asking.words["who"])
    leads = (either([one.replace("WHO", who)], after=" ").match(bare) for one in words_of(asking.language)["says"])
    rests = [bare, *(bare[lead.end() :] for lead in leads if lead)]
    return next(filter(None, (chosen_date(rest, told, asking, language) for rest in rests)), "")


def spoken_language(told: str, language: str) -> str:
    """Return the language of what is told: that of the reply unless its words are surely of another."""
    directed = [one for one in NAMES if directs_writer(told, one)]
    known = {one: _share_known(told, one) for one in NAMES}
    likely = max(NAMES, key=lambda one: known[one])
    if known.get(language, 1.0) < _FEW_KNOWN and known[likely] > _WELL_KNOWN:
        return likely
    detected = detect_language(told)
    found = detected if detected in NAMES else (directed[0] if len(directed) == 1 else language)
    words = told.casefold().split()
    own, other = stop_words_of(language), stop_words_of(found)
    here, there = (sum(one in mine - theirs for one in words) for mine, theirs in ((own, other), (other, own)))
    return found if there > _SURELY * here or directed == [found] else language


def _share_known(told: str, language: str) -> float:
    """Return which share (0..1) of the words a dictionary knows; 0 without one."""
    dictionary = find_dictionary(language)
    words = re.findall(r"[^\W\d_]{2,}", told)
    known = [one for one in words if dictionary and (dictionary.knows(one) or dictionary.knows(one.capitalize()))]
    return len(known) / (len(words) or 1)
