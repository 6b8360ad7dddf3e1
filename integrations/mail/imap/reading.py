"""What is new in the folders of an IMAP mailbox that are looked after, and how far each has been read."""

import time
from collections.abc import Iterator
from dataclasses import replace

from imapclient import IMAPClient

from core.cached_property import cached_property
from core.errors import InputError
from core.system.connections import is_short
from integrations.mail.imap.accounts import Accounts, ImapAccount, ImapCursor
from integrations.mail.imap.folders import INBOX, Inbox, InboxMail
from integrations.mail.mailbox.preferences import load_preferences
from integrations.mail.mailbox.triage_records import TriageRecords

FIRST_LOOK_SECONDS = 24 * 3600.0
OVERLAP_SECONDS = 24 * 3600.0
MAX_MAILS = 200


class FolderReading:
    """One folder that is being read.

    Args:
        inbox: the folder, open.
        before: how far it has been read.
        positions: where is stored how far it has been read now.
    """

    def __init__(self, inbox: Inbox, before: ImapCursor, positions: "Positions") -> None:
        self.inbox, self._positions, self._has_more, self._is_read = inbox, positions, False, False
        self.cursor = self._start(before)

    @property
    def is_behind(self) -> bool:
        """Whether there was no time for all that is new."""
        return self.cursor.is_behind

    def new_mail(self) -> Iterator[InboxMail]:
        """Yield what came since; one mail at least is read in each round, and the position is kept after each."""
        cursor, self._is_read = self.cursor, True
        uids = self.inbox.new_uids(cursor)
        self._has_more = len(uids) > MAX_MAILS
        missing: list[int] = []
        cursor = replace(cursor, is_behind=False)
        for number, found in enumerate(self.inbox.arrivals(uids[:MAX_MAILS])):
            uid = found if isinstance(found, int) else found.uid
            if number and is_short():
                again = (*missing, *(known for known in cursor.again if known >= uid))
                self._keep(replace(cursor, again=again, is_behind=True, error=None))
                return
            if isinstance(found, int):
                missing.append(uid)
            else:
                yield found
            cursor = replace(cursor, last_uid=max(cursor.last_uid, uid))
            self._keep(cursor)
        self.cursor = replace(cursor, again=tuple(uid for uid in missing if uid not in cursor.again))

    def end(self) -> None:
        """Keep that it was read to the end now; of a folder whose marks alone were looked at, that of these."""
        if self.is_behind:
            return
        if not self._is_read:
            self._keep(replace(self.cursor, modseq=self.inbox.modseq))
            return
        cursor = replace(
            self.cursor, modseq=self.inbox.modseq, checked_at=time.time(), is_behind=self._has_more, error=None
        )
        if not self._has_more:
            last_uid = max(cursor.last_uid, self.inbox.next_uid - 1)
            cursor = replace(cursor, last_uid=last_uid, is_renumbered=False)
        self._keep(cursor)

    def _start(self, cursor: ImapCursor) -> ImapCursor:
        """Return where to go on; at the beginning, or after the server renumbered its mails, that is a date."""
        if cursor.uidvalidity == self.inbox.uidvalidity:
            return cursor
        first = time.time() - FIRST_LOOK_SECONDS
        return replace(
            cursor,
            uidvalidity=self.inbox.uidvalidity,
            last_uid=0,
            since_seconds=cursor.checked_at - OVERLAP_SECONDS if cursor.checked_at else first,
            is_renumbered=bool(cursor.uidvalidity),
            modseq=0,
            again=(),
        )

    def _keep(self, cursor: ImapCursor) -> None:
        self.cursor = cursor
        self._positions.keep(self.inbox.folder, cursor)


class Positions:
    """How far the folders of a mailbox have been read, in one record.

    Args:
        accounts: where it is.
        account: the mailbox.
    """

    def __init__(self, accounts: Accounts, account: ImapAccount) -> None:
        self._accounts, self._account = accounts, account
        self._known = accounts.cursor(account)

    def of(self, folder: str) -> ImapCursor:
        """Return how far a folder has been read."""
        return self._known if folder == INBOX else self._known.others.get(folder, ImapCursor())

    def keep(self, folder: str, cursor: ImapCursor) -> None:
        """Store how far a folder has been read."""
        if folder == INBOX:
            self._known = replace(cursor, others=self._known.others)
        else:
            self._known = replace(self._known, others={**self._known.others, folder: cursor})
        self._accounts.save_cursor(self._account, self._known)

    def end(self, folders: tuple[str, ...], error: dict[str, str] | None, *, is_behind: bool) -> None:
        """Store that a round over these folders, with the inbox, has ended; others are forgotten."""
        others = {name: reading for name, reading in self._known.others.items() if name in folders}
        now = replace(self._known, others=others, error=error, is_behind=self._known.is_behind or is_behind)
        if now != self._known:
            self._known = now
            self._accounts.save_cursor(self._account, now)


