"""Documents that an earlier version kept as sealed records become items of the sources of uploads, once."""

import hashlib
from collections.abc import Iterator
from typing import TypedDict

import sqlalchemy as sa

from core.errors import StoreOutage
from core.job import LOCAL_WORKSPACE
from core.sources.indexing import Indexer
from core.sources.items import ItemWrite
from core.sources.model import EVERYBODY, ItemChange, Passage, Source, declared_access, workspace_principal
from core.sources.uploads import Uploads
from core.store.records import Record, RecordStore
from core.store.tables import records

KIND = "source"
LEASE_SECONDS = 300.0
AT_ONCE = 50


class _Document(TypedDict):
    """What such a record holds; each passage is a pair of heading and text."""

    title: str
    link: str
    passages: list[tuple[str, str]]


def adopt_documents(kept: RecordStore, uploads: Uploads, indexer: Indexer) -> int:
    """Bring over the documents of an earlier version, and return how many; what cannot be read stays as it is.

    Raises:
        StoreOutage: the database cannot be used; a second call continues.
    """
    adopted = 0
    for workspace in sorted(kept.workspaces(KIND)):
        found = kept.list(KIND, workspace=workspace)
        for person in sorted({record.person for record in found}):
            readers = [EVERYBODY if workspace == LOCAL_WORKSPACE else workspace_principal(workspace)]
            source = uploads.source_for(workspace, person, readers=None if person else readers)
            theirs = [record for record in found if record.person == person]
            adopted += _adopt(kept, indexer, source, theirs)
    return adopted


def _adopt(kept: RecordStore, indexer: Indexer, source: Source, found: list[Record]) -> int:
    lease = indexer.sources.claim(source.id, lease_seconds=LEASE_SECONDS)
    if lease is None:
        return 0  # another process is just doing it
    for some in _portions(found):
        indexer.items.write(lease, [_item(record) for record in some], [declared_access(source)])
        _forget(kept, some)
    try:
        indexer.tell(indexer.check(lease))
    except StoreOutage:  # of the index: a worker tells it later
        indexer.sources.release(lease, wait_seconds=0.0)
    else:
        indexer.sources.release(lease, wait_seconds=None, is_synced=True)
    return len(found)


def _portions(found: list[Record]) -> Iterator[list[Record]]:
    for start in range(0, len(found), AT_ONCE):
        yield found[start : start + AT_ONCE]


def _item(record: Record) -> ItemWrite:
    document: _Document = record.data
    title, link = document["title"], document["link"]
    passages = [Passage(text, heading) for heading, text in document["passages"]]
    version = hashlib.sha256(repr(passages).encode("utf-8", "replace")).hexdigest()[:32]
    return ItemWrite(ItemChange(f"{title}\n{link}", version, "readers", title, link, record.updated_at), passages)


def _forget(kept: RecordStore, some: list[Record]) -> None:
    with kept.database.write() as connection:
        for record in some:
            name = (records.c.kind == KIND, records.c.workspace == record.workspace, records.c.key == record.key)
            connection.execute(sa.delete(records).where(*name, records.c.version == record.version))
