"""`inlaid mailbox add`: connect a mailbox; it is tested first."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.text.catalogues import told
from integrations.cli.terminal import JsonFlag, output_console, print_json, shown_step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.settings import Settings
    from integrations.mail.graph.connecting import GraphConnecting
    from integrations.mail.imap.accounts import ImapAccount, TokenGrant

app = typer.Typer(help="Connect a mailbox; it is tested first.", no_args_is_help=True)

TokenFlag = Annotated[
    bool,
    typer.Option("--oauth-token-stdin", help="Read an access token from stdin, alone or in JSON with what renews it."),
]


@app.callback()
def add() -> None:
    """Connect a mailbox; it is tested first."""


@app.command()
def imap(  # noqa: PLR0913 - a mailbox has that many settings
    host: Annotated[str, typer.Option(help="Name of the IMAP server.")],
    user: Annotated[str, typer.Option(help="User name, often the email address.")],
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="993 by default; 143 with --no-tls.")] = None,
    address: Annotated[str, typer.Option(help="Mail address, if it is not the user name.")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    oauth_token_stdin: TokenFlag = False,
    no_tls: Annotated[bool, typer.Option("--no-tls", help="Send password and mail unencrypted.")] = False,
    name: Annotated[str, typer.Option(help="Name of its owner, for From and the signature.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Connect an IMAP mailbox, once tested. Connected again, it keeps address, name and port unless you give others."""
    import sys

    from core.settings import load_settings
    from core.store import open_store
    from integrations.mail.imap.accounts import Accounts, ImapAccount, read_grant
    from integrations.mail.imap.connecting import checked

    if password_stdin and oauth_token_stdin:
        raise typer.BadParameter(told("stdin holds either a password or a token: give one of the two options"))
    settings = load_settings()
    account = ImapAccount(
        host=host,
        port=143 if no_tls else 993,
        user=user,
        password="",
        security="none" if no_tls else "tls",
        person=settings.local_person,
        address=user if "@" in user else settings.owner_address,
        owner_name=settings.owner_name,
        login="oauth" if oauth_token_stdin else "password",
    )
    given: dict[str, Any] = {"port": port, "address": address, "owner_name": name.strip()}
    account = replace(Accounts(open_store(settings).records).as_before(account), **_said(given))
    account = checked(account)  # before a password is asked for
    if oauth_token_stdin:
        connect(account, read_grant(sys.stdin.read()), settings, as_json=as_json)
    else:
        account = replace(account, password=_password(from_stdin=password_stdin))
        connect(account, None, settings, as_json=as_json)


def _said(given: "Mapping[str, Any]") -> dict[str, Any]:
    return {field: value for field, value in given.items() if value}


@app.command()
def graph(
    mailbox: Annotated[
        list[str] | None,
        typer.Option("--mailbox", help="Address of a mailbox to read as the app itself, with application permissions."),
    ] = None,
    folder: Annotated[
        list[str] | None, typer.Option("--folder", help="Folder to look after, by well-known name or id.")
    ] = None,
    shared: Annotated[
        str, typer.Option("--shared", metavar="ADDRESS", help="A mailbox shared with you, by a link to sign in.")
    ] = "",
    group: Annotated[
        str,
        typer.Option("--group", metavar="NAME|ID", help="The mailboxes of a group of Entra, as the app itself."),
    ] = "",
    name: Annotated[
        str, typer.Option("--name", help="Name that drafts are signed with; with one --mailbox only.")
    ] = "",
    as_json: JsonFlag = False,
) -> None:
    """Connect Microsoft 365 mailboxes: by a link to sign in, or as the app itself. Tested before they are saved."""
    from core.settings import load_settings
    from core.store import open_store
    from integrations.mail.graph.accounts import INBOX, Microsoft
    from integrations.mail.graph.connecting import GraphConnecting, Invitation

    if name and len(mailbox or ()) != 1:
        raise typer.BadParameter(told("--name is the name of one person: give one --mailbox with it"))
    if bool(mailbox) + bool(shared) + bool(group) > 1:
        raise typer.BadParameter(told("give --mailbox, --shared or --group"))
    settings, folders = load_settings(), tuple(folder or (INBOX,))
    connecting = GraphConnecting(Microsoft(settings, open_store(settings).records))
    if group:
        return _connect_group(settings, connecting, group, folders, as_json=as_json)
    if mailbox:
        return _connect_for_app(connecting, mailbox, folders, name, as_json=as_json)
    invitation = Invitation(settings.local_person, settings.owner_name, folders)
    link = connecting.invite_to_shared(invitation, shared) if shared else connecting.invite(invitation)
    return _show_link(link, as_json=as_json)


