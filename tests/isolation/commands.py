"""Every command that takes a person, run for one: nothing of anybody else is printed or changed.

Who may run a command has the database and its keys; it is the person that is named who counts. A command with a person
among its parameters and without a row here fails the test.
"""

import inspect
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass

import typer
from pydantic import SecretStr

from core.settings import Settings
from integrations.cli.app import app, main
from tests.isolation.installations import text_of
from tests.isolation.targets import Target

PERSON_PARAMETERS = frozenset({"person", "people", "other", "sign_in", "who"})
OPTIONS = ["--person", "{person}", "--workspace", "{workspace}"]
# What is run; `{other_rule}` is a key of somebody else's.
ROWS: dict[str, list[str]] = {
    "people show": ["{key}", "--json"],
    "people merge": ["{key}", "nobody@x.example"],
    "people split": ["{key}"],
    "people disable": ["{key}", "--json"],
    "people enable": ["{key}"],
    "policy show": ["{key}", "--json"],
    "policy list": ["{key}", "--json"],
    "policy why": ["{key}", "--json"],
    "people export": ["{key}", "-"],
    "person export": ["{key}", "-"],
    "learned list": [*OPTIONS, "--json"],
    "learned find": OPTIONS,
    "learned enable": ["{other_rule}", *OPTIONS],
    "learned disable": ["{other_rule}", *OPTIONS],
    "learned edit": ["{other_rule}", "--old", "a", "--new", "b", *OPTIONS],
    "learned forget": OPTIONS,
    "learned share": ["--on", *OPTIONS],
    "facts list": [*OPTIONS, "--json"],
    "facts set": ["booking link", "text", *OPTIONS],
    "facts remove": ["{other_rule}", *OPTIONS],
    "facts use": ["--off", *OPTIONS],
    "teams assign": ["Sales", "{person}", "--workspace", "{workspace}"],
    "purge": [*OPTIONS, "--yes"],
    "holds add": ["{key}", "--reason", "A lawsuit."],
    "holds lift": ["{key}"],
    "tokens add": ["ci", *OPTIONS],
    "audit list": ["--who", "{person}", "--json"],
}  # fmt: skip


@dataclass
class Printed:
    """What a command printed, on either stream."""

    code: int
    text: str


def commands_about_people(of: typer.Typer = app, prefix: str = "") -> Iterator[str]:
    """Yield every command that has a person among its parameters."""
    for command in of.registered_commands:
        assert command.callback
        if PERSON_PARAMETERS & inspect.signature(command.callback).parameters.keys():
            yield f"{prefix}{command.name or command.callback.__name__.replace('_', '-')}"
    for group in of.registered_groups:
        assert group.typer_instance
        yield from commands_about_people(group.typer_instance, f"{prefix}{group.name} ")


def run_for(command: str, target: Target, other: Target) -> Printed:
    """Run a command about a person."""
    values = {
        "person": target.person_key[1], "workspace": target.person_key[0], "key": "/".join(target.person_key),
        "other_rule": other.rule,
    }  # fmt: skip
    arguments = [*command.split(), *(part.format(**values) for part in ROWS[command])]
    printed, code = io.BytesIO(), 0
    shown = io.TextIOWrapper(printed, "utf-8", write_through=True)
    with redirect_stdout(shown), redirect_stderr(shown):
        try:
            main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
    return Printed(code, text_of(printed.getvalue()))


@contextmanager
def environment_of(settings: Settings) -> Iterator[None]:
    """Let commands have the settings of an installation."""
    given = {f"INLAID_{name.upper()}": _written(getattr(settings, name)) for name in settings.model_fields_set}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(_written(part) for part in value)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
