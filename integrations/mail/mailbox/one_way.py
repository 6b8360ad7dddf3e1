"""A mailbox is connected one way: by IMAP or by its provider's API. Connected twice, each mail would get two drafts."""

from core.errors import ConflictError
from core.store.due import DueIndex
from core.store.records import RecordStore
from integrations.mail.mailbox.account import ACCOUNT_KINDS, MailboxAccount

_WAYS = {"imap": "by IMAP", "graph": "at Microsoft 365", "gmail": "at Gmail"}
# Where mailboxes of a provider with an API are reached by IMAP too, perhaps by a user name that is no address.
_MICROSOFT_HOSTS = ("outlook.office365.com", "outlook.office.com")
_SHARED_HOSTS = tuple(f"{host}:" for host in ("imap.gmail.com", "imap.googlemail.com", *_MICROSOFT_HOSTS))
_GMAIL_DOMAINS = ("gmail.com", "googlemail.com")


def addresses_elsewhere(records: RecordStore, account: MailboxAccount) -> dict[str, str]:
    """Return by which addresses mailboxes at other providers than this one's are reached, and at which."""
    index, found, provider = DueIndex(records.database), dict[str, str](), account.place.kind
    # Microsoft's servers let people log in by any alias of theirs.
    is_by_alias = provider == "imap" and getattr(account, "host", "").casefold() in _MICROSOFT_HOSTS
    for other, kind in ACCOUNT_KINDS.items():
        if other == provider:
            continue
        for state in index.standing(kind):
            found[_same(state.key)] = other
            is_shared = state.server.startswith(_SHARED_HOSTS) or (is_by_alias and other == "graph")
            if is_shared and (record := records.get(kind, state.workspace, state.key)):
                named = (record.data.get("address", ""), *record.data.get("aliases", ()))
                found |= {_same(str(address)): other for address in named}
    found.pop("", None)
    return found


def require_one_way(records: RecordStore, account: MailboxAccount) -> None:
    """Pass when the mailbox is connected in no other way.

    Raises:
        ConflictError: it is, in whatever workspace.
    """
    elsewhere = addresses_elsewhere(records, account)
    # Gmail's aliases may be mailboxes of their own elsewhere.
    aliases = getattr(account, "aliases", ()) if account.place.kind == "graph" else ()
    names = {_same(name) for name in (account.name, account.address, *aliases)}
    if other := next((elsewhere[name] for name in sorted(names) if name in elsewhere), ""):
        raise ConflictError(
            f"{account.address or account.name} is connected already, {_WAYS[other]}.",
            fix="Remove it there first: inlaid mailbox remove",
        )


def _same(address: str) -> str:
    """Return what is alike for all addresses of one mailbox: Gmail leaves out dots and has two domains."""
    name, _, domain = address.casefold().rpartition("@")
    return f"{name.replace('.', '')}@gmail.com" if domain in _GMAIL_DOMAINS else address.casefold()
