"""The documents of a workspace that answers may rest on: sealed, each one's own or everybody's, searched by words.

A person finds what everybody in their workspace may read and what they added for themselves, and nothing else.
"""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import InputError, NotFoundError
from core.sources.passages import cut
from core.store.records import Record, RecordStore
from core.text.bm25 import Ranking
from core.text.content import content_stems

KIND = "source"
MAX_DOCUMENTS = 2_000
MAX_TEXT_CHARS = 2_000_000
MAX_INDEXES = 8
Names = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Document:
    """A document as it is listed. `person` is whose alone it is, "" for everybody of the workspace."""

    key: str
    title: str
    link: str
    person: str
    passages: int
    added_at: float


@dataclass(frozen=True)
class Found:
    """A passage that may answer a question."""

    title: str
    link: str
    text: str


@dataclass(frozen=True)
class _Index:
    seen: tuple[tuple[str, int], ...]
    passages: list[Found]
    ranking: Ranking


class Collection:
    """The sources in the record store.

    Args:
        records: where they are kept.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self._lock = threading.Lock()
        self._indexes: dict[tuple[tuple[str, str], ...], _Index] = {}

    def add(self, workspace: str, person: str, *, title: str, link: str, text: str) -> Document:
        """Store a document, in place of an earlier one of the same title and link.

        Args:
            workspace: whose collection.
            person: whose alone it is; "" for everybody of the workspace.
            title: what people call it.
            link: where they find it, "" when nowhere.
            text: what it says; Markdown headings are told with the passages below them.

        Raises:
            InputError: it holds no text or too much, or the collection is full.
        """
        parts = cut(text) if len(text) <= MAX_TEXT_CHARS else []
        if not parts:
            problem = "no text" if len(text) <= MAX_TEXT_CHARS else f"more than {MAX_TEXT_CHARS} characters"
            raise InputError(f"{title} holds {problem}.", fix="Give a text, Markdown, Word or mail file.")
        key = hashlib.sha256(f"{person}\0{title}\0{link}".encode("utf-8", "replace")).hexdigest()[:16]
        if self._records.get(KIND, workspace, key) is None and len(self._all(workspace)) >= MAX_DOCUMENTS:
            raise InputError(
                f"The collection holds {MAX_DOCUMENTS} documents.", fix="Remove some: inlaid sources remove"
            )
        data = {"title": title, "link": link, "passages": [[part.heading, part.text] for part in parts]}
        self._records.put(KIND, workspace, key, data, person=person)
        record = self._records.get(KIND, workspace, key)
        assert record
        return _document(record)

    def documents(self, names: Names) -> list[Document]:
        """Return the documents that somebody may read; `names` are their (workspace, person)."""
        return [_document(record) for record in self._readable(names)]

    def remove(self, names: Names, key: str) -> None:
        """Remove a document that somebody may read.

        Raises:
            NotFoundError: there is none.
        """
        found = next((one for one in self._readable(names) if one.key == key), None)
        if found is None:
            raise NotFoundError(f"There is no source {key[:40]}.", fix="List them with: inlaid sources list")
        self._records.delete(KIND, found.workspace, key)

    def search(self, names: Names, question: str, *, limit: int) -> list[Found]:
        """Return the passages that have most in common with a question, the best first."""
        index = self._index(names)
        return [index.passages[place] for place in index.ranking.best(set(content_stems(question)), limit)]

    def _index(self, names: Names) -> _Index:
        records = self._readable(names)
        seen = tuple((record.workspace + record.key, record.version) for record in records)
        with self._lock:
            known = self._indexes.get(tuple(names))
        if known and known.seen == seen:
            return known
        passages = [found for record in records for found in _passages(record)]
        stems = [content_stems(f"{one.title}\n{one.text}") for one in passages]
        made = _Index(seen, passages, Ranking(stems))
        with self._lock:
            while len(self._indexes) >= MAX_INDEXES:
                self._indexes.pop(next(iter(self._indexes)))
            self._indexes[tuple(names)] = made
        return made

    def _readable(self, names: Names) -> list[Record]:
        """Return what everybody of the workspaces may read, and what is the person's own."""
        found: dict[tuple[str, str], Record] = {}
        for workspace, person in names:
            for record in self._all(workspace):
                if record.person in {"", person}:
                    found[workspace, record.key] = record
        return list(found.values())

    def _all(self, workspace: str) -> Sequence[Record]:
        return self._records.list(KIND, workspace=workspace)


def _document(record: Record) -> Document:
    data = record.data
    return Document(record.key, data["title"], data["link"], record.person, len(data["passages"]), record.updated_at)


def _passages(record: Record) -> list[Found]:
    data = record.data
    titles = {heading: f"{data['title']}, {heading}" if heading else data["title"] for heading, _ in data["passages"]}
    return [Found(titles[heading], data["link"], text) for heading, text in data["passages"]]
