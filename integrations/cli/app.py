"""The `inlaid` command: one line per command. Every module named here imports what is heavy only when it runs."""

import gettext
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from typer._click.core import Context, Parameter, ParameterSource
from typer._click.exceptions import MissingParameter
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException

from core.audit.acting import COMMAND_LINE, acting
from core.errors import InlaidError, InputError
from core.system.installation import ENV_FILE, default_home, home_in
from core.text.catalogues import ENGLISH, FOLDER, N_, OF_TYPER, speaking, told
from integrations.cli.commands import (
    ask,
    audit,
    backup,
    doctor,
    document,
    export,
    facts,
    jobs,
    keys,
    learned,
    logs,
    mailbox,
    mailbox_add,
    mailbox_settings,
    mcp,
    models,
    people,
    platforms,
    policy,
    purge,
    recipes,
    refine,
    rehearse,
    report,
    serve,
    setup,
    signals,
    sources,
    tokens,
)
from integrations.cli.demo import demo
from integrations.cli.evaluation import evaluate
from integrations.cli.terminal import own_language, print_error

NAME = "inlaid"
INTERRUPTED = 130  # what Typer makes of Ctrl-C
SEE_HELP = N_("(--help says how it is called.)")
# What Typer says of wrong usage, in English alone.
WRONG_USAGE = N_(
    {
        "argument": "Missing argument {name}.",
        "option": "Missing option {name}.",
        "choice": "Missing option {name}. Choose from: {names}",
        "unknown": "No such option: {name}",
        "like": "No such option: {name} (Possible options: {names})",
        "command": "No such command {name}.",
        "command like": "No such command {name}. Did you mean {names}?",
        "extra": "Got unexpected extra argument(s) ({names})",
        "value": "Option {name} requires an argument.",
        "wrong": "Invalid value for {name}: {reason}",
        "alone": "Invalid value: {reason}",
        "one of": "{name} is not one of {names}.",
        "integer": "Input should be a valid integer, unable to parse string as an integer",
        "number": "Input should be a valid number, unable to parse string as a number",
        "at least": "Input should be greater than or equal to {number}",
        "at most": "Input should be less than or equal to {number}",
    }
)
app = typer.Typer(
    help="Generative AI inside the tools people already work in: Slack, Word, Outlook and mail.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo.demo)
app.command()(serve.up)
app.command()(setup.setup)
app.command()(serve.console)
app.command()(logs.logs)
app.command()(recipes.run)
app.command()(recipes.reply)
app.command()(document.edit)
app.command()(refine.refine)
app.command()(ask.ask)
app.command()(ask.scan)
app.command()(mcp.mcp)
app.add_typer(sources.app, name="sources")
app.add_typer(signals.app, name="signals")
app.command()(evaluate.evaluate)
app.add_typer(document.app, name="document")
mailbox.app.add_typer(mailbox_add.app, name="add")
mailbox.app.command("set")(mailbox_settings.set_preferences)
mailbox.app.command()(mailbox_settings.correct)
mailbox.app.command("draft-anyway")(mailbox_settings.draft_anyway)
mailbox.app.command("acknowledge")(mailbox_settings.acknowledge)
mailbox.app.command()(mailbox_settings.labels)
mailbox.app.command()(mailbox_settings.signature)
mailbox.app.command()(mailbox_settings.folders)
mailbox.app.command()(mailbox_settings.voice)
app.add_typer(mailbox.app, name="mailbox")
app.add_typer(platforms.slack_app, name="slack")
app.add_typer(platforms.word_app, name="word")
app.add_typer(platforms.outlook_app, name="outlook")
app.add_typer(recipes.app, name="recipes")
app.add_typer(jobs.app, name="jobs")
app.add_typer(keys.app, name="keys")
app.add_typer(report.app, name="report")
app.add_typer(people.app, name="people")
app.add_typer(people.person_app, name="person")
app.add_typer(policy.app, name="policy")
app.add_typer(report.teams_app, name="teams")
app.add_typer(facts.app, name="facts")
app.add_typer(learned.app, name="learned")
app.add_typer(learned.variants_app, name="variants")
app.command()(export.export)
app.command()(purge.purge)
app.command()(backup.backup)
app.command()(backup.restore)
app.add_typer(purge.holds_app, name="holds")
app.add_typer(audit.app, name="audit")
app.add_typer(tokens.app, name="tokens")
app.command()(doctor.doctor)
app.add_typer(rehearse.app, name="rehearse")
app.command()(serve.migrate)
app.command()(serve.web)
app.command()(serve.worker)
app.command()(serve.beat)
app.add_typer(models.app, name="model")


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"{NAME} {version(NAME)}")
        raise typer.Exit


