"""The surface of mailboxes at Microsoft in a worker."""

import time
from collections.abc import Callable

from core.ports import SurfaceContext
from integrations.mail.graph.provider import GraphProvider
from integrations.mail.mailbox.deliveries import PATIENCE_SECONDS
from integrations.mail.mailbox.surface import ReplySurface


class GraphMailSurface(ReplySurface):
    """See `mailbox.surface.ReplySurface`.

    Args:
        wait: called with the seconds to wait when Microsoft asks for it.
        patience_seconds: how long a job waits for Microsoft; see `integrations.mail.mailbox.deliveries`.
    """

    def __init__(
        self, *, wait: Callable[[float], None] = time.sleep, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        super().__init__(patience_seconds=patience_seconds)
        self._wait = wait

    def provider(self, context: SurfaceContext) -> GraphProvider:
        """Return the provider of the mailboxes."""
        return GraphProvider(context.records, context.settings, self._wait)
