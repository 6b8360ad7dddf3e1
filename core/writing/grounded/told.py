"""What an owner tells for a reply, as sentences to its reader in the owner's own words.

Taken over are sentences in the owner's own voice, also behind "tell her that", and a plain yes or no. Where a part may
be something else, all is to be picked: plain sentences together, each order or remark by itself. What is private or in
another language is not said: to write that out takes a writer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.drafts import DraftSource, Gap
from core.text.asks import asks_for_word, begins_as_question, begins_with_verb, is_question
from core.text.language import detect_language, stop_words_of
from core.text.lexicon import WORD_BEGINS, WORD_ENDS, by_language, either, patterns_of, whole
from core.text.salutations import OPENING, OPENS, clean_name, is_title
from core.text.sentences import unwrap
from core.writing.grounded.asked import Asking
from core.writing.grounded.hints import open_others
from core.writing.grounded.own_words import (
    as_message,
    directs_writer,
    grumbles,
    is_private,
    leaves_topic,
    may_mean_reader,
    mended,
    names_others,
    private_marks,
    says_nothing_yet,
)
from core.writing.grounded.questions import ready_answers
from core.writing.grounded.told_sentences import names_of, sentences_of, with_capitals, without_greeting, words_of
from core.writing.grounded.tone import EDGE, bare, is_manner, wish_apart

_DATA = by_language("told")
# What parts two clauses.
_BREAK = either([rf"[,;]? {patterns_of('small_words', 'joins')} ", "[,;] ", r" [-\u2013\u2014/] "], "(", ")")
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
    lines = [_said_to_reader(line.strip(), asking, wanted) for line in told.splitlines()]
    said = "\n".join(lines)
    if any(_names_reader(sentence, asking) for sentence in sentences_of(said, spoken)):
        return "", ""
    greeted, written = _Reading(asking, wanted, said).text()
    return greeted, with_capitals(written, spoken) if told[:1].islower() else written


@dataclass(frozen=True)
class ToldWords:
    """What is told and is, or may be, no message as it stands.

    `plain` may be picked as it is; `asides` may be orders or remarks; `private` is for nobody but its owner, and the
    `wishes` about tone for a writer.
    """

    plain: str = ""
    asides: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()


def words_to_pick(told: str, asking: Asking, wanted: list[str], spoken: str) -> ToldWords:
    """Return what is told and not taken over; nothing where all of it is a short order, private or another language.

    Args: as `read_told`.
    """
    if spoken != asking.language or not any(map(str.isalnum, told)):
        return ToldWords()
    sentences, wishes = _parted(without_greeting(told, asking), asking.language, wanted)
    private = _private_places(sentences, asking.language)
    places = {*range(len(sentences))} - private
    sentences = [_said_to_reader(said, asking, wanted) if at in places else said for at, said in enumerate(sentences)]
    # Whom orders call "her" is the reader, though the message speaks of another "her", too.
    ordered = (line for line in sentences_of(told, asking.language) if _Reading(asking, [], line).orders())
    readers = frozenset(name for line in ordered for name in may_mean_reader(line, asking.language))
    readings = [_Reading(asking, wanted, sentence, readers) for sentence in sentences]
    remarks = {at for at in places if _is_remark(sentences[at], asking.language)}
    orders = remarks | {at for at in places if readings[at].orders() or _names_reader(sentences[at], asking)}
    asides = orders | {at for at in places if readings[at].means_reader()}
    # "Don't tell her that": what was said before it.
    short = {place for place in private if len(sentences[place].split()) <= _FEW_PRIVATE}
    before = {place - 1 for place in short if not leaves_topic(sentences[place], asking.language)} & places
    if not places - asides - before:
        # Where all speaks of somebody, that is most likely somebody else; where all is an order, it may be none.
        asides = orders if orders < asides else remarks
        if before or len(told.split()) <= _MAX_ORDER_WORDS or asides == places:
            return ToldWords()
    asides |= before
    written = [reading.as_written() for reading in readings]
    plain = " ".join(said for place, said in enumerate(written) if place not in private | asides)
    return ToldWords(
        plain,
        tuple(written[place] for place in sorted(asides)),
        tuple(sentences[at] for at in sorted(private)),
        tuple(wishes),
    )


def _parted(told: str, language: str, wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the sentences of what is told, without wishes about tone but where they are private, and those wishes."""
    sentences = sentences_of(told, language)
    private = _private_places(sentences, language)
    parted = [
        (sentence, "") if at in private else wish_apart(sentence, language, wanted)
        for at, sentence in enumerate(sentences)
    ]
    return [said for said, _ in parted if said], [wish for _, wish in parted if wish]


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
        is_own = is_private(sentence, language) or leaves_topic(sentence, language)
        if depth or sentence.startswith("(") or is_own:
            places.add(place)
        depth = max(0, depth + sentence.count("(") - sentence.count(")"))
    return places


def _is_remark(sentence: str, language: str) -> bool:
    """Tell whether a sentence is, or may be, a remark for nobody but its owner."""
    says_so = "(" in sentence or says_nothing_yet(sentence, language) or bool(private_marks(sentence, language))
    return says_so or grumbles(sentence, language)


def _is_held_back(told: str, asking: Asking, spoken: str) -> bool:
    """Tell whether what is told is, or may be, for nobody but its owner."""
    is_own = bool(_private_places(sentences_of(told, spoken), spoken)) or is_private(told, spoken)
    is_own = is_own or says_nothing_yet(told, spoken) or "(" in told or grumbles(told, spoken)
    return is_own or any(private_marks(told, code) for code in {spoken, asking.language})


