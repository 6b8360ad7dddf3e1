"""Wishes about tone and length in what an owner tells: they direct a writer and are no words for the reader.

A wish is a sentence of its own ("Not too stiff"), with a few words that give its reason ("Firm, he owes us"), or a part
at the edge of one ("we start at ten, keep it short").
"""

import re
from collections.abc import Sequence

from core.text.facts import extract_facts
from core.text.lexicon import either
from core.text.sentences import unwrap
from core.writing.grounded.same_words import is_said, telling_words
from core.writing.grounded.told_sentences import words_of

EDGE = " \t\n,;.!:-\u2013"
_COMMA = re.compile(r"[,;]\s+|\s[-\u2013\u2014]\s")
# So few words behind a wish are its reason.
_FEW_WORDS = 7


def is_manner(clause: str, language: str) -> bool:
    """Tell whether a clause is only a wish about tone or length."""
    return either(words_of(language)["manner"]).fullmatch(clause.strip(EDGE + "?")) is not None


def bare(clause: str, language: str) -> str:
    """Return a clause without a word about tone at its edge."""
    edge = words_of(language)["manner_edge"]
    return re.sub(rf"(?i)\A{edge}(?=[ ,])|(?<=[ ,]){edge}\Z", "", clause.strip(EDGE)).strip(EDGE)


def wish_apart(sentence: str, language: str, wanted: Sequence[str]) -> tuple[str, str]:
    """Return what a sentence says, and the wish about tone that it is or ends with; "" for what it has not.

    Args:
        sentence: one of what is told.
        language: its language.
        wanted: what the message asks: to who asks for long or short sleeves, "short" is an answer.
    """
    breaks = [*_COMMA.finditer(sentence)]
    first, rest = _COMMA.split(sentence, maxsplit=1) if breaks else (sentence, "")
    # "Be kind, the mum is a worrier": who gives a reason says nothing to the reader.
    if _is_wish(first, language, wanted) and (_is_reason(rest, language) or _is_wish(rest, language, wanted)):
        return "", sentence
    last = sentence[breaks[-1].end() :] if breaks else ""
    orders = either([words_of(language)["tone_orders"]], _lead(language), r"(?!\w)").match(last)
    if orders and _is_wish(last, language, wanted):
        return sentence[: breaks[-1].start()], last
    return sentence, ""


def _lead(language: str) -> str:
    return rf"\A(?:{words_of(language)['before']}[\s,]+){{0,3}}"


def _is_wish(clause: str, language: str, wanted: Sequence[str]) -> bool:
    lead = re.compile(_lead(language), re.I)
    forms = (unwrap(clause).strip(EDGE), lead.sub("", unwrap(clause).strip(EDGE)))
    return any(is_manner(form, language) for form in forms) and not _answers(clause, wanted)


def _is_reason(rest: str, language: str) -> bool:
    """Tell whether what stands behind a wish gives its reason: a few words without a fact, a question or an answer."""
    facts = any(map(str.isdigit, rest)) or bool(extract_facts(rest, language).items)
    words = words_of(language)
    answers = either([words["opens"], words["says_own"]], r"\A\W*").match(rest)
    return len(rest.split()) <= _FEW_WORDS and not (facts or answers or "?" in rest)


def _answers(clause: str, wanted: Sequence[str]) -> bool:
    asked = "\n".join(wanted)
    return bool(asked) and any(is_said(word, asked) for word in telling_words(clause))
