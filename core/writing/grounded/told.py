"""What an owner tells for a reply, as sentences to its reader in the owner's own words.

Taken over are sentences in the owner's own voice, also behind "tell her that", and a plain yes or no. Where a part may
be something else, all is to be picked: plain sentences together, each order or remark by itself. What is private or in
another language is not said: to write that out takes a writer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.drafts import DraftSource, Gap
from core.text.asks import asks_for_word, begins_as_question, begins_with_verb, is_question
from core.text.language import detect_language, stop_words_of
from core.text.lexicon import WORD_BEGINS, by_language, either, patterns_of, whole
from core.text.salutations import OPENS, clean_name
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.asked import Asking
from core.writing.grounded.hints import open_others
from core.writing.grounded.own_words import (
    as_message,
    directs_writer,
    grumbles,
    is_private,
    may_mean_reader,
    mended,
    private_marks,
    says_nothing_yet,
)
from core.writing.grounded.questions import ready_answers

_DATA = by_language("told")
# What parts two clauses.
_BREAK = either([rf"[,;]? {patterns_of('small_words', 'joins')} ", "[,;] ", r" [-\u2013\u2014/] "], "(", ")")
_SMALL = re.compile(r"(?<=[^\W\d]{3}[.!?] )[a-zà-ÿ]")
_EDGE = " \t\n,;.!:-\u2013"
_ENDS = ".!?"
# "Fine, 9 am", "350 kg": so short, it orders nothing.
_MIN_WORDS, _FEW_WORDS, _FEW_WITH_NUMBER = 2, 2, 5
_MAX_GREETING_WORDS, _MAX_ORDER_WORDS, _FEW_PRIVATE = 4, 12, 6
# So much oftener words of another language stand in what is told.
_SURELY = 2


@dataclass(frozen=True)
class ReplyPart:
    """One thing that a reply says, or leaves to its owner in a gap.

    `asked` is what a gap asks, as the message has it; `shows` when it quotes the thread.
    """

    text: str
    gap: Gap | None = None
    sources: tuple[DraftSource, ...] = ()
    shows: bool = False
    asked: str = ""


def words_of(language: str) -> dict[str, Any]:
    """Return what people tell a writer in a language, those of English for languages without."""
    return _DATA.get(language, _DATA["en"])


def read_told(told: str, asking: Asking, wanted: list[str], spoken: str) -> tuple[str, str]:
    """Return the greeting that is told, if any, and what the reader is told, "" where that takes a writer.

    Args:
        told: what the owner wants to say, or have said.
        asking: the language of the reply and its form of address; its `sender` is the reader.
        wanted: what the message asks: a bare yes or no answers it where it is one thing.
        spoken: the language of what is told.
    """
    if _is_held_back(told, asking, spoken):
        return "", ""
    if decision := _decision(told, spoken):
        return "", _decided(decision, asking, wanted)
    if spoken != asking.language:
        return "", ""
    lines = [_behind_order(line.strip(), asking) for line in told.splitlines()]
    return _Reading(asking, wanted, "\n".join(lines)).text()


@dataclass(frozen=True)
class ToldWords:
    """What is told and is, or may be, no message as it stands.

    `plain` may be picked as it is; `asides` may be orders or remarks; `private` is for nobody but its owner.
    """

    plain: str = ""
    asides: tuple[str, ...] = ()
    private: tuple[str, ...] = ()


def words_to_pick(told: str, asking: Asking, wanted: list[str], spoken: str) -> ToldWords:
    """Return what is told and not taken over; nothing where all of it is a short order, private or another language.

    Args: as `read_told`.
    """
    if spoken != asking.language or not any(map(str.isalnum, told)):
        return ToldWords()
    sentences = _sentences(told)
    private = _private_places(sentences, asking.language)
    places = {*range(len(sentences))} - private
    readings = [_Reading(asking, wanted, sentence) for sentence in sentences]
    remarks = {at for at in places if _is_remark(sentences[at], asking.language)}
    orders = remarks | {at for at in places if readings[at].orders()}
    asides = orders | {at for at in places if readings[at].means_reader()}
    # "Don't tell her that": what was said before it.
    before = {place - 1 for place in private if len(sentences[place].split()) <= _FEW_PRIVATE} & places
    if not places - asides - before:
        # Where all speaks of somebody, that is most likely somebody else; where all is an order, it may be none.
        asides = orders if orders < asides else remarks
        if before or len(told.split()) <= _MAX_ORDER_WORDS or asides == places:
            return ToldWords()
    asides |= before
    written = [reading.as_written() for reading in readings]
    plain = " ".join(said for place, said in enumerate(written) if place not in private | asides)
    return ToldWords(
        plain, tuple(written[place] for place in sorted(asides)), tuple(sentences[at] for at in sorted(private))
    )


def parts_to_pick(own: ToldWords, asking: Asking) -> list[ReplyPart]:
    """Return the gaps in which the owner's words stand to be picked."""
    parts: list[ReplyPart] = []
    for kind, words in (("own_words", own.plain), *(("own_asides", aside) for aside in own.asides)):
        [shown] = open_others([words], asking, kind)
        picked = shown.model_copy(update={"choices": (words,), "is_hint": False})
        parts.append(ReplyPart(shown.place, picked, shows=True))
    return parts


