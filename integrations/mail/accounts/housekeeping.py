"""Looks after all mailboxes of whatever kind, in threads of its own, so that no mail server holds up a job."""

import threading

from core.settings import Settings
from core.store import Store
from integrations.mail.accounts.providers import mail_providers
from integrations.mail.mailbox.backoff import Backoff
from integrations.mail.mailbox.housekeeping import ProviderHousekeeping
from integrations.mail.mailbox.provider import Submit
from integrations.mail.mailbox.visits import VisitPool


class Housekeeping:
    """Looks after all mailboxes.

    Args:
        settings: those of the process.
        store: where mailboxes and drafts are.
        submit: takes the jobs that write answers.
        stopping: set when this process shuts down.
    """

    def __init__(self, settings: Settings, store: Store, submit: Submit, stopping: threading.Event) -> None:
        self._backoff = Backoff(store.records)
        self._submit = submit
        self._stopping = stopping
        self._providers = mail_providers(store.records, settings)
        self._parts = [ProviderHousekeeping(provider, store, submit) for provider in self._providers]
        self.pool = VisitPool(stopping)

    def begin_round(self) -> None:
        """Have every mailbox visited in which something is due; what is left of the last round goes on.

        Raises:
            StoreOutage: the database is down.
        """
        rests = self._backoff.all()
        self.pool.offer(visit for part in self._parts for visit in part.due(rests))

    def take_notices(self) -> None:
        """Have the mails read that servers announced.

        Raises:
            StoreOutage: the database is down.
        """
        rests = self._backoff.all()
        self.pool.offer(visit for part in self._parts for visit in part.announced(rests))

    def watch(self) -> None:
        """Let mail servers announce new mail until this process stops.

        Raises:
            InlaidError: watching broke off.
        """
        for provider in self._providers:
            provider.watch(self._submit, self._stopping)
