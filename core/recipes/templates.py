"""The template language of recipes: sandboxed Jinja2 that only formats values.

Values are data. Template syntax inside a value is never evaluated, chat control marks inside a value are broken
up, and a fenced value cannot close its fence.
"""

import re
from collections.abc import Mapping

from jinja2 import Template, TemplateError, meta, nodes

from core.errors import RecipeError
from core.recipes.sandbox import BUDGET, MAX_RESULT_CHARS, Budget, make_sandbox

OPEN_FENCE, CLOSE_FENCE = "<<<", ">>>"
_FENCE_MARKS = re.compile(r"<{3,}+|>{3,}+")
# What chat templates of the known model families use as control marks: "<|im_end|>", "[INST]", "</s>", "<bos>".
_CONTROL_MARKS = re.compile(r"<\|(?=\w)|\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?=(?:start|end)_of_turn>)|<(?=[be]os>)")
_MAX_TEMPLATE_CHARS = 20_000


def fenced(value: str) -> str:
    """Return a value between fence marks of their own lines; marks inside the value are broken up."""
    broken = _FENCE_MARKS.sub(lambda match: " ".join(match[0]), value)
    return f"{OPEN_FENCE}\n{broken.strip()}\n{CLOSE_FENCE}"


def as_data(value: str) -> str:
    """Return a value in which no chat template can find one of its control marks."""
    return _CONTROL_MARKS.sub(lambda match: " ".join(match[0]), value)


_SANDBOX = make_sandbox(fenced)
_COMPILED: dict[str, Template] = {}
_REFUSED_TAGS = (
    nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends, nodes.Macro, nodes.CallBlock,
    # What they write goes into a variable first, and could double there without end.
    nodes.AssignBlock, nodes.FilterBlock,
)  # fmt: skip


def template_problem(text: str, known: frozenset[str]) -> str:
    """Return what is wrong with a template, "" when nothing is. `known` are the variables it may use."""
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
        for part in _compiled(text).generate({**values, BUDGET: Budget()}):
            written += len(part)
            if written > MAX_RESULT_CHARS:
                raise RecipeError("A recipe's template writes too much text.", fix="Use max_chars on its inputs.")
            parts.append(part)
    except (TemplateError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise RecipeError(f"A recipe's template cannot be filled: {error}.", fix="Correct the template.") from error
    return "".join(parts).strip("\n")


def _compiled(text: str) -> Template:
    template = _COMPILED.get(text)
    if template is None:
        template = _COMPILED.setdefault(text, _SANDBOX.from_string(text))
    return template
