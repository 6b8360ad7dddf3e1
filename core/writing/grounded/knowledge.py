"""What passages say to a question of a message: the sentence itself, shown with its source.

A wrong answer is far worse than a gap. So a sentence stands in a reply only when it holds the kind of fact that is
asked for and every word of the question that tells one thing from another, when nothing newer says otherwise, and when
it is in the language of the reply; else the owner is offered it.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from core.drafts import DraftSource, Gap, without_gaps
from core.llm.ports import Embedder
from core.text.asks import is_question
from core.text.content import content_stems
from core.text.facts import Fact, Facts, extract_facts
from core.text.forms import YEAR
from core.text.language import detect_language
from core.text.lexicon import either_of, whole
from core.text.same_words import content_words, is_said, telling_words, unsaid
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.answer_by_meaning import measured, spots_of
from core.writing.grounded.answers import (
    Spot,
    kinds_asked,
    new_names,
    share_said,
    values_of,
)
from core.writing.grounded.asked import Asking, asked_in
from core.writing.grounded.earlier import THINGS, wants_thing
from core.writing.grounded.follow_ups import points_elsewhere
from core.writing.grounded.lines import Ground, Line, grounded_lines
from core.writing.grounded.passages import GroundPassage, read_passages, with_line_ends
from core.writing.grounded.rule_changes import RuleChanges, changes_of
from core.writing.grounded.thread_lines import points_back
from core.writing.result import PlanResult

# Where another sentence is clearly nearer, the question is about something else.
_AS_NEAR = 0.03
# A file that came with the message, what the owner said and what they keep ready go before what others wrote down.
_RANK = {"file": 0, "fact": 1, "answer": 2, "source": 3}
_MAX_AGE_YEARS = 3
_MAX_LINE_CHARS = 400
# So many sentences are shown that tell of other days.
_MAX_SHOWN = 2
_DAYS = frozenset({"date", "weekday"})
_DETAIL_TAIL = either_of("questions", "detail_tails", r"(?<=[^\W\d_]{4})", r"(?!\w)")
# Of the content words of a sentence that a model wrote, the share that one sentence of a passage says.
_MIN_RESTING = 0.6


@dataclass(frozen=True)
class _Found:
    """A sentence that may answer, with its passage."""

    spot: Spot
    passage: GroundPassage

    @property
    def order(self) -> tuple[int, float]:
        return _RANK[self.passage.kind], -self.spot.worth

    @property
    def beside(self) -> tuple[int, tuple[str, str, str]]:
        """Its place, and its words between the sentence before it, where they point back to that, and the next one."""
        sentence = unwrap(self.spot.sentence)
        told = ["", *(unwrap(part) for part in split_sentences(self.passage.text)), ""]
        at = next((place for place, part in enumerate(told) if sentence in part), 0)
        before = told[at - 1] if at and points_back(sentence) else ""
        return at - 1, (before, sentence, told[at + 1] if at else "")


class Knowledge:
    """All passages for one reply.

    Args:
        passages: what was found, as the value of an input.
        message: what is answered, with who wrote it.
        today: the day of the request (2026-03-31), "" when nobody says.
        embedder: gives what compares meanings; None: words are compared.
    """

    def __init__(
        self, passages: str, message: str = "", today: str = "", embedder: Callable[[], Embedder] | None = None
    ) -> None:
        self._passages = read_passages(passages) if passages.strip() else []
        self._message, self._today = message, today
        self._year = int(today[:4]) if today[:4].isdecimal() else 0
        self._embedder = measured(embedder) if self._passages else None
        # What the last question that says so was about, and the document that answered it.
        self._subject: tuple[str, ...] = ()
        self._document = ""

    def answer(self, question: str, asking: Asking, before: str = "") -> Ground | None:
        """Return what answers, None where nothing even comes near.

        `before` is the sentence before the question.
        """
        asked = asked_in(question, asking)
        if fact := self._fact(question):
            return self._of_fact(fact, asked, asking)
        asked = asked if telling_words(asked) or self._subject else f"{asked} {before}"
        sure = [found for found in self._spots(asked) if found.spot.is_sure and self._may_stand(found, asked, asking)]
        sure = [found for found in sure if _says_all(found, asked)]
        if self._document and points_elsewhere(asked):
            here = [found for found in sure if found.passage.document == self._document]
            says_more = len(telling_words(asked)) > 1
            sure = here or self._following(asked, asking) or (sure if says_more else [])
        else:
            self._subject, self._document = telling_words(asked), sure[0].passage.document if sure else ""
        chosen = _chosen(sure, asked)
        asks_yes = not kinds_asked(asked)
        if asks_yes and whole(asking.words["owner_decides"]).search(asked):
            return None
        if chosen is None:
            return None if kinds_asked(asked) else self._of_days(asked, asking)
        # "Can you bring tables?" wants a yes that no price of them gives.
        if asks_yes and whole(asking.words["will_you"]).search(asked):
            return replace(self._told(chosen, asking, is_sure=False), text="")
        changes = changes_of(asked, chosen.spot.passage, chosen.spot.sentence, self._passages)
        if any(changes):
            return self._told_changed(chosen, changes, asking)
        return self._told(chosen, asking, is_sure=not _disagree(sure, chosen, asked))

    def _of_days(self, asked: str, asking: Asking) -> Ground | None:
        """Return what tells of all that is asked, of other days or months: shown in its gap, and no sentence to pick.

        "Von November bis März ist sonntags kein Verleih" is what an owner has to see who is asked for December.
        """
        near = [
            found
            for found in self._spots(asked)
            if found.spot.is_likely
            and found.spot.says_own
            and _lacks_only_days(found.spot, asked)
            and self._may_stand(found, asked, asking)
        ]
        shown = [found for found in near if found.passage is near[0].passage][:_MAX_SHOWN]
        said = [unwrap(sentence) for sentence in split_sentences(shown[0].passage.text)] if shown else []
        told = ((found.passage, unwrap(found.spot.sentence)) for found in shown)
        # What does not follow what stands before it is parted from it by dots.
        lines = [
            _line(passage, asking, said.index(line) if line in said else 2 * at, line)
            for at, (passage, line) in enumerate(told)
        ]
        return replace(grounded_lines(lines, asking, is_sure=False), text="") if lines else None

    def _told_changed(self, chosen: _Found, changes: RuleChanges, asking: Asking) -> Ground:
        """Return a rule with what changes it, the latest first; both are shown, and no sentence to pick."""
        told = self._told(chosen, asking, is_sure=False)
        later, changed = (
            [_line(self._passages[at], asking, 0, unwrap(text)) for at, text in entries] for entries in changes
        )
        return replace(grounded_lines([*later, *told.lines, *changed], asking, is_sure=False), text="")

    def _of_fact(self, fact: GroundPassage, asked: str, asking: Asking) -> Ground:
        """Return a standing fact; one in another language is shown, and is no sentence to pick."""
        # "The VAT number of Brandt" is another one.
        is_other = new_names(asked, f"{fact.title} {' '.join(fact.phrases)} {fact.text}", asking.language)
        is_readable = detect_language(fact.text) in {asking.language, ""}
        line = _line(fact, asking, 0, fact.text.strip())
        told = grounded_lines([line], asking, is_sure=is_readable and not fact.is_guarded and not is_other)
        return told if is_readable else replace(told, text="")

    def _following(self, asked: str, asking: Asking) -> list[_Found]:
        """Return what answers a question that points back to the one before: in the document that answered that one.

        All words of its own are said there, and half of those of the subject, in the title or the sentence before too.
        """
        if not kinds_asked(asked):
            return []
        subject, own = self._subject, telling_words(asked)
        found = [
            each
            for each in self._spots(f"{asked.rstrip('?!. ')} {' '.join(subject)}?")
            if each.passage.document == self._document
            and each.spot.is_likely
            and each.spot.holds_kind
            and not (own and unsaid(own, each.spot.sentence))
            and self._may_stand(each, asked, asking)
        ]
        return [each for each in found if 2 * len({*subject} & {*each.spot.missing}) <= len(subject)]

    def _spots(self, asked: str) -> list[_Found]:
        spots = spots_of(asked, self._passages, self._embedder) if telling_words(asked) else []
        best = spots[0].worth if spots else 0.0
        near = (_Found(spot, self._passages[spot.passage]) for spot in spots if spot.worth >= best - _AS_NEAR)
        return [spot for spot in near if not spot.passage.is_guarded]

    def _fact(self, question: str) -> GroundPassage | None:
        """Return the standing fact that a question or request names, by its name or another phrase for it."""
        facts = (passage for passage in self._passages if passage.kind == "fact")
        return next((fact for fact in facts if is_named(fact, question)), None)

    def _may_stand(self, found: _Found, asked: str, asking: Asking) -> bool:
        spot, passage = found.spot, found.passage
        is_readable = _is_in(asking.language, spot, asked) and len(spot.sentence) <= _MAX_LINE_CHARS
        # What was said to one person may be true for that one alone.
        is_personal = passage.kind == "answer" and whole(asking.words["personal"]).search(spot.sentence)
        if wants_thing(asked, asking):
            # Who wants a thing sent is only answered by what says it: a number, a link, an address.
            is_readable = is_readable and any(fact.kind in THINGS for fact in extract_facts(spot.sentence).items)
        return is_readable and not is_personal and self._is_fresh(found, asked) and self._is_theirs(spot, asked, asking)

    def _is_theirs(self, spot: Spot, asked: str, asking: Asking) -> bool:
        """Tell whether a sentence is of nobody else than whoever asks for what is theirs."""
        kinds = kinds_asked(asked)
        asks_name = "who" in kinds or (not kinds and whole(asking.words["which"]).search(asked))
        if asks_name or not whole(asking.words["own"]).search(asked):
            return True
        # A title begins with a capital whatever its first word is.
        title = " ".join(f"{part[:1].lower()}{part[1:]}" for part in spot.title.split(", "))
        return not new_names(f"{spot.sentence} ({title})", f"{asked} {self._message}", spot.language)

    def _is_fresh(self, found: _Found, asked: str) -> bool:
        """Tell whether a passage is of now: one that is called after a year tells of that year alone."""
        if not self._year:
            return True
        named = {int(year) for year in YEAR.findall(found.spot.title)}
        if named and not any(str(year) in asked for year in named):
            return max(named) >= self._year
        days = [min(fact.readings) for fact in self._days(found.spot)]
        if days and max(days) < self._today:
            return False  # the day has gone by
        written = int(found.passage.date[:4] or self._year)
        return bool(named) or self._year - written <= _MAX_AGE_YEARS

    def _days(self, spot: Spot) -> list[Fact]:
        facts = extract_facts(spot.sentence, spot.language).items
        return [fact for fact in facts if fact.kind == "date" and YEAR.match(min(fact.readings))]

    def _told(self, found: _Found, asking: Asking, *, is_sure: bool) -> Ground:
        at, (before, sentence, after) = found.beside
        is_limited = bool(after) and not is_question(after) and whole(asking.words["qualifies"]).search(after)
        passage = replace(found.passage, title=found.spot.title)
        line = replace(_line(passage, asking, at, sentence), before=before)
        limits = [_line(passage, asking, at + 1, after)] if is_limited else []
        return grounded_lines([line, *limits], asking, is_sure=is_sure)


def _is_in(language: str, spot: Spot, asked: str) -> bool:
    """Tell whether a sentence is in a language; a row, whose few words tell none, where it has the question's words."""
    if spot.language in {language, ""}:
        return True
    row = spot.sentence.casefold()
    return bool(spot.asked) and all(word.casefold() in row for word in telling_words(asked))


