"""Folders of a mailbox as a source: which source that is, and who may read it: its owner, or all who share it."""

import hashlib
from contextlib import suppress

from core.errors import NotFoundError, SettingsError
from core.sources.access import put_access
from core.sources.model import AccessList, address_principal, person_principal
from core.sources.store import SourceStore
from core.store.records import RecordStore
from integrations.mail.mailbox.account import MailboxAccount

# The one access list of such a source.
OWNER = "owner"


def source_id_of(workspace: str, name: str) -> str:
    """Return the id of the source that folders of a mailbox are: one for each mailbox."""
    return hashlib.sha256(f"mailbox\0{workspace}\0{name}".encode()).hexdigest()[:32]


def readers_of(account: MailboxAccount, proven_address: str, believed_seconds: float) -> AccessList:
    """Return who may read what stands in a mailbox. Pure.

    Args:
        account: the mailbox. One that is shared counts as a reader of itself: its own drafts may rest on it.
        proven_address: the address that is certainly its owner's, "" for none.
        believed_seconds: how long it is believed who shares it, while the mailbox cannot be asked.
    """
    found = {person_principal(*name) for name in ((account.workspace, account.person), *account.readers)}
    found |= {address_principal(proven_address)} if proven_address else set()
    return AccessList(OWNER, frozenset(found), believed_seconds if account.readers else 0.0)


def tell_members(records: RecordStore, account: MailboxAccount, believed_seconds: float) -> None:
    """Let those who share a mailbox read its source from now on, and nobody else; it is read again soon."""
    sources = SourceStore(records.database, records.cipher)
    with suppress(NotFoundError, SettingsError):  # it is no source, or one that no key opens, for nobody
        source = sources.get(source_id_of(account.workspace, account.name)).source
        with records.database.write() as connection:
            put_access(connection, source, readers_of(account, "", believed_seconds))
        # A reading that goes on may know the members of a moment ago.
        sources.wake(source.id)