def _said_to_reader(sentence: str, asking: Asking, wanted: list[str]) -> str:
    """Return what stands behind "tell her" where that is an answer; a sentence that may be a remark as it is."""
    if _is_remark(sentence, asking.language):
        return sentence
    rest = _behind_order(sentence, asking)
    return rest if rest == sentence or _Reading(asking, wanted, rest).answers() else sentence


def _names_reader(sentence: str, asking: Asking) -> bool:
    """Tell whether a sentence speaks of its reader by name, and does not call them: "Tom gets none", not "Yes Tom"."""
    names, words = names_of(asking), words_of(asking.language)
    agrees, greets = either([words["opens"]], after=r"\Z"), either([OPENING, *words["courtesy"]], after=WORD_ENDS)
    for clause in _BREAK.split(unwrap(sentence))[::2]:
        found = [name.search(clause) for name in names]
        ends = [name.end() for name in found if name]
        if not ends:
            continue
        led = clause[: min(name.start() for name in found if name)].strip(EDGE)
        if led and (greets.fullmatch(led) or agrees.match(led)):
            continue
        beside = clause
        for name in names:
            beside = name.sub(" ", beside)
        others = [word for word in beside.split() if word.strip(EDGE)]
        rest = " ".join(word for word in others if not is_title(word))
        is_greeting = len(others) <= _MAX_GREETING_WORDS and greets.match(rest) is not None
        # A surname alone calls nobody.
        calls = is_greeting or agrees.match(rest) is not None if rest else bool(found[0] or others)
        if not calls or clause[max(ends) :].strip(EDGE):
            return True
    return False


def _behind_order(line: str, asking: Asking) -> str:
    """Return what stands behind "tell her that", as a sentence; the whole line where it may speak of its reader."""
    words = words_of(asking.language)
    found = either([words["tells"]]).match(line)
    rest = line[found.end() :].strip() if found else ""
    # "Tell Jean": somebody else is to be told.
    named = [word for word in found[0].split()[1:] if word.istitle()] if found else []
    if any(word not in clean_name(asking.sender).split() for word in named):
        return line
    names = [re.escape(name) for name in clean_name(asking.sender).split() if len(name) > 1]
    return mended(rest, asking.language) if rest and not whole([*words["third"], *names]).search(rest) else line


def _decision(told: str, language: str) -> str:
    """Return "yes" or "no" where that is all that is told but for wishes about tone: ready answers are polite."""
    clauses = [bare(clause, language) for clause in _BREAK.split(unwrap(told))[::2]]
    decisions = [clause for clause in clauses if clause and not is_manner(clause, language)]
    return decides(decisions[0]) if len(decisions) == 1 else ""


def decides(told: str) -> str:
    """Return "yes" or "no" where that is all that is told, in whatever language; else ""."""
    bare = told.strip(EDGE + "?")
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
    def __init__(self, asking: Asking, wanted: list[str], told: str, readers: frozenset[str] = frozenset()) -> None:
        self._language, self._told = asking.language, told
        self._words, self._mark = words_of(asking.language), asking.words["mark"]
        self._please = whole([asking.words.get("please", "(?!)"), *asking.words["first_person"]])
        # "He hates recorders", to who asks whether he does.
        self._others = frozenset(name for line in wanted for name in may_mean_reader(line, asking.language)) - readers

    def text(self) -> tuple[str, str]:
        """Return greeting and sentences to the reader, both "" where a part of it may be no such sentence."""
        sentences = sentences_of(self._told, self._language)
        spoken_of = may_mean_reader(self._told, self._language)
        # In small letters they may be notes.
        if spoken_of and not (self._told[:1].isupper() and self._told.rstrip()[-1:] in _ENDS):
            return "", ""
        greeted, written = as_message(self._told, self._language, others=self._others)
        is_of_others = bool(written) and bool(self._others) and self._told[:1].isupper()
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
        return f"{greeted[:1].upper()}{greeted[1:]}", said

    def as_written(self) -> str:
        """Return what is told with its capitals and stops."""
        return self._mended(self._told)

    def _begins_as_told(self, sentence: str) -> bool:
        clauses = [clause.strip(EDGE) for clause in _BREAK.split(unwrap(sentence))[::2] if clause.strip(EDGE)]
        if not clauses or any(map(self._is_bare_order, clauses)):
            return False
        first, count = clauses[0], len(clauses[0].split())
        is_short = count <= _FEW_WORDS or (count <= _FEW_WITH_NUMBER and any(map(str.isdecimal, first)))
        names_person = whole(self._words["person"]).search
        infinitive = either([self._words["infinitive"]])
        if any(infinitive.search(clause) and not names_person(clause) for clause in clauses):
            return False
        return is_short or names_person(first) is not None or self._speaks(first)

    def answers(self) -> bool:
        """Tell whether what is told begins with a yes or no, or as a sentence to its reader."""
        first = _BREAK.split(unwrap(next(iter(sentences_of(self._told, self._language)), "")))[0].strip(EDGE)
        is_figure = len(first.split()) <= _FEW_WITH_NUMBER and any(map(str.isdecimal, first))
        speaks_of = either([self._words["subject"]]).match(first)
        person = whole(self._words["person"])
        is_own = person.match(first) is not None or (speaks_of is not None and person.search(first) is not None)
        return is_figure or is_own or bool(decides(first)) or self._speaks(first)

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
        language = self._language
        return any(
            may_mean_reader(sentence, language) - self._others - names_others(sentence, language)
            for sentence in sentences_of(self._told, language)
        )

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
        told = (clause, bare(clause, self._language))
        return is_manner(clause, self._language) or any(last.search(words) for words in told)

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
