"""Connects a mailbox: encryption, login, inbox and a folder for drafts are tested before anything is saved."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address

from core.errors import ConflictError, InputError
from core.policies.enforcement import Policies
from core.ports import Token
from core.store.due import DueIndex
from core.store.records import RecordStore
from core.system.connections import deadline
from integrations.mail.imap.accounts import (
    ACCOUNT_KIND,
    Accounts,
    GrantTokens,
    ImapAccount,
    StoredTokens,
    TokenGrant,
)
from integrations.mail.imap.connection import open_mailbox, settle_security, told_if_it_worked
from integrations.mail.imap.folders import Inbox, drafts_folder
from integrations.mail.mailbox.one_way import require_one_way
from integrations.mail.mailbox.preferences import FieldError
from integrations.mail.mailbox.visits import SERVERS
from integrations.mail.message.addresses import parse_addresses

# For all tests together: somebody waits.
CHECK_SECONDS = 30.0
# Of two who connect a mailbox at once the second sees what the first has saved.
SAVE_SECONDS = 30.0


def connect_mailbox(
    records: RecordStore,
    account: ImapAccount,
    grant: TokenGrant | None = None,
    *,
    policies: Policies,
    before_saving: Callable[[], None] = lambda: None,
) -> tuple[ImapAccount, str]:
    """Test a mailbox and save it; return it as it works, and its Drafts folder.

    Args:
        records: where it is kept.
        account: the mailbox.
        grant: its access token, when it logs in by one.
        before_saving: raises where it must not be saved; asked only when the login has worked, so that nobody else
            learns what it says.
        policies: which mailboxes people may connect.

    Raises:
        PolicyRefused: its owner may not connect it.
        ConflictError: somebody of another workspace has connected it: each thread would get two drafts.
        FieldError: host or address are written as they cannot be, or there is no address.
        InlaidError: see `check_mailbox`; nothing was saved.
    """
    account = checked(account)
    policies.require_mailbox(account.workspace, account.person, "imap", account.address)
    return _save(records, account, grant, before_saving)


def renew_login(
    records: RecordStore, account: ImapAccount, *, password: str = "", grant: TokenGrant | None = None
) -> ImapAccount:
    """Test a connected mailbox with a new password or access token, and save that alone.

    Raises:
        InputError: it logs in by the other one of the two.
        InlaidError: see `check_mailbox`; the login is as it was.
    """
    if (account.login == "oauth") != (grant is not None):
        kind = "an access token" if account.login == "oauth" else "a password"
        raise InputError(f"{account.name} logs in by {kind}.", fix=f"Enter {kind}, or connect the mailbox again.")
    with told_if_it_worked(records, account):
        return _save(records, replace(account, password=password), grant)[0]


def _is_host(text: str) -> bool:
    """Tell whether a text is a name, or a bare address of IPv4 or IPv6; a port is no part of either."""
    try:
        return bool(ip_address(text))
    except ValueError:
        return bool(text) and not any(sign.isspace() or sign in ":/@[]" for sign in text)


def checked(account: ImapAccount) -> ImapAccount:
    """Return the account with host and address in their one form. Nothing is connected to.

    Raises:
        FieldError: one of them cannot be, or there is no address; it says which.
    """
    host = account.host.strip()
    if not _is_host(host):
        fix = "Give its name alone, for example imap.example.com; the port stands apart."
        raise FieldError("host", f"{host!r} is not the name of a mail server.", fix=fix)
    if not account.address.strip():
        fix = "Give the mail address of the mailbox as well (--address): replies are written for it."
        raise FieldError("address", f"The user name {account.user} is not an email address.", fix=fix)
    found = parse_addresses(account.address)
    if len(found) != 1:
        fix = "Write it as name@example.com."
        raise FieldError("address", f"{account.address!r} is not an email address.", fix=fix)
    return replace(account, host=host, address=found[0].address)


def _save(
    records: RecordStore,
    account: ImapAccount,
    grant: TokenGrant | None,
    before_saving: Callable[[], None] = lambda: None,
) -> tuple[ImapAccount, str]:
    tokens = GrantTokens(grant, account.egress) if grant else None
    account, folder = check_mailbox(account, tokens)
    with records.lock(SERVERS, f"connect imap:{account.place.server}", seconds=SAVE_SECONDS):
        _require_single(records, account)
        require_one_way(records, account)
        before_saving()
        if tokens:
            StoredTokens(records, account).save(tokens.grant)
        Accounts(records).save(account)
        Accounts(records).update_status(account, error=None)
    return account, folder


def _require_single(records: RecordStore, account: ImapAccount) -> None:
    """Pass when nobody of another workspace has connected the mailbox, by whichever of its names."""
    accounts = Accounts(records)
    for state in DueIndex(records.database).standing(ACCOUNT_KIND):
        if state.workspace == account.workspace or state.server != account.place.server:
            continue
        is_same = state.key.casefold() == account.name.casefold()
        if not is_same and (other := accounts.find(state.workspace, state.key)):
            is_same = bool(account.own_address) and other.own_address.casefold() == account.own_address.casefold()
        if is_same:
            raise ConflictError(f"{account.name} is connected by somebody else.", fix="Ask them to remove it first.")


def check_mailbox(account: ImapAccount, tokens: Token | None = None) -> tuple[ImapAccount, str]:
    """Return the account as it works, with the encryption that its server offers, and its Drafts folder.

    Raises:
        CredentialError: user, password or access token were refused.
        OutageError: the server cannot be reached.
        InputError: it cannot be talked to safely, or refuses what a mailbox must allow.
    """
    with deadline(CHECK_SECONDS):
        account = settle_security(account)
        with open_mailbox(account, tokens) as client:
            Inbox(client)
            return account, drafts_folder(client)
