"""Visits to mailboxes one after the other, as a worker makes them."""

from contextlib import suppress
from typing import Any

from core.errors import InlaidError
from core.store.due import DueIndex
from core.system.connections import deadline
from integrations.mail.mailbox.housekeeping import ProviderHousekeeping
from integrations.mail.mailbox.visits import MAX_VISIT_SECONDS


def visit_all(keeper: ProviderHousekeeping[Any]) -> None:
    """Visit all mailboxes of a provider."""
    for account in keeper.provider.accounts.list():
        with suppress(InlaidError), deadline(MAX_VISIT_SECONDS):
            keeper.visit(account.workspace, account.name)


def visit_due(keeper: ProviderHousekeeping[Any]) -> None:
    """Visit those mailboxes that are due."""
    index = DueIndex(keeper.store.database)
    for due in index.take(index.waiting([keeper.provider.accounts.kind], limit=9), lease_seconds=60.0):
        seconds = 60.0
        with suppress(InlaidError), deadline(MAX_VISIT_SECONDS):
            seconds = keeper.visit(due.workspace, due.key)
        index.put_off(due, seconds=seconds)
