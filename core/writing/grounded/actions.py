"""Action items without guessing: who promised what, and who was asked for it and took it on, word for word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.facts import extract_facts
from core.text.instructions import without_instructions
from core.text.language import detect_language, stop_words
from core.text.lexicon import Lexicon, lexicon
from core.text.sentences import unwrap
from core.text.statements import Statement, read_statements, signed_by
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions
from core.writing.grounded.context import Chain, Context, is_whole
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_ANSWERED_WITHIN, _NEAR = 4, 3
_BETWEEN = " \u2192 "
_CLAUSE = re.compile(r"[,;:]\s+(?!(?:19|20)\d\d\b)|\s[\u2013\u2014-]\s")
_CALLED = re.compile(r"([A-Z][\w'-]{1,20}(?: [A-Z][\w'-]{1,20})?),\s")
_MOMENTS = frozenset({"date", "time", "weekday", "day"})
_LEADS = tuple(re.compile(rf"(?<![\w'\u2019.])(?:[\w'\u2019.]{{1,30}} ){{{count}}}\Z") for count in (2, 1))
_PAIR = 2


@dataclass(frozen=True)
class Task:
    """Something that somebody owes. `chain` is what a person reads; `statement` is the one that asks or promises."""

    statement: Statement
    chain: Chain
    who: str = ""
    due: str = ""

    @property
    def item(self) -> Item:
        """The task as an entry of a list."""
        return Item(text=_BETWEEN.join(one.text for one in self.chain), quote=self.statement.raw,
                    who=self.who, due=self.due)  # fmt: skip


def list_actions(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return one item for each sentence that promises something, or asks for it and is not refused."""
    del ask, options
    source = values[recipe.main_input]
    language = detect_language(source)
    tasks = find_tasks(read_statements(without_instructions(source), language), signed_by(source, language))
    findings = tuple(find_instructions(Grounds(recipe, values, source), ""))
    return PlanResult(items=tuple(task.item for task in tasks), findings=findings)


def find_tasks(statements: Sequence[Statement], author: str = "") -> list[Task]:
    """Return who owes what, in the order of the text. `author` wrote it, where no speaker is named."""
    reader = _Reader(statements, author)
    tasks: list[Task] = []
    for task in map(reader.task_of, statements):
        if task and not reader.is_over(task):
            tasks = [one for one in tasks if one.chain[-1] not in task.chain or one.who not in ("", task.who)]
            tasks += [] if any(task.chain[-1] in one.chain for one in tasks) else [task]
    return tasks


