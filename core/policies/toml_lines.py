"""On which line of a TOML text something stands, which `tomllib` does not say."""

import tomllib
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

# With one of these a value of several lines may end.
_ENDS = ("]", "}", '"""', "'''")
_POSITION = "(at line "


def line_of_error(error: tomllib.TOMLDecodeError, text: str) -> int:
    """Return the line that an error of the parser names; the last one when it is the end of the text."""
    digits = str(error).partition(_POSITION)[2].partition(",")[0]
    return int(digits) if digits.isdecimal() else max(1, len(text.splitlines()))


def line_of_key(text: str, key: Sequence[object]) -> int:
    """Return the line of the statement that sets a key, or the most of its path; 1 when nothing does.

    Args:
        text: valid TOML.
        key: its path, such as `("group", "finance", "recipes", "allow")` or `("inputs", 1, "type")`; indexes at its
            end do not matter.
    """
    wanted = [str(part) for part in key]
    best, line = 0, 1
    for number, path in _statements(text):
        shared = len([*takewhile(lambda pair: pair[0] == pair[1], zip(path, wanted, strict=False))])
        if shared > best:
            best, line = shared, number
    return line


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """Return each key that is set with the line on which its statement begins; a `[[table]]` with its number."""
    table: list[str] = []
    tables: list[list[str]] = []
    begun: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not begun and (not line.strip() or line.lstrip().startswith("#")):
            continue
        begun.append(line)
        if len(begun) > 1 and not any(end in line for end in _ENDS):
            continue
        try:
            data = tomllib.loads("\n".join(begun))
        except tomllib.TOMLDecodeError:
            continue
        first = number - len(begun) + 1
        if begun[0].lstrip().startswith("["):
            table = next(_paths(data))
            if begun[0].lstrip().startswith("[["):
                tables.append(table)
                table = [*table, str(tables.count(table) - 1)]
            yield first, table
        else:
            yield from ((first, [*table, *path]) for path in _paths(data))
        begun = []


def _paths(data: Any) -> Iterator[list[str]]:
    """Return the path of each innermost key."""
    inner = data[-1] if isinstance(data, list) and data and isinstance(data[-1], dict) else data
    if not isinstance(inner, dict) or not inner:
        yield []
        return
    for name, value in inner.items():
        yield from ([name, *path] for path in _paths(value))
