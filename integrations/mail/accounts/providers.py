"""The one table of providers: each kind of mailbox that can be connected. Another one is a folder and a line here."""

from typing import Any

from core.settings import Settings
from core.store.records import RecordStore
from integrations.mail.graph.provider import GraphProvider
from integrations.mail.imap.provider import ImapProvider
from integrations.mail.mailbox.provider import Provider


def mail_providers(records: RecordStore, settings: Settings | None = None) -> tuple[Provider[Any], ...]:
    """Return all providers, in the order in which their mailboxes are listed.

    Args:
        records: where mailboxes are kept.
        settings: those of the process by default.
    """
    return (ImapProvider(records, settings), GraphProvider(records, settings))


def provider_of(kind: str, records: RecordStore, settings: Settings | None = None) -> Provider[Any]:
    """Return the provider of mailboxes of that kind."""
    return next(provider for provider in mail_providers(records, settings) if provider.kind == kind)
