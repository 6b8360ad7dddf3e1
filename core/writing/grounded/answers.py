"""Find the sentence that answers a question, or the nearest one: by words, by meaning and by the kind of fact asked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from core.text.asks import is_question, kind_of
from core.text.dictionaries import rarity_of
from core.text.facts import Fact, extract_facts
from core.text.instructions import find_instruction
from core.text.language import detect_language, stop_words
from core.text.lexicon import WORD_ENDS, by_language, either, lexicon, whole
from core.text.names import find_names
from core.text.same_words import WORD, content_words, is_said, is_time_unit, telling_words, unsaid
from core.text.sentences import as_sentence, unwrap
from core.writing.grounded.passages import GroundPassage, Said, read_passage
from core.writing.grounded.rows import fit_row, is_row

_DATA = by_language("questions")["en"]
_SIDES = tuple(whole(side.split()) for side in _DATA["sides"])
_WANTED = tuple((whole([pattern]), frozenset(kinds.split())) for pattern, kinds in _DATA["wanted"])
_WANTED_NOUNS = tuple(wanted for wanted in _WANTED if wanted[1] & {"link", "address", "id"})
_WHO, _ROLE, _OTHER_WORDS = (whole(_DATA[name]) for name in ("who", "roles", "words"))
_SAID = {
    "moment": whole([*_DATA["moments"], *_DATA["clock"]]),
    "time": whole(_DATA["clock"]),
    "length": whole(_DATA["numbered_days"]),
    "often": whole(_DATA["often"]),
    "money": whole(_DATA["small_money"]),
    "percent": whole(_DATA["percent"]),
    "place": whole(_DATA["places"]),
    "reason": whole(_DATA["reasons"]),
    "decision": whole(_DATA["decided"]),
    "phone": re.compile(r"\+?\d(?:[ /().-]{0,2}\d){6,}"),
    # In whatever groups it is written.
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{2,4}){3,8}\b"),
    "long_number": re.compile(r"\d[\d /().-]{1,}\d"),
}
_TELLING = either([table["telling"] for table in by_language("replies").values()], r"(?<!\w)")
_MOMENTS = frozenset({"date", "time", "weekday", "day"})
_COUNTED = frozenset({"count", "length"})
_BEING, _EVERY = (frozenset(_DATA[name].split()) for name in ("being", "every"))
CONTINUES = either(_DATA["continues"], after=WORD_ENDS)
_PASSAGE_SHARE, _BEFORE_SHARE, _KIND_BONUS, _KIND_LOSS = 0.4, 0.35, 0.2, 0.5
# A long sentence shares words by chance.
_WORD_LOSS, _SHORT_WORDS = 0.006, 12
# So much of a question stands behind its question word where a sentence asks the same.
_SAME_SHARE = 0.5
# The number of a clause, which counts and numbers nothing of what it says.
_NOTHING_SAID = Said("", "", "")
_NUMBERED = re.compile(r"\A\W{0,3}\(\d{1,2}[a-z]?\)\s+")


@dataclass(frozen=True)
class Spot:
    """A sentence that may answer.

    Attributes:
        passage: its passage, counted from 0.
        sentence: its words, as they stand there.
        worth: how well it fits, for comparing spots of one question.
        overlap: share (0..1) of what the question says that the sentence and the one before it hold.
        holds_kind: whether it holds the kind of fact that is asked for; True when no kind is.
        title: its passage's, with the heading that it stands under.
        language: its passage's, "" when unclear.
        says_own: whether the sentence itself, or its heading, says a word of the question, or points back to one that
            does: what only the name of its document says is mostly about something else.
        missing: the words of the question that say the same as no word around it.
        is_likely: whether it is near enough in meaning to be an answer.
        asked: of a row of a table the cells that are asked for, "" for other sentences.
        before: the sentence before it in its passage, "" for the first.
        nearness: to the question in meaning, a cosine; 0 where nothing compares meanings.
        odds: how probable it is that it answers, in log-odds; None where no layers read it.
        row: all of the row.
        place: of the row in its passage.
        subject: of the row: the number of the first cell that the question names.
        speaker: who says it in a conversation.
    """

    passage: int
    sentence: str
    worth: float
    overlap: float
    holds_kind: bool
    title: str = ""
    language: str = ""
    missing: tuple[str, ...] = ()
    is_likely: bool = True
    asked: str = ""
    row: str = ""
    place: int = 0
    subject: int = 0
    says_own: bool = True
    before: str = ""
    nearness: float = 0.0
    odds: float | None = None
    speaker: str = ""

    @property
    def compared(self) -> str:
        """Its words as sentences are written: a message without emoji, with a capital and a full stop."""
        return as_sentence(self.sentence) if self.speaker else unwrap(self.sentence)

    @property
    def is_sure(self) -> bool:
        """Whether it may be given as the answer."""
        return self.is_likely and self.holds_kind and self.says_own and not self.missing


def find_spots(question: str, passages: Sequence[GroundPassage]) -> list[Spot]:
    """Return the sentences of the passages, the likeliest answer first; [] for a question without content."""
    wanted = {word: rarity_of(word) for word in content_words(question)}
    if not wanted:
        return []
    spots, last = list[Spot](), _NOTHING_SAID
    for number, passage in enumerate(passages):
        told = [*read_passage(passage)]
        spots += _spots(question, wanted, number, passage, [last if passage.speaker else _NOTHING_SAID, *told])
        last = told[-1] if passage.speaker and told else _NOTHING_SAID
    return sorted(spots, key=lambda spot: -spot.worth)


def _spots(
    question: str, wanted: dict[str, float], number: int, passage: GroundPassage, told: Sequence[Said]
) -> Iterator[Spot]:
    """Yield what of a passage may answer; `told` are its sentences, behind what was said before it."""
    topic, language, words = _share(wanted, passage.text), detect_language(passage.text), [*wanted]
    before, checked = "", bool(kinds_asked(question) - {"place"})
    for place, (last, (heading, speaker, sentence)) in enumerate(pairwise(told)):
        title = ", ".join(dict.fromkeys(filter(None, (passage.title, heading, speaker))))
        if speaker != last.speaker:
            # What another says just before tells what is spoken of only where it asks.
            before = last.sentence if is_question(last.sentence) else ""
        if is_row(sentence):
            row = Spot(number, sentence, worth=_PASSAGE_SHARE * topic, overlap=0, holds_kind=False, language=language)
            yield _row(question, wanted, replace(row, title=title, place=place))
            continue
        plain = _NUMBERED.sub("", sentence)
        inside, prior, before = f"{before} {plain}", before, plain
        if _asks_it(sentence, question) or find_instruction(sentence):
            continue
        own, both, holds = _share(wanted, plain), _share(wanted, inside), holds_kind(plain, question, language)
        worth = own + _BEFORE_SHARE * (both - own) + _PASSAGE_SHARE * topic + (_KIND_BONUS if holds else -_KIND_LOSS)
        worth -= _WORD_LOSS * max(0, len(sentence.split()) - _SHORT_WORDS)
        missing = unsaid(words, inside)
        # Without a fact of a kind to look for, what the title says is not enough.
        if checked or len(missing) <= len(words) / 2:
            missing = [word for word in missing if not is_said(word, title)]
        missing = [*missing, *_other_side(question, sentence)]
        stands_under = f"{heading} {passage.title.removeprefix(passage.document)}"
        says_own = own > 0 or _share(wanted, stands_under) > 0 or bool(CONTINUES.match(sentence))
        spot = Spot(number, sentence, worth, both, holds, title, language, tuple(missing))
        yield replace(spot, before=prior, says_own=says_own, speaker=speaker)


def _row(question: str, wanted: dict[str, float], row: Spot) -> Spot:
    """Return a row of a table with what of it answers."""
    fit = fit_row([*wanted], kinds_asked(question), row.sentence, row.title)
    return replace(
        row,
        sentence=fit.quote,
        worth=row.worth + _share(wanted, row.sentence) + (_KIND_BONUS if fit.asked else -_KIND_LOSS),
        overlap=1 - len(fit.missing) / len(wanted),
        holds_kind=bool(fit.asked),
        missing=fit.missing,
        asked=fit.asked,
        row=row.sentence,
        subject=fit.subject,
    )


def _asks_it(sentence: str, question: str) -> bool:
    """Tell whether a sentence asks, as a question does or in words that want to be told the same of its reader."""
    if is_question(sentence):
        return True
    words = (_WHO.search(question), _OTHER_WORDS.search(question))
    first = min((word for word in words if word), key=lambda word: word.start(), default=None)
    asking = whole([re.escape(first[0])]) if first else lexicon("mul")["questions.whether"]
    asked = asking.search(sentence)
    if not asked:
        return False
    lead, rest = sentence[: asked.start()].rstrip(), sentence[asked.end() :].partition(",")[0]
    # "Please take form F12, which is for sick leave" tells; "please say, who pays" asks.
    is_asking = not lead.endswith(",") or _TELLING.search(lead) is not None
    is_same = is_asking and share_said(question, rest) >= _SAME_SHARE
    return is_same and kind_of(sentence) in {"request", "question"}


def _other_side(question: str, sentence: str) -> list[str]:
    """Return the word by which a question asks of one side of a moment, of whose other side alone a sentence tells."""
    asked, said = (
        [(number, one[0]) for number, side in enumerate(_SIDES) if (one := side.search(text))]
        for text in (question, sentence)
    )
    is_other = asked and said and not {number for number, _ in asked} & {number for number, _ in said}
    return [word for _, word in asked] if is_other else []


def share_said(question: str, text: str) -> float:
    """Return which share (0..1) of what a question says another text says too."""
    words = content_words(question)
    return sum(is_said(word, text) for word in words) / len(words) if words else 0.0


def kinds_asked(question: str) -> frozenset[str]:
    """Return the kinds of fact that a question asks for, "who" for a person; none for yes or no, and other things."""
    return _kinds(question)[0] or frozenset({"who"} if _asks_who(question) else ())


def asks_fact(question: str) -> bool:
    """Tell whether a question asks for a kind of fact: when, how many, who, why."""
    return bool(kinds_asked(question))


def _share(wanted: dict[str, float], text: str) -> float:
    return sum(weight for word, weight in wanted.items() if is_said(word, text)) / sum(wanted.values())


def holds_kind(sentence: str, question: str, language: str = "") -> bool:
    """Tell whether a sentence holds the kind of fact that a question asks for, and the question does not say itself."""
    wanted = _kinds(question)[0]
    if not wanted:
        return not _asks_who(question) or bool(_ROLE.search(sentence) or new_names(sentence, question, language))
    known, told = extract_facts(question), _facts_asked(sentence, question, language)
    # "Is it four weeks?" is answered by four weeks.
    new = [fact for fact in told if not known.hold(fact) or (fact.category == "date" and fact.text != "may")]
    is_told = bool(told if wanted & _COUNTED else new)
    return is_told or any(kind in wanted and pattern.search(sentence) for kind, pattern in _SAID.items())


def values_of(spot: Spot, question: str) -> frozenset[str]:
    """Return what a spot says of the kind of fact that is asked for, in normal form; empty where that is no fact."""
    if spot.asked:
        return frozenset({spot.asked.casefold()})
    if not _kinds(question)[0]:
        return frozenset(new_names(spot.sentence, question, spot.language) if _asks_who(question) else ())
    known = {reading for fact in extract_facts(question).items for reading in fact.readings}
    told = (fact for fact in _facts_asked(spot.sentence, question, spot.language) if not fact.readings & known)
    return frozenset(reading for fact in told for reading in fact.readings)


def _facts_asked(sentence: str, question: str, language: str) -> list[Fact]:
    """Return the facts of a sentence of the kind that a question asks for."""
    wanted, _, end = _kinds(question)
    units = _units(question[end:]) if "count" in wanted else set()
    kinds = wanted | _MOMENTS if "moment" in wanted else wanted
    counted = _COUNTED & wanted
    return [
        fact
        for fact in extract_facts(sentence, language).items
        if fact.category in kinds or (counted and _counts(fact, sentence, units))
    ]


def is_of_same(question: str, one: Spot, other: Spot) -> bool:
    """Tell whether two sentences with a value speak of one thing: what one says of the question itself, both do.

    A day and an hour are no two values of one thing, nor are an amount and a share.
    """
    if one.asked or other.asked:
        return True
    (mine, my_kinds), (theirs, their_kinds) = (_said_of(question, spot) for spot in (one, other))
    return mine == theirs and (my_kinds == their_kinds or bool(my_kinds & their_kinds))


def _said_of(question: str, spot: Spot) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words of a question that a sentence says itself, and the kinds of its values."""
    values = values_of(spot, question)
    facts = (fact for fact in extract_facts(spot.sentence, spot.language).items if fact.readings & values)
    words = (word for word in telling_words(question) if not is_time_unit(word) and is_said(word, spot.sentence))
    return frozenset(words), frozenset(fact.category for fact in facts)


