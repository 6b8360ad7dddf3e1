"""Action items without guessing: who took what on, and what was asked and not answered yet, word for word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.facts import extract_facts
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.sentences import unwrap
from core.text.statements import Statement, read_statements, signed_by
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions
from core.writing.grounded.context import Context, Exchange
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.roles import RoledSentence, roles_of
from core.writing.roles.features import differs

_BETWEEN = " \u2192 "
_MOMENTS = frozenset({"date", "time", "weekday", "day"})
_LEADS = tuple(re.compile(rf"(?<![\w'\u2019.])(?:[\w'\u2019.]{{1,30}} ){{{count}}}\Z") for count in (2, 1))
# Somebody is called who may not be among those who speak.
_CALLED = re.compile(r"[^\W\d_]{2,20}, ")
_CLAUSE = re.compile(r"[,;:]\s+(?!(?:19|20)\d\d\b)|\s[\u2013\u2014-]\s")
_PAIR = 2
# How sure a role must be, and how near to a task what ends it.
_IS_OWN, _IS_TASK, _IS_PROMISE, _IS_CERTAIN, _IS_DONE, _SAME_TASK = 0.35, 0.35, 0.5, 0.6, 0.28, 0.5
_HAS_CUE, _IS_YES, _IS_CERTAIN_TOGETHER = 0.22, 0.4, 0.8


@dataclass(frozen=True)
class Task:
    """Something that somebody owes; `is_open`: it was asked for, and nobody took it on."""

    sentence: RoledSentence
    exchange: Exchange
    who: str = ""
    due: str = ""
    is_open: bool = False

    def item(self, words: Lexicon) -> Item:
        """Return the task as an entry of a list."""
        group = words.wording("conversation.asked") if self.is_open else ""
        return Item(text=_BETWEEN.join(one.statement.text for one in self.exchange.sentences), group=group,
                    quote=self.sentence.statement.raw, who=self.who, due=self.due)  # fmt: skip


def list_actions(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return one item for each task that was taken on, then those that were only asked for."""
    del ask
    source = values[recipe.main_input]
    language = detect_language(source)
    statements = read_statements(without_instructions(source), language)
    sentences = roles_of(statements, options.embedder() if options.embedder else None)
    tasks = find_tasks(Context(sentences), signed_by(source, language))
    findings = tuple(find_instructions(Grounds(recipe, values, source), ""))
    return PlanResult(items=tuple(task.item(lexicon(language)) for task in tasks), findings=findings)


def find_tasks(context: Context, author: str = "") -> list[Task]:
    """Return who owes what: what was taken on, then what was asked. `author` wrote it, where no speaker is named."""
    tasks: list[Task] = []
    for one in context.sentences:
        task = _taken_on(context, one, author)
        if task and not any(task.exchange.places <= other.exchange.places for other in tasks):
            tasks = [other for other in tasks if not _is_part(other, task)] + [task]
    taken = {task.sentence.place for task in tasks} | {place for task in tasks for place in task.exchange.later}
    asked = [task for one in context.sentences if one.place not in taken and (task := _asked(context, one))]
    return [*filter(None, (_as_it_stands(context, task) for task in tasks)), *asked]


def _is_part(task: Task, larger: Task) -> bool:
    """Tell whether a task is told by another: as a part of it, or as the request that was said yes to."""
    is_inside = task.exchange.places <= larger.exchange.places and task.who in ("", larger.who)
    return is_inside or larger.sentence is task.sentence


def _taken_on(context: Context, one: RoledSentence, author: str) -> Task | None:
    """Return the task that a sentence takes on, by itself or by saying yes to a request."""
    scores, about = one.scores, context.sentences[one.about] if one.about is not None else None
    request = about if about and _is_request(about) and about.statement.speaker != one.statement.speaker else None
    if one.statement.asks or max(scores["refusal"], scores["outcome"]) > max(scores["assent"], scores["commitment"]):
        return None
    says_yes = scores["own"] + scores["commitment"] >= _IS_OWN or scores["assent"] >= _IS_YES
    if request and says_yes and one.does("assent", "commitment"):
        due = due_of(one.statement) or due_of(request.statement)
        return Task(request, context.exchange(one, request), one.statement.speaker, due)
    gives_value = about is not None and about.statement.asks and about.statement.values.keys() & one.statement.values
    is_named = scores["own"] >= _IS_OWN or _named(context, one)
    is_sure = scores["commitment"] >= (_IS_PROMISE if is_named or not context.people else _IS_CERTAIN)
    is_sure = is_sure or scores["commitment"] + scores["own"] >= _IS_CERTAIN_TOGETHER
    if scores["commitment"] < max(_IS_TASK, scores["question"], scores["social"]) or not is_sure or gives_value:
        return None
    who = (one.statement.speaker or author) if scores["own"] >= _IS_OWN else _named(context, one)
    return Task(one, context.exchange(one), who)


def _is_request(one: RoledSentence) -> bool:
    """Tell whether a sentence asks for a deed; where its words are those of a request, less is enough."""
    least = _HAS_CUE if one.statement.has("request") else _IS_TASK if one.statement.speaker else _IS_PROMISE
    return one.scores["request"] >= max(least, one.scores["question"] / 2)


