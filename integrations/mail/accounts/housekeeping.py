"""Looks after all mailboxes of whatever kind, in threads of its own, so that no mail server holds up a job."""

import threading
from collections.abc import Iterator

from core.settings import Settings
from core.store import Store
from integrations.mail.graph.housekeeping import GraphHousekeeping
from integrations.mail.graph.opening import Microsoft
from integrations.mail.imap.housekeeping import ImapHousekeeping
from integrations.mail.mailbox.backoff import Backoff
from integrations.mail.mailbox.triage_round import Submit
from integrations.mail.mailbox.visits import Visit, VisitPool


class Housekeeping:
    """Looks after all mailboxes.

    Args:
        settings: says whether Microsoft 365 is set up.
        store: where mailboxes and drafts are.
        submit: takes the jobs that write answers.
        stopping: set when this process shuts down.
    """

    def __init__(self, settings: Settings, store: Store, submit: Submit, stopping: threading.Event) -> None:
        self._records = store.records
        self._imap = ImapHousekeeping(store, submit)
        microsoft = Microsoft(settings, store.records)
        self._graph = GraphHousekeeping(microsoft, store, submit) if microsoft.is_set_up else None
        self.pool = VisitPool(stopping)

    def begin_round(self) -> None:
        """Have every mailbox visited in which something is due; what is left of the last round goes on.

        Raises:
            StoreOutage: the database is down.
        """
        self.pool.offer(self._due())

    def take_notices(self) -> None:
        """Have the mails read that Microsoft told of.

        Raises:
            StoreOutage: the database is down.
        """
        if self._graph:
            self.pool.offer(self._graph.told(Backoff(self._records).all()))

    def _due(self) -> Iterator[Visit]:
        rests = Backoff(self._records).all()
        yield from self._imap.due(rests)
        if self._graph:
            yield from self._graph.due(rests)
