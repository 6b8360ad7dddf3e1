"""A mailbox is connected one way: by IMAP or by its provider's API. Connected twice, each mail would get two drafts."""

from core.errors import ConflictError
from core.store.due import DueIndex
from core.store.records import RecordStore
from integrations.mail.mailbox.account import MailboxAccount

# The kind of the accounts that each provider keeps (`AccountStore.kind`), by `MailboxPlace.kind`.
ACCOUNT_KINDS = {"imap": "mailbox", "graph": "graph_mailbox", "gmail": "gmail_mailbox"}
_WAYS = {"imap": "by IMAP", "graph": "at Microsoft 365", "gmail": "at Gmail"}
# Where mailboxes of a provider with an API are reached by IMAP too, perhaps by a user name that is no address.
_SHARED_HOSTS = ("imap.gmail.com:", "imap.googlemail.com:", "outlook.office365.com:", "outlook.office.com:")


def addresses_elsewhere(records: RecordStore, provider: str) -> dict[str, str]:
    """Return the addresses of the mailboxes at other providers than this one (`MailboxPlace.kind`), and at which."""
    index, found = DueIndex(records.database), dict[str, str]()
    for other, kind in ACCOUNT_KINDS.items():
        if other == provider:
            continue
        for one in index.standing(kind):
            found[one.key.casefold()] = other
            if one.server.startswith(_SHARED_HOSTS) and (record := records.get(kind, one.workspace, one.key)):
                found[str(record.data.get("address", "")).casefold()] = other
    found.pop("", None)
    return found


def require_one_way(records: RecordStore, account: MailboxAccount) -> None:
    """Pass when the mailbox is connected in no other way.

    Raises:
        ConflictError: it is, in whatever workspace.
    """
    elsewhere = addresses_elsewhere(records, account.place.kind)
    # Gmail's aliases may be mailboxes of their own elsewhere.
    aliases = getattr(account, "aliases", ()) if account.place.kind == "graph" else ()
    names = {name.casefold() for name in (account.name, account.address, *aliases)}
    if other := next((elsewhere[name] for name in sorted(names) if name in elsewhere), ""):
        raise ConflictError(
            f"{account.address or account.name} is connected already, {_WAYS[other]}.",
            fix="Remove it there first: inlaid mailbox remove",
        )