def _asked(context: Context, one: RoledSentence) -> Task | None:
    """Return what was asked for and neither done, refused nor answered."""
    if not _is_request(one) or one.scores["request"] < max(
        one.scores[role] for role in ("duty", "commitment", "decision")
    ):
        return None
    about = context.sentences[one.about] if one.about is not None else one
    if about.does("proposal") and about.statement.speaker != one.statement.speaker and one.place - about.place <= _PAIR:
        return Task(about, context.exchange(one, about), about.statement.speaker, due_of(about.statement))
    who, reply = _named(context, one), context.reply_to(one)
    if reply and (not who or reply.about == one.place or reply.statement.speaker == who):
        return None
    return Task(one, context.exchange(one), who, due_of(one.statement), is_open=True)


def _named(context: Context, one: RoledSentence) -> str:
    """Return the one participant whom a sentence names, else the only other one."""
    speaker = one.statement.speaker
    named = [name for name in context.people if name != speaker and _is_named(name, one.statement.text)]
    others = [name for name in context.people if name != speaker]
    called = _CALLED.match(one.statement.text)
    if named or called or one.scores["commitment"] > one.scores["request"]:
        return named[0] if len(named) == 1 else ""
    return others[0] if len(others) == 1 else ""


def _is_named(name: str, text: str) -> bool:
    return any(re.search(rf"(?i)\b{re.escape(word)}\b", text) for word in name.split() if len(word) > _PAIR)


def _as_it_stands(context: Context, task: Task) -> Task | None:
    """Return a task after what was said of it later; None when it is done, refused or off."""
    begin = max(task.exchange.places)
    for two in context.sentences[min(task.exchange.places) + 1 :]:
        if two.statement.asks or (two.place in task.exchange.places and two.place not in task.exchange.later):
            continue
        is_theirs = any(two.statement.speaker == one.statement.speaker for one in task.exchange.sentences)
        is_of_it = is_theirs and (two.about in task.exchange.places or two.place in task.exchange.later)
        is_refusal = two.does("refusal") and two.scores["refusal"] > two.scores["commitment"]
        if is_of_it and is_refusal and two.place >= task.exchange.last.place:
            return None
        is_done = two.scores["outcome"] >= max(_IS_DONE, two.scores["commitment"])
        if is_done and two.place > begin and _reports(two, task):
            return None
    replaced = [one for one in task.exchange.sentences if one.place in task.exchange.later]
    who = next((one.statement.speaker for one in reversed(replaced) if one.scores["own"] >= _IS_PROMISE), task.who)
    return replace(task, who=who, due=_due_at_last(task))


def _due_at_last(task: Task) -> str:
    """Return until when a task is owed after what was said to it; "" where that is not certain."""
    due = task.due or due_of(task.sentence.statement)
    given = task.sentence.statement.values
    changes = [one for one in task.exchange.sentences if one.place > task.sentence.place
               and (one.place in task.exchange.later or differs(given, one.statement.values))]  # fmt: skip
    if not due or not changes:
        return due
    sure = max(changes[-1].scores[role] for role in ("correction", "decision", "assent"))
    is_settled = changes[-1].place in task.exchange.later or sure >= _IS_TASK
    return due_of(changes[-1].statement) if is_settled else ""


def _reports(two: RoledSentence, task: Task) -> bool:
    """Tell whether a result is that of the task: it names its things, or the one who owes it says so right after."""
    stems = frozenset[str]().union(*(one.statement.stems for one in task.exchange.sentences))
    common = (stems & two.statement.stems) - two.statement.fact_stems
    is_next = two.place == max(task.exchange.places) + 1 and two.statement.turn != task.exchange.last.statement.turn
    return (is_next and two.statement.speaker == task.who) or (
        bool(common) and task.sentence.likeness(two) >= _SAME_TASK
    )


def due_of(statement: Statement) -> str:
    """Return the words that say until when; "" when the sentence names several moments and none as a deadline."""
    words, clause = statement.words, unwrap(statement.raw)
    clause = _CLAUSE.split(clause)[-1] if statement.asks else clause
    dues = _moments_in(clause, words)
    deadlines = [due for due in dues if words["conversation.deadline"].match(due)]
    sure = deadlines if len(deadlines) == 1 else dues
    return sure[0] if len(sure) == 1 else ""


def _moments_in(clause: str, words: Lexicon) -> list[str]:
    """Return each date, time or day with the words that lead to it, as it stands; what is past is none."""
    spans = [(one.start, one.start + len(one.text)) for one in extract_facts(clause, words.language).items
             if one.kind in _MOMENTS]  # fmt: skip
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
    while leads := [lead for pattern in _LEADS if (lead := pattern.search(clause[:begin]))
                    and words["conversation.due_lead"].fullmatch(lead[0].strip())]:  # fmt: skip
        begin = leads[0].start()
    due = clause[begin:end].strip(" .")
    before = clause[:begin].rpartition(" ")[0].rpartition(" ")[2]
    is_past = words["conversation.since"].match(due) or words["conversation.since"].fullmatch(before)
    return "" if is_past else due
