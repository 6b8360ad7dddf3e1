"""The template language of recipes: sandboxed Jinja2 that only formats values.

Values are data. Template syntax inside a value is never evaluated, chat control marks inside a value are broken
up, and a fenced value cannot close its fence.
"""

import re
from collections.abc import Mapping

from jinja2 import StrictUndefined, Template, TemplateError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.errors import RecipeError
from core.recipes.courtesies import first_name, salutation, sign_off, thanks_for_message

OPEN_FENCE, CLOSE_FENCE = "<<<", ">>>"
_FENCE_MARKS = re.compile(r"<{3,}+|>{3,}+")
# What chat templates of the known model families use as control marks: "<|im_end|>", "[INST]", "</s>", "<bos>".
_CONTROL_MARKS = re.compile(r"<\|(?=\w)|\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?=(?:start|end)_of_turn>)|<(?=[be]os>)")
_LONGEST_TEMPLATE_CHARS = 20_000
_LONGEST_RESULT_CHARS = 400_000


_COURTESIES = (salutation, sign_off, thanks_for_message)


class _Sandbox(ImmutableSandboxedEnvironment):
    """No attributes, no calls except the courtesy functions, no arithmetic that could fill memory."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        return False

    def is_safe_callable(self, obj: object) -> bool:
        return obj in _COURTESIES

    def call_binop(self, context: object, operator: str, left: object, right: object) -> object:
        raise RecipeError(f"A template may not calculate with {operator}.", fix="Write the result into the template.")


def fenced(value: str) -> str:
    """Return a value between fence marks of their own lines; marks inside the value are broken up."""
    broken = _FENCE_MARKS.sub(lambda match: " ".join(match[0]), value)
    return f"{OPEN_FENCE}\n{broken.strip()}\n{CLOSE_FENCE}"


def as_data(value: str) -> str:
    """Return a value in which no chat template can find one of its control marks."""
    return _CONTROL_MARKS.sub(lambda match: " ".join(match[0]), value)


def _sandbox() -> _Sandbox:
    sandbox = _Sandbox(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    kept = {name: sandbox.filters[name] for name in ("default", "first", "join", "length", "lower", "trim", "upper")}
    sandbox.filters = {**kept, "fenced": fenced, "first_name": first_name}
    sandbox.globals = {courtesy.__name__: courtesy for courtesy in _COURTESIES}
    return sandbox


_SANDBOX = _sandbox()
_COMPILED: dict[str, Template] = {}
_REFUSED_TAGS = (nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends, nodes.Macro, nodes.CallBlock)


def template_problem(text: str, known: frozenset[str]) -> str:
    """Return what is wrong with a template, "" when nothing is. `known` are the variables it may use."""
    if len(text) > _LONGEST_TEMPLATE_CHARS:
        return f"is longer than {_LONGEST_TEMPLATE_CHARS} characters; shorten it"
    try:
        tree = _SANDBOX.parse(text)
    except TemplateError as error:
        return f"is not a valid template: {error}; see the bundled recipes for the form"
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
    template = _COMPILED.get(text)
    if template is None:
        template = _COMPILED.setdefault(text, _SANDBOX.from_string(text))
    written, parts = 0, []
    try:
        for part in template.generate(**values):
            written += len(part)
            if written > _LONGEST_RESULT_CHARS:
                raise RecipeError("A recipe's template writes too much text.", fix="Use max_chars on its inputs.")
            parts.append(part)
    except (TemplateError, TypeError, ValueError, AttributeError) as error:
        raise RecipeError(f"A recipe's template cannot be filled: {error}.", fix="Correct the template.") from error
    return "".join(parts).strip("\n")
