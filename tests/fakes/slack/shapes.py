"""A small schema language for Block Kit: each shape lists what is wrong with a value, as Slack words it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Shape(Protocol):
    """Anything that can check a value found at a JSON pointer."""

    def check(self, value: object, at: str) -> Iterator[str]: ...


def wrong(text: str, at: str) -> str:
    """Return one complaint."""
    return f"{text} [json-pointer:{at}]"


@dataclass(frozen=True)
class Chars:
    """A string with limits on its length in characters."""

    most: int
    least: int = 1

    def check(self, value: object, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield wrong("must be a string", at)
        elif len(value) > self.most:
            yield wrong(f"must be less than {self.most + 1} characters", at)
        elif len(value) < self.least:
            yield wrong(f"must be more than {self.least - 1} characters", at)


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def check(self, value: object, at: str) -> Iterator[str]:
        if not isinstance(value, bool):
            yield wrong("must be a boolean", at)


@dataclass(frozen=True)
class Whole:
    """A whole number within limits."""

    least: int = 0
    most: int = 10**12

    def check(self, value: object, at: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield wrong("must be an integer", at)
        elif not self.least <= value <= self.most:
            yield wrong(f"must be between {self.least} and {self.most}", at)


@dataclass(frozen=True)
class OneOf:
    """One of some words."""

    words: tuple[str, ...]

    def check(self, value: object, at: str) -> Iterator[str]:
        if value not in self.words:
            yield wrong(f"must be one of {', '.join(self.words)}", at)


@dataclass(frozen=True)
class Anything:
    """An object that is not looked into."""

    def check(self, value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict | list):
            yield wrong("must be an object", at)


@dataclass(frozen=True)
class Text:
    """A text object, plain or also mrkdwn."""

    most: int
    kinds: tuple[str, ...] = ("plain_text",)
    least: int = 1

    def check(self, value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong("must be an object", at)
            return
        kind = value.get("type")
        if kind not in self.kinds:
            yield wrong(f"unsupported type: {kind}", f"{at}/type")
            return
        allowed = {"type", "text", "emoji"} if kind == "plain_text" else {"type", "text", "verbatim"}
        for name in set(value) - allowed:
            yield wrong(f"invalid additional property: {name}", at)
        yield from Chars(self.most, self.least).check(value.get("text"), f"{at}/text")


@dataclass(frozen=True)
class Items:
    """A list within limits, all of one shape."""

    of: Shape
    most: int
    least: int = 1

    def check(self, value: object, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield wrong("must be an array", at)
            return
        if len(value) > self.most:
            yield wrong(f"no more than {self.most} items allowed", at)
        if len(value) < self.least:
            yield wrong(f"no fewer than {self.least} items allowed", at)
        for number, item in enumerate(value):
            yield from self.of.check(item, f"{at}/{number}")


@dataclass(frozen=True)
class Record:
    """An object with known fields; a name ending in `!` is required.

    Args:
        fields: shape of each field.
        one_of: of these fields at least one is present.
        at_most_one: of these fields not two are present.
    """

    fields: Mapping[str, Shape]
    one_of: tuple[str, ...] = ()
    at_most_one: tuple[str, ...] = ()
    known: Mapping[str, Shape] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", {name.rstrip("!"): shape for name, shape in self.fields.items()})

    def check(self, value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong("must be an object", at)
            return
        for name in set(value) - set(self.known):
            yield wrong(f"invalid additional property: {name}", at)
        for name in self.fields:
            if name.endswith("!") and value.get(name[:-1]) is None:
                yield wrong(f"missing required field: {name[:-1]}", at)
        if self.one_of and not any(value.get(name) for name in self.one_of):
            yield wrong(f"missing required field: {' or '.join(self.one_of)}", at)
        if len([name for name in self.at_most_one if name in value]) > 1:
            yield wrong(f"only one of {', '.join(self.at_most_one)} is allowed", at)
        for name, shape in self.known.items():
            if value.get(name) is not None:
                yield from shape.check(value[name], f"{at}/{name}")


@dataclass(frozen=True)
class ByType:
    """An object whose `type` picks its shape from a table."""

    table: Mapping[str, Record]

    def check(self, value: object, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in self.table:
            yield wrong(f"unsupported type: {kind}", at)
            return
        yield from self.table[kind].check(value, at)