@app.command()
def gmail(
    name: Annotated[str, typer.Option("--name", help="Name that drafts are signed with; Google's by default.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Connect a mailbox at Gmail or Google Workspace, by a link to sign in. Tested before saved."""
    from core.connect_links import Owner
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store
    from integrations.mail.gmail.accounts import Google
    from integrations.mail.gmail.connecting import GmailConnecting

    settings = load_settings()
    connecting = GmailConnecting(Google(settings, open_store(settings).records))
    owner = Owner(LOCAL_WORKSPACE, settings.local_person, name.strip() or settings.owner_name)
    _show_link(connecting.invite(owner), as_json=as_json)


def _show_link(link: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"sign_in_url": link})
    else:
        output_console().print(told(f"Open this link within a day, and sign in:\n{link}"), markup=False, soft_wrap=True)


def _connect_for_app(
    connecting: "GraphConnecting", addresses: "Sequence[str]", folders: tuple[str, ...], name: str, *, as_json: bool
) -> None:
    """Connect mailboxes that the app itself reads. All are tested before any is saved.

    Args:
        connecting: the way to Microsoft.
        addresses: of the mailboxes.
        folders: which are looked after.
        name: that drafts are signed with, or "" if nobody said.
        as_json: whether one JSON object is printed.
    """
    from integrations.mail.accounts.mailboxes import find_mailbox
    from integrations.mail.graph.accounts import GraphAccount

    accounts = []
    for address in addresses:
        with shown_step(f"Connecting to {address} at Microsoft 365"):
            account = GraphAccount(address=address, person=address, folders=folders, owner_name=name)
            accounts.append(connecting.test(account))
    for account in accounts:
        connecting.save(account)
    if as_json:
        records = connecting.microsoft.records
        print_json(
            {"mailboxes": [find_mailbox(records, account.workspace, account.name).to_json() for account in accounts]}
        )
        return
    for account in accounts:
        words = told(f"{account.name} is connected; drafts go to its Drafts folder.")
        output_console().print(f"{words}\n{_left_to_owner(account.name)}", markup=False, soft_wrap=True)


def _connect_group(
    settings: "Settings", connecting: "GraphConnecting", wanted: str, folders: tuple[str, ...], *, as_json: bool
) -> None:
    """Connect the mailboxes of a group, after a test of one; workers keep them up as members come and go."""
    from integrations.cli.commands.mailbox import group_words
    from integrations.mail.accounts.groups import group_mailboxes
    from integrations.mail.graph.groups import MailGroups

    records = connecting.microsoft.records
    with shown_step(f"Asking Microsoft 365 who is in {wanted}"):
        group = group_mailboxes(settings, records).add(wanted, folders)
    (shown,) = (known for known in MailGroups(records).to_json() if known["id"] == group.id)
    if as_json:
        print_json({"group": shown})
    else:
        output_console().print(group_words(shown), markup=False)


def connect(account: "ImapAccount", grant: "TokenGrant | None", settings: "Settings", *, as_json: bool) -> None:
    """Test the mailbox, then save it, and say so."""
    from core.policies.enforcement import load_policies
    from core.store import open_store
    from integrations.cli.commands.mailbox import shown_mailbox
    from integrations.mail.accounts.mailboxes import find_mailbox
    from integrations.mail.imap.accounts import Accounts, public_account
    from integrations.mail.imap.connecting import connect_mailbox
    from integrations.mail.mailbox.preferences import load_preferences

    store = open_store(settings)
    accounts, policies = Accounts(store.records), load_policies(settings, store.records)
    with shown_step(f"Connecting to {account.host}:{account.port}"):
        account, folder = connect_mailbox(accounts.records, account, grant, policies=policies)
    if as_json:
        view = find_mailbox(store.records, account.workspace, account.name)
        listed = {**public_account(account, accounts.cursor(account)), **shown_mailbox(store, view)}
        print_json({**listed, "drafts_folder": folder})
    else:
        words = told(f"{account.name} is connected; drafts go to {folder}.")
        gaps_only = load_preferences(store.records, account.workspace, account.name).gaps_only
        left = [] if gaps_only else [_left_to_owner(account.name)]
        output_console().print("\n".join([words, *left]), markup=False, soft_wrap=True)


def _left_to_owner(name: str) -> str:
    """Return which mails get no draft, and what to do about it."""
    return told(
        f"Mails that only you can answer get none (inlaid mailbox list names them);"
        f" to get drafts of questions for them too: inlaid mailbox set {name} --gaps,"
        f" or for one of them: inlaid mailbox draft-anyway {name}"
    )


def _password(*, from_stdin: bool) -> str:
    import sys

    from core.errors import InputError

    if not from_stdin:
        return str(typer.prompt(told("Password"), hide_input=True))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InputError("No password came from stdin.", fix="For example: inlaid mailbox add imap … < password-file")
    return password