class Reading:
    """A round over the inbox and the further folders that the owner has chosen.

    Args:
        accounts: where positions are kept.
        account: the mailbox.
        client: logged in.
    """

    def __init__(self, accounts: Accounts, account: ImapAccount, client: IMAPClient) -> None:
        self._accounts, self._account, self._client = accounts, account, client
        self._read: dict[str, FolderReading] = {}
        self._missing: list[str] = []
        self._noted: set[str] = set()
        self.current: FolderReading | None = None

    @cached_property
    def chosen(self) -> tuple[str, ...]:
        """The folders that are looked after beside the inbox."""
        return load_preferences(self._accounts.records, self._account.workspace, self._account.name).folders

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self._accounts, self._account)

    @property
    def is_behind(self) -> bool:
        """Whether there was no time for all that is new."""
        return any(reading.is_behind for reading in self._read.values())

    def folders(self, *, is_changed: bool = False) -> Iterator[FolderReading]:
        """Open each folder in turn, the inbox first.

        Args:
            is_changed: leave out further folders in which nothing can have changed since they were read.
        """
        for name in (INBOX, *self.chosen):
            if name != INBOX and self._is_left_out(name, is_changed=is_changed):
                continue
            if name in self._read:
                self._read[name].inbox.reopen()
            else:
                inbox = Inbox(self._client, name, is_first=not self._read)
                self._read[name] = FolderReading(inbox, self._positions.of(name), self._positions)
            self.current = self._read[name]
            yield self.current
        self.current = None

    def reopen(self) -> None:
        """Select the folder that is being read again, after another was looked at."""
        if self.current:
            self.current.inbox.reopen()

    def text(self, folder: str, uidvalidity: int, uid: int) -> bytes | None:
        """Return a mail of the folder that is being read, or of another while none is; None when it is gone."""
        inbox = self._inbox(folder, uidvalidity)
        return inbox.read(uid) if inbox else None

    def facts(self, folder: str, uidvalidity: int, uid: int) -> InboxMail | None:
        """Return the facts of a mail that `text` would return; None when it is gone or no mail to answer."""
        inbox = self._inbox(folder, uidvalidity)
        found = next(inbox.arrivals([uid]), None) if inbox else None
        return found if isinstance(found, InboxMail) else None

    def _inbox(self, folder: str, uidvalidity: int) -> Inbox | None:
        if self.current:
            return self.current.inbox
        is_there = folder == INBOX or self._client.folder_exists(folder)
        inbox = Inbox(self._client, folder, is_first=False) if is_there else None
        return inbox if inbox and inbox.uidvalidity == uidvalidity else None

    def is_known(self, message_id: str) -> bool:
        """Whether a mail was decided about elsewhere: it was moved, or the server has renumbered its mails."""
        is_needed = bool(self.chosen) or self._is_renumbered
        return is_needed and (message_id in self._noted or message_id in self._decided)

    @property
    def keeps_repeats(self) -> bool:
        """Whether a mail that is known gets a record: it was moved, or is another one of the same Message-ID."""
        return bool(self.chosen) and not self._is_renumbered

    @property
    def _is_renumbered(self) -> bool:
        return self.current is not None and self.current.cursor.is_renumbered

    def note(self, message_id: str) -> None:
        """Take up that a mail is decided about in this round."""
        self._noted.add(message_id)

    def end(self) -> None:
        """Keep that all was read now, and which folders are gone."""
        self.current = None
        for reading in self._read.values():
            reading.end()
        error = _gone(self._account, self._missing).to_json() if self._missing else None
        others = any(reading.is_behind for name, reading in self._read.items() if name != INBOX)
        if not self._read[INBOX].is_behind or others:
            self._positions.end(self.chosen, error, is_behind=others)

    @cached_property
    def _decided(self) -> frozenset[str]:
        before = TriageRecords(self._accounts.records, self._account).newest()
        return frozenset(record.message_id for record in before if record.message_id)

    def _is_left_out(self, name: str, *, is_changed: bool) -> bool:
        if not self._client.folder_exists(name):
            if name not in self._missing:
                self._missing.append(name)
            return True
        cursor = self._positions.of(name)
        if not is_changed or name in self._read or not cursor.checked_at or cursor.is_behind or cursor.again:
            return False
        there = self._client.folder_status(name, ["UIDNEXT", "UIDVALIDITY"])
        return (there.get(b"UIDVALIDITY"), there.get(b"UIDNEXT")) == (cursor.uidvalidity, cursor.last_uid + 1)


def _gone(account: ImapAccount, folders: list[str]) -> InputError:
    return InputError(
        f"The mailbox has no folder {', '.join(folders)[:200]} any more.",
        fix=f"Choose folders with: inlaid mailbox folders {account.name}",
    )
