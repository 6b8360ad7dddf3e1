"""The connector `wiki`: the pages of a small wiki in an SQLite file, whose path is the option `path` of the source."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.errors import CursorExpired, InputError, NotFoundError, OutageError
from core.sources.model import (
    EVERYBODY,
    AccessList,
    ChangePage,
    Content,
    ItemChange,
    Passage,
    Source,
    address_principal,
)

PAGE_ITEMS = 100


class WikiConnector:
    """See `core.sources.ports.Connector`. The cursor is the number of the last change; nothing else is kept."""

    name = "wiki"

    def check(self, source: Source) -> str:
        """Say what is there, before the source is added."""
        with _wiki(source) as wiki:
            (count,) = wiki.execute("SELECT count(*) FROM pages WHERE NOT is_deleted").fetchone()
        return f"{count} pages"

    def changes(self, source: Source, cursor: str) -> ChangePage:
        """Return the next changes, all pages for the cursor ""."""
        with _wiki(source) as wiki:
            (newest,) = wiki.execute("SELECT coalesce(max(number), 0) FROM pages").fetchone()
            after = int(cursor or "0")
            if after > newest:
                raise CursorExpired("The wiki was put back to an earlier state.")
            rows = wiki.execute(
                "SELECT id, space, title, number, is_deleted FROM pages WHERE number > ? ORDER BY number LIMIT ?",
                (after, PAGE_ITEMS),
            ).fetchall()
            # Told with every page of changes, so that somebody who leaves a space stops reading at once.
            access = [_access(name, members) for name, members in wiki.execute("SELECT name, members FROM spaces")]
        changes = [
            # Without a version the item is gone.
            ItemChange(str(key)) if is_deleted else ItemChange(str(key), str(number), f"space:{space}", title)
            for key, space, title, number, is_deleted in rows
        ]
        is_last = len(rows) < PAGE_ITEMS
        # Deleted pages are told one by one, so what is not named is not gone: `is_complete` stays False.
        return ChangePage(changes, str(rows[-1][3] if rows else after), access, is_last)

    def fetch(self, source: Source, item: ItemChange) -> Content:
        """Return a page as passages; bytes with a file name, read by Inlaid, would do as well."""
        with _wiki(source) as wiki:
            row = wiki.execute("SELECT title, body FROM pages WHERE id = ? AND NOT is_deleted", (item.key,)).fetchone()
        if row is None:
            raise NotFoundError("This page is no longer there.", fix="The next sync will see it.")
        title, body = row
        return Content(passages=[Passage(text, title) for text in body.split("\n\n") if text.strip()])


def _access(name: str, members: str) -> AccessList:
    principals = [EVERYBODY if member == "*" else address_principal(member) for member in members.split()]
    return AccessList(f"space:{name}", frozenset(principals))


@contextmanager
def _wiki(source: Source) -> Iterator[sqlite3.Connection]:
    """Open the wiki to read."""
    path = Path(str(source.options.get("path", "")))
    if not path.is_absolute():
        raise InputError("A wiki needs the whole path of its file.", fix="Give one that begins with a slash.")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as wiki:
            yield wiki
    except sqlite3.OperationalError as error:
        raise OutageError(
            f"The wiki {path} cannot be opened now.", fix="Look whether its drive is connected."
        ) from error
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path} is no wiki.", fix="Give the file that the wiki writes.") from error