def _private_places(sentences: Sequence[str], language: str) -> set[int]:
    """Return the places of sentences that are for nobody but their owner; a bracket reaches to its end."""
    places, depth = set[int](), 0
    for place, sentence in enumerate(sentences):
        if depth or sentence.startswith("(") or is_private(sentence, language):
            places.add(place)
        depth = max(0, depth + sentence.count("(") - sentence.count(")"))
    return places


def _is_remark(sentence: str, language: str) -> bool:
    """Tell whether a sentence is, or may be, a remark for nobody but its owner."""
    says_so = "(" in sentence or says_nothing_yet(sentence, language) or bool(private_marks(sentence, language))
    return says_so or grumbles(sentence, language)


def _sentences(told: str) -> list[str]:
    """Return the sentences of what is told, where they begin in small letters, too."""
    parts = (sentence for line in told.splitlines() for sentence in split_sentences(line))
    return [sentence for part in parts for sentence in _small_apart(part)]


def _small_apart(part: str) -> list[str]:
    starts = [0, *(found.start() for found in _SMALL.finditer(part)), len(part)]
    return [part[start:end].strip() for start, end in pairwise(starts)]


def _is_held_back(told: str, asking: Asking, spoken: str) -> bool:
    """Tell whether what is told is, or may be, for nobody but its owner."""
    is_own = is_private(told, spoken) or says_nothing_yet(told, spoken) or "(" in told or grumbles(told, spoken)
    return is_own or any(private_marks(told, code) for code in {spoken, asking.language})


def _behind_order(line: str, asking: Asking) -> str:
    """Return what stands behind "tell her that", as a sentence; the whole line where it may speak of its reader."""
    words = words_of(asking.language)
    found = either([words["tells"]]).match(line)
    rest = line[found.end() :].strip() if found else ""
    names = [re.escape(name) for name in clean_name(asking.sender).split() if len(name) > 1]
    return mended(rest, asking.language) if rest and not whole([*words["third"], *names]).search(rest) else line


def _decision(told: str, language: str) -> str:
    """Return "yes" or "no" where that is all that is told but for wishes about tone: ready answers are polite."""
    clauses = [_bare(clause, language) for clause in _BREAK.split(unwrap(told))[::2]]
    decisions = [clause for clause in clauses if clause and not _is_manner(clause, language)]
    return decides(decisions[0]) if len(decisions) == 1 else ""


def _bare(clause: str, language: str) -> str:
    """Return a clause without a word about tone at its edge."""
    edge = words_of(language)["manner_edge"]
    return re.sub(rf"(?i)\A{edge}(?=[ ,])|(?<=[ ,]){edge}\Z", "", clause.strip(_EDGE)).strip(_EDGE)


def _is_manner(clause: str, language: str) -> bool:
    """Tell whether a clause is only a wish about tone or length."""
    return either(words_of(language)["manner"]).fullmatch(clause.strip(_EDGE + "?")) is not None


def decides(told: str) -> str:
    """Return "yes" or "no" where that is all that is told, in whatever language; else ""."""
    bare = told.strip(_EDGE + "?")
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