class _Reader:
    """Reads promises and requests beside what is said around them."""

    def __init__(self, statements: Sequence[Statement], author: str) -> None:
        self._statements = statements
        self._author = author
        self._context = Context(statements)
        self._people = list(dict.fromkeys(one.speaker for one in statements if one.speaker))

    def task_of(self, one: Statement) -> Task | None:
        """Return what is owed by a statement: a promise, an offer or request that was taken up, or a bare request."""
        before = self._context.before(one)
        if one.has("no_promise") or one.asks:
            return self._requested(one) if one.asks else None
        asked = self._who_asked(one) if one.has("who_answer") else None
        if asked and not one.does & {"refusal"}:
            return self._task(one, one.speaker if one.has("mine") or "promise" in one.does else "", asked)
        request = self._asked_of(before, one) if before else None
        if request or "promise" in one.does or (one.has("offer") and self._is_wanted(one, before)):
            return None if self._context.is_refused(one) else self._task(one, one.speaker or self._author, request)
        if one.has("assigned"):
            return self._task(one, self._named(one))
        return self._requested(one)

    def _is_wanted(self, one: Statement, before: Statement | None) -> bool:
        """Tell whether an offer answers a question who does it, or is accepted right away."""
        answer = self._context.answer(one)
        accepted = bool(
            answer
            and not one.has("assent")
            and (answer.has("assent") or answer.has("settled") or "request" in answer.does)
        )
        return accepted or bool(before and before.asks and (before.has("who_asked") or "request" in before.does))

    def _who_asked(self, one: Statement) -> Statement | None:
        """Return the question of another just before that asks who does something."""
        for earlier in reversed(self._statements[max(0, one.place - _NEAR) : one.place]):
            if earlier.has("who_asked") and earlier.turn != one.turn:
                return earlier
            if not earlier.does & {"refusal", "done"}:
                return None
        return None

    def _asked_of(self, before: Statement, answer: Statement) -> Statement | None:
        """Return the request of the turn before that an answer takes on; none when it was put to somebody else."""
        turn = [one for one in self._statements[max(0, answer.place - _NEAR) : answer.place] if one.turn == before.turn]
        for one in reversed(turn):
            if "request" in one.does and not one.has("no_request") and not one.has("permission"):
                called = self._addressed(one)
                says_yes = answer.has("short_promise") or answer.has("assent")
                if called in ("", answer.speaker) and (says_yes or answer.has("offer")):
                    return one
                is_about = answer.points_back or answer.stems & one.stems
                return one if "promise" in answer.does and is_about else None
            if one.asks:
                return None
        return None

    def _task(self, one: Statement, who: str, begin: Statement | None = None) -> Task | None:
        """Return a task with what it needs to be read: from the request on, and what stands before it."""
        chain = self._context.chain(one, at_any_rate=True)
        if begin and begin not in chain:
            head = self._context.chain(begin, at_any_rate=True)
            chain = tuple({two.place: two for two in (*head, *self._statements[begin.place : one.place], one, *chain)}
                          .values()) if head else ()  # fmt: skip
        after = self._statements[one.place + 1 : one.place + 2]
        chain += tuple(two for two in after if chain and two.turn == one.turn and two.facts and two not in chain
                       and len(two.text.split()) <= _ANSWERED_WITHIN and not two.asks)  # fmt: skip
        chain += tuple(two for two in after if one in chain and two not in chain and one.has("offer")
                       and two.speaker != one.speaker and "request" in two.does and not two.asks)  # fmt: skip
        if one not in chain or any(two.has("done") and two.place >= one.place for two in chain):
            return None
        says_only_yes = not one.facts and len(one.stems) < _PAIR and "promise" not in one.does
        if begin and is_whole(begin) and says_only_yes and not begin.has("who_asked"):
            chain = tuple(two for two in chain if two.place <= begin.place)
        owed = [two for two in chain if two.place >= (begin or one).place]
        dues = [due for two in owed if (due := due_of(two) or (two.place > one.place and moment_of(two)))]
        quote = begin if begin else one
        return Task(quote, chain, who, dues[-1] if dues else "")

    def _named(self, statement: Statement) -> str:
        return next((one for one in self._people if re.search(rf"\b{re.escape(one)}\b", statement.text)), "")

    def _requested(self, one: Statement) -> Task | None:
        """Return what somebody is asked for by name or as the only other one, and neither refuses nor hands on."""
        if "request" not in one.does or one.is_empty or one.has("permission") or one.has("no_request"):
            return None
        called = self._addressed(one)
        others = [name for name in self._people if name != one.speaker]
        replies = [two for two in self._statements[one.place + 1 : one.place + 1 + _ANSWERED_WITHIN]
                   if two.speaker != one.speaker]  # fmt: skip
        theirs = [two for two in replies if two.speaker == (called or (others[0] if len(others) == 1 else ""))]
        if self._is_turned_down(replies, theirs) or (one.has("tell") and any(len(two.stems) > _PAIR for two in theirs)):
            return None
        who = called or (others[0] if len(others) == 1 else "")
        is_open = who or not self._people or not replies
        return self._task(one, who) if is_open else None

    def _is_turned_down(self, replies: Sequence[Statement], theirs: Sequence[Statement]) -> bool:
        """Tell whether the answer is a no or a question, or somebody else takes it on."""
        says_no = any(two.does & {"refusal", "dispute"} or two.asks or two.has("done") for two in theirs[:2])
        first = replies[:1]
        return says_no or any(
            two not in theirs and (two.has("short_promise") or "promise" in two.does) for two in first
        )

    def _addressed(self, statement: Statement) -> str:
        """Return the person whom a sentence calls by name."""
        for person in self._people:
            for name in {person, person.split()[0], person.split()[-1]}:
                called = rf"(?i)^(?:\S+ )?{re.escape(name)}\b[, :]|[, ]{re.escape(name)}(?: \w+)?\s*[?.!]*$"
                if person != statement.speaker and re.search(called, statement.text):
                    return person
        begins = _CALLED.match(statement.text)
        called = begins[1] if begins else ""
        name = called.casefold()
        is_word = name in stop_words() or name in lexicon("mul").words("speakers.nobody")
        is_word = is_word or bool(statement.words["phrases.breaks"].fullmatch(name))
        return called if called and not is_word else ""

    def is_over(self, task: Task) -> bool:
        """Tell whether the task is reported as done, called off, or given to somebody else later."""
        last = task.chain[-1].place
        if "done" in task.chain[-1].does and "promise" not in task.chain[-1].does:
            return True
        return any(self._ends(later, task, last) for later in self._after(last))

    def _after(self, place: int) -> Iterator[Statement]:
        return (one for one in self._statements[place + 1 :] if not one.asks)

    def _ends(self, later: Statement, task: Task, last: int) -> bool:
        is_near = later.place - last <= _NEAR
        common = later.stems & frozenset().union(*(one.stems for one in task.chain))
        about = len(common) >= _PAIR or (bool(common) and later.place - last <= _ANSWERED_WITHIN)
        if later.has("cancel") or (later.has("change") and about):
            return about or later.place == last + 1
        before = self._context.before(later)
        reports = (later.speaker == task.who or later.has("report")) and not (before and before.asks)
        is_next = later.place == last + 1
        return later.has("done") and "promise" not in later.does and ((about and is_near) or (is_next and reports))


