"""What a message is for its reader: a complaint, an invitation, sad news. Only what surely fits is offered as a reply.

The words of each language stand in `core/text/data/LANGUAGE/occasions.toml`.
"""

import functools
import re
from typing import Any, Literal

from core.text.asks import find_wanted, is_question
from core.text.facts import extract_facts
from core.text.lexicon import WORD_BEGINS, by_language, either, whole
from core.text.sentences import split_sentences, unwrap

Occasion = Literal["complaint", "personal", "bereavement", "reminder", "invitation", ""]

_DATA = by_language("occasions")
# What else reaches a sender: a telephone number reads as an id.
_WAYS, _MAX_WAYS = frozenset({"id", "link", "address"}), 3
# Thanks stand first where a message is written to thank.
_FIRST_SENTENCES, _MAX_THANKS_WORDS = 3, 120


def words_of(language: str) -> dict[str, Any]:
    """Return the table of a language, the English one for languages without."""
    return _DATA.get(language, _DATA["en"])


def occasion_of(language: str, subject: str, text: str) -> Occasion:
    """Return what a message is for its reader, "" where that is open.

    An application or a gift that is asked for is `personal`: no stock phrase answers it. What holds words of
    praise and of blame, or of mild blame, is no complaint.
    """
    said = f"{subject}\n{text}"

    def holds(name: str) -> bool:
        return _pattern(language, name).search(said) is not None

    thanks, mild = _thanks(language, text), _pattern(language, "mild")
    told = [sentence for sentence in split_sentences(said) if not mild.search(unwrap(sentence))]
    is_mild = len(told) < len(split_sentences(said))
    blames = _pattern(language, "complaint").search("\n".join(told)) is not None
    certain: dict[str, Occasion] = {"bereavement": "bereavement", "disputes": "complaint", "reminder": "reminder"}
    if not thanks and (found := next(filter(holds, certain), "")):
        return certain[found]
    if holds("personal") and not blames:
        return "personal"
    if blames:
        return "" if thanks or holds("apology") else "complaint"
    if not is_mild and (holds("invitation") or (holds("celebrates") and holds("asks_to_come"))):
        return "invitation"
    return ""


def invites(language: str, text: str) -> bool:
    """Tell whether a text invites, or asks its reader to come."""
    return any(_pattern(language, name).search(text) for name in ("invitation", "asks_to_come", "celebrates"))


def is_complaint(language: str, subject: str, text: str) -> bool:
    """Whether `occasion_of` a message is a complaint."""
    blames = any(_pattern(language, name).search(f"{subject}\n{text}") for name in ("complaint", "disputes"))
    return blames and occasion_of(language, subject, text) == "complaint"


def unread_in(language: str, text: str) -> list[str]:
    """Return the sentence by which nobody reads the answers to a message, and those with a number or page instead."""
    lines = list(map(unwrap, split_sentences(text)))
    said = [line for line in lines if _pattern(language, "unread").search(line)][:1]
    ways = [line for line in lines if any(fact.kind in _WAYS for fact in extract_facts(line).items)]
    return list(dict.fromkeys([*said, *ways[:_MAX_WAYS]])) if said else []


def condolence_for(language: str, text: str) -> str:
    """Return the sentence for a sender who tells of a death in their own family, "" where none surely does."""
    words = words_of(language)
    return words["condolence"] if whole(words["own_loss"]).search(unwrap(text)) else ""


@functools.cache
def _pattern(language: str, name: str) -> re.Pattern[str]:
    return whole(words_of(language)[name])


def _thanks(language: str, text: str) -> bool:
    first = " ".join(split_sentences(text)[:_FIRST_SENTENCES])
    # What is thanked for follows, with whatever letter.
    thanked = either(words_of(language)["thanks"], WORD_BEGINS).search(unwrap(first))
    return len(text.split()) <= _MAX_THANKS_WORDS and thanked is not None


def find_requests(language: str, text: str) -> list[str]:
    """Return the sentences that want something and are neither questions nor orders."""
    return _sentences_with(language, text, "requests")


def find_desires(language: str, text: str) -> list[str]:
    """Return the sentences in which the sender would like to do something: it is for the reader to agree to it."""
    return _sentences_with(language, text, "desires", "takes", "offers")


def is_negated(language: str, clause: str) -> bool:
    """Tell whether a clause says that something is not to be, or not wanted."""
    return whole(words_of(language)["negations"]).search(clause) is not None


def takes(language: str, line: str) -> bool:
    """Tell whether the sender takes what was offered, or says what suits them best."""
    return not is_question(line) and whole(words_of(language)["takes"]).search(line) is not None


def offers(language: str, line: str) -> bool:
    """Tell whether the sender offers to do or to give something."""
    return not is_question(line) and whole(words_of(language)["offers"]).search(line) is not None


def objects(language: str, text: str) -> bool:
    """Tell whether a text complains, doubts, or keeps a payment back until something is mended."""
    return any(_pattern(language, name).search(text) for name in ("complaint", "disputes", "doubt", "withholds"))


def blames(language: str, text: str) -> bool:
    """Tell whether a text finds fault, if only mildly, or tells of something that went wrong."""
    return any(_pattern(language, name).search(text) for name in ("complaint", "mild", "doubt"))


def pays(language: str, line: str) -> bool:
    """Tell whether a line speaks of paying."""
    return _pattern(language, "pays").search(line) is not None


def _sentences_with(language: str, text: str, *names: str) -> list[str]:
    wanted = whole(phrase for name in names for phrase in words_of(language)[name])
    found = (unwrap(sentence) for sentence in split_sentences(text))
    return [
        sentence
        for sentence in found
        if wanted.search(sentence) and not is_question(sentence) and not find_wanted(sentence).hollow
    ]


def only_introduces(language: str, line: str) -> bool:
    """Tell whether a line only leads to what is asked ("I have two questions")."""
    return either(words_of(language)["introduces"], r"\W*", r"\W*").fullmatch(unwrap(line)) is not None


def is_favour(language: str, line: str) -> bool:
    """Tell whether "can you …" asks for something to be done, and not whether one is able to or will come."""
    words = words_of(language)
    return bool(whole(words["favour"]).search(line)) and not whole(words["attends"]).search(line)


def asks_last(language: str, line: str) -> bool:
    """Tell whether a question ends with its question word, as spoken French does."""
    last = line.rstrip(" ?").split()[-1:]
    return any(word.casefold() in words_of(language).get("asks_last", ()) for word in last)


def says_relative_day(language: str, line: str) -> bool:
    """Tell whether a line says a day that moves with the one who reads it, beside the words for tomorrow and today."""
    return whole(words_of(language)["relative"]).search(line) is not None
