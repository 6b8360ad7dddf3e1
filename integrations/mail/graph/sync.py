"""One round over a mailbox: what Microsoft told of, then what has changed in its folders since the last round.

The second repairs whatever the first missed. https://learn.microsoft.com/graph/delta-query-messages
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from core.errors import InlaidError, NotFoundError, OutageError
from core.system.deadline import deadline, is_short
from integrations.graph.client import Json
from integrations.graph.errors import GraphOutage, ResyncError
from integrations.graph.tokens import TokenStore
from integrations.mail.graph.accounts import Cursor, GraphAccount
from integrations.mail.graph.judging import Judge, Submit
from integrations.mail.graph.notices import Notices
from integrations.mail.graph.opening import Microsoft
from integrations.mail.graph.reading import requested
from integrations.mail.graph.subscribing import Subscribing
from integrations.mail.mailbox.backoff import Backoff
from integrations.mail.mailbox.connection_status import ConnectionStatus
from integrations.mail.mailbox.preferences import Preferences, load_preferences, now
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.mailbox.visits import LOCK_SECONDS, LONGEST_SECONDS

FIRST_LOOK_SECONDS = 24 * 3600.0
OVERLAP_SECONDS = 24 * 3600.0
# A mark on older mail than this asks for no draft.
REQUEST_SECONDS = 7 * 24 * 3600.0
# While Microsoft tells of new mail, folders are read only in case a notice was lost.
SWEEP_SECONDS = 900.0
OUTAGES = frozenset({OutageError.code, GraphOutage.code})
PAGE_SIZE = "odata.maxpagesize=50"
_SELECT = "id,receivedDateTime,isDraft"


class Mailboxes:
    """Looks after mailboxes.

    Args:
        microsoft: the way to them.
        submit: takes the jobs that write answers.
    """

    def __init__(self, microsoft: Microsoft, submit: Submit) -> None:
        self.microsoft = microsoft
        self._accounts = microsoft.accounts
        self._notices = Notices(microsoft.records)
        self._subscribing = Subscribing(microsoft)
        self._submit = submit

    def sync(self, account: GraphAccount) -> list[TriageRecord]:
        """Read a mailbox now, and return what is new. An error is also stored with the mailbox.

        Raises:
            LimitError: the mailbox is being read right now by somebody else.
            InlaidError: it cannot be read.
        """
        with self._held(account):
            return self._round(account)

    def is_due(self, status: ConnectionStatus, preferences: Preferences) -> bool:
        """Whether a mailbox that stands so, and whose owner wants this, has to be looked after without being told."""
        if self._subscribing.is_due(status):
            return True
        if preferences.rests(now()):
            return False
        return bool(preferences.on_request) or not _is_fresh(status)

    def look_after(self, account: GraphAccount) -> None:
        """Renew what is due and read what is due.

        Raises:
            LimitError: somebody else is at it.
            InlaidError: the mailbox cannot be read.
        """
        with self._held(account):
            self._look_after(account)
        self._take_late_notices(account)

    def take_notices(self, account: GraphAccount) -> None:
        """Read the mails that Microsoft told of.

        Raises:
            LimitError: somebody else is at it.
            InlaidError: the mailbox cannot be read.
        """
        with self._held(account):
            self._take_notices(account)
        self._take_late_notices(account)

    def _take_late_notices(self, account: GraphAccount) -> None:
        """Read what was told just before the lock was given back: it woke a worker that found the mailbox held."""
        if self._notices.of(account) and not is_short():
            with self._held(account):
                self._take_notices(account)

    @contextmanager
    def _held(self, account: GraphAccount) -> Iterator[None]:
        """Hold the mailbox; an error is stored with it."""
        records = self._accounts.records
        with records.lock(account.workspace, f"graph mailbox:{account.name}", seconds=LOCK_SECONDS):
            try:
                with Backoff(records).attempt(account.place), deadline(LONGEST_SECONDS):
                    yield
            except InlaidError as error:
                self._accounts.update_status(account, error=error.to_json())
                raise

    def _look_after(self, account: GraphAccount) -> None:
        self._notices.take_lifecycle(account, self._subscribing)
        if self._subscribing.is_due(self._accounts.status(account)):
            self._subscribing.keep_up(account)
        if self._rests(account):
            return
        self._judge_requested(account)
        if _is_fresh(self._accounts.status(account)):
            self._take_notices(account)
        else:
            self._round(account)

    def _judge_requested(self, account: GraphAccount) -> list[TriageRecord]:
        """Judge the mails of the last days that their owner has marked for a draft."""
        judge = self._judge(account)
        if not judge.preferences.on_request:
            return []
        judged: list[TriageRecord] = []
        for folder in account.folders:
            for uid in requested(judge.box, folder, judge.preferences.on_request, since_seconds=REQUEST_SECONDS):
                found = judge.judge(uid, folder=folder, is_requested=True)
                judged += [found] if found else []
        return judged

    def _round(self, account: GraphAccount) -> list[TriageRecord]:
        judge = self._judge(account)
        judged = self._judge_requested(account) + self._notices.judge_all(account, judge)
        for folder in account.folders:
            judged += self._read_folder(judge, account, folder)
        # What there was no time for is read in the next round; what has been read so far is no failure.
        is_over = not is_short()
        done = {"checked_at": time.time(), "is_behind": False} if is_over else {"is_behind": True}
        self._accounts.update_status(account, error=None, **done)
        return judged

    def _take_notices(self, account: GraphAccount) -> None:
        self._notices.take_lifecycle(account, self._subscribing)
        if self._rests(account):
            # The next round over the folders finds these mails.
            self._notices.drop(account.workspace, account.name)
            self._accounts.update_status(account, is_behind=True)
            return
        if self._accounts.status(account).is_behind:
            self._round(account)
        while self._notices.of(account) and not is_short():
            self._notices.judge_all(account, self._judge(account))
            error = self._accounts.status(account).error
            is_over = error is not None and error["code"] in OUTAGES
            self._accounts.update_status(account, noticed_at=time.time(), error=None if is_over else error)

    def _read_folder(self, judge: Judge, account: GraphAccount, folder: str) -> list[TriageRecord]:
        try:
            return self._read_on(judge, account, folder)
        except ResyncError:
            cursor = self._accounts.cursor(account, folder)
            self._accounts.save_cursor(account, folder, replace(_first(cursor), link=""))
            return self._read_on(judge, account, folder)
        except NotFoundError as error:
            raise NotFoundError(
                f"The folder {folder} of {account.name} does not exist any more.",
                fix="Connect the mailbox again, with --folder for another one.",
            ) from error

    def _read_on(self, judge: Judge, account: GraphAccount, folder: str) -> list[TriageRecord]:
        """Read the changes of a folder page by page; after each page the position is kept."""
        cursor = self._accounts.cursor(account, folder)
        if not cursor.link:
            cursor = _first(cursor)
        judged: list[TriageRecord] = []
        for page in self._pages(judge, folder, cursor):
            for item in page.get("value", ()):
                if is_short():
                    return judged  # the page is read again; what has been judged is not judged twice
                if "@removed" not in item:
                    found = judge.judge(str(item["id"]), since_seconds=cursor.since_seconds, folder=folder)
                    judged += [found] if found else []
            link = str(page.get("@odata.nextLink") or page.get("@odata.deltaLink") or "")
            cursor = replace(cursor, link=link)
            self._accounts.save_cursor(account, folder, cursor)
        self._accounts.save_cursor(account, folder, replace(cursor, checked_at=time.time()))
        return judged

    def _pages(self, judge: Judge, folder: str, cursor: Cursor) -> Iterator[Json]:
        box = judge.box
        if cursor.link:
            return box.graph.pages(cursor.link, prefer=[PAGE_SIZE])
        since = datetime.fromtimestamp(cursor.since_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        options = {"changeType": "created", "$select": _SELECT, "$filter": f"receivedDateTime ge {since}"}
        return box.graph.pages(f"{box.folder(folder)}/messages/delta", params=options, prefer=[PAGE_SIZE])

    def _judge(self, account: GraphAccount) -> Judge:
        preferences = load_preferences(self._accounts.records, account.workspace, account.name)
        return Judge(self._accounts, self.microsoft.open(account), preferences, self._submit)

    def _rests(self, account: GraphAccount) -> bool:
        return load_preferences(self._accounts.records, account.workspace, account.name).rests(now())


def _is_fresh(status: ConnectionStatus) -> bool:
    """Whether Microsoft tells of new mail, and the folders were read lately all the same."""
    is_told = status.renews_at > 0 and not status.is_behind and not status.error
    return is_told and time.time() < status.checked_at + SWEEP_SECONDS


def _first(cursor: Cursor) -> Cursor:
    """Return where to begin: with what came since the last round, or in the last day."""
    if cursor.checked_at:
        return replace(cursor, since_seconds=cursor.checked_at - OVERLAP_SECONDS)
    return replace(cursor, since_seconds=cursor.since_seconds or time.time() - FIRST_LOOK_SECONDS)


def forget_mailbox(microsoft: Microsoft, account: GraphAccount) -> None:
    """Forget a mailbox, its sign-in and everything stored about its mail; end what Microsoft tells of it."""
    Subscribing(microsoft).end(account)
    Notices(microsoft.records).drop(account.workspace, account.name)
    if account.signed_in:
        TokenStore(microsoft.records).forget(account.signed_in)
    microsoft.accounts.remove(account)