def due_of(statement: Statement) -> str:
    """Return the words that say until when: of the clause that asks or promises, or of a deadline beside it."""
    words = statement.words
    clauses = _CLAUSE.split(unwrap(statement.raw))
    cues = [words[f"conversation.{name}"] for name in ("promise", "request", "short_promise", "assigned")]
    moments = [_moment_in(clause, words) for clause in clauses]
    owing = [at for at, clause in enumerate(clauses) if any(cue.search(clause) for cue in cues)]
    if own := next((moments[at] for at in owing if moments[at]), ""):
        return own
    for at, due in enumerate(moments):
        words_beside = len(clauses[at].split()) - len(due.split())
        is_alone = at > min(owing, default=-1) and words_beside <= 0
        if due and (is_alone or (words_beside < _PAIR and words["conversation.deadline"].match(due))):
            return due
    return ""


def moment_of(statement: Statement) -> str:
    """Return the first date or time that a sentence names."""
    return _moment_in(unwrap(statement.raw), statement.words)


def _moment_in(clause: str, words: Lexicon) -> str:
    """Return the first date, time or day with the words that lead to it, as it stands."""
    spans = [
        (one.start, one.start + len(one.text))
        for one in extract_facts(clause, words.language).items
        if one.kind in _MOMENTS
    ]
    spans += [match.span() for match in words["conversation.due_phrase"].finditer(clause)]
    if not spans:
        return ""
    begin, end = min(spans)
    for start, stop in sorted(spans):
        between = words["conversation.due_lead"].sub("", clause[end:start])
        if start <= end or not between.strip(" ,"):
            end = max(end, stop)
    while leads := [lead for pattern in _LEADS if (lead := pattern.search(clause[:begin]))
                    and words["conversation.due_lead"].fullmatch(lead[0].strip())]:  # fmt: skip
        begin = leads[0].start()
    due = clause[begin:end].strip(" .")
    before = clause[:begin].rpartition(" ")[0].rpartition(" ")[2]
    is_past = words["conversation.since"].match(due) or words["conversation.since"].fullmatch(before)
    return "" if is_past else due
