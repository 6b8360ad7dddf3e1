"""New mails of the inbox, by UID. The folder is opened read-only and bodies are peeked at, so mails stay unread."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from imapclient import IMAPClient

from integrations.mail.imap.accounts import Cursor
from integrations.mail.mime import MAX_MESSAGE_BYTES

INBOX = "INBOX"
_FACTS_AT_ONCE = 200
_NEVER_ANSWERED = {b"\\draft", b"\\deleted"}


@dataclass(frozen=True)
class Arrival:
    """A mail in the inbox, before its text is fetched."""

    uid: int
    arrived_at: float
    size_bytes: int
    is_answered: bool

    @property
    def is_too_large(self) -> bool:
        """Whether it is not fetched at all."""
        return self.size_bytes > MAX_MESSAGE_BYTES


class Inbox:
    """The inbox of an open connection.

    Args:
        client: logged in; another folder may be selected later, when reading is over.

    Attributes:
        uidvalidity: the server's number for this numbering of UIDs.
        next_uid: the UID that the next mail will get, 0 when the server does not say.
    """

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        selected = client.select_folder(INBOX, readonly=True)
        self.uidvalidity = int(selected.get(b"UIDVALIDITY", 1))
        self.next_uid = int(selected.get(b"UIDNEXT", 0))

    def new_uids(self, cursor: Cursor) -> list[int]:
        """Return the UIDs that the cursor has not passed, oldest first.

        `n:*` always names the last mail (RFC 9051 section 9), and SINCE knows days only, in nobody's time zone.
        """
        day = datetime.fromtimestamp(cursor.since_seconds, UTC).date() - timedelta(days=1)
        found = self._client.search(["UID", f"{cursor.last_uid + 1}:*", "SINCE", day])
        return sorted({*(uid for uid in found if uid > cursor.last_uid), *cursor.again})

    def arrivals(self, uids: list[int]) -> Iterator[Arrival | int]:
        """Return the facts of each mail in order; the bare UID where the server named a mail and then gives none."""
        for start in range(0, len(uids), _FACTS_AT_ONCE):
            batch = uids[start : start + _FACTS_AT_ONCE]
            facts = self._client.fetch(batch, ["FLAGS", "INTERNALDATE", "RFC822.SIZE"])
            for uid in batch:
                found = facts.get(uid, {})
                if b"RFC822.SIZE" not in found:
                    yield uid
                    continue
                flags = {flag.lower() for flag in found.get(b"FLAGS", ())}
                if flags & _NEVER_ANSWERED:
                    continue
                arrived = found.get(b"INTERNALDATE") or datetime.now(UTC)
                yield Arrival(uid, arrived.timestamp(), int(found[b"RFC822.SIZE"]), b"\\answered" in flags)

    def read(self, uid: int) -> bytes | None:
        """Return a mail as it is; None when the server does not give it."""
        found = self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        return found if isinstance(found, bytes) else None
