"""`inlaid setup`: asks what is missing for Slack, Microsoft 365 and mail, and prints what to paste where."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.system.installation import with_full_paths
from core.text.catalogues import told
from integrations.cli.terminal import JsonFlag, output_console, print_json

if TYPE_CHECKING:
    from integrations.cli.setup.state import State


def setup(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PART]...", help="slack, word, outlook, mail, gmail, imap; microsoft: three of these."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Ask nothing and change nothing: say what is missing.")
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="Where the settings are kept. Without it: .env in INLAID_HOME, in a clone here."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Set up Slack, Microsoft 365 or mail: asks what is missing, prints what to paste where, and tests it.

    Settings are written only after their lines were shown and confirmed. It can be broken off and run again. With
    --check or --json it asks nothing, and exit code 1 says that something is missing or fails.
    """
    import sys

    from core.errors import InputError

    is_asking = not (check or as_json)
    if is_asking and not (sys.stdin.isatty() and sys.stdout.isatty()):
        command = " ".join(["inlaid setup", *(wanted or []), "--check"])
        raise InputError(
            "`inlaid setup` asks questions, and there is no terminal.", fix=f"Without questions: {command}"
        )
    try:
        state = _begin(wanted or [], file, is_asking=is_asking)
    except typer.Abort:
        output_console().print("\n" + told("Broken off. What was confirmed is kept; to go on: inlaid setup"))
        raise SystemExit(130) from None  # it has been said
    state = _checked(state)
    if as_json:
        print_json(state.to_json())
    else:
        _print_state(state, is_told=is_asking)
    if state.parts and not (state.is_ready or is_asking):
        raise typer.Exit(1)


def _begin(words: list[str], file: Path | None, *, is_asking: bool) -> "State":
    """Return how what is wanted stands, after the conversation if there is one."""
    from core.settings import read_settings
    from core.settings.env_file import env_file_to_write
    from integrations.cli.setup.conversation import Conversation, read_parts
    from integrations.cli.setup.env_file import read_env_file
    from integrations.cli.setup.needs import SetupPart, Way, begun_parts, usual_way, way_of
    from integrations.cli.setup.state import State

    parts, before = read_parts(words), read_env_file((file or env_file_to_write()).absolute())
    settings = read_settings(file)
    begun = begun_parts(settings)
    if not is_asking:
        return State(parts or begun, way_of(settings) or usual_way(settings), before, settings)
    conversation = Conversation(TerminalAsker(), lambda: read_settings(file))
    parts = parts or conversation.wanted(begun)
    way = conversation.slack_way(settings) if SetupPart.SLACK in parts else Way.SOCKET
    return conversation.go_through(State(parts, way, before, settings))


def _checked(state: "State") -> "State":
    """Let the doctor look at what lacks nothing."""
    from integrations.cli.commands.doctor import CHECKS, check
    from integrations.cli.setup.state import check_names

    return replace(state, checked=tuple(check(name, CHECKS[name], state.settings) for name in check_names(state)))


def _print_state(state: "State", *, is_told: bool) -> None:
    """Print what is missing, what the doctor says and the next step.

    Args:
        state: how it stands.
        is_told: whether the person has just gone through the steps, so that they are not printed once more.
    """
    from integrations.cli.setup.conversation import numbered, possible_parts
    from integrations.cli.setup.guide import PLACEHOLDER_URL, after_settings, before_settings, heading
    from integrations.cli.setup.needs import PUBLIC_URL
    from integrations.cli.setup.state import groups_of

    show = TerminalAsker().show
    if not is_told:
        show(told(f"Settings go into: {state.file.path}"))
    for line in () if state.parts else possible_parts():
        show(line)
    if not is_told and PUBLIC_URL in state.all_missing:
        show(told(f"{PLACEHOLDER_URL} below stands for your address, until INLAID_PUBLIC_URL is set."))
    for part in () if is_told else groups_of(state.parts):
        missing = state.missing(part)
        show(
            f"{heading(part, state.parts)}: "
            + (told(f"{len(missing)} missing") if missing else told("all settings are there"))
        )
        for line in numbered(before_settings(part, state.parts, state.way, state.settings)) if missing else ():
            show(line)
        for need in missing:
            show(f"  {told('missing')} {need.name}: {told(need.where)}")
    for check in state.checked:
        word = "ok  " if check["ok"] else told("fail")
        show(f"{word} {check['name']}: {told(check['message'])} {told(check['fix'])}".rstrip())
    show("\n" + told(f"Next: {state.next_step()}"))
    if not state.all_missing:
        later = [step for part in state.parts for step in after_settings(part, state.way, state.settings)]
        for step in later if later[:1] != [state.next_step()] else later[1:]:
            show(f"{told('Then')}: {told(step)}")


class TerminalAsker:
    """Asks at the terminal."""

    def show(self, text: str) -> None:
        """Print a line."""
        output_console().print(with_full_paths(text), markup=False, highlight=False, soft_wrap=True)

    def ask(self, question: str, *, is_secret: bool = False) -> str:
        """Return the answer, "" for none; a secret is not echoed."""
        return str(typer.prompt(question, default="", show_default=False, hide_input=is_secret))

    def confirm(self, question: str) -> bool:
        """Return whether the answer is yes; Enter is."""
        return typer.confirm(question, default=True)
