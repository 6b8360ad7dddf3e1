"""What earlier messages say to a question: the words themselves, with who wrote them and when.

The line that most likely answers is shown to the owner; none is said, nor is any a ready answer. A
small learnt weighing finds it (`likely_lines`); where nothing compares meanings, words alone. What was written later
and settles the matter otherwise stands beside it; what else may answer, and what was written last, behind all.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate, groupby
from typing import Literal

from core.cached_property import cached_property
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.text.asks import asks_for_word, is_question, kind_of
from core.text.facts import extract_facts
from core.text.language import detect_language
from core.text.lexicon import either, whole
from core.text.same_words import content_words, is_said, is_time_unit, telling_words
from core.writing.grounded.answer_by_meaning import measured
from core.writing.grounded.answers import asks_fact, holds_kind, share_said
from core.writing.grounded.asked import Asking, asked_in, letters_of
from core.writing.grounded.blocks import says_something
from core.writing.grounded.likely_lines import LikelyLines
from core.writing.grounded.lines import Ground, Line, grounded_lines
from core.writing.grounded.occasions import is_favour, is_negated
from core.writing.grounded.offered import names_day_of, offered_dates
from core.writing.grounded.superseded import (
    MIN_WORD_CHARS,
    corrects,
    denies,
    fitting_beside,
    has_values,
    renews,
    repeats,
    said_of,
    says_anew,
    says_other,
    says_other_value,
    settling,
    takes_back,
)
from core.writing.grounded.thread_lines import lines_of_thread
from core.writing.grounded.threads import ThreadPeople, is_same_name

# From here on a line stands beside what is asked. Of mails with threads of several people half of the lines below it
# were beside the point; all stand behind the reply anyway.
OFFERED = 0.5
# So likely is enough where a line says a word of the question that so many lines at most say.
NAMED, _FEW_LINES = 0.3, 2
# So likely is a second line without such a word, up to so many are shown: of 24 that were only likely 17 were wrong.
_SECOND, _MAX_OFFERED = 0.9, 2
# A line that is less likely stands not alone where another one says a word of the question, too.
_LIKELY = 0.6
# A line that answers another question of the message so much better stands beside that one alone.
_SHARED = 0.7
# What may answer and stands beside nothing asked is told behind all, so many lines.
ALSO_SHOWN, _MAX_ALSO, _MAX_LAST_CHARS = 0.12, 3, 700

THINGS = frozenset({"id", "link", "address", "number", "account"})
# A thread of 40 mails has some 250 sentences; its first ones may answer, too.
_MAX_SENTENCES = 500
# Where nothing compares meanings, the share of the words of what is asked.
_MIN_SHARED = 0.45
# So likely is a later line that replaces what it does not repeat.
_REPLACES = 0.03
# What says so much of an earlier line says it anew; what says so many words of it and another value may.
_RESTATES, _SAME_WORDS = 0.4, 2


class Earlier:
    """All that was written before, for one reply.

    Args:
        thread: the earlier messages.
        people: who answers whom.
        embedder: gives what compares meanings; None: words are compared.
        message: what is answered.
        asked: the sentences of the message that ask, each with what is asked in it (`wanted_in`).
    """

    def __init__(
        self,
        thread: str,
        people: ThreadPeople,
        embedder: Callable[[], Embedder] | None = None,
        message: str = "",
        asked: Mapping[str, str] | None = None,
    ) -> None:
        written = [*lines_of_thread(thread, people)]
        # Who asks does not know: what they wrote takes no room from what answers them.
        answering = [at for at, (line, _) in enumerate(written) if line.role != "sender"][-_MAX_SENTENCES:]
        written = written[answering[0] :] if len(answering) == _MAX_SENTENCES else written
        self._lines, self._written = [line for line, is_shared in written if is_shared], [line for line, _ in written]
        self._others = [line for line in self._lines if line.role != "sender"]
        said = [f"{line.asked} {line.whole}".strip() for line in self._others]
        self._language = detect_language(thread)
        compares, self._asked = measured(embedder) if said else None, asked or {}
        wanted = [*self._asked.values()]
        self._likely_lines = LikelyLines(said, message, self._language, compares, wanted) if compares else None
        self._known: dict[tuple[str, str], dict[Line, float]] = {}
        # How likely each line answers anything that was asked; 1 where it may replace what is shown.
        self._most: dict[Line, float] = {}

    def answer(self, question: str, asking: Asking, before: str = "") -> Ground | None:
        """Return the line that most likely answers, and what replaces it, for the owner to choose; None for none.

        `before` is the sentence before the question: "I cannot find the due date. When was it?"
        """
        asked = wanted_in(question, before, asking)
        known = self._likely(question, asked)
        dates = _dates_to_choose(question, asking)
        if said := [line for line in known if names_day_of(line.sentence, dates, line.language)]:
            # What stands against a date is seen beside it; it is no answer.
            best = replace(max(said, key=lambda one: known[one]), near=1.0)
            return replace(grounded_lines([best], asking, is_sure=False), text="")
        lines = [replace(line, near=likely) for line, likely in known.items() if likely >= _REPLACES]
        lines.sort(key=lambda line: -line.near)
        settles = settling(asking)
        found = self._beside(lines, question, asked)
        shown = self._renewed_of(found, asked, whole(asking.words["settles"]))
        replaced = [line for line in found if line not in shown]
        # Beside what is surely meant others are not.
        for line in replaced if found else lines:
            self._most[line] = max(line.near, self._most.get(line, 0.0))
        if not shown:
            return None
        later = self._later(shown, {line.at: line.near for line in lines}, settles)
        told = [*fitting_beside(self._corrections(shown, settles), shown), *later, *shown]
        told = [*dict.fromkeys(part for line in told for part in self._whole(line, settles))]
        # What was written last may correct the rest.
        told.sort(key=lambda line: -line.at[0])
        after = (line for line in self._others if line.at[0] > shown[0].at[0] and line not in told)
        self._most |= {line: 1.0 for line in after if _by_same(line, shown[0]) and says_other_value(line, shown)}
        told = [replace(line, overtaken=self._overtakes(line)) for line in told]
        # What a person wrote is shown, and never a ready answer (DECISIONS 434).
        return grounded_lines(told, asking, is_sure=False)

    def _renewed_of(self, found: Sequence[Line], asked: str, settles: re.Pattern[str]) -> list[Line]:
        """Return lines, in place of each what renews it; what may be of another thing stands before the old line."""
        renewed = {line: new for line in found if (new := self._renewed(line, settles))}
        settled = {line.at[0] for line in self._others if settles.search(line.sentence)}
        kept = [
            line
            for line, new in renewed.items()
            if not (new.at[0] in settled or takes_back(new, line) or _says_all(new, line, asked))
        ]
        return [*dict.fromkeys([*(renewed.get(line, line) for line in found), *kept])]

    def _later(
        self, shown: Sequence[Line], near: Mapping[tuple[int, int], float], settles: Callable[[str], bool]
    ) -> list[Line]:
        """Return the newest line that says anew, by anybody, what the first of those shown says, if any."""
        first = shown[0]
        after = [line for line in self._others if line.at[0] > first.at[0] and line not in shown]
        found = [
            line
            for line in after
            if (line.at in near or said_of(line, first))
            and (
                (settles(line.sentence) and corrects(line, first))
                or share_said(first.sentence, line.sentence) >= _RESTATES
                or (said_of(line, first) >= _SAME_WORDS and renews(line, first))
                or (near.get(line.at, 0.0) >= OFFERED and says_other_value(line, shown))
            )
        ]
        return found[-1:]

    def _overtakes(self, line: Line) -> Literal["", "owner", "other"]:
        """Return who told something in a message after a line."""
        roles: Sequence[Literal["owner", "other"]] = ("owner", "other")
        return next((role for role in roles if line.at[0] < self._last_told.get(role, 0)), "")

    @cached_property
    def _last_told(self) -> dict[str, int]:
        """The number of the last message of each role that is no mere courtesy."""
        asking = Asking(self._language)
        return {line.role: line.at[0] for line in self._written if says_something(line.sentence, asking)}

    def _corrections(self, shown: Sequence[Line], settles: Callable[[str], bool]) -> Iterator[Line]:
        """Yield what who wrote a line corrects of it in a later message.

        Who corrects may say in one sentence that something was wrong and in another what is right.
        """
        for number, run in groupby(self._others, key=lambda line: line.at[0]):
            lines, old = [*run], [line for line in shown if line.at[0] < number]
            old = [line for line in old if _by_same(line, lines[0])]
            near = [line for line in lines if old and (says_other_value(line, old) or _speaks_of(line, old))]
            cues = [
                line
                for line in lines
                if "?" in line.asked or settles(line.sentence) or any(denies(line, each) for each in old)
            ]
            cues = [line for line in cues if line in near or not has_values(line)]
            yield from (line for line in lines if near and cues and line in (*near, *cues))

    def _whole(self, line: Line, settles: Callable[[str], bool]) -> list[Line]:
        """Return a line, and what follows it where it only says what is not so: "Sorry, wrong edition"."""
        number, place = line.at
        after = next((other for other in self._others if other.at[0] == number and other.at[1] > place), None)
        is_bare = settles(line.sentence) and not has_values(line)
        return [line, after] if after and (is_bare or is_negated(line.language, line.sentence)) else [line]

    def _beside(self, lines: Sequence[Line], question: str, asked: str) -> list[Line]:
        """Return which of the lines, the likeliest first, stand beside a question."""
        own = [line for line in lines if line.near >= _SHARED * self._elsewhere(line, question)]
        named = [line for line in own if line.near >= NAMED and self._says_own(line, asked)]
        first = next((line for line in own if line.near >= OFFERED or line in named), None)
        if first is None:
            return []
        # Where none is likely, who says a word of the question may answer as well.
        least = OFFERED if first.near >= _LIKELY else NAMED
        others = [line for line in own if line.near >= (least if line in named else _SECOND) and line != first]
        # The owner's words and another's are told in two ways.
        others = [line for line in others if (line.role == "owner") == (first.role == "owner")]
        others = [line for line in others if not _is_behind(line, first, lines, line in named)]
        found = [first, *others]
        return [line for line in found if not any(line.sentence in other.before for other in found)][:_MAX_OFFERED]

    def _elsewhere(self, line: Line, question: str) -> float:
        """Return how likely a line answers another question of the message, of which this one is no part."""
        letters = letters_of(question)
        others = [(other, asked) for other, asked in self._asked.items() if letters not in letters_of(other)]
        known = (self._likely(other, asked) for other, asked in others)
        return max((likely.get(line, 0.0) for likely in known), default=0.0)

    def _renewed(self, line: Line, settles: re.Pattern[str]) -> Line | None:
        """Return what the same person wrote later of the same thing with another value; None where nothing."""
        later = [other for other in self._others if other.at[0] > line.at[0] and _by_same(other, line)]
        new = [other for other in later if renews(other, line) or takes_back(other, line)]
        settled = {other.at[0] for other in later if settles.search(other.sentence)}
        return next(
            (
                replace(other, near=line.near)
                for other in reversed(new)
                if takes_back(other, line)
                or share_said(line.sentence, other.sentence) >= _RESTATES
                or (other.at[0] in settled and said_of(other, line))
            ),
            None,
        )

    def also(self, told: str = "", role: str = "owner") -> list[Line]:
        """Return what else somebody wrote last, as much as a gap holds, without courtesies.

        The newest message stands first, since it may correct the others; behind it what is older and may answer
        something. It is for the owner alone: what was written to others than the sender, or among others, stands there,
        too.

        Args:
            told: what the draft shows already.
            role: of who wrote.
        """
        asking = Asking(self._language)
        closes = either(asking.words["closings"], r"\W{0,8}")
        kept = [line for line in self._written if line.role == role and says_something(line.sentence, asking)]
        kept = [line for line in kept if not closes.match(line.sentence)]
        letters = f" {letters_of(told)} "
        kept = [line for line in kept if f" {letters_of(line.sentence)} " not in letters]
        sizes = accumulate(len(line.sentence) for line in reversed(kept))
        begin = len(kept) - max(1, sum(size <= _MAX_LAST_CHARS for size in sizes))
        older = [line for line in kept[: max(0, begin)] if self._most.get(line, 0.0) >= ALSO_SHOWN]
        likeliest = sorted(older, key=lambda line: -self._most[line])[:_MAX_ALSO]
        return sorted([*likeliest, *kept[max(0, begin) :]], key=lambda line: (-line.at[0], line.at[1]))

    def against(self, told: str, asking: Asking) -> list[Line]:
        """Return what the owner wrote before that speaks against what they tell now.

        So does another value for something asked, and what replaced a value that they repeat: "we closed that account".
        """
        said = Line("owner", "", language=asking.language, sentence=told)
        own, settles = [line for line in self._others if line.role == "owner"], whole(asking.words["settles"])
        answers = (self.answer(question, asking) for question in self._asked)
        shown = dict.fromkeys(line for answer in answers if answer for line in answer.lines if line in own)
        found = [line for line in shown if says_other(said, line) and says_other_value(said, [line])]
        repeated = [line for line in own if repeats(said, line)]
        settled = [line for line in repeated if settles.search(line.sentence)]
        # What is said there for the first time is the new value.
        found += [
            line for line in settled if any(repeats(line, old) for old in self._written if old.at[0] < line.at[0])
        ]
        renewed = ((line, self._renewed(line, settles)) for line in repeated)
        found += [new for line, new in renewed if new and says_anew(new, line, said)]
        return sorted(dict.fromkeys(found), key=lambda line: (-line.at[0], line.at[1]))

    def written_by(self, role: str) -> tuple[int, int]:
        """Return the numbers of the first and the last message of somebody, -1 for none."""
        asking = Asking(self._language)
        lines = (line for line in self._written if line.role == role and says_something(line.sentence, asking))
        numbers = [line.at[0] for line in lines]
        return min(numbers, default=-1), max(numbers, default=-1)

    def _says_own(self, line: Line, asked: str) -> bool:
        """Tell whether a line says a word of a question that one other line at most says; "Monday" tells nothing."""
        times = " ".join(fact.text for fact in extract_facts(asked).items).casefold()
        words = [
            word for word in telling_words(asked) if not is_time_unit(word.casefold()) and word.casefold() not in times
        ]
        said = [word for word in words if len(word) >= MIN_WORD_CHARS and is_said(word, line.whole)]
        return any(sum(is_said(word, other.whole) for other in self._others) <= _FEW_LINES for word in said)

    def is_shared(self, line: Line) -> bool:
        """Tell whether the sender has read a line, as far as the thread tells."""
        return line in self._lines

    def _likely(self, question: str, asked: str) -> dict[Line, float]:
        """Return how likely each line answers; where nothing compares meanings, the share of words that it has."""
        if (question, asked) not in self._known:
            self._known[question, asked] = self._read(question, asked)
        return self._known[question, asked]

    def _read(self, question: str, asked: str) -> dict[Line, float]:
        with suppress(InlaidError):  # by their words, then
            if self._likely_lines:
                found = self._likely_lines.signs(question, asked)
                return {self._others[at]: signs.probability for at, signs in found.items()}
        shared = {line: share_said(asked, line.whole) for line in self._others if _may_answer(line, asked)}
        return {line: share for line, share in shared.items() if share >= _MIN_SHARED}


def wanted_in(question: str, before: str, asking: Asking) -> str:
    """Return what a question asks, with the sentence before it where its own words say nothing of what it is about."""
    asked = asked_in(question, asking)
    if before and whole(asking.words["tags"]).fullmatch(asked.strip(" ?!.,\u00bf")):
        return before
    return asked if len(content_words(asked)) > 1 else f"{asked} {before}"


def _dates_to_choose(question: str, asking: Asking) -> tuple[str, ...]:
    """Return the dates that a question leaves to choose from."""
    if asking.offered and whole([*asking.words["which"], *asking.words["which_listed"]]).search(question):
        return asking.offered
    dates = offered_dates(question, asking.words)
    return dates if len(dates) > 1 else ()


def _is_behind(line: Line, likeliest: Line, lines: Sequence[Line], is_named: bool) -> bool:
    """Tell whether a line may be out of date: an older one that is only likely, or one that a later one corrects."""
    # In a long thread some line that is near to nothing asked names another day.
    near = (likeliest, *(other for other in lines if other.near >= NAMED))
    newer = [other for other in near if other.at[0] > line.at[0] and _by_same(other, line)]
    return (line.at[0] < likeliest.at[0] and not is_named) or any(says_other(other, line) for other in newer)


def _says_all(new: Line, old: Line, asked: str) -> bool:
    """Tell whether a line says all words of what is asked that an old one says, but for those of time."""
    words = [word for word in telling_words(asked) if not is_time_unit(word.casefold()) and is_said(word, old.whole)]
    return all(is_said(word, new.whole) for word in words)


def _by_same(line: Line, other: Line) -> bool:
    """Tell whether one person wrote two lines, who may bear a shorter name in one of them."""
    return line.role == other.role and (line.role == "owner" or is_same_name(line.who, other.who))


def _speaks_of(line: Line, earlier: Sequence[Line]) -> bool:
    return any(repeats(line, old) or said_of(line, old) for old in earlier)


def _may_answer(line: Line, asked: str) -> bool:
    """Tell whether a line holds what is asked for, or more than is asked."""
    if asks_fact(asked):
        return holds_kind(line.sentence, asked, line.language)
    facts = extract_facts(line.sentence, line.language)
    return asks_for_word(asked) and bool(facts.missing_from(extract_facts(asked)))


def wants_thing(asked: str, asking: Asking) -> bool:
    """Tell whether something is to be done or sent, and no question answered."""
    asks = asks_fact(asked) or asks_for_word(asked) or (is_question(asked) and not is_favour(asking.language, asked))
    return kind_of(asked) == "request" and not asks
