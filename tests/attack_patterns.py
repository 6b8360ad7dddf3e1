"""Times every regular expression of ours on texts made to hurt it; test_foreign_data.py runs it by itself.

The texts are made from each pattern's own parse tree: what leads up to a repeat, then what it repeats, very often, then
something that lets the match fail. `re` looks for signals while it matches, so a timer can end a match that runs away;
it counts the CPU time of this process, so that a busy machine changes nothing.
"""

import ast
import contextlib
import importlib
import json
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined] # no type information for the parser of `re`
from re import _parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

ROOT = Path(__file__).parent.parent
PACKAGES = ("core", "worker", "integrations")
# Makes patterns of the words of a language.
_READER = ROOT / "core" / "text" / "lexicon.py"
FEW, LONG_CHARS, SCREEN_CHARS = 30, 20_000, 2_000
FEW_SECONDS, LONG_SECONDS = 0.1, 1.0
# What `_match_seconds` matches takes so long on the machine that the limits were chosen on.
USUAL_SECONDS = 0.015
TRIES = 3
# A text a tenth as long takes a hundredth of the time when time grows with the square.
SCREEN_SECONDS = LONG_SECONDS / (LONG_CHARS / SCREEN_CHARS) ** 2
_CANDIDATES = "a 0.A-<\n_\t\"'[({,:;!?@/%&#=>|*+~^$`\\])}ezZ9\x01\u2019\u00e4\u00df\u4e2d\ufffc"
_OFTEN = 12
_MAX_REPEATS = 40
_ENDS = ("", "\x00", "\n\x00!")


@dataclass(frozen=True)
class Used:
    """A pattern, where it stands, and the methods of it that are called; with none known, all are."""

    pattern: str
    flags: int
    where: str
    methods: frozenset[str] = frozenset()


class _TimeIsUpError(Exception):
    """A match took too long."""


def slow(used: Used) -> str:
    """Return the text, shortened, on which a pattern takes too long; "" when there is none."""
    compiled = re.compile(used.pattern, used.flags)
    is_bytes = isinstance(used.pattern, bytes)
    call = _call_of(compiled, used.methods)
    for prefix, pump in _pumps(used):
        for end in _ENDS:
            for head, body in ((prefix, pump), ("", pump), ("", prefix + pump)):
                if not body:
                    continue

                def text(count: int, head: str = head, body: str = body, end: str = end) -> Any:
                    whole = head + body * count + end
                    return whole.encode("utf-8", "replace") if is_bytes else whole

                if _takes_too_long(call, text, len(body)):
                    return f"{head[-40:]!r} + {body[:40]!r} * n + {end!r}"
    return ""


def _takes_too_long(call: Callable[[Any], Any], text: Callable[[int], Any], size: int) -> bool:
    if not _is_slower(call, text, size, times=1.0):
        return False
    # What is near the limit is weighed by what the processor gives just now, and more than once: a pattern that takes
    # long does so each time, and what else the machine does comes and goes.
    return all(_is_slower(call, text, size, times=max(1.0, _slowness())) for _ in range(TRIES))


