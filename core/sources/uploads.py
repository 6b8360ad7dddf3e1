"""Files that people upload: a source of their own, or one for everybody, whose connector is a queue in the database.

An upload waits there, sealed, until a worker has read its text; then the file itself is deleted.
"""

import hashlib
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypedDict

import sqlalchemy as sa

from core.drafts import JsonObject
from core.errors import InputError, NotFoundError
from core.privacy import Cipher
from core.sources.access import name_hash
from core.sources.formats import check_size
from core.sources.mail_date import is_mail, sent_at
from core.sources.model import ChangePage, Content, ItemChange, Source, declared_access
from core.sources.store import SourceStore, source_event
from core.store.audit import append
from core.store.engine import Database
from core.store.tables import source_uploads, sources

CONNECTOR = "uploads"
PAGE = 20
MAX_TITLE_CHARS = 300


class _Detail(TypedDict):
    key: str
    version: str
    title: str
    link: str
    file_name: str
    modified_at: float


@dataclass(frozen=True)
class Upload:
    """A file as somebody gives it: its name says the format. `title` and `link` are what is shown, "" for the name."""

    file_name: str
    data: bytes
    title: str = ""
    link: str = ""


class Uploads:
    """Takes uploads, and is the connector of their sources; see `core.sources.ports.Connector`.

    Args:
        database: where.
        cipher: seals files and names.
    """

    name = CONNECTOR

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher
        self._sources = SourceStore(database, cipher)

    def source_for(self, workspace: str, person: str, *, readers: Sequence[str] | None = None) -> Source:
        """Return the source that a person's uploads go into; made when there is none.

        Args:
            workspace: of the surface that they come by.
            person: who uploads.
            readers: principals of those who may read; None for the person alone.
        """
        place = f"person/{person}" if readers is None else "\n".join(sorted(readers))
        source_id = hashlib.sha256(f"{CONNECTOR}\0{workspace}\0{place}".encode()).hexdigest()[:32]
        with suppress(NotFoundError):
            return self._sources.get(source_id).source
        if readers is None:
            return self._sources.add(Source(source_id, workspace, person, CONNECTOR, "Uploads"))
        options: JsonObject = {"readers": [*readers]}
        return self._sources.add(Source(source_id, workspace, "", CONNECTOR, "Shared uploads", options))

    def put(self, source: Source, uploads: Iterable[Upload]) -> list[str]:
        """Store files until they are read, and return the keys of their items; one of the same name is replaced.

        Raises:
            InputError: a file is too large or empty.
        """
        keys = []
        for upload in uploads:
            check_size(len(upload.data))
            if not upload.data:
                raise InputError(f"{upload.file_name[:80]} is empty.", fix="Give a file that holds something.")
            key = f"{upload.title or upload.file_name}\n{upload.link}"
            detail: _Detail = {
                "key": key,
                "version": hashlib.sha256(upload.data).hexdigest()[:32],
                "title": (upload.title or upload.file_name)[:MAX_TITLE_CHARS],
                "link": upload.link,
                "file_name": upload.file_name,
                "modified_at": (sent_at(upload.data) if is_mail(upload.file_name) else 0.0) or time.time(),
            }
            self._add(source, detail, upload.data)
            keys.append(key)
        self._sources.wake(source.id)
        return keys

    def take_away(self, source: Source, key: str) -> None:
        """Have an item be deleted; what waits of it is never read."""
        gone: _Detail = {"key": key, "version": "", "title": "", "link": "", "file_name": "", "modified_at": 0.0}
        mine = sa.and_(source_uploads.c.source_id == source.id, source_uploads.c.key_hash == name_hash(source.id, key))
        with self._database.write() as connection:
            connection.execute(sa.delete(source_uploads).where(mine))
        self._add(source, gone, None)
        self._sources.wake(source.id)

    def waiting(self, source: Source) -> int:
        """Return how many uploads wait to be read."""
        mine = sa.select(sa.func.count()).where(source_uploads.c.source_id == source.id)
        with self._database.read() as connection:
            return int(connection.execute(mine).scalar_one())

    def check(self, source: Source) -> str:
        """Say how many uploads wait."""
        return f"{self.waiting(source)} uploads wait"

    def changes(self, source: Source, cursor: str) -> ChangePage:
        """Return what was uploaded since; up to the cursor all is stored, so those files are deleted."""
        last = int(cursor or 0)
        mine = source_uploads.c.source_id == source.id
        with self._database.write() as connection:
            connection.execute(sa.delete(source_uploads).where(mine, source_uploads.c.number <= last))
        statement = sa.select(source_uploads.c.number, source_uploads.c.detail).where(mine)
        ordered = statement.where(source_uploads.c.number > last).order_by(source_uploads.c.number).limit(PAGE + 1)
        with self._database.read() as connection:
            rows = connection.execute(ordered).all()
        page = rows[:PAGE]
        return ChangePage(
            [self._change(source, detail) for _, detail in page],
            cursor=str(page[-1].number if page else last),
            access=[declared_access(source)],
            is_last=not page,
        )

    def fetch(self, source: Source, item: ItemChange) -> Content:
        """Return the file of an upload, the newest of that name."""
        mine = sa.and_(
            source_uploads.c.source_id == source.id, source_uploads.c.key_hash == name_hash(source.id, item.key)
        )
        newest = sa.select(source_uploads).where(mine, source_uploads.c.data.is_not(None))
        with self._database.read() as connection:
            row = connection.execute(newest.order_by(source_uploads.c.number.desc()).limit(1)).one_or_none()
        if row is None:
            raise NotFoundError("The uploaded file is not kept any more.", fix="Upload it again.")
        detail: _Detail = self._cipher.open(source.workspace, row.detail)
        return Content(self._cipher.open_bytes(source.workspace, bytes(row.data)), detail["file_name"])

    def _change(self, source: Source, sealed: bytes) -> ItemChange:
        detail: _Detail = self._cipher.open(source.workspace, sealed)
        return ItemChange(
            detail["key"], detail["version"], "readers", detail["title"], detail["link"], detail["modified_at"]
        )

    def _add(self, source: Source, detail: _Detail, data: bytes | None) -> None:
        values = {
            "source_id": source.id,
            "key_hash": name_hash(source.id, detail["key"]),
            "detail": self._cipher.seal(source.workspace, detail),
            "data": self._cipher.seal_bytes(source.workspace, data) if data is not None else None,
        }
        there = sa.select(sources.c.id).where(sources.c.id == source.id, sources.c.state != "removing")
        with self._database.write() as connection:
            if connection.execute(there).one_or_none() is None:
                raise NotFoundError("This source is being removed.", fix="Upload it again in a moment.")
            connection.execute(sa.insert(source_uploads).values(values))
            told = {"connector": CONNECTOR, "is_document_added": data is not None}
            append(connection, source_event("source.changed", source, told))
