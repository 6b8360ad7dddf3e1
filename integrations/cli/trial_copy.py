"""A restored copy that stands beside its original is to touch nothing that is real until somebody says so."""

from contextlib import closing, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.settings import Settings
    from core.store import Store


def hold_still(settings: "Settings") -> None:
    """Pause all mailboxes and scans of an installation, and cancel its open jobs.

    Raises:
        StoreOutage, SettingsError: database or keys cannot be used.
    """
    from core.store import open_store
    from integrations.mail.accounts.mailboxes import change_preferences, mailbox_views

    with closing(open_store(settings)) as store:
        for view in mailbox_views(store.records):
            change_preferences(store.records, view, paused=True)
        _pause_scans(store)
        _cancel_jobs(store)


def _pause_scans(store: "Store") -> None:
    from dataclasses import replace

    import sqlalchemy as sa

    from core.signals.scans import ScanStore
    from core.store.tables.signals import signal_scans

    scans = ScanStore(store.database, store.records.cipher)
    with store.database.read() as connection:
        ids = connection.execute(sa.select(signal_scans.c.id).where(signal_scans.c.is_active == 1)).scalars().all()
    for scan_id in ids:
        scans.change(replace(scans.get(scan_id).scan, is_active=False))


def _cancel_jobs(store: "Store") -> None:
    import sqlalchemy as sa

    from core.errors import ConflictError, NotFoundError
    from core.store.tables import jobs

    is_open = sa.and_(jobs.c.delivered_at.is_(None), jobs.c.cancel_requested == 0)
    with store.database.read() as connection:
        ids = connection.execute(sa.select(jobs.c.id).where(is_open)).scalars().all()
    for job_id in ids:
        with suppress(ConflictError, NotFoundError):  # it has just ended
            store.jobs.request_cancel(job_id)
