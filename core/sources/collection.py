"""The documents of a workspace that answers may rest on: cut into passages, sealed, searched by words.

A person finds what everybody in their workspace may read and what they added for themselves, and nothing else.
"""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import InputError, NotFoundError
from core.job import LOCAL_WORKSPACE, Job
from core.people import Identity, People, load_people
from core.settings import Settings
from core.store import Store
from core.store.records import Record, RecordStore
from core.text.content import Ranking, content_stems
from core.text.sentences import split_paragraphs, split_sentences
from core.writing.grounded.passages import passages_value

MAX_PASSAGE_CHARS = 900
MIN_PASSAGE_CHARS = 200
MAX_PASSAGES = 5_000
KIND = "source"
MAX_DOCUMENTS = 2_000
MAX_TEXT_CHARS = 2_000_000
MAX_INDEXES = 8
Names = Sequence[tuple[str, str]]
MAX_FOUND = 6
ADD = "Add documents with: inlaid sources add PATH; with --shared everybody of your organisation may read them."


@dataclass(frozen=True)
class Part:
    """A passage. `heading` is what it stands under, "" when nothing says."""

    text: str
    heading: str = ""


def cut(text: str) -> list[Part]:
    """Return the passages of a text in order: whole paragraphs where they fit, whole sentences where not.

    A line that begins with `#` is a heading, as in Markdown, and is told with each passage below it.
    """
    parts: list[Part] = []
    for heading, block in _blocks(text):
        for piece in _pieces(block):
            last = parts[-1] if parts else None
            is_small = last is not None and last.heading == heading and len(last.text) < MIN_PASSAGE_CHARS
            if last and is_small and len(last.text) + len(piece) < MAX_PASSAGE_CHARS:
                parts[-1] = Part(f"{last.text}\n\n{piece}", heading)
            else:
                parts.append(Part(piece, heading))
    return parts[:MAX_PASSAGES]


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    heading = ""
    for block in split_paragraphs(text):
        lines = block.splitlines()
        if lines[0].startswith("#"):
            heading = lines[0].lstrip("#").strip()
            lines = lines[1:]
        if body := "\n".join(lines).strip():
            yield heading, body


def _pieces(block: str) -> Iterator[str]:
    if len(block) <= MAX_PASSAGE_CHARS:
        yield block
        return
    piece = ""
    for sentence in split_sentences(block):
        for start in range(0, len(sentence), MAX_PASSAGE_CHARS):
            words = sentence[start : start + MAX_PASSAGE_CHARS]
            if piece and len(piece) + len(words) >= MAX_PASSAGE_CHARS:
                yield piece
                piece = ""
            piece = f"{piece} {words}".strip()
    if piece:
        yield piece


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


@dataclass(frozen=True)
class Sources:
    """Retrieval for jobs.

    Args:
        collection: the documents.
        people: who is who across surfaces, so that one's own documents are found from everywhere.
        local_person: who adds documents on this machine.
    """

    collection: Collection
    people: People
    local_person: str = ""

    def names(self, workspace: str, person: str) -> list[Identity]:
        """Return every name of a person; the workspaces among them are those whose shared documents they may read."""
        names = self.people.names(workspace, person)
        # What is shared here is for everybody of the organisation, also for somebody without a known address.
        return [*names, Identity(LOCAL_WORKSPACE, "")] if self.people.is_own(workspace, person) else names

    def passages(self, job: Job, question: str) -> str:
        """Return the passages for a job's question as the value of an input.

        Raises:
            InputError: nothing is connected that the person may read.
        """
        names = self.names(job.workspace, job.person)
        found = self.collection.search(names, question, limit=MAX_FOUND)
        if not found and not self.collection.documents(names):
            is_here = (job.workspace, job.person) == (LOCAL_WORKSPACE, self.local_person)
            fix = ADD if is_here else "Ask your administrator to connect documents that everybody may read."
            raise InputError("No sources are connected yet.", fix=fix)
        return passages_value([(one.title, one.link, one.text) for one in found])


def load_sources(settings: Settings, store: Store) -> Sources:
    """Return the retrieval of an installation."""
    return Sources(Collection(store.records), load_people(settings, store.records), settings.local_person)