class _Reading:
    def __init__(self, asking: Asking, wanted: list[str], told: str) -> None:
        self._language, self._told = asking.language, told
        self._words, self._mark = words_of(asking.language), asking.words["mark"]
        self._please = whole([asking.words.get("please", "(?!)"), *asking.words["first_person"]])
        # "He hates recorders.", written out, to who asks whether he does.
        is_written = told[:1].isupper() and told.rstrip()[-1:] in _ENDS
        self._tells_of_others = is_written and any(may_mean_reader(line, asking.language) for line in wanted)

    def text(self) -> tuple[str, str]:
        """Return greeting and sentences to the reader, both "" where a part of it may be no such sentence."""
        sentences = _sentences(self._told)
        greeted, written = as_message(self._told, self._language, tells_of_others=self._tells_of_others)
        is_of_others = bool(written) and self._tells_of_others
        if self.directs() or not (is_of_others or all(map(self._begins_as_told, sentences))):
            return "", ""
        speaks = whole(self._words["person"]).search(self._told) or either([self._words["opens"]]).match(self._told)
        if not written and not speaks:
            return "", ""
        if not written or len(greeted.split()) > _MAX_GREETING_WORDS:  # "hi yes I take the key" is more than one
            greeted, said = "", " ".join(map(self._mended, sentences))
            greets = OPENS.match(said)
            said = mended(said[greets.end() :].lstrip(" ,!."), self._language) if greets else said
        else:
            said = written
        # Told in small letters, it gets a capital behind each stop.
        said = _SMALL.sub(lambda found: found[0].upper(), said) if self._told[:1].islower() else said
        return f"{greeted[:1].upper()}{greeted[1:]}", said

    def as_written(self) -> str:
        """Return what is told with its capitals and stops."""
        return self._mended(self._told)

    def _begins_as_told(self, sentence: str) -> bool:
        clauses = [clause.strip(_EDGE) for clause in _BREAK.split(unwrap(sentence))[::2] if clause.strip(_EDGE)]
        if not clauses or any(map(self._is_bare_order, clauses)):
            return False
        first, count = clauses[0], len(clauses[0].split())
        is_short = count <= _FEW_WORDS or (count <= _FEW_WITH_NUMBER and any(map(str.isdecimal, first)))
        names_person = whole(self._words["person"]).search
        infinitive = either([self._words["infinitive"]])
        if any(infinitive.search(clause) and not names_person(clause) for clause in clauses):
            return False
        return is_short or names_person(first) is not None or self._speaks(first)

    def _is_bare_order(self, clause: str) -> bool:
        return begins_with_verb(clause) and not self._please.search(clause)

    def _speaks(self, clause: str) -> bool:
        """Tell whether a clause opens as answers do, has a subject and a verb, or asks."""
        words, clause = self._words, clause.strip()
        if is_question(clause):
            return begins_as_question(clause) or asks_for_word(clause)
        spoken = rf"(?:{words['opens']}|(?:{words['subject']})[^.;!?]{{0,80}}?(?<!\w){words['finite']}(?!\w))"
        return either([spoken]).match(clause) is not None and len(clause.split()) >= _MIN_WORDS

    def directs(self) -> bool:
        """Tell whether what is told holds an order to a writer, or speaks of one who may be its reader."""
        return self.means_reader() or self.orders()

    def means_reader(self) -> bool:
        """Tell whether what is told speaks of one who may be its reader."""
        return not self._tells_of_others and may_mean_reader(self._told, self._language)

    def orders(self) -> bool:
        """Tell whether what is told holds an order to a writer."""
        before = either([self._words["before"]], r"\A(?:", r"[\s,]+){1,3}")
        parts = re.split(r"[.!?:;]\s*", unwrap(self._told))
        clauses = [clause.strip() for part in (unwrap(self._told), *parts) for clause in _BREAK.split(part)[::2]]
        clauses += [part.strip() for part in parts]
        clauses += [clause.strip() for clause in either(self._words["so"], r"\s", r"\s").split(unwrap(self._told))]
        return any(
            directs_writer(words, self._language) or self._is_wish(words)
            for clause in clauses
            for words in (clause, before.sub("", clause))
        )

    def _is_wish(self, clause: str) -> bool:
        """Tell whether a clause is only a wish about tone or length, or ends as an order."""
        last = either([self._words["writer_last"]], WORD_BEGINS, r"\W{0,3}\Z")
        told = (clause, _bare(clause, self._language))
        return _is_manner(clause, self._language) or any(last.search(words) for words in told)

    def _mended(self, said: str) -> str:
        said = unwrap(said).strip(" ,;:-\u2013")
        # "Kommen Sie um 10" tells, with a stop or without; "können Sie", "wann kommen Sie" ask.
        is_stopped = said.endswith((".", "!"))
        is_order = either([self._words["formal_order"]]).match(said) is not None
        is_told = is_stopped or is_order or is_question(said) or not begins_as_question(said) or self._language == "es"
        return mended(said if is_told else f"{said}{self._mark}", self._language)


def spoken_language(told: str, language: str) -> str:
    """Return the language of what is told: that of the reply unless its words are surely of another."""
    detected = detect_language(told)
    found = detected if detected in _DATA else language
    words = told.casefold().split()
    own, other = stop_words_of(language), stop_words_of(found)
    here, there = (sum(word in mine - theirs for word in words) for mine, theirs in ((own, other), (other, own)))
    return found if there > _SURELY * here else language
