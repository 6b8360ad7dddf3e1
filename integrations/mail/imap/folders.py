"""The folders of an IMAP mailbox: which hold drafts and sent mail, new mails of the inbox, and who answers what.

Drafts and sent mail are found by SPECIAL-USE (RFC 6154) where offered, else by the names that programs use. The inbox
is opened read-only and bodies are peeked at, so mails stay unread.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

from imapclient import IMAPClient

from core.text.lexicon import phrases_beside
from integrations.mail.imap.accounts import ImapCursor
from integrations.mail.mailbox.pending_drafts import MailHead
from integrations.mail.mailbox.preferences import FLAGGED
from integrations.mail.message.addresses import parse_addresses
from integrations.mail.message.mime import header_text, message_ids, unfold
from integrations.mail.reply.compose import bare_subject

DRAFTS = "Drafts"
# As mail programs and providers name the folders, in lower case.
_DRAFTS_NAMES, _SENT_NAMES, _TRASH_NAMES = (phrases_beside(__file__, kind) for kind in ("drafts", "sent", "trash"))
_FIELDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES SUBJECT TO CC)]"
INBOX = "INBOX"
MARKED_DAYS = timedelta(days=14)
_FACTS_AT_ONCE = 200
_NEVER_ANSWERED = {b"\\draft", b"\\deleted"}

_Folder = tuple[tuple[bytes, ...], bytes | None, str]


def drafts_folder(client: IMAPClient) -> str:
    """Return the Drafts folder of the mailbox; where there is none, make one as mail programs do."""
    found = _find(client, b"\\drafts", _DRAFTS_NAMES)
    if found is None:
        found = _personal_prefix(client) + DRAFTS
        client.create_folder(found)
    return found


def sent_folder(client: IMAPClient) -> str | None:
    """Return the folder of sent mail, None when there is none that is known as such."""
    return _find(client, b"\\sent", _SENT_NAMES)


def drafts_and_sent(client: IMAPClient) -> tuple[str, ...]:
    """Return the folders of drafts and of sent mail, as far as there are such; none without one of drafts."""
    folders = _listed(client)
    drafts = _chosen(folders, b"\\drafts", _DRAFTS_NAMES)
    return tuple(name for name in (drafts, _chosen(folders, b"\\sent", _SENT_NAMES)) if drafts and name)


def trash_folder(client: IMAPClient) -> str | None:
    """Return the folder of what was thrown away, None when there is none that is known as such."""
    return _find(client, b"\\trash", _TRASH_NAMES)


def folders_of_received(client: IMAPClient) -> list[str]:
    """Return where received mail lies: the inbox, and the archive or the folder of all mail where there is one."""
    found = [_find(client, use, names) for use, names in ((b"\\archive", ("archive", "archiv")), (b"\\all", ()))]
    return ["INBOX", *(name for name in found if name)]


def _find(client: IMAPClient, use: bytes, names: tuple[str, ...]) -> str | None:
    return _chosen(_listed(client), use, names)


def _listed(client: IMAPClient) -> Sequence[_Folder]:
    return [
        (tuple(flag.lower() for flag in flags), delimiter, name)
        for flags, delimiter, name in client.list_folders()
        if not any(flag.lower() in {b"\\noselect", b"\\nonexistent"} for flag in flags)
    ]


def _chosen(folders: Sequence[_Folder], use: bytes, names: tuple[str, ...]) -> str | None:
    for flags, _, name in folders:
        if use in flags:
            return str(name)
    by_last_part = {_last_part(name, delimiter): name for _, delimiter, name in reversed(folders)}
    return next((str(by_last_part[known]) for known in names if known in by_last_part), None)


def _last_part(name: str, delimiter: bytes | None) -> str:
    return (name.rpartition(delimiter.decode())[2] if delimiter else name).casefold()


def _personal_prefix(client: IMAPClient) -> str:
    """Return what names of own folders begin with: `INBOX.` on some servers."""
    if not client.has_capability("NAMESPACE"):
        return ""
    personal = client.namespace().personal
    return str(personal[0][0]) if personal else ""


def heads_since(client: IMAPClient, folder: str, at: float, *, limit: int, is_sent: bool = False) -> list[MailHead]:
    """Return the heads of what came into a folder since then, oldest first; of more than `limit` the newest."""
    client.select_folder(folder, readonly=True)
    day = datetime.fromtimestamp(at, UTC).date() - timedelta(days=1)
    uids = sorted(client.search(["SINCE", day]))[-limit:]
    found = client.fetch(uids, [_FIELDS, "INTERNALDATE", "RFC822.SIZE"]) if uids else {}
    heads = [_head(uid, found[uid], folder, is_sent=is_sent) for uid in uids if uid in found]
    return [head for head in heads if head.at >= at]


def _head(uid: int, found: dict[bytes, object], folder: str, *, is_sent: bool) -> MailHead:
    raw = next((value for key, value in found.items() if key.upper().startswith(b"BODY[HEADER") and value), b"")
    fields = message_from_bytes(raw if isinstance(raw, bytes) else b"")

    def field(name: str) -> str:
        return unfold(str(fields.get(name, "")))

    own = message_ids(field("Message-ID"))
    at = found.get(b"INTERNALDATE")
    return MailHead(
        str(uid),
        own[0] if own else "",
        frozenset(message_ids(f"{field('In-Reply-To')} {field('References')}")),
        bare_subject(header_text(field("Subject"))),
        frozenset(address.key for address in parse_addresses(f"{field('To')}, {field('Cc')}")),
        at.timestamp() if isinstance(at, datetime) else 0.0,
        folder=folder,
        is_sent=is_sent,
        size_bytes=int(size) if isinstance(size := found.get(b"RFC822.SIZE"), int) else 0,
    )


@dataclass(frozen=True)
class InboxMail:
    """A mail in the inbox, before its text is fetched."""

    uid: int
    arrived_at: float
    size_bytes: int
    is_answered: bool


class Inbox:
    """The inbox of an open connection, or another folder that is read alike.

    Args:
        client: logged in; another folder may be selected later, when reading is over.
        folder: which it is.
        is_first: whether none was opened before on this connection: ENABLE has to come first.

    Attributes:
        uidvalidity: the server's number for this numbering of UIDs.
        next_uid: the UID that the next mail will get, 0 when the server does not say.
        folder: which it is.
        modseq: HIGHESTMODSEQ, 0 where the server has no CONDSTORE (RFC 7162).
    """

    def __init__(self, client: IMAPClient, folder: str = INBOX, *, is_first: bool = True) -> None:
        self._client = client
        self.folder = folder
        if is_first and client.has_capability("CONDSTORE") and client.has_capability("ENABLE"):
            client.enable("CONDSTORE")
        selected = client.select_folder(folder, readonly=True)
        self.uidvalidity = int(selected.get(b"UIDVALIDITY", 1))
        self.next_uid = int(selected.get(b"UIDNEXT", 0))
        self.modseq = int(_first(selected.get(b"HIGHESTMODSEQ", 0)))
        # A keyword that no mail bears is not searched for: some servers answer that with BAD.
        self._marks = {bytes(flag).lower() for flag in selected.get(b"FLAGS", ())}

    def reopen(self) -> None:
        """Select it again, after another folder was looked at."""
        self._client.select_folder(self.folder, readonly=True)

    def new_uids(self, cursor: ImapCursor) -> list[int]:
        """Return the UIDs that the cursor has not passed, oldest first.

        `n:*` always names the last mail (RFC 9051 section 9), and SINCE knows days only, in nobody's time zone.
        """
        day = datetime.fromtimestamp(cursor.since_seconds, UTC).date() - timedelta(days=1)
        found = self._client.search(["UID", f"{cursor.last_uid + 1}:*", "SINCE", day])
        return sorted({*(uid for uid in found if uid > cursor.last_uid), *cursor.again})

    def marked(self, mark: str, *, since_modseq: int) -> list[int]:
        """Return the mails of the last two weeks that have a mark; older marks may be many.

        Args:
            mark: `flagged`, or a keyword.
            since_modseq: only what changed since then, where the server can tell; 0 for all.
        """
        if mark == FLAGGED:
            criteria = ["FLAGGED"]
        elif mark.encode().lower() in self._marks:
            criteria = ["KEYWORD", mark]
        else:
            return []
        if since_modseq and self.modseq:
            if self.modseq == since_modseq:
                return []
            criteria += ["MODSEQ", str(since_modseq + 1)]
        day = datetime.now(UTC).date() - MARKED_DAYS
        return sorted(self._client.search([*criteria, "SINCE", day, "NOT", "DELETED"]))

    def arrivals(self, uids: list[int]) -> Iterator[InboxMail | int]:
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
                yield InboxMail(uid, arrived.timestamp(), int(found[b"RFC822.SIZE"]), b"\\answered" in flags)

    def read(self, uid: int) -> bytes | None:
        """Return a mail as it is; None when the server does not give it."""
        found = self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        return found if isinstance(found, bytes) else None


def gone_from(client: IMAPClient, folder: str, mails: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return which of these mails, by UIDVALIDITY and UID, are not in a folder any more or are marked as deleted.

    Of mails from before the server renumbered the folder, and in one that is gone itself, nothing is known.
    """
    if folder != INBOX and not client.folder_exists(folder):
        return set()
    uidvalidity = int(client.select_folder(folder, readonly=True).get(b"UIDVALIDITY", 1))
    uids = sorted(uid for numbering, uid in mails if numbering == uidvalidity)
    found = client.fetch(uids, ["FLAGS"]) if uids else {}
    kept = {uid for uid, data in found.items() if b"\\deleted" not in {flag.lower() for flag in data.get(b"FLAGS", ())}}
    return {(uidvalidity, uid) for uid in uids if uid not in kept}


def _first(value: Any) -> Any:
    """Return the value of a response code, which IMAPClient gives bare or in a list."""
    return value[0] if isinstance(value, list | tuple) else value
