"""Action items without guessing: who promised what, and who was asked for it and did not refuse, word for word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.facts import extract_facts
from core.text.language import detect_language
from core.text.lexicon import Lexicon
from core.text.sentences import unwrap
from core.text.statements import Statement, read_statements, signed_by
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions, without_instructions
from core.writing.grounded.context import Chain, Context
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_ANSWERED_WITHIN = 4
_BETWEEN = " \u2192 "
_CLAUSE = re.compile(r"[,;:]\s+|\s[\u2013\u2014-]\s")
_TWO = 2
_MOMENTS = frozenset({"date", "time", "weekday", "day"})
_LEAD = re.compile(r"(?<![\w'\u2019.])[\w'\u2019.]{1,30} \Z")


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
    tasks: dict[int, Task] = {}
    for statement in statements:
        task = reader.promised(statement) or reader.requested(statement)
        if task and not reader.is_done(task) and task.chain:
            tasks.setdefault(task.statement.place, task)
    return list(tasks.values())


class _Reader:
    """Reads promises and requests beside what is said around them."""

    def __init__(self, statements: Sequence[Statement], author: str) -> None:
        self._statements = statements
        self._author = author
        self._context = Context(statements)
        self._people = list(dict.fromkeys(one.speaker for one in statements if one.speaker))

    def promised(self, statement: Statement) -> Task | None:
        if "promise" not in statement.does or statement.asks or statement.does & {"refusal"}:
            return None
        if self._request_before(statement) and (statement.has("short_promise") or len(statement.stems) <= _TWO):
            return None
        return Task(statement, self._context.chain(statement), statement.speaker or self._author, due_of(statement))

    def requested(self, statement: Statement) -> Task | None:
        if "request" not in statement.does or statement.has("permission") or statement.is_empty:
            return None
        answers = self._answers(statement)
        if any(one.does & {"refusal"} for one in answers[:1]):
            return None
        if answers and statement.asks and statement.has("tell") and not answers[0].has("short_promise"):
            return None
        accepted = next((one for one in answers if one.has("short_promise") or "promise" in one.does), None)
        who = self._addressed(statement) or (accepted.speaker if accepted else "")
        if self._people and not who:
            who = (
                next((one for one in self._people if one != statement.speaker), "") if len(self._people) == _TWO else ""
            )
            if not who:
                return None
        due = (due_of(accepted) if accepted else "") or due_of(statement)
        chain = self._context.chain(statement)
        return Task(statement, (*chain, accepted) if accepted and accepted.facts and chain else chain, who, due)

    def _answers(self, statement: Statement) -> list[Statement]:
        later = self._statements[statement.place + 1 : statement.place + 1 + _ANSWERED_WITHIN]
        return [one for one in later if one.speaker != statement.speaker]

    def _request_before(self, statement: Statement) -> bool:
        earlier = self._statements[max(0, statement.place - _ANSWERED_WITHIN) : statement.place]
        return any("request" in one.does and one.speaker != statement.speaker for one in earlier)

    def _addressed(self, statement: Statement) -> str:
        """Return the person whom a sentence calls by name."""
        for person in self._people:
            for name in {person, person.split()[0], person.split()[-1]}:
                called = rf"(?i)^(?:\S+ )?{re.escape(name)}\b[, :]|, {re.escape(name)}\s*[?.!]*$"
                if person != statement.speaker and re.search(called, statement.text):
                    return person
        vocative = re.match(r"(?:Hi |Hallo )?([A-Z][\w'-]+(?: [A-Z][\w'-]+)?),\s", statement.text)
        return vocative[1] if vocative and not self._people else ""

    def is_done(self, task: Task) -> bool:
        """Tell whether somebody says later, with a word of the task or at once, that it is done."""
        for later in self._statements[task.statement.place :]:
            near = later.place - task.statement.place <= _TWO + 1
            about = bool(later.stems & task.statement.stems) or (near and later.speaker != task.statement.speaker)
            if later.place > task.statement.place and later.does & {"done"} and about and not later.does & {"promise"}:
                return True
        return "done" in task.statement.does and "promise" not in task.statement.does and not task.statement.asks


def due_of(statement: Statement) -> str:
    """Return the words that say until when: of the clause that asks or promises, or of a deadline beside it."""
    words = statement.words
    clauses = _CLAUSE.split(unwrap(statement.raw))
    cues = (words["conversation.promise"], words["conversation.request"], words["conversation.short_promise"])
    owing = next((at for at, one in enumerate(clauses) if any(cue.search(one) for cue in cues)), 0)
    for at, clause in sorted(enumerate(clauses), key=lambda pair: abs(pair[0] - owing)):
        due = _moment_in(clause, words)
        is_alone = len(clause.split()) <= len(due.split()) + 1
        if due and (at == owing or is_alone or words["conversation.deadline"].match(due)):
            return due
    return ""


def _moment_in(clause: str, words: Lexicon) -> str:
    """Return the first date, time or day with the words that lead to it, as it stands."""
    spans = [(one.start, one.start + len(one.text)) for one in extract_facts(clause).items if one.kind in _MOMENTS]
    spans += [match.span() for match in words["conversation.due_phrase"].finditer(clause)]
    if not spans:
        return ""
    begin, end = min(spans)
    for start, stop in sorted(spans):
        between = words["conversation.due_lead"].sub("", clause[end:start])
        if start <= end or not between.strip(" ,"):
            end = max(end, stop)
    while lead := _LEAD.search(clause[:begin]):
        if not words["conversation.due_lead"].fullmatch(lead[0].strip()):
            break
        begin = lead.start()
    return clause[begin:end].strip(" .")