def _is_slower(call: Callable[[Any], Any], text: Callable[[int], Any], size: int, *, times: float) -> bool:
    few_seconds, long_seconds = FEW_SECONDS * times, LONG_SECONDS * times
    if _seconds(call, text(FEW), few_seconds) >= few_seconds:
        return True
    if _seconds(call, text(SCREEN_CHARS // size + 1), long_seconds) < SCREEN_SECONDS * times:
        return False
    return _seconds(call, text(LONG_CHARS // size + 1), long_seconds) >= long_seconds


def _slowness() -> float:
    """Return how many times as long a match takes now as on a processor with nothing else to do."""
    return min(_match_seconds() for _ in range(TRIES)) / USUAL_SECONDS


def _match_seconds() -> float:
    begin = time.process_time()
    re.search("<[^>]*>", "<a" * 3_000)
    return time.process_time() - begin


def _seconds(call: Callable[[Any], Any], text: Any, limit_seconds: float) -> float:
    """Return how long a match takes: the limit itself when it was ended there."""
    begin = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, limit_seconds)
        call(text)
    except _TimeIsUpError:
        return limit_seconds
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - begin


def _call_of(compiled: re.Pattern[Any], methods: frozenset[str]) -> Callable[[Any], Any]:
    """Return the call to time: a search begins at every place, unless the code only ever matches at one."""
    if methods and methods <= {"match", "fullmatch"}:
        return compiled.fullmatch if methods == {"fullmatch"} else compiled.match
    # Finds are looked for in the whole text; an expression that finds nothing does as much as `search`.
    return lambda text: sum(1 for _ in compiled.finditer(text))


def _pumps(used: Used) -> Iterator[tuple[str, str]]:
    """Yield what leads up to each repeat of a pattern, with what it repeats."""
    tree = _parser.parse(used.pattern, used.flags)
    found: dict[tuple[str, str], None] = {}
    for prefix, body in _repeats(list(tree), ""):
        for variant in range(3):
            if pump := _sample(body, variant):
                found[prefix, pump] = None
    yield from list(found)[:_MAX_REPEATS]


def _repeats(items: Sequence[Any], prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield the repeats in a sequence that may go on for long, outer ones first."""
    for operation, argument in items:
        for body, repeats in _bodies(operation, argument):
            if repeats:
                yield prefix, body
            yield from _repeats(list(body), prefix)
        prefix += _sample([(operation, argument)], 0)


def _bodies(operation: Any, argument: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the sequences inside an item, with whether they are repeated often."""
    if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        yield argument[2], argument[1] >= _OFTEN
    elif operation is sre.SUBPATTERN:
        yield argument[-1], False
    elif operation is sre.ATOMIC_GROUP:
        yield argument, False
    elif operation in (sre.ASSERT, sre.ASSERT_NOT):
        yield argument[1], False
    elif operation is sre.BRANCH:
        yield from ((branch, False) for branch in argument[1])
    elif operation is sre.GROUPREF_EXISTS:
        yield from ((branch, False) for branch in argument[1:] if branch is not None)


def _sample(items: Any, variant: int) -> str:
    """Return a short text that a sequence matches, as far as it can be told without trying; variants differ."""
    return "".join(_sample_of(operation, argument, variant) for operation, argument in items)


def _sample_of(operation: Any, argument: Any, variant: int) -> str:
    if operation is sre.LITERAL:
        return chr(argument)
    if operation in (sre.NOT_LITERAL, sre.ANY, sre.IN):
        fitting = [char for char in _CANDIDATES if _fits(char, operation, argument)]
        if not fitting and operation is sre.IN:
            fitting = [chr(value if isinstance(value, int) else value[0]) for kind, value in argument
                       if kind in (sre.LITERAL, sre.RANGE)]  # fmt: skip
        return str(fitting[variant % len(fitting)]) if fitting else ""
    if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return _sample(argument[2], variant) * max(1, min(int(argument[0]), _OFTEN))
    if operation is sre.BRANCH:
        return _sample(argument[1][variant % len(argument[1])], variant)
    if operation is sre.SUBPATTERN:
        return _sample(argument[-1], variant)
    return _sample(argument, variant) if operation is sre.ATOMIC_GROUP else ""


def _fits(char: str, operation: Any, argument: Any) -> bool:
    if operation is sre.ANY:
        return char != "\n"
    if operation is sre.NOT_LITERAL:
        return bool(ord(char) != argument)
    kinds = {kind for kind, _ in argument}
    inside = any(_is_in(char, kind, value) for kind, value in argument)
    return inside != (sre.NEGATE in kinds)


def _is_in(char: str, kind: Any, value: Any) -> bool:
    if kind is sre.LITERAL:
        return bool(ord(char) == value)
    if kind is sre.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    if kind is sre.CATEGORY:
        name = str(value).removeprefix("CATEGORY_")
        fits = {"DIGIT": char.isdigit(), "SPACE": char.isspace(), "WORD": char.isalnum() or char == "_"}
        return fits[name.removeprefix("NOT_")] != name.startswith("NOT_")
    return False


def used_patterns() -> list[Used]:
    """Return every pattern of ours: what is compiled while all modules are imported, and what functions write out."""
    methods = _methods()
    found = {}
    for pattern, flags, path, line in compiled_at_import():
        where = f"{path.relative_to(ROOT)}:{line}"
        found[pattern, flags, where] = Used(pattern, flags, where, methods.get((path, line), frozenset()))
    compiled = {used.where for used in found.values()}
    for used in _written_out():
        if used.where not in compiled:
            found[used.pattern, used.flags, used.where] = used
    return list(found.values())


def compiled_at_import() -> Iterator[tuple[Any, int, Path, int]]:
    """Import every module of ours, and yield pattern, flags, file and line of what is compiled meanwhile."""
    found: list[tuple[Any, int, Path, int]] = []
    compile_pattern = re.compile

    def note(pattern: Any, flags: Any = 0) -> re.Pattern[Any]:
        made = compile_pattern(pattern, flags)
        frame = sys._getframe(1)
        while frame.f_code.co_filename == str(_READER) and frame.f_back:
            frame = frame.f_back  # what is done with it stands where the name stands
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in PACKAGES:
            found.append((made.pattern, made.flags, path, frame.f_lineno))
        return made

    re.compile = note
    try:
        for path in _sources():
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    finally:
        re.compile = compile_pattern
    yield from found


def _sources() -> list[Path]:
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    # Celery imports its app with a broker's settings, and Alembic its migrations by path.
    return [path for path in paths if "migrations" not in path.parts and path.parent.name != "worker"]


def _methods() -> dict[tuple[Path, int], frozenset[str]]:
    """Return by file and line of `name = re.compile(...)` the methods called on that name, if nothing else is done."""
    found: dict[tuple[Path, int], frozenset[str]] = {}
    for path in _sources():
        tree = ast.parse(path.read_text())
        called: dict[str, set[str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called.setdefault(node.value.id, set()).add(node.attr)
        loads = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
        held = [node.value.id for node in ast.walk(tree)
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]  # fmt: skip
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Name):
                name = target.id
                if name.startswith("_") and loads.count(name) == held.count(name):
                    for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                        found[path, line] = frozenset(called.get(name, ()))
    return found


def _written_out() -> Iterator[Used]:
    """Yield the patterns that functions give to `re.sub` and the like; a word stands for what is put into them."""
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            pattern = _text_of(node.args[0])
            if ast.unparse(node.func.value) != "re" or pattern is None:
                continue
            method = node.func.attr
            methods = frozenset({method} if method in {"match", "fullmatch"} else ())
            flags = re.MULTILINE if "MULTILINE" in ast.unparse(node) else 0
            with contextlib.suppress(re.error):  # what is put in decides: the compiled ones are looked at as they are
                yield Used(
                    pattern, re.compile(pattern, flags).flags, f"{path.relative_to(ROOT)}:{node.lineno}", methods
                )


def _text_of(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "word" for part in node.values)
    return None


def main() -> None:
    """Print the patterns that take too long, one as JSON in a line; arguments are patterns to look at instead."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise _TimeIsUpError

    signal.signal(signal.SIGVTALRM, end)
    given = [Used(pattern, re.compile(pattern).flags, "argument") for pattern in sys.argv[1:]]
    for used in given or used_patterns():
        if text := slow(used):
            sys.stdout.write(json.dumps({"where": used.where, "pattern": str(used.pattern), "text": text}) + "\n")


if __name__ == "__main__":
    main()
