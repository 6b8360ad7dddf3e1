"""The `inlaid` command: one line per command. Every module named here imports what is heavy only when it runs."""

import sys
from collections.abc import Sequence

import typer

from core.audit.acting import COMMAND_LINE, acting
from core.errors import InlaidError
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
from integrations.cli.terminal import print_error

app = typer.Typer(
    help="Generative AI inside the tools people already work in: Slack, Word and mail.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo.demo)
app.command()(serve.up)
app.command()(setup.setup)
app.command()(serve.console)
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


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. Errors are one line on stderr and exit code 1; wrong usage is 2, Ctrl-C 130."""
    try:
        with acting(COMMAND_LINE, workspace="local"):
            app(arguments)
    except InlaidError as error:
        print_error(error)
        sys.exit(1)
    except BrokenPipeError:
        # The reader went away (`| head`): nothing is wrong, and nothing more can be written.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        sys.stderr.write(f"inlaid: {error.strerror or error}: {error.filename or ''}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
