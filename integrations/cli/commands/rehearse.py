"""`inlaid rehearse PLATFORM`: does what Inlaid relies on hold at a real Slack, Microsoft 365 or Gmail?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from core.system.installation import with_full_paths
from core.text.catalogues import N_, told
from integrations.cli.terminal import JsonFlag, output_console, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.rehearsal import Assumption, Rehearsed, Traces, Tried
    from core.settings import Settings
    from core.store import Store

app = typer.Typer(
    help="Try at a real platform what Inlaid relies on; with --write on things of its own, which it removes.",
    no_args_is_help=True,
)
WriteFlag = Annotated[
    bool,
    typer.Option("--write", help="Also make things: messages in the channel, drafts in the mailbox. Removed again."),
]
MailboxOption = Annotated[str, typer.Option("--mailbox", help="Address of a mailbox for tests.")]
RESULT_CHARS = 15
COLOURS = {N_("pass"): "green", N_("fail"): "red", N_("not tried"): "yellow"}


@app.command()
def slack(
    channel: Annotated[str, typer.Option("--channel", help="Id (C…) of a channel for tests that the app is in.")] = "",
    team: Annotated[str, typer.Option("--team", help="Workspace (T…), when the app is installed by OAuth.")] = "",
    write: WriteFlag = False,
    configuration_token_stdin: Annotated[
        bool, typer.Option("--configuration-token-stdin", help="Read a configuration token; Slack checks the manifest.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Rehearse at Slack. Messages go to --channel alone, and are deleted at the end."""
    import json
    import sys

    from core.errors import SettingsError
    from core.recipes.loader import load_recipes
    from integrations.slack.client.connections import Connections
    from integrations.slack.manifest import PLACEHOLDER_URL, make_manifest
    from integrations.slack.rehearsal import SlackRehearsal

    if write and not channel:
        raise typer.BadParameter(told("--write posts messages: name a channel for tests with --channel"))
    token = sys.stdin.readline().strip() if configuration_token_stdin else ""
    with _prepared() as (settings, store, traces):
        socket_mode = bool(settings.slack_app_token.get_secret_value())
        url = settings.public_url or PLACEHOLDER_URL
        is_one = bool(settings.slack_bot_token.get_secret_value())
        if not (is_one or settings.slack_client_id):
            raise SettingsError("Slack is not set up.", fix="Set it up with: inlaid setup slack")
        recipes = load_recipes(settings.recipes_dir)
        manifest = make_manifest(recipes, url, socket_mode=socket_mode, one_workspace=is_one)
        client = Connections(settings, store.records).client(team)
        one = SlackRehearsal(client, settings, json.dumps(manifest), traces, channel, token)
        _run(one.assumptions(), traces, writing=write, as_json=as_json)


@app.command()
def microsoft(
    mailbox: MailboxOption,
    document: Annotated[
        str, typer.Option("--document", metavar="LINK", help="Link of a document for tests in OneDrive or SharePoint.")
    ] = "",
    write: WriteFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Rehearse in a mailbox at Microsoft 365: a connected one by its sign-in, any other as the app itself.

    With --document also beside that document, with the rights of whoever connected the mailbox.
    """
    from core.errors import InputError
    from integrations.documents.drive import SCOPES
    from integrations.documents.rehearsal import DriveRehearsal
    from integrations.graph.client import Graph
    from integrations.mail.graph.accounts import GraphAccount, Microsoft
    from integrations.mail.graph.rehearsal import GraphRehearsal

    with _prepared() as (settings, store, traces):
        way = Microsoft(settings, store.records)
        wanted = mailbox.casefold()
        found = next((account for account in way.accounts.list() if wanted in account.addresses), None)
        account = found or GraphAccount(address=mailbox, person=mailbox)
        client = way.open(account)
        one = GraphRehearsal(client, client.graph.bearer, traces, settings.public_url)
        wanted_here = [*one.assumptions()]
        if document:
            if not account.signed_in:
                raise InputError(
                    f"No person is signed in for {mailbox}, and documents are reached by people alone.",
                    fix="Connect a mailbox by `inlaid mailbox add graph`, and name that one.",
                )
            token = way.sign_in.of_person(account.signed_in, SCOPES)
            wanted_here += DriveRehearsal(Graph(settings.microsoft_graph_url, token), document, traces).assumptions()
        _run(wanted_here, traces, writing=write, as_json=as_json)


@app.command()
def gmail(mailbox: MailboxOption, write: WriteFlag = False, as_json: JsonFlag = False) -> None:
    """Rehearse in a connected mailbox at Gmail."""
    from core.errors import NotFoundError
    from integrations.mail.gmail.accounts import Google
    from integrations.mail.gmail.rehearsal import GmailRehearsal

    with _prepared() as (settings, store, traces):
        google = Google(settings, store.records)
        found = next(
            (account for account in google.accounts.list() if account.address.casefold() == mailbox.casefold()), None
        )
        if found is None:
            raise NotFoundError(f"No mailbox {mailbox} is connected.", fix="Connect it: inlaid mailbox add gmail")
        one = GmailRehearsal(google.open(found), found.address, traces)
        _run(one.assumptions(), traces, writing=write, as_json=as_json)


@contextmanager
def _prepared() -> "Iterator[tuple[Settings, Store, Traces]]":
    from core.rehearsal import Traces
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    store = open_store(settings)
    try:
        yield settings, store, Traces()
    finally:
        store.close()


def _run(assumptions: "Sequence[Assumption]", traces: "Traces", *, writing: bool, as_json: bool) -> None:
    """Try them one by one, print each as it is known, and say what was removed; exit code 1 when something fails."""
    from core.rehearsal import Rehearsed, rehearse

    tried: list[Tried] = []
    for result in rehearse(assumptions, traces, writing=writing):
        tried.append(result)
        if not as_json:
            _print(result)
    whole = Rehearsed(tried, traces)
    if as_json:
        print_json(whole.to_json())
    else:
        _print_end(whole)
    if not whole.holds:
        raise typer.Exit(1)


def _print(one: "Tried") -> None:
    console = output_console()
    console.print(told(one.result).ljust(RESULT_CHARS), style=COLOURS[one.result], end="")
    seen = told(one.seen).removesuffix(".")
    console.print(f"{told(one.name)}: {told(one.holds)} ({seen})", markup=False)
    if one.change:
        console.print(f"{'':{RESULT_CHARS}}{told('Change')}: {with_full_paths(told(one.change))}", markup=False)


def _print_end(whole: "Rehearsed") -> None:
    console = output_console()
    counts = {result: sum(trial.result == result for trial in whole.tried) for result in COLOURS}
    console.print(", ".join(f"{count} {told(result)}" for result, count in counts.items()) + ".", markup=False)
    if whole.traces.removed or whole.traces.left:
        console.print(told(f"Removed again: {len(whole.traces.removed)} of what was made."), markup=False)
    for what in whole.traces.left:
        console.print(told(f"Left behind, remove it by hand: {told(what)}"), style="red", markup=False)