def _line(passage: GroundPassage, asking: Asking, place: int, sentence: str) -> Line:
    at = (-passage.number, place)
    written = Line("source", passage.shown_title, passage.date, passage.link, asking.language, at)
    return replace(written, sentence=sentence, place=passage.place, kind=passage.kind)


def _lacks_only_days(spot: Spot, asked: str) -> bool:
    """Tell whether a sentence with days says all of a question but for dates, and something beside them.

    Which weekdays others are is told by a list of them alone, which is no ground for one that is not in it.
    """
    days = " ".join(fact.text for fact in extract_facts(asked).items if fact.category == "date")
    words, missing = telling_words(asked), unsaid(content_words(asked), spot.sentence)
    said = [word for word in words if word not in missing and not is_said(word, days)]
    has_days = any(fact.category in _DAYS for fact in extract_facts(spot.sentence, spot.language).items)
    return has_days and bool(missing and said) and all(is_said(word, days) for word in missing)


def _says_all(found: _Found, asked: str) -> bool:
    """Tell whether a sentence holds every word of a question that tells one thing from another, or its title does.

    A word that is near in meaning is no ground: part-time is near to full-time.
    """
    words, title, (before, sentence, _) = content_words(asked), found.spot.title, found.beside[1]
    missing = unsaid(words, f"{before} {sentence}")
    is_told_by_title = bool(kinds_asked(asked)) or len(missing) <= len(words) / 2
    return not missing or (is_told_by_title and all(is_said(word, title) for word in missing))


