"""Commitments without guessing: who took what on, word for word.

A commitment is the sentence that takes a task on, with what it replies to; an owner is named only where somebody says
so, a day only where that sentence says it. What was said of it later stands beneath it; what is done or off is none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.cached_property import cached_property
from core.drafts import Item
from core.text.content import stem
from core.text.facts import extract_facts
from core.text.forms import ALPHABETIC
from core.text.lexicon import Lexicon
from core.text.sentences import unwrap
from core.text.statements import Statement
from core.writing.roles import RoledSentence

_MOMENTS = frozenset({"date", "time", "weekday", "day"})
_LEADS = tuple(re.compile(rf"(?<![\w'\u2019.])(?:[\w'\u2019.]{{1,30}} ){{{count}}}\Z") for count in (2, 1))
_CLAUSE = re.compile(r"[,;:]\s+(?!(?:19|20)\d\d\b)|\s[\u2013\u2014-]\s")
_MAX_REPLY, _MAX_LATER, _MAX_SHOWN_LATER, _MAX_BACK, _SHORT_WORDS, _FEW_WORDS = 8, 40, 2, 2, 8, 4
# How sure a role must be, and how near to a task what is said of it.
_IS_TASK, _IS_NOTED, _IS_OWN, _IS_YES, _IS_REQUEST, _HAS_CUE = 0.3, 0.2, 0.3, 0.4, 0.35, 0.18
_IS_REFUSED, _IS_DONE, _IS_PROMISE, _IS_CERTAIN, _IS_NONE = 0.35, 0.2, 0.8, 1.2, 0.5
_NO_PROMISE = ("outcome", "refusal", "question", "social", "none", "decision", "answer", "proposal", "duty")
_NAMES_ENOUGH, _NAMES_MUCH, _MAX_SPREAD, _MIN_STEM_CHARS, _MIN_WORD_CHARS, _SAME_TASK = 2, 3, 4, 5, 4, 0.45


@dataclass(frozen=True)
class Commitment:
    """A task that somebody took on.

    Attributes:
        sentence: the one that takes it on, or what it says yes to.
        shown: what is read together, in its order.
        who: who owes it, "" where nobody says so.
        due: until when, in the words of the text.
        later: the places of what was said of it afterwards.
        first: the task before anything was said of it afterwards, None where nothing was.
    """

    sentence: RoledSentence
    shown: tuple[RoledSentence, ...]
    who: str = ""
    due: str = ""
    later: frozenset[int] = frozenset()
    first: "Commitment | None" = None

    @property
    def places(self) -> frozenset[int]:
        """The places of what is shown."""
        return frozenset(sentence.place for sentence in self.shown)

    def item(self, words: Lexicon) -> Item:
        """Return the task as an entry of a list; who says what is told wherever it is not the one who owes it."""
        text, speaker = "", self.who
        for sentence in self.shown:
            if text:
                is_later = sentence.place in self.later
                text += " " if sentence.statement.speaker == speaker and not is_later else " \u2192 "
                text += f"{words.wording('conversation.later')} " if is_later else ""
            is_other = sentence.statement.speaker != speaker or sentence.place in self.later
            text += f"{sentence.statement.speaker}: " if sentence.statement.speaker and is_other else ""
            text, speaker = text + sentence.statement.text, sentence.statement.speaker
        return Item(text=text, quote=self.sentence.statement.raw, who=self.who, due=self.due)


def find_commitments(sentences: Sequence[RoledSentence], author: str = "") -> list[Commitment]:
    """Return who took on what. `author` wrote it, where no speaker is named."""
    return list(_Commitments(sentences, author).find())


class _Commitments:
    """The commitments of one text."""

    def __init__(self, sentences: Sequence[RoledSentence], author: str) -> None:
        self._sentences, self._author = sentences, author
        self._people = list(
            dict.fromkeys(sentence.statement.speaker for sentence in sentences if sentence.statement.speaker)
        )
        self._told: set[int] = set()

    def find(self) -> Iterator[Commitment]:
        """Yield the tasks in their order, as they stand at the end of the text."""
        for sentence in self._sentences:
            if sentence.place in self._told:
                continue
            task = (
                self._asked(sentence)
                if self._requests(sentence)
                else self._promised(sentence)
                if self._takes_on(sentence)
                else None
            )
            if task and (task := self._at_last(task)):
                yield task

    def _asked(self, one: RoledSentence) -> Commitment | None:
        """Return what a request led to: the task of who takes it on, None when nobody does."""
        offer = self._sentences[one.about] if one.about is not None else one
        if offer.does("proposal", "idea") and offer.statement.speaker != one.statement.speaker:
            return Commitment(offer, (offer, one), offer.statement.speaker, due_of(offer.statement))
        replies = list(self._replies(one))
        taker = next((two for two in replies if _accepts(two)), None)
        if taker and not any(map(_is_past, replies[: replies.index(taker)])):
            agreed = [taker, *self._agreed_after(one, taker)]
            self._told.update(two.place for two in agreed)
            said = [one, *(two for two in agreed if not two.statement.asks)]
            dues = [due for two in said if (due := due_of(two.statement))]
            return Commitment(one, self._readable(one, *agreed), taker.statement.speaker, dues[-1] if dues else "")
        return None

    def _replies(self, one: RoledSentence) -> Iterator[RoledSentence]:
        """Yield what others say to a request: what is linked to it, and the next turn of who is called."""
        called, turn, is_refused = self._called(one), -1, False
        # Somebody is called who may not be among those who speak.
        is_to_another = not called and one.statement.text.partition(", ")[0].isalpha()
        for two in self._sentences[one.place + 1 : one.place + 1 + _MAX_REPLY]:
            statement = two.statement
            if statement.speaker == one.statement.speaker or not statement.speaker:
                is_to_another = is_to_another or (not called and (statement.asks or self._requests(two)))
                continue
            is_next = statement.speaker == called if called and not is_refused else turn in (-1, statement.turn)
            is_free = two.about is None or two.about >= one.place
            is_new = not two.does("assent", "answer") and len(self._new(two, one)) >= _NAMES_ENOUGH
            if two.about == one.place or (is_next and is_free and not is_to_another and not is_new):
                turn, is_refused = statement.turn, is_refused or _refuses(two)
                yield two
            elif not called and self._requests(two):
                return

    def _new(self, two: RoledSentence, *known: RoledSentence) -> frozenset[str]:
        """Return the words of content of a sentence that others do not hold, without names and figures."""
        known_stems = {*two.statement.fact_stems, *self._names}.union(*(sentence.statement.stems for sentence in known))
        words = (word for word in ALPHABETIC.findall(two.statement.text.casefold()) if len(word) >= _MIN_WORD_CHARS)
        return frozenset(map(stem, words)) & two.statement.stems - known_stems

    def _agreed_after(self, *said: RoledSentence) -> Iterator[RoledSentence]:
        """Yield what is settled at once, and says no new thing: another day, or how."""
        known = list(said)
        for two in self._sentences[said[-1].place + 1 :]:
            is_theirs = any(two.statement.speaker == sentence.statement.speaker for sentence in said)
            same_kind = two.statement.values.keys() & {kind for sentence in known for kind in sentence.statement.values}
            is_short = len(two.statement.text.split()) <= _SHORT_WORDS and len(self._new(two, *known)) < _NAMES_ENOUGH
            is_of_it = same_kind or (is_theirs and two.statement.values) or (two.does("correction") and is_theirs)
            is_own_task = two.scores["commitment"] + two.scores["own"] >= _IS_CERTAIN and not two.does("correction")
            if not (is_of_it and is_short) or is_own_task or self._requests(two):
                return
            known.append(two)
            yield two

    def _promised(self, one: RoledSentence) -> Commitment:
        is_own = one.scores["own"] >= (_HAS_CUE if one.statement.has("promise") else _IS_OWN)
        who = (one.statement.speaker or self._author) if is_own else ""
        agreed = list(self._agreed_after(one)) if self._people else []
        self._told.update(two.place for two in agreed)
        settled = agreed[-1].statement if agreed else one.statement
        due = "" if settled.asks else due_of(settled)
        first = Commitment(one, self._readable(one), who, due_of(one.statement))
        if not agreed:
            return first
        later = frozenset(two.place for two in agreed[:1])
        return replace(first, shown=(*first.shown, *agreed), due=due, later=later, first=first)

    def _called(self, one: RoledSentence) -> str:
        """Return the participant who is called at the beginning or the end of a sentence."""
        words = ALPHABETIC.findall(one.statement.text.casefold())
        edges = {*words[:2], *words[-1:]}
        named = [
            name
            for name in self._people
            if name != one.statement.speaker and not edges.isdisjoint(name.casefold().split())
        ]
        return named[0] if len(named) == 1 else ""

    def _requests(self, one: RoledSentence) -> bool:
        """Tell whether a sentence asks for a deed; with words of a request, or somebody called, less is enough."""
        scores, is_called = one.scores, bool(self._called(one))
        least = _HAS_CUE if one.statement.has("request") or (one.statement.asks and is_called) else _IS_REQUEST
        others = () if one.statement.asks or is_called else ("commitment", "duty")
        return scores["request"] >= max([least, scores["question"] / 3, *(scores[role] for role in others)])

    def _takes_on(self, one: RoledSentence) -> bool:
        """Tell whether a sentence takes something on by itself."""
        scores, least = one.scores, _IS_TASK if self._people else _IS_NOTED
        before = self._sentences[one.place - 1] if one.place else one
        if _says_only_yes(one) and not (self._new(one) or before.statement.asks):
            return False
        is_told = (
            one.statement.asks or _is_past(one) or _refuses(one) or max(scores["none"], scores["social"]) >= _IS_NONE
        )
        promised = scores["commitment"] + scores["own"] / 2 + _HAS_CUE * one.statement.has("promise")
        others = max(scores[role] for role in _NO_PROMISE)
        return not is_told and promised - scores["own"] / 2 >= least and promised >= others

    def _readable(self, one: RoledSentence, *after: RoledSentence) -> tuple[RoledSentence, ...]:
        """Return sentences with what stands before them, where they do not say what is to be done."""
        chain = [one]
        while len(chain) <= _MAX_BACK and chain[0].place:
            before = self._sentences[chain[0].place - 1]
            is_asked = before.statement.asks and before.statement.speaker != chain[0].statement.speaker
            points_back = chain[0].statement.points_back
            enough = _NAMES_MUCH if is_asked or points_back else _NAMES_ENOUGH
            is_clear = len(self._new(chain[0])) >= enough or not (self._people or points_back)
            is_day = (
                before.statement.turn == chain[0].statement.turn and len(before.statement.text.split()) <= _FEW_WORDS
            )
            is_clear = is_clear and not (is_day and before.statement.values)
            is_far = before.statement.turn != chain[0].statement.turn and not (
                before.statement.asks
                or self._requests(before)
                or len(self._new(chain[0])) < (_NAMES_ENOUGH if len(chain) == 1 else 1)
            )
            if is_clear or is_far or before.statement.is_empty or _says_only_yes(before):
                break
            chain.insert(0, before)
        return (*chain, *after)

    def _at_last(self, task: Commitment) -> Commitment | None:
        """Return a task after what was said of it later; None when it is done, refused or off."""
        later: list[RoledSentence] = []
        for two in self._sentences[task.shown[-1].place + 1 : task.shown[-1].place + 1 + _MAX_LATER]:
            if two.statement.asks or not self._is_of(two, task, later):
                continue
            is_done = two.scores["outcome"] >= max(_IS_DONE, two.scores["commitment"], two.scores["correction"])
            self._told.add(two.place)
            if is_done or two.statement.has("cancel") or (_is_theirs(two, task) and _refuses(two)):
                return None
            later.append(two)
        if not later:
            return task
        last, shown = later[-1], later[-_MAX_SHOWN_LATER:]
        who = last.statement.speaker if last.scores["own"] >= _IS_OWN and not _refuses(last) else task.who
        first, moved = task.first or task, [sentence for sentence in later if _names_moment(sentence.statement)]
        if moved and task.due:
            task = replace(task, due=due_of(moved[-1].statement) if _is_theirs(last, task) else "")
            shown = shown if moved[-1] in shown else [moved[-1], *shown]
        places = task.later | {sentence.place for sentence in later}
        return replace(task, shown=(*task.shown, *shown), who=who, later=places, first=first)

    def _is_of(self, two: RoledSentence, task: Commitment, later: Sequence[RoledSentence]) -> bool:
        """Tell whether a later sentence speaks of a task: it answers it, or names its things."""
        places = {*task.places, *(sentence.place for sentence in later)}
        if self._requests(two) or not (self._people or two.does("correction", "outcome", "refusal")):
            return False
        is_own_task = two.scores["commitment"] + two.scores["own"] >= _IS_PROMISE and two.statement.speaker != task.who
        if is_own_task and not two.does("correction"):
            return False
        is_next, is_theirs = two.place == max(places) + 1, _is_theirs(two, task)
        if is_theirs and (two.about in places or (is_next and two.does("correction"))):
            return not two.statement.is_empty
        common = frozenset[str]().union(*(sentence.statement.stems for sentence in task.shown)) & two.statement.stems
        rare = [
            stem
            for stem in common - two.statement.fact_stems
            if self._spread[stem] <= _MAX_SPREAD and len(stem) >= _MIN_STEM_CHARS
        ]
        is_near = self._people or max(sentence.likeness(two) for sentence in task.shown) >= _SAME_TASK
        return bool(rare and is_near)

    @cached_property
    def _spread(self) -> Counter[str]:
        """In how many sentences each word stands; names of who speaks count as everywhere."""
        found = Counter(stem for sentence in self._sentences for stem in sentence.statement.stems)
        found.update(dict.fromkeys(self._names, _MAX_SPREAD + 1))
        return found

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(
            form for person in self._people for name in person.casefold().split() for form in (name, stem(name))
        )


def _is_theirs(two: RoledSentence, task: Commitment) -> bool:
    """Tell whether the one who owes a task, or asked for it, says a sentence."""
    return two.statement.speaker in (task.who, task.sentence.statement.speaker)


def _says_only_yes(one: RoledSentence) -> bool:
    return one.does("assent") and not (one.statement.asks or one.statement.values)


def _is_past(one: RoledSentence) -> bool:
    """Tell whether a sentence says that something was done: by its words, or since it was yesterday."""
    is_done = one.statement.has("done") and not one.statement.has("promise")
    return is_done or any("yesterday" in fact.readings for fact in one.statement.details)


def _accepts(two: RoledSentence) -> bool:
    """Tell whether a sentence says yes to what was asked."""
    scores = two.scores
    says_yes = max(scores["assent"], scores["commitment"] + scores["own"] / 2)
    is_yes = says_yes >= max(_IS_YES, scores["outcome"]) and not two.statement.asks
    return not (_refuses(two) or _is_past(two)) and (is_yes or (two.statement.has("assent") and two.statement.asks))


def _refuses(two: RoledSentence) -> bool:
    return two.scores["refusal"] >= _IS_REFUSED


def due_of(statement: Statement) -> str:
    """Return the words that say until when; "" when the sentence names several moments and none as a deadline."""
    words, clause = statement.words, unwrap(statement.raw)
    dues = (statement.asks and _moments_in(_CLAUSE.split(clause)[-1], words)) or _moments_in(clause, words)
    deadlines = [due for due in dues if words["conversation.deadline"].match(due)]
    sure = deadlines if len(deadlines) == 1 else dues
    return sure[0] if len(sure) == 1 else ""


def _names_moment(statement: Statement) -> bool:
    return bool(_moments_in(unwrap(statement.raw), statement.words))


def _moments_in(clause: str, words: Lexicon) -> list[str]:
    """Return each date, time or day with the words that lead to it, as it stands; what is past is none."""
    spans = [
        (fact.start, fact.start + len(fact.text))
        for fact in extract_facts(clause, words.language).items
        if fact.kind in _MOMENTS
    ]
    spans += [match.span() for match in words["conversation.due_phrase"].finditer(clause)]
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        between = clause[joined[-1][1] : start] if joined else ""
        if joined and (start <= joined[-1][1] or not words["conversation.due_lead"].sub("", between).strip(" ,")):
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return [due for begin, end in joined if (due := _with_lead(clause, begin, end, words))]


def _with_lead(clause: str, begin: int, end: int, words: Lexicon) -> str:
    while leads := [
        lead
        for pattern in _LEADS
        if (lead := pattern.search(clause[:begin])) and words["conversation.due_lead"].fullmatch(lead[0].strip())
    ]:
        begin = leads[0].start()
    due = clause[begin:end].strip(" .")
    before = clause[:begin].rpartition(" ")[0].rpartition(" ")[2]
    is_past = words["conversation.since"].match(due) or words["conversation.since"].fullmatch(before)
    return "" if is_past else due
