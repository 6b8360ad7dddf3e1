"""Action items without guessing: who promised what, and who was asked for it and did not refuse, word for word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

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
from core.writing.grounded.context import Chain, Context
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_ANSWERED_WITHIN = 4
_BETWEEN = " \u2192 "
_CLAUSE = re.compile(r"[,;:]\s+(?!(?:19|20)\d\d\b)|\s[\u2013\u2014-]\s")
_CALLED = re.compile(r"([A-Z][\w'-]{1,20}(?: [A-Z][\w'-]{1,20})?),\s")
_TWO, _FEW_WORDS = 2, 4
_MOMENTS = frozenset({"date", "time", "weekday", "day"})
_LEADS = tuple(re.compile(rf"(?<![\w'\u2019.])(?:[\w'\u2019.]{{1,30}} ){{{count}}}\Z") for count in (2, 1))


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
        is_told = any(statement in other.chain for other in tasks.values())
        if task and task.chain and not is_told and not reader.is_done(task):
            offered = [
                place for place, other in tasks.items() if other.who == task.who and other.statement in task.chain
            ]
            for place in offered:
                del tasks[place]
            tasks[statement.place] = task
    return list(tasks.values())


class _Reader:
    """Reads promises and requests beside what is said around them."""

    def __init__(self, statements: Sequence[Statement], author: str) -> None:
        self._statements = statements
        self._author = author
        self._context = Context(statements)
        self._people = list(dict.fromkeys(one.speaker for one in statements if one.speaker))

    def promised(self, statement: Statement) -> Task | None:
        is_mine = "promise" in statement.does
        if not (is_mine or statement.has("assigned")) or statement.asks or statement.has("no_promise"):
            return None
        is_thin = statement.has("short_promise") or statement.points_back or len(statement.stems) < _TWO
        if is_thin and self._request_before(statement):
            return None
        chain = self._context.chain(statement)
        who = (statement.speaker or self._author) if is_mine else self._named(statement)
        return Task(statement, chain, who, self._due(statement, chain))

    def _due(self, statement: Statement, chain: Chain) -> str:
        """Return until when, as the last correction has it."""
        due = due_of(statement)
        after = [moment for one in chain if due and one.place > statement.place and (moment := due_of(one))]
        return after[-1] if after else due

    def _named(self, statement: Statement) -> str:
        return next((one for one in self._people if re.search(rf"\b{re.escape(one)}\b", statement.text)), "")

    def requested(self, statement: Statement) -> Task | None:
        if "request" not in statement.does or statement.is_empty:
            return None
        if statement.has("permission") or statement.has("no_request"):
            return None
        answers = self._answers(statement)
        if any(one.does & {"refusal"} for one in answers[:1]):
            return None
        if statement.asks and statement.has("tell") and any(len(one.stems) > _TWO for one in answers[:_TWO]):
            return None
        addressed = self._addressed(statement)
        accepted = next((one for one in answers if _accepts(one, statement, addressed)), None)
        who = addressed or (accepted.speaker if accepted else "") or self._answered(statement)
        if self._people and not who:
            return None
        due = (due_of(accepted) if accepted else "") or due_of(statement)
        chain = self._context.chain(statement)
        tells = accepted and (accepted.facts or due_of(accepted) or len(accepted.text.split()) > _FEW_WORDS)
        return Task(statement, (*chain, accepted) if accepted and tells and chain else chain, who, due)

    def _answered(self, statement: Statement) -> str:
        """Return who is asked without a name: the other of two, or for a command who spoke just before."""
        others = [one for one in self._people if one != statement.speaker]
        before = self._statements[statement.place - 1].speaker if statement.place and not statement.asks else ""
        return others[0] if len(others) == 1 else before if before in others else ""

    def _answers(self, statement: Statement) -> list[Statement]:
        """Return what others say to a request, up to the next question."""
        later = self._statements[statement.place + 1 : statement.place + 1 + _ANSWERED_WITHIN]
        said = takewhile(lambda one: not one.asks or one.turn == statement.turn, later)
        return [one for one in said if one.speaker != statement.speaker]

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
        begins = _CALLED.match(statement.text)
        called = begins[1] if begins else ""
        name = called.casefold()
        is_word = name in stop_words() or name in lexicon("mul").words("speakers.nobody")
        is_word = is_word or bool(statement.words["phrases.breaks"].fullmatch(name))
        return called if called and not is_word else ""

    def is_done(self, task: Task) -> bool:
        """Tell whether somebody says later, with a word of the task or at once, that it is done."""
        for later in self._statements[task.statement.place :]:
            near = later.place - task.statement.place <= _TWO + 1
            reports = later.speaker != task.statement.speaker or later.has("report")
            about = bool(later.stems & task.statement.stems) or (near and reports)
            if later.place > task.statement.place and later.does & {"done"} and about and not later.does & {"promise"}:
                return True
        return "done" in task.statement.does and "promise" not in task.statement.does and not task.statement.asks


def _accepts(answer: Statement, request: Statement, addressed: str) -> bool:
    """Tell whether an answer takes a request on: in a word, or with a promise that speaks of the same."""
    if "promise" in answer.does:
        is_theirs = answer.speaker == addressed or answer.points_back or len(answer.stems) < _TWO
        return is_theirs or bool(answer.stems & request.stems)
    return answer.has("short_promise")


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
        is_alone = at > min(owing, default=-1) and len(clauses[at].split()) <= len(due.split())
        if due and (is_alone or words["conversation.deadline"].match(due)):
            return due
    return ""


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