def _chosen(sure: Sequence[_Found], asked: str) -> _Found | None:
    """Return the best sentence; of sources that tell different values the newest."""
    if not sure:
        return None
    best = min(sure, key=lambda one: one.order)
    others = [
        other for other in sure if other.passage.kind == best.passage.kind and other.passage.date > best.passage.date
    ]
    newer = [other for other in others if best.passage.date and _differ(best, other, asked)]
    return max(newer, key=lambda one: one.passage.date, default=best)


def _disagree(sure: Sequence[_Found], chosen: _Found, asked: str) -> bool:
    """Tell whether passages tell different values of which none is known to be the newer one."""
    others = [other for other in sure if other.passage.number != chosen.passage.number]
    return any(other.passage.date >= chosen.passage.date and _differ(other, chosen, asked) for other in others)


def _differ(one: _Found, other: _Found, asked: str) -> bool:
    value, other_value = values_of(one.spot, asked), values_of(other.spot, asked)
    return bool(value and other_value) and value.isdisjoint(other_value)


def is_named(fact: GroundPassage, text: str) -> bool:
    """Tell whether a text says the name of a fact, or another phrase for it."""
    said = set(content_stems(text)) | set(content_stems(_DETAIL_TAIL.sub(" ", text)))
    return any(stems and stems <= said for stems in _names(fact))


