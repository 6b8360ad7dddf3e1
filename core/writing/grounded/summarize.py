"""Summaries that hold: what was decided and found, who does what, and what is open, each a sentence of the text."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise

from core.drafts import Finding
from core.recipes.model import Recipe
from core.text.content import content_stems
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.statements import Statement, read_statements, signed_by
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions, without_instructions
from core.writing.grounded.actions import Task, find_tasks
from core.writing.grounded.context import Chain, Context
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_SHORT_WORDS, _SHORT_SENTENCES = 60, 3
_LEAST_LINES, _MOST_LINES, _WORDS_PER_LINE = 3, 10, 45
_KINDS = {"decision": 3.0, "correction": 2.5, "outcome": 2.0, "refusal": 2.0, "open": 2.0, "dispute": 1.5}
_DECIDED = frozenset({"decision", "correction", "outcome", "refusal"})
_SAME = 0.6
_LEAST_WORTH = 1.5
_MOST_TASKS = 8


def summarize(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the sentences that say most, by what they do, each with its speaker."""
    del ask
    source = values[recipe.main_input]
    language = detect_language(source)
    words = lexicon(language)
    statements = read_statements(without_instructions(source), language)
    warnings = about_source(recipe, values)
    if len(source.split()) < _SHORT_WORDS or len(statements) <= _SHORT_SENTENCES:
        return PlanResult(text=source.strip(), findings=warnings, notices=(words.wording("conversation.short"),))
    digest = Digest(statements, find_tasks(statements, signed_by(source, language)), values.get("focus", ""))
    text = sections_text(digest.sections(), words)
    if options.on_token:
        options.on_token(text)
    return PlanResult(text=text, findings=warnings)


def about_source(recipe: Recipe, values: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what a person should know of the text itself; quotations of it need no other check."""
    return tuple(find_instructions(Grounds(recipe, values, values[recipe.main_input]), ""))


class Digest:
    """The sentences of a text that are worth reading, by section."""

    def __init__(self, statements: Sequence[Statement], tasks: Sequence[Task], focus: str = "") -> None:
        self._statements = statements
        self._context = Context(statements)
        self.tasks = tasks
        self._focus = frozenset(content_stems(focus))
        self._taken = {one.place for task in tasks for one in task.chain}
        self._stems: list[frozenset[str]] = [task.statement.stems for task in tasks]

    def sections(self, *, most_tasks: int = _MOST_TASKS) -> list[tuple[str, list[Chain]]]:
        """Return the headings that have something below them, each with its quotations."""
        words = sum(len(one.text.split()) for one in self._statements)
        room = min(_MOST_LINES, _LEAST_LINES + words // _WORDS_PER_LINE)
        about = self._choose([one for one in self._statements[:4] if not one.asks or not one.points_back][:2], 1)
        worthy = [one for one in self._statements if self._worth(one) >= _LEAST_WORTH]
        unsettled = self._choose([one for one in worthy if self._is_open(one)], max(2, room // 3))
        decided = self._choose([one for one in worthy if not self._is_open(one)], room)
        left = max(0, room - len(decided) - len(unsettled))
        figures = self._choose([one for one in self._statements if len(one.facts) > 1], min(2, left))
        tasks = [task.chain for task in self.tasks[:most_tasks]]
        named = (
            ("about", about),
            ("decided", decided),
            ("tasks", tasks),
            ("open_points", unsettled),
            ("figures", figures),
        )
        return [(name, chains) for name, chains in named if chains]

    def _is_open(self, statement: Statement) -> bool:
        if statement.asks or "open" in statement.does:
            return "correction" not in statement.does
        return "dispute" in statement.does and not statement.does & {"decision", "correction"}

    def _choose(self, among: Iterable[Statement], most: int) -> list[Chain]:
        chosen: list[Chain] = []
        for statement in sorted(among, key=lambda one: -self._worth(one)):
            if len(chosen) >= most or statement.place in self._taken:
                continue
            chain = self._context.chain(statement)
            stems = frozenset().union(*(one.stems for one in chain))
            if not chain or any(len(stems & other) > _SAME * max(1, len(stems)) for other in self._stems):
                continue
            chosen.append(chain)
            self._taken |= {one.place for one in chain}
            self._stems.append(stems)
        return sorted(chosen, key=lambda chain: chain[0].place)

    def _worth(self, statement: Statement) -> float:
        if statement.is_empty:
            return 0.0
        cues = max((_KINDS.get(kind, 0.0) for kind in statement.does), default=0.0)
        unanswered = 2.0 if statement.asks and not self._is_answered(statement) else 0.0
        question = -2.0 if statement.asks else 0.0
        focus = 3.0 * len(statement.stems & self._focus) / (len(self._focus) or 1)
        return cues + unanswered + question + focus + min(len(statement.facts), 3) * 0.3

    def _is_answered(self, statement: Statement) -> bool:
        return any(one.turn > statement.turn for one in self._statements[statement.place + 1 :])


def sections_text(sections: Sequence[tuple[str, list[Chain]]], words: Lexicon) -> str:
    """Return sections as text, each quotation on a line of its own."""
    parts = [f"**{words.wording(f'conversation.{name}')}**\n" + "\n".join(f"- {line_of(chain)}" for chain in chains)
             for name, chains in sections]  # fmt: skip
    return "\n\n".join(parts)


def line_of(chain: Chain) -> str:
    """Return quotations that belong together in one line, each speaker named once in a row."""
    told = []
    for speaker, said in groupby(chain, key=lambda one: one.speaker):
        sentences = list(said)
        text = sentences[0].text
        for before, one in pairwise(sentences):
            text += (" " if one.place == before.place + 1 else " \u2026 ") + one.text
        told.append(f"**{speaker}**: {text}" if speaker else text)
    return " \u2192 ".join(told)
