"""The questions of `inlaid setup` at a terminal: what is wanted, then for each part its steps and what is missing.

Nothing is kept before its lines were shown and confirmed; what was confirmed stays, so a setup that is broken off goes
on where it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.errors import InputError
from core.settings import Settings
from core.settings.values import MASK
from core.text.catalogues import N_, told
from integrations.cli.setup.env_file import read_env_file, write_values
from integrations.cli.setup.guide import before_settings, heading
from integrations.cli.setup.needs import (
    OF_MICROSOFT,
    PUBLIC_URL,
    TITLES,
    SetupNeed,
    SetupPart,
    Way,
    read_answer,
    usual_way,
    way_of,
)
from integrations.cli.setup.state import State, groups_of

MICROSOFT = "microsoft"
_NAME_WIDTH = len(MICROSOFT)
WAYS = N_(
    {
        Way.SOCKET: "Inlaid connects to Slack; nothing has to reach this machine (Socket Mode)",
        Way.HTTPS: "Slack calls this machine over https; one workspace",
        Way.MANY: "the same, and any workspace may install it",
    }
)


class Asker(Protocol):
    """The person at the terminal."""

    def show(self, text: str) -> None:
        """Print a line."""

    def ask(self, question: str, *, is_secret: bool = False) -> str:
        """Return the answer, "" for none; a secret is not echoed."""

    def confirm(self, question: str) -> bool:
        """Return whether the answer is yes."""


@dataclass(frozen=True)
class Conversation:
    """Asks, shows and writes.

    Args:
        asker: who is asked.
        load: reads the settings that are in force now.
    """

    asker: Asker
    load: Callable[[], Settings]

    def wanted(self, begun: Sequence[SetupPart]) -> tuple[SetupPart, ...]:
        """Ask which parts are wanted; Enter takes those that are begun."""
        show = self.asker.show
        show(told("What shall be set up? Names, with commas between:"))
        for part, title in TITLES.items():
            show(f"  {part:<{_NAME_WIDTH}} {told(title)}{'  ' + told('(begun)') if part in begun else ''}")
        show(f"  {MICROSOFT:<{_NAME_WIDTH}} {told('all three of Microsoft 365')}")
        question = told(f"Wanted (Enter: {', '.join(begun)})") if begun else told("Wanted")
        while True:
            answer = self.asker.ask(question).strip()
            if not answer and begun:
                return tuple(begun)
            try:
                if parts := read_parts(answer.replace(",", " ").split()):
                    return parts
                show(told("Type one or more of the names above, such as imap, or press Ctrl-C to leave."))
            except InputError as error:
                show(f"{told(error.message)} {told(error.fix)}")

    def slack_way(self, settings: Settings) -> Way:
        """Ask how Slack is reached, unless the settings tell."""
        if known := way_of(settings):
            return known
        self.asker.show(told("How do Slack and Inlaid meet?"))
        for way, words in WAYS.items():
            self.asker.show(f"  {way:<7} {told(words)}")
        while True:
            answer = self.asker.ask(told(f"Way (Enter: {usual_way(settings)})")).strip().lower()
            if not answer:
                return usual_way(settings)
            if answer in {str(way) for way in Way}:
                return Way(answer)
            self.asker.show(told(f"Answer one of: {', '.join(Way)}"))

    def go_through(self, state: State) -> State:
        """Go through the parts one after the other, and return how it stands then."""
        for part in groups_of(state.parts):
            state = self._part(state, part)
        return state

    def _part(self, state: State, part: SetupPart) -> State:
        self.asker.show(f"\n{heading(part, state.parts)}")
        together = [other for other in state.parts if other == part or {other, part} <= set(OF_MICROSOFT)]
        missing = list(dict.fromkeys(need for other in together for need in state.missing(other)))
        if not missing:
            self.asker.show("  " + told("Everything that it needs is set."))
            return state
        if PUBLIC_URL in missing:
            # First, because the addresses in the steps are made of it.
            state = self._asked(state, [PUBLIC_URL])
            missing.remove(PUBLIC_URL)
        for line in numbered(before_settings(part, state.parts, state.way, state.settings)):
            self.asker.show(line)
        return self._asked(state, missing) if missing else state

    def _asked(self, state: State, missing: Sequence[SetupNeed]) -> State:
        """Ask for settings, show the lines, and write those that are confirmed."""
        self.asker.show("\n" + told("Paste each value, or Enter for later. Secrets are not shown."))
        given: dict[str, str] = {}
        for need in missing:
            if need.name not in given:
                given |= self._answer(need, [other for other in missing if other.name not in given])
        if not given:
            return state
        secrets = {need.name for need in missing if need.is_secret}
        self.asker.show("\n" + told(f"These lines go into {state.file.path}, and nothing else in it changes:"))
        for name, value in given.items():
            self.asker.show(f"  {name}={MASK if name in secrets else value}")
        if not self.asker.confirm(told("Write them?")):
            self.asker.show(told("Nothing was written."))
            return state
        write_values(state.file, given)
        written = State(state.parts, state.way, read_env_file(state.file.path), self.load())
        for need, place in written.hidden():
            self.asker.show(
                told(f"{need.name} stands in {place} too, which counts before this file: take it out there.")
            )
        return written

    def _answer(self, need: SetupNeed, missing: Sequence[SetupNeed]) -> dict[str, str]:
        """Ask until the answer can be used or is left for later; a line of another setting answers that one."""
        given: dict[str, str] = {}
        while need.name not in given:
            self.asker.show(f"\n{need.name}: {told(need.where)}")
            answer = self.asker.ask(told("Value"), is_secret=need.is_secret)
            if not answer.strip():
                break
            try:
                named, value = read_answer(need, missing, answer)
            except InputError as error:
                self.asker.show(f"{told(error.message)} {told(error.fix)}")
                continue
            given[named.name] = value
        return given


def read_parts(words: Sequence[str]) -> tuple[SetupPart, ...]:
    """Return the parts that are named, in the order of the list.

    Raises:
        InputError: one is not known.
    """
    named: set[SetupPart] = set()
    for word in (word.strip().lower() for word in words):
        if word == MICROSOFT:
            named |= set(OF_MICROSOFT)
        elif word in set(SetupPart):
            named.add(SetupPart(word))
        elif word:
            raise InputError(f"{word!r} cannot be set up.", fix=f"Take some of: {', '.join(SetupPart)}, {MICROSOFT}.")
    return tuple(part for part in SetupPart if part in named)


def possible_parts() -> list[str]:
    """Return the lines that say what can be set up, where nothing is yet."""
    parts = [f"  {part:<{_NAME_WIDTH}} {told(title)}" for part, title in TITLES.items()]
    return [told("Nothing is set up yet. What can be:"), *parts]


def numbered(steps: Sequence[str]) -> list[str]:
    """Return the steps with numbers; what belongs to the one before is indented and has none."""
    number, lines = 0, []
    for step in steps:
        if step.startswith(" "):
            lines.append(f"     {told(step).strip()}")
        else:
            number += 1
            lines.append(f"  {number}. {told(step)}")
    return lines
