"""Mails that their owner has marked for a draft: flagged, or with a category."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from integrations.mail.graph.opening import Box
from integrations.mail.preferences import FLAGGED


def requested(box: Box, folder: str, mark: str, *, since_seconds: float) -> Iterator[str]:
    """Return the ids of the marked mails in a folder that came within so many seconds.

    Args:
        box: the open mailbox.
        folder: which folder.
        mark: `flagged`, or the name of a category.
        since_seconds: how far back to look.
    """
    since = datetime.fromtimestamp(time.time() - since_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    quoted = mark.replace("'", "''")
    is_marked = "flag/flagStatus eq 'flagged'" if mark == FLAGGED else f"categories/any(c:c eq '{quoted}')"
    options = {"$filter": f"receivedDateTime ge {since} and {is_marked}", "$select": "id", "$top": 50}
    for one in box.graph.paged(f"{box.folder(folder)}/messages", params=options):
        yield str(one["id"])
