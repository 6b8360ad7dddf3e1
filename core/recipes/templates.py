"""The template language of recipes: sandboxed Jinja2 that only formats values, in bounded steps and time.

Values are data. Template syntax inside a value is never evaluated, chat control marks inside a value are broken
up, and a fenced value cannot close its fence.
"""

import calendar
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, cast

from jinja2 import StrictUndefined, Template, TemplateError, meta, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from core.errors import RecipeError
from core.text.called import salutation
from core.text.salutations import first_name, sign_off, thanks_for_message

MAX_RESULT_CHARS = 400_000
# All rounds of all loops of one filling together; the longest list of an input has some hundred items.
MAX_STEPS = 10_000
MAX_SECONDS = 2.0
COURTESIES = (salutation, sign_off, thanks_for_message)
# No template can write these names: they hold a space.
BUDGET = " budget"
_COUNTED, _CONCATENATED = " counted", " concatenated"
OPEN_FENCE, CLOSE_FENCE = "<<<", ">>>"
_FENCE_MARKS = re.compile(r"<{3,}+|>{3,}+")
# What chat templates of the known model families use as control marks: "<|im_end|>", "[INST]", "</s>", "<bos>".
_CONTROL_MARKS = (
    *("<|", "|>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "<s>", "</s>", "<bos>", "<eos>"),
    *("<start_of_turn>", "<end_of_turn>"),
)
_MAX_TEMPLATE_CHARS = 20_000
_COMPILED: dict[str, Template] = {}
_REFUSED_TAGS = (
    nodes.Import,
    nodes.FromImport,
    nodes.Include,
    nodes.Extends,
    nodes.Macro,
    nodes.CallBlock,
    # What they write goes into a variable first, and could double there without end.
    nodes.AssignBlock,
    nodes.FilterBlock,
)


class FillBudget:
    """What one filling may still do.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._steps = MAX_STEPS
        self._until = clock() + MAX_SECONDS

    def spend(self) -> None:
        """Take a step.

        Raises:
            RecipeError: that was one too many, or the time is over.
        """
        self._steps -= 1
        if self._steps < 0 or self._clock() > self._until:
            raise RecipeError(
                "A recipe's template loops too long.", fix="Use fewer loops in it, or shorter lists as its inputs."
            )


class Sandbox(ImmutableSandboxedEnvironment):
    """No attributes, no calls except the courtesy functions, no arithmetic that could fill memory."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Refuse all attributes."""
        return False

    def is_safe_callable(self, obj: object) -> bool:
        """Allow the courtesy functions."""
        return obj in COURTESIES

    def call_binop(self, context: object, operator: str, left: Any, right: Any) -> object:
        """Add texts that stay short, and numbers."""
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return bounded((left, right))
        if operator == "+" and isinstance(left, int | float) and isinstance(right, int | float):
            return left + right
        raise RecipeError(f"A template may not calculate with {operator}.", fix="Write the result into the template.")

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Counting().visit(super()._parse(source, name, filename))
        return tree


class _Counting(NodeTransformer):
    """Has each round of a loop take a step, and each concatenation look at its length."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the name that Jinja2 calls
        self.generic_visit(node)
        node.iter = _filtered(cast("nodes.Expr", node.iter), _COUNTED)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), _CONCATENATED)


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def bounded(texts: Iterable[str], between: str = "") -> str:
    """Return the texts as one.

    Raises:
        RecipeError: that would be longer than any result may be.
    """
    parts = list(texts)
    if sum(map(len, parts)) + len(between) * len(parts) > MAX_RESULT_CHARS:
        raise RecipeError("A recipe's template writes too much text.", fix="Use max_chars on its inputs.")
    return between.join(parts)


@pass_context
def _counted(context: Context, items: Iterable[Any]) -> Iterator[Any]:
    budget: FillBudget = context[BUDGET]
    for item in items:
        budget.spend()
        yield item


def _concatenated(parts: Iterable[Any]) -> str:
    return bounded(map(str, parts))


def _joined(items: Iterable[Any], between: str = "") -> str:
    return bounded(map(str, items), between)


def _long_date(day: str) -> str:
    """Return a date (2026-03-31) with its weekday, which models count wrongly; anything else comes back as it is."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{calendar.day_name[found.weekday()]}, {found.day} {calendar.month_name[found.month]} {found.year}"


def make_sandbox(fenced: Callable[[str], str]) -> Sandbox:
    """Return the environment; `fenced` is the filter that marks a value as data."""
    sandbox = Sandbox(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    kept = {name: sandbox.filters[name] for name in ("default", "first", "length", "lower", "trim", "upper")}
    sandbox.filters = {
        **kept,
        "join": _joined,
        "fenced": fenced,
        "first_name": first_name,
        "long_date": _long_date,
        _COUNTED: _counted,
        _CONCATENATED: _concatenated,
    }
    sandbox.globals = {courtesy.__name__: courtesy for courtesy in COURTESIES}
    return sandbox


def fenced(value: str) -> str:
    """Return a value between fence marks of their own lines; marks inside the value are broken up."""
    broken = _FENCE_MARKS.sub(lambda match: " ".join(match[0]), value)
    return f"{OPEN_FENCE}\n{broken.strip()}\n{CLOSE_FENCE}"


def as_data(value: str) -> str:
    """Return a value in which no chat template can find one of its control marks."""
    for mark in _CONTROL_MARKS:
        value = value.replace(mark, f"{mark[0]} {mark[1:]}")
    return value


_SANDBOX = make_sandbox(fenced)


def template_problem(text: str, known: frozenset[str]) -> str:
    """Return what is wrong with a template, or "" if nothing is. `known` are the variables it may use."""
    if len(text) > _MAX_TEMPLATE_CHARS:
        return f"is longer than {_MAX_TEMPLATE_CHARS} characters; shorten it"
    try:
        tree = _SANDBOX.parse(text)
        _SANDBOX.compile(tree)
    except RecursionError:
        return "is nested too deeply; write it more simply"
    except TemplateError as error:
        return f"is not a valid template: {error}; see the bundled recipes for the form"
    # Within a condition Jinja2 itself would find this out only when it is filled.
    names = {node.name for node in tree.find_all((nodes.Filter, nodes.Test))}
    if unknown_names := sorted(names - set(_SANDBOX.filters) - set(_SANDBOX.tests)):
        return f"is not a valid template: there is no {', '.join(unknown_names)}; see the bundled recipes for the form"
    if next(tree.find_all(_REFUSED_TAGS), None) is not None:
        return "uses a tag that recipes may not use; only if, for and set are allowed"
    unknown = sorted(meta.find_undeclared_variables(tree) - known - set(_SANDBOX.globals))
    if unknown:
        return f"uses {', '.join(unknown)}, which no input is called; known are {', '.join(sorted(known))}"
    return ""


def variables_of(text: str) -> set[str]:
    """Return the variables that a template uses."""
    return meta.find_undeclared_variables(_SANDBOX.parse(text))


def unfenced_variables(text: str) -> set[str]:
    """Return the variables that a template writes out without the filter `fenced`."""
    outputs = _SANDBOX.parse(text).find_all(nodes.Output)
    parts = [part for output in outputs for part in output.nodes if not _is_fenced(part)]
    return {name.name for part in parts for name in (part, *part.find_all(nodes.Name)) if isinstance(name, nodes.Name)}


def _is_fenced(part: nodes.Node) -> bool:
    return isinstance(part, nodes.Filter) and part.name == "fenced"


def fill(text: str, values: Mapping[str, object]) -> str:
    """Fill a template.

    Args:
        text: the template.
        values: its variables; strings, or sequences of strings.

    Returns:
        The filled text, without blank lines at its ends.

    Raises:
        RecipeError: the template fails on these values, or its result is too long.
    """
    written, parts = 0, []
    try:
        for part in _compiled(text).generate({**values, BUDGET: FillBudget()}):
            written += len(part)
            if written > MAX_RESULT_CHARS:
                raise RecipeError("A recipe's template writes too much text.", fix="Use max_chars on its inputs.")
            parts.append(part)
    except (TemplateError, TypeError, ValueError, AttributeError, RecursionError) as error:
        said = str(error).rstrip(".")
        raise RecipeError(f"A recipe's template cannot be filled: {said}.", fix="Correct the template.") from error
    return "".join(parts).strip("\n")


def _compiled(text: str) -> Template:
    template = _COMPILED.get(text)
    if template is None:
        template = _COMPILED.setdefault(text, _SANDBOX.from_string(text))
    return template
