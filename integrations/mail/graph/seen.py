"""Which mails were decided about: by their Message-IDs, which survive an export and an import."""

import hashlib

from core.store.records import RecordStore
from integrations.mail.graph.accounts import SEEN_KIND, GraphAccount
from integrations.mail.mailbox.triage_records import KEEP_SECONDS


def is_seen(records: RecordStore, account: GraphAccount, message_id: str) -> bool:
    """Whether a mail was decided about, by its Message-ID: one that was exported and imported has another id."""
    return bool(message_id) and records.get(SEEN_KIND, account.workspace, _seen_key(account, message_id)) is not None


def note_seen(records: RecordStore, account: GraphAccount, message_id: str) -> None:
    """Store that a mail is decided about; one without a Message-ID is known by its id alone."""
    if message_id:
        key, data = _seen_key(account, message_id), {"account": account.name}
        person = account.person
        records.put(SEEN_KIND, account.workspace, key, data, person=person, expires_in_seconds=KEEP_SECONDS)


def _seen_key(account: GraphAccount, message_id: str) -> str:
    return hashlib.sha256(f"{account.name}\n{message_id}".encode()).hexdigest()
