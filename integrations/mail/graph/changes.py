"""The mails that came into a folder since the last round, page by page.

https://learn.microsoft.com/graph/delta-query-messages
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.errors import NotFoundError
from core.system.deadline import is_short
from integrations.graph.client import Json
from integrations.graph.errors import ResyncError
from integrations.mail.graph.accounts import Cursor, GraphAccounts
from integrations.mail.graph.mailbox_client import MailboxClient

FIRST_LOOK_SECONDS = 24 * 3600.0
OVERLAP_SECONDS = 24 * 3600.0
PAGE_SIZE = "odata.maxpagesize=50"
_SELECT = "id,receivedDateTime,isDraft"


@dataclass(frozen=True)
class FolderChanges:
    """The changes of one folder.

    Args:
        accounts: where the position is kept.
        client: the open mailbox.
        folder: which folder, by well-known name or id.
    """

    accounts: GraphAccounts
    client: MailboxClient
    folder: str

    def new_ids(self) -> Iterator[tuple[str, float]]:
        """Yield id of each new mail, and from when on mail is news; the position is kept after each page.

        Raises:
            NotFoundError: the folder does not exist any more.
            InlaidError: it cannot be read.
        """
        try:
            yield from self._read_on()
        except ResyncError:
            self._keep(replace(_first(self._cursor), link=""))
            yield from self._read_on()
        except NotFoundError as error:
            raise NotFoundError(
                f"The folder {self.folder} of {self.client.account.name} does not exist any more.",
                fix="Connect the mailbox again, with --folder for another one.",
            ) from error

    def _read_on(self) -> Iterator[tuple[str, float]]:
        cursor = self._cursor
        if not cursor.link:
            cursor = _first(cursor)
        for page in self._pages(cursor):
            for item in page.get("value", ()):
                if is_short():
                    return  # the page is read again; what has been judged is not judged twice
                if "@removed" not in item:
                    yield str(item["id"]), cursor.since_seconds
            cursor = replace(cursor, link=str(page.get("@odata.nextLink") or page.get("@odata.deltaLink") or ""))
            self._keep(cursor)
        self._keep(replace(cursor, checked_at=time.time()))

    def _pages(self, cursor: Cursor) -> Iterator[Json]:
        graph = self.client.graph
        if cursor.link:
            return graph.pages(cursor.link, prefer=[PAGE_SIZE])
        since = datetime.fromtimestamp(cursor.since_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        options = {"changeType": "created", "$select": _SELECT, "$filter": f"receivedDateTime ge {since}"}
        return graph.pages(f"{self.client.folder(self.folder)}/messages/delta", params=options, prefer=[PAGE_SIZE])

    @property
    def _cursor(self) -> Cursor:
        return self.accounts.cursor(self.client.account, self.folder)

    def _keep(self, cursor: Cursor) -> None:
        self.accounts.save_cursor(self.client.account, self.folder, cursor)


def _first(cursor: Cursor) -> Cursor:
    """Return where to begin: with what came since the last round, or in the last day."""
    if cursor.checked_at:
        return replace(cursor, since_seconds=cursor.checked_at - OVERLAP_SECONDS)
    return replace(cursor, since_seconds=cursor.since_seconds or time.time() - FIRST_LOOK_SECONDS)