def _names(fact: GroundPassage) -> Iterator[set[str]]:
    return (set(content_stems(phrase)) for phrase in (fact.title, *fact.phrases))


def usable(passages: Sequence[GroundPassage], own_words: str) -> list[GroundPassage]:
    """Return the passages without guarded facts that the person did not name: no mail alone brings them out."""
    return [passage for passage in passages if not passage.is_guarded or is_named(passage, own_words)]


def with_facts(result: PlanResult, passages: Sequence[GroundPassage], own_words: str) -> PlanResult:
    """Return a text with standing facts in the gaps that bear their names: "[[booking link]]"."""
    text, sources, gaps = result.text, list(result.sources), list[Gap]()
    facts = [passage for passage in usable(passages, own_words) if passage.kind == "fact"]
    for gap in result.gaps:
        asked = set(content_stems(gap.question))
        fact = next((fact for fact in facts if asked in [*_names(fact)]), None)
        if fact is None:
            gaps.append(gap)
            continue
        said = fact.text.strip()
        text = text.replace(gap.place, said)
        sources.append(fact.as_source(len(sources) + 1, said, said))
    return replace(result, text=text, sources=tuple(sources), gaps=tuple(gaps))


def resting_on(text: str, passages: Sequence[GroundPassage], given: str) -> tuple[DraftSource, ...]:
    """Return what of a text that a model wrote rests on passages and not on what was given to it.

    Each sentence is shown with the sentence of a passage that says its facts, or most of its words.
    """
    known, found = extract_facts(given), list[DraftSource]()
    # Each sentence is held against all parts: what is costly is done once.
    parts, facts_of = functools.cache(functools.partial(_parts, passages)), functools.cache(extract_facts)
    for sentence in map(unwrap, split_sentences(without_gaps(text))):
        language = detect_language(sentence)
        new = Facts(extract_facts(sentence, language).missing_from(known), sentence)
        if not new.items and share_said(sentence, given) >= _MIN_RESTING:
            continue
        # A line by itself proves more than the list that it stands in.
        near = (_nearest(sentence, new, parts(read), facts_of) for read in (with_line_ends, str))
        if best := next(filter(None, near), None):
            found.append(best.passage.as_source(len(found) + 1, best.text, sentence))
    return tuple(found)


class _Part(NamedTuple):
    """A sentence or line of a passage, and its language."""

    passage: GroundPassage
    text: str
    language: str


def _parts(passages: Sequence[GroundPassage], read: Callable[[str], str]) -> list[_Part]:
    return [
        _Part(passage, unwrap(part), detect_language(part) or detect_language(passage.text))
        for passage in passages
        for part in split_sentences(read(passage.text))
    ]


def _nearest(sentence: str, new: Facts, parts: Sequence[_Part], facts_of: Callable[[str, str], Facts]) -> _Part | None:
    """Return the part that holds the facts that a sentence adds and says most of its words; without facts most words.

    A part is read in its own language.
    """
    if new.items:
        language = detect_language(sentence)
        parts = [part for part in parts if not new.missing_from(facts_of(part.text, part.language or language))]
    shares = [(share_said(sentence, part.text), part) for part in parts]
    share, best = max(shares, key=lambda each: each[0], default=(0.0, None))
    return best if new.items or share >= _MIN_RESTING else None
