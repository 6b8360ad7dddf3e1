"""What is due in which IMAP mailbox: reading it, and looking after its drafts, open questions and the owner's voice."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from core.errors import CredentialError, NotFoundError
from core.store import Store
from integrations.mail.imap.accounts import (
    CURSOR_KIND,
    NAMESPACE,
    WATCH_KIND,
    Account,
    Accounts,
    Cursor,
    cursor_from,
)
from integrations.mail.imap.mailbox import ImapProvider
from integrations.mail.imap.sync import catch_up
from integrations.mail.mailbox.backoff import Rests
from integrations.mail.mailbox.follow_ups import follow_up, follow_up_when_due
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.pending_drafts import mailboxes_with_drafts
from integrations.mail.mailbox.preferences import Preferences, all_preferences
from integrations.mail.mailbox.style_learning import learn_style, learn_when_due
from integrations.mail.mailbox.triage_round import Submit
from integrations.mail.mailbox.visits import Visit

# The server tells of a watched mailbox's new mail; that one is asked only in case a notice was lost.
WATCHED_SECONDS = 300.0


@dataclass(frozen=True)
class ImapHousekeeping:
    """Looks after IMAP mailboxes.

    Args:
        store: where they and their drafts are.
        submit: takes the jobs that write answers.
    """

    store: Store
    submit: Submit

    def due(self, rests: Rests) -> Iterator[Visit]:
        """Return the visits that are due. Each kind of record is read once, however many mailboxes there are.

        A refused password is not tried again until somebody enters a new one: servers lock people out for less.

        Raises:
            StoreOutage: the database is down.
        """
        records = self.store.records
        cursors = {(one.workspace, one.key): cursor_from(one.data) for one in records.list(CURSOR_KIND)}
        watched = {(one.workspace, one.key) for one in records.list(WATCH_KIND)}
        drafts = mailboxes_with_drafts(records, NAMESPACE)
        preferences = all_preferences(records)
        for account in Accounts(records).list():
            key = (account.workspace, account.name)
            cursor = cursors.get(key, Cursor())
            is_refused = cursor.error is not None and cursor.error["code"] == CredentialError.code
            if is_refused or time.time() < rests.until(account.place):
                continue
            reads = _is_to_be_read(cursor, is_watched=key in watched)
            if reads or key in drafts or _has_more(preferences.get(key, Preferences())):
                yield Visit(
                    ("imap", *key),
                    account.place.server,
                    partial(self.look_after, account, reads=reads),
                    is_suspect=rests.is_suspect(account.place),
                    seen_at=cursor.checked_at,
                )

    def look_after(self, account: Account, *, reads: bool = True) -> None:
        """Do what is due in a mailbox. The first failure ends it: what follows would fail alike.

        Raises:
            LimitError: somebody else is at it.
            InlaidError: see `open_mailbox`.
        """
        accounts, records = Accounts(self.store.records), self.store.records
        try:
            is_as_it_was = accounts.get(account.workspace, account.name) == account
        except NotFoundError:
            return
        if not is_as_it_was:
            return  # the next round takes it as it is now
        if reads:
            catch_up(accounts, account, self.submit)
        provider = ImapProvider(records)
        settle_drafts(self.store, provider, account)
        follow_up_when_due(records, account, partial(follow_up, self.store, provider, account, self.submit))
        learn_when_due(records, account, partial(learn_style, records, provider, account))


def _is_to_be_read(cursor: Cursor, *, is_watched: bool) -> bool:
    is_fresh = time.time() < cursor.checked_at + WATCHED_SECONDS
    return bool(cursor.error) or cursor.is_behind or not (is_fresh and is_watched)


def _has_more(preferences: Preferences) -> bool:
    """Whether there may be more to do than reading and looking after drafts."""
    return bool(preferences.follow_up_days) or preferences.learns_voice