@app.callback()
def _of_all(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Which version of Inlaid this is."),
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command, in the language of whoever types it.

    Errors are one line on stderr and exit code 1; wrong usage is 2, Ctrl-C 130.
    """
    _take_network_variables()
    language = own_language()
    try:
        with acting(COMMAND_LINE, workspace="local"), speaking(language):
            command = typer.main.get_command(app)
            if language != ENGLISH:
                _speak_typer()
                _tell_help(command)
            if "" in (sys.argv if arguments is None else arguments):
                _refuse_no_path(command)
            code = command(arguments, standalone_mode=False)
            if code == INTERRUPTED:
                print_error(InputError("Broken off."))
    except InlaidError as error:
        print_error(error)
        sys.exit(1)
    except TyperException as error:
        if (
            said := _all_missing(error) or error.format_message()
        ):  # else it was called without anything, and has printed its help
            typed = next(iter(sys.argv[1:] if arguments is None else arguments), "")
            print_error(InputError(said, fix=_called_instead(command, typed)))
        sys.exit(error.exit_code)
    except typer.Abort:
        print_error(InputError("Broken off."))
        sys.exit(1)
    except BrokenPipeError:
        # The reader went away (`| head`): nothing is wrong, and nothing more can be written.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        sys.stderr.write(f"inlaid: {error.strerror or error}: {error.filename or ''}\n")
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _take_network_variables() -> None:
    """Have proxies and authorities of `.env` count for this process and those that it starts, as our settings do."""
    folders = Path(), Path(home_in(os.environ) or default_home())
    if not any(os.path.isfile(folder / ENV_FILE) for folder in folders):
        return  # what reads them takes its time to import
    from core.settings.env_file import env_files, network_variables

    for file in reversed(env_files()):
        for name, value in network_variables(file).items():
            os.environ.setdefault(name, value)


def _all_missing(error: TyperException) -> str:
    """Return which arguments and options are missing, where it is more than the one that the error names."""
    if not isinstance(error, MissingParameter) or error.ctx is None:
        return ""
    given = error.ctx.params
    wanted = (param for param in error.ctx.command.params if isinstance(param, TyperOption | TyperArgument))
    left = [param.get_error_hint() for param in wanted if param.required and param.name not in given]
    return N_(f"Missing: {', '.join(left)}.") if len(left) > 1 else ""


def _refuse_no_path(command: object) -> None:
    """Have a command refuse an empty file name, which would be the current folder."""
    for parameter in getattr(command, "params", ()):
        if isinstance(parameter, TyperOption | TyperArgument) and parameter.callback is None:
            parameter.callback = _given_path
    for below in command.commands.values() if isinstance(command, TyperGroup) else ():
        _refuse_no_path(below)


def _given_path(context: Context, parameter: Parameter, value: object) -> object:
    is_typed = context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE
    if is_typed and Path() in (value if isinstance(value, list | tuple) else (value,)):
        raise typer.BadParameter(told("It is empty; give a file."))
    return value


def _called_instead(command: object, typed: str) -> str:
    """Return what to type where a recipe was taken for a command, else how to look it up."""
    is_command = isinstance(command, TyperGroup) and typed in command.commands
    if not is_command and typed.isalpha() and files("core.recipes").joinpath(f"{typed}.toml").is_file():
        return N_(f"It is a recipe: inlaid run {typed} FILE, or inlaid edit FILE.docx --recipe {typed}")
    return SEE_HELP


class _ToldFormatter(HelpFormatter):
    """Writes how a command is called, in the language that is spoken."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line."""
        super().write_usage(prog, args, prefix or told("Usage: "))


class _ToldContext(typer.Context):
    """A command that is being called, whose usage and help option are told in the language that is spoken."""

    formatter_class = _ToldFormatter

    def make_formatter(self) -> HelpFormatter:
        """Return what its help is written with."""
        if option := self.command.get_help_option(self):
            option.help = told("Show this message and exit.")
        return super().make_formatter()


def _speak_typer() -> None:
    """Have Typer's own words, such as "Options", in the language of whoever types, by gettext's own means."""
    gettext.bindtextdomain(OF_TYPER, str(files("core.text").joinpath(FOLDER)))
    gettext.textdomain(OF_TYPER)


def _tell_help(command: object) -> None:
    """Put what a command, its arguments and those below it say of themselves into the language that is spoken."""
    if not isinstance(command, TyperCommand | TyperGroup):
        return
    command.help, command.context_class = told_help(command.help or ""), _ToldContext
    for parameter in command.params:
        if isinstance(parameter, TyperOption | TyperArgument) and parameter.help:
            parameter.help = told(parameter.help)
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            _tell_help(below)


def told_help(text: str) -> str:
    """Return the help of a command in the language that is spoken, paragraph by paragraph."""
    return "\n\n".join(map(told, help_paragraphs(text)))


def help_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a help, each as one line."""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]


if __name__ == "__main__":
    main()