def _units(words: str) -> set[str]:
    """Return what is counted: the words behind "how many", so far as they are nouns."""
    return set(content_words(" ".join(words.split()[:2]))[:1]) - _BEING or {"-"}


def _counts(fact: Fact, sentence: str, units: set[str]) -> bool:
    """Tell whether a fact is a number of one of the units, or of a unit of time where none is named."""
    # "Up to 14" reads as a time.
    if not ((fact.kind == "number" and not fact.unit) or fact.text.isdigit()):
        return False
    behind = WORD.findall(sentence[fact.start : fact.start + len(fact.text) + 40])[1:4]
    before = sentence[: fact.start].casefold().split()[-1:]
    if not units:
        return any(map(is_time_unit, behind)) and not _EVERY.intersection(before)
    return units == {"-"} or any(is_said(unit, " ".join([*before, *behind])) for unit in units)


def _kinds(question: str) -> tuple[frozenset[str], int, int]:
    """Return the kinds of fact asked for by the question's first question word, and where its words begin and end."""
    other = _OTHER_WORDS.search(question)
    before = other.start() if other else len(question)
    found = [(match.start(), kinds, match.end()) for pattern, kinds in _WANTED if (match := pattern.search(question))]
    first = min((kind for kind in found if kind[0] <= before), key=lambda one: one[0], default=None)
    if first:
        return first[1], first[0], first[2]
    # "What is the phone number": the noun tells, wherever it stands.
    return next((kinds for pattern, kinds in _WANTED_NOUNS if pattern.search(question)), frozenset()), 0, 0


def _asks_who(question: str) -> bool:
    who, other = _WHO.search(question), _OTHER_WORDS.search(question)
    return who is not None and (other is None or who.start() <= other.start())


def new_names(sentence: str, question: str, language: str) -> set[str]:
    """Return the names in a sentence that a question does not say."""
    asked = {name.casefold() for name in find_names(f"that {question}")}
    # German nouns are capitalised: there, two in a row are a name.
    found = re.findall(r"(?<!\w)[A-ZÄÖÜ]\w{1,30}+(?= [A-ZÄÖÜ])", sentence) if language == "de" else find_names(sentence)
    named = (name.casefold() for name in found)
    return {name for name in named if name not in stop_words() and content_words(name)} - asked
