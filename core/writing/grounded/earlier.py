"""What earlier messages say to a question: the words themselves, with who wrote them and when.

A sentence answers when it holds the kind of fact that is asked for and is near to the question in meaning; where
nothing compares meanings, when it shares the question's words. Of several that answer, the last one counts where it
settles the matter or corrects what was said; else the best and what was written after it are both quoted.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import mul

from core.drafts import DraftSource
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.text.asks import asks_for_word, called_in, is_question, kind_of, without_call, without_greeting
from core.text.dating import is_day_number
from core.text.facts import Facts, extract_facts
from core.text.language import detect_language
from core.text.lexicon import WORD_ENDS, by_language, either, either_of, whole
from core.text.quote_links import link_to_quote
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.answer_by_meaning import MEASURED
from core.writing.grounded.answers import asks_fact, holds_kind, kinds_asked, share_said
from core.writing.grounded.asked import Asking, asked_in, capitalised, is_relative
from core.writing.grounded.occasions import is_favour
from core.writing.grounded.same_words import content_words
from core.writing.grounded.threads import LINE_BEGINS, EarlierMessage, ThreadPeople, messages_of

_DATA = by_language("threads")["en"]
_ADDRESSED = either([_DATA["addressed"]], LINE_BEGINS, flags=re.I | re.M)
_INTERNAL = whole(_DATA["internal"])
_CONTACT = either([_DATA["contact"]], f"{LINE_BEGINS}(?P<line>", ".*)$", flags=re.I | re.M)
# A line that only names its reader.
_CALL_LINE = re.compile(r"\A[^\W\d_][\w'-]*(?: [\w'-]+)?,\s*\n\s*")
_POINTS_BACK = either_of("replies", "points_back", after=WORD_ENDS)
THINGS = frozenset({"id", "link", "address", "number", "account"})
_TAKEN_UP = frozenset({"number", "date", "weekday", "day", "time"})
# What somebody may say in other words and with another figure ("you said £32").
_RECALLED = frozenset({"money", "percent"})
# "Place 3?" repeats what is disputed.
_ECHO_WORDS = 3
_MAX_SENTENCES, _MIN_WORDS, _MAX_WORDS = 200, 3, 45
# Measured with the embedded model on questions and earlier messages in four languages; English lies lower.
_FLOOR, _FLOOR_ENGLISH, _BELOW_WORTH_SHOWING = 0.832, 0.795, 0.02
_ABOVE_FOR_OPEN, _ABOVE_FOR_YES_NO, _ABOVE_FOR_WHO, _BELOW_FOR_DECISION = 0.02, 0.04, 0.03, 0.04
_ABOVE_FOR_STRANGE_PLACE, _BELOW_FOR_ONLY = 0.05, 0.012
_MIN_SHARED, _MIN_SHARED_NEAREST, _BELOW_FOR_WORDS, _MIN_SHARED_OF_STATE = 0.45, 0.34, 0.025, 0.3
_EQUALLY_NEAR, _AS_NEAR, _NEARLY_AS_NEAR = 0.012, 0.03, 0.1


@dataclass(frozen=True)
class Line:
    """A sentence that was written before.

    Attributes:
        role: who wrote it: owner, sender, other, nobody; "source" for a passage.
        who: the name of who wrote it, or the title of the passage.
        date: when, "" where nothing says.
        link: where the passage stands.
        language: that of its message, "" when unclear.
        at: the number of its message or passage, and its place there.
        sentence: its words.
        before: the sentence before it in the same message, where it points back to that one.
        near: how near it is to the question.
    """

    role: str
    who: str
    date: str = ""
    link: str = ""
    language: str = ""
    at: tuple[int, int] = (0, 0)
    sentence: str = ""
    before: str = ""
    near: float = field(default=0.0, compare=False)

    @property
    def whole(self) -> str:
        """What is quoted: a sentence that begins with a pronoun only with the one before it."""
        return f"{self.before} {self.sentence}".strip()

    @property
    def title(self) -> str:
        """What its source is called."""
        return ", ".join(part for part in (self.who, self.date) if part) or "Earlier messages"


@dataclass(frozen=True)
class Ground:
    """What answers a question: a text for the reply, with its sources; `is_sure` when it may stand there unasked."""

    lines: tuple[Line, ...]
    text: str
    sources: tuple[DraftSource, ...]
    is_sure: bool


class Earlier:
    """All that was written before, for one reply.

    Args:
        thread: the earlier messages.
        people: who answers whom.
        embedder: gives what compares meanings; None: words are compared.
        message: what is answered now.
    """

    def __init__(
        self, thread: str, people: ThreadPeople, embedder: Callable[[], Embedder] | None = None, message: str = ""
    ) -> None:
        self._message = unwrap(message)
        self._lines = [*_lines_of(thread, people)][-_MAX_SENTENCES:]
        found = embedder() if embedder and self._lines else None
        self._embedder = found if found and found.name in MEASURED else None

    def answer(self, question: str, asking: Asking, before: str = "") -> Ground | None:
        """Return what answers, None where nothing even comes near.

        `before` is the sentence before the question: "I cannot find the due date. When was it?"
        """
        asked = asked_in(question, asking)
        if not is_question(question) and asked == without_call(unwrap(question)) and not asks_fact(asked):
            return None  # What is only told has no answer.
        asked = asked if content_words(asked) else f"{asked} {before}"
        own = question.rstrip(" ?") if len(question.split()) > _ECHO_WORDS else "\n"
        beside = extract_facts(self._message.replace(own, " "), asking.language)
        known = [one for one in self._lines if not _is_taken_up(one, asked, beside)]
        if self._embedder is None:
            return self._by_words(known, asked, asking)
        try:
            lines = _by_meaning(known, asked, self._embedder) if known else []
        except InlaidError:
            return self._by_words(known, asked, asking)
        floor = _FLOOR_ENGLISH if asking.language == "en" else _FLOOR
        wants = wants_thing(asked, asking)
        if sure := [line for line in lines if _answers(line, asked, floor, wants_thing=wants)]:
            return _settled(_valid(sure, lines, asked, asking), asking)
        least = floor - _BELOW_WORTH_SHOWING
        holding = [one for one in lines if asks_fact(asked) and _may_answer(one, asked)]
        only = [one for one in holding if len(holding) == 1 and one.near >= floor - _BELOW_FOR_ONLY]
        near = [] if wants else [one for one in lines if one.near >= least and _is_worth_showing(one, asked)] or only
        best = max(near, key=lambda one: (_may_answer(one, asked), one.near), default=None)
        best = next(reversed(_of_state(lines, asked, asking)), best)
        return grounded_lines([best], asking, is_sure=False) if best else None

    def own_words(self, sentence: str, asking: Asking) -> Ground | None:
        """Return what the owner wrote of a thing of which somebody says that they did ("you said …"); never sure."""
        shared = [replace(one, near=share_said(sentence, one.whole)) for one in self._lines if one.role == "owner"]
        facts = {fact.category for fact in extract_facts(sentence, asking.language).items} & _RECALLED
        kinds = {one: {fact.category for fact in extract_facts(one.sentence, one.language).items} for one in shared}
        shared = [one for one in shared if one.near > 0 or kinds[one] & facts]
        if len(shared) > 1 and self._embedder is not None:
            try:
                near = _by_meaning(shared, sentence, self._embedder)
            except InlaidError:
                near = []
            shared = [replace(two, near=one.near + two.near) for one, two in zip(shared, near, strict=False)] or shared
        best = max(shared, key=lambda one: one.near, default=None)
        return grounded_lines([best], asking, is_sure=False) if best else None

    def _by_words(self, known: Sequence[Line], asked: str, asking: Asking) -> Ground | None:
        found = [replace(one, near=share_said(asked, one.sentence)) for one in known if _may_answer(one, asked)]
        sure = [one for one in found if one.near >= _MIN_SHARED and (asks_fact(asked) or _says_more(one, asked))]
        return _settled(_valid(sure, sure, asked, asking), asking) if sure else None


def _settled(lines: Sequence[Line], asking: Asking) -> Ground:
    """Return what answers: it is sure where one message says it; of two the owner says which counts."""
    return grounded_lines(lines, asking, is_sure=len({one.at[0] for one in lines}) == 1)


def _is_taken_up(line: Line, asked: str, beside: Facts) -> bool:
    """Tell whether the message says all the facts of a line beside the question: who says "you wrote Tuesday" knows.

    To a question for a moment only days and hours count.
    """
    facts = [one for one in extract_facts(line.sentence, line.language).items if one.kind in _TAKEN_UP]
    if "moment" in kinds_asked(asked):
        facts = [one for one in facts if one.kind != "number" or is_day_number(one.text)]
    return bool(facts) and all(
        any(one.kind == two.kind and one.readings & two.readings for two in beside.items) for one in facts
    )


def _of_state(lines: Sequence[Line], asked: str, asking: Asking) -> list[Line]:
    """Return what was said of a thing to a question for how it stands."""
    if not whole(asking.words["status"]).search(asked):
        return []
    return [one for one in lines if one.role != "sender" and share_said(asked, one.whole) >= _MIN_SHARED_OF_STATE]


def _says_more(line: Line, asked: str) -> bool:
    """Tell whether a line holds a fact that a question for something does not say itself."""
    facts = extract_facts(line.sentence, line.language)
    return asks_for_word(asked) and bool(facts.missing_from(extract_facts(asked)))


def _by_meaning(lines: Sequence[Line], asked: str, embedder: Embedder) -> list[Line]:
    """Return the lines with how near each is to a question."""
    wanted = embedder.embed([asked], is_query=True)[0]
    vectors = embedder.embed([one.whole for one in lines])
    return [replace(one, near=sum(map(mul, wanted, vector))) for one, vector in zip(lines, vectors, strict=True)]


def _may_answer(line: Line, asked: str) -> bool:
    """Tell whether a line holds what is asked for. Who asks does not know."""
    return line.role != "sender" and (not asks_fact(asked) or holds_kind(line.sentence, asked, line.language))


def _is_worth_showing(line: Line, asked: str) -> bool:
    """Tell whether a line may be offered to the owner as an answer: to a question, of whose words it has some."""
    floor = _FLOOR_ENGLISH if line.language == "en" else _FLOOR
    shared = share_said(asked, line.whole)
    # What is very near and of the same words may name the thing in a way that no table knows.
    is_nearest = line.role != "sender" and shared >= _MIN_SHARED_NEAREST and line.near >= floor
    is_any = asks_fact(asked) and not kinds_asked(asked) & {"place", "moment"}
    is_any = is_any and ("who" not in kinds_asked(asked) or shared > 0)
    about = is_any or shared > 0 or line.near >= floor + _ABOVE_FOR_OPEN
    return about and (is_nearest or _may_answer(line, asked))


def is_near(asked: str, line: Line) -> bool:
    """Tell whether a line says so many words of a question that it may be offered as its answer."""
    return share_said(asked, line.whole) >= _MIN_SHARED_NEAREST


def wants_thing(asked: str, asking: Asking) -> bool:
    """Tell whether something is to be done or sent, and no question answered."""
    asks = asks_fact(asked) or asks_for_word(asked) or (is_question(asked) and not is_favour(asking.language, asked))
    return kind_of(asked) == "request" and not asks


def _answers(line: Line, asked: str, floor: float, *, wants_thing: bool) -> bool:
    """Tell whether a line may stand as the answer."""
    kinds = kinds_asked(asked)
    shared = share_said(asked, line.whole, of_time=bool(kinds))
    if not _may_answer(line, asked):
        return False
    if wants_thing:
        # Who wants a thing sent is only answered by what says it: a number, a link, an address.
        says = any(fact.kind in THINGS for fact in extract_facts(line.sentence, line.language).items)
        return says and shared > 0 and line.near >= floor + _ABOVE_FOR_OPEN
    # What is about the same may say another date.
    if shared >= _MIN_SHARED and "moment" not in kinds:
        return line.near >= floor - _BELOW_FOR_WORDS
    if not kinds:
        # "Sorry about this" is near to much.
        return shared > 0 and line.near >= floor + (_ABOVE_FOR_OPEN if asks_for_word(asked) else _ABOVE_FOR_YES_NO)
    if kinds & {"place", "moment"} and not shared:
        return line.near >= floor + _ABOVE_FOR_STRANGE_PLACE
    # A name stands in many sentences; a decision shares few words with the question for it.
    moved = _ABOVE_FOR_WHO if "who" in kinds else -_BELOW_FOR_DECISION if "decision" in kinds else 0.0
    return line.near >= floor + moved


def _valid(sure: Sequence[Line], lines: Sequence[Line], asked: str, asking: Asking) -> list[Line]:
    """Return the line that answers best, or what was written after it and replaces it; both where that is open."""
    best = max(sure, key=lambda one: one.near)
    settles = whole(asking.words["settles"])
    after = [one for one in lines if one.at[0] > best.at[0] and _may_answer(one, asked)]
    settled = [one for one in after if settles.search(one.sentence) and one.near >= best.near - _NEARLY_AS_NEAR]
    equal = [one for one in after if one in sure and one.near >= best.near - _EQUALLY_NEAR]
    if not (later := [*settled, *equal]):
        as_near = [one for one in after if one in sure and one.near >= best.near - _AS_NEAR]
        return [best, *as_near[-1:]]
    last = max(one.at[0] for one in later)
    found = sorted({one for one in (*later, *sure) if one.at[0] == last}, key=lambda one: one.at)
    replaces = any(one.near >= best.near - _AS_NEAR for one in found)
    return found if replaces else [best, *found]


def points_back(sentence: str) -> bool:
    """Tell whether a sentence begins with a word for what the one before it names."""
    found = _POINTS_BACK.match(sentence)
    # Before a noun of its own it is an article: "Das Angebot gilt bis Freitag."
    return found is not None and not sentence[found.end() :].lstrip()[:1].isupper()


def grounded_lines(lines: Sequence[Line], asking: Asking, *, is_sure: bool) -> Ground:
    """Return lines as they stand in a reply, those of one message together.

    What a person wrote is quoted; what a source says is said, since who wrote it is shown beside the reply.
    """
    words = asking.words
    texts, sources = [], []
    for _, found in groupby(lines, key=lambda one: one.at[0]):
        said = sorted(found, key=lambda one: one.at)
        first = said[0]
        quotes = [*filter(None, [first.before]), *(one.sentence for one in said)]
        said_before = capitalised(" ".join(dict.fromkeys(quotes)))
        quote = asking.said(words["quote"], quote=said_before)
        when = words["when"].format(date=first.date) if first.date else ""
        is_told = first.role == "source"
        text = said_before if is_told else asking.said(words["said"][first.role], quote=quote, when=when, who=first.who)
        texts.append(text)
        sources += [
            DraftSource(number=1, title=first.title, link=link_to_quote(first.link, one), quote=one, supports=text)
            for one in quotes
        ]
    return Ground(tuple(lines), " ".join(texts), tuple(sources), is_sure)


def _lines_of(thread: str, people: ThreadPeople) -> Iterator[Line]:
    language, domains = detect_language(thread), people.domains_in(thread)
    known = {word for word in f"{people.owner} {people.sender}".casefold().split() if len(word) > 1}
    for number, message in enumerate(messages_of(thread, people)):
        role = people.role_of(message.who)
        if not _is_shared(message, people, domains):
            continue
        line = Line(role, message.who, message.date, language=language)
        yield from _sentences(message.text, number, line, known)


def _is_shared(message: EarlierMessage, people: ThreadPeople, domains: dict[str, set[str]]) -> bool:
    """Tell whether a message may be quoted to the sender: nothing that colleagues wrote among themselves."""
    role, own = people.role_of(message.who), domains.get("owner", set())
    to = [name.strip() for line in _ADDRESSED.finditer(message.head) for name in re.split("[,;]", line["names"])]
    names = [re.sub(r"<[^>]*>|\"", "", one).strip() for one in to]
    if role == "sender" or domains.get("sender", set()) & own or "sender" in map(people.role_of, names):
        return True
    if _INTERNAL.search(f"{message.head}\n{message.text}") or (role == "other" and names):
        return False
    readers = set().union(*(domains.get(name, set()) for name in names)) if names else domains.get(message.who, set())
    is_to_owner = people.role_of(called_in(without_greeting(message.text.strip()))) == "owner"
    return not (readers and readers <= own and (names or role == "other")) and not (role == "other" and is_to_owner)


def _sentences(text: str, number: int, line: Line, known: AbstractSet[str] = frozenset()) -> Iterator[Line]:
    before = ""
    for place, raw in enumerate(split_sentences(text)):
        contact = _CONTACT.search(raw)
        raw = contact["line"] if contact else raw
        sentence = without_greeting(unwrap(_CALL_LINE.sub("", raw)))
        called = called_in(sentence).casefold()
        if called in known and sentence.casefold().startswith(called):
            sentence = sentence[len(called) :].lstrip(" ,:-\u2013")
        # Without its date nobody knows which day "tomorrow" is.
        is_dated = line.date or not is_relative(sentence, Asking(line.language))
        if is_dated and _tells(sentence, line.role):
            yield replace(line, at=(number, place), sentence=sentence, before=before if points_back(sentence) else "")
        before = sentence


def _tells(sentence: str, role: str) -> bool:
    """Tell whether a sentence may answer: it tells something; who asks for something now asked for it then too."""
    least = _MIN_WORDS - any(map(str.isdigit, sentence))
    fits = least <= len(sentence.split()) <= _MAX_WORDS and not sentence.startswith(">")
    kind = kind_of(sentence)
    return fits and not is_question(sentence) and not (kind == "request" and role in {"sender", "nobody"})
