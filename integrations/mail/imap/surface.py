"""The surface of IMAP mailboxes in a worker."""

from core.ports import SurfaceContext
from integrations.mail.imap.provider import ImapProvider
from integrations.mail.mailbox.surface import ReplySurface


class MailSurface(ReplySurface):
    """See `mailbox.surface.ReplySurface`."""

    def provider(self, context: SurfaceContext) -> ImapProvider:
        """Return the provider of the mailboxes."""
        return ImapProvider(context.records, context.settings)
