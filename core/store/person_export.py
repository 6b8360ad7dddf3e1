"""All that is kept of one person, as a zip archive that is made while it is sent: for those who ask.

Lines of JSON, one file for each kind of thing; documents as they are; `manifest.json`, the last file, says what each
file is, how many things it holds, how long these are kept, and what is left out and why. Nothing is held in memory but
one row or document at a time.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, the_person
from core.drafts import JsonObject
from core.errors import LimitError, NotFoundError, SettingsError
from core.privacy import Cipher
from core.settings import Settings
from core.store.audit import AuditTrail
from core.store.engine import Database
from core.store.inventory import RECORDS, TABLES, StoredKind, record_place
from core.store.records import RecordStore
from core.store.sessions import KIND as SESSION_KIND
from core.store.sessions import WORKSPACE as SESSION_WORKSPACE
from core.store.tables import (
    api_tokens,
    blobs,
    effects,
    jobs,
    model_calls,
    outcomes,
    people,
    records,
    sign_ins,
    source_blocks,
    source_items,
    source_uploads,
    sources,
    tallies,
    trials,
)
from core.store.tables.signals import signal_quotes, signal_scans, signals
from core.text.catalogues import N_
from core.text.forms import consists_of

PAGE_ROWS = 500
# Between two exports of one person.
PAUSE_SECONDS = 60.0
CHUNK_BYTES = 64 * 1024
# Whoever asks about an address passes the answer on: a mail that somebody wrote is stored with its reader.
OTHERS_MAILS = N_("What that address wrote to a connected mailbox is kept there, with the drafts that answer it.")
UNREADABLE = {"unreadable": "No key of this installation opens it."}
Names = Sequence[tuple[str, str]]


class _Pipe(io.RawIOBase):
    """What the archive writes to, until it is taken; it cannot go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size_bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self.size_bytes += len(part)
        return len(part)

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        self.size_bytes = 0
        return taken


@dataclass
class _Listed:
    """A file of the archive as the manifest lists it."""

    file: str
    what: str
    kept: str
    count: int = 0
    size_bytes: int = 0

    def to_json(self) -> JsonObject:
        return {"file": self.file, "what": self.what, "count": self.count, "bytes": self.size_bytes, "kept": self.kept}


@dataclass
class PersonExport:
    """An export of the person who has these names; see `core.people.People.names`.

    Args:
        kept: the records; everything else is in the same database.
        names: each (workspace, person) that is this person.
        retention: the settings that end what is kept, by name, as they are now.
    """

    kept: RecordStore
    names: Names
    retention: Mapping[str, str]
    _files: list[_Listed] = field(default_factory=list)
    _pipe: _Pipe = field(default_factory=_Pipe)

    @property
    def file_name(self) -> str:
        """What to call the archive."""
        return f"inlaid-{_safe(self.names[0][1])[:80]}-{datetime.now(UTC):%Y-%m-%d}.zip"

    def begin(self) -> None:
        """Tell the audit trail that the export is made, before its first byte leaves.

        Raises:
            NotFoundError: nothing is kept of them.
            LimitError: one of this person was begun a moment ago: each reads everything.
        """
        workspace, person = self.names[0]
        if not self._has_anything():
            raise NotFoundError(
                f"Nobody has used Inlaid as {person[:80]}, so there is nothing of theirs to export. {OTHERS_MAILS}",
                fix="List people with: inlaid people list",
            )
        if not self.kept.first_time(workspace, f"export:{person}", within_seconds=PAUSE_SECONDS):
            raise LimitError("An export of this person was begun a moment ago.", fix="Wait a minute.")
        whose, actor = the_person(workspace, person), current_actor(workspace)
        AuditTrail(self.kept.database).write(AuditEvent("person.exported", actor, whose, workspace=workspace))

    def _has_anything(self) -> bool:
        rows = Rows(self.kept.database, self.kept.cipher)
        doors = rows.of(sign_ins, self.names, owner="subject")
        found = chain(doors, rows.sessions(self.names), rows.of(jobs, self.names))
        return bool(rows.kinds(self.names)) or next(found, None) is not None

    def chunks(self) -> Iterator[bytes]:
        """Yield the archive piece by piece.

        Raises:
            StoreOutage: the database cannot be used; what was yielded is no whole archive then.
        """
        began = _now()
        with zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, place, lines in self._parts():
                yield from self._lines(archive, name, place, lines)
            yield from self._documents(archive)
            archive.writestr("manifest.json", json.dumps(self._manifest(began), ensure_ascii=False, indent=2))
        yield self._pipe.take()

    def _parts(self) -> Iterator[tuple[str, StoredKind, Iterable[JsonObject]]]:
        rows, names = Rows(self.kept.database, self.kept.cipher), self.names
        yield "sign_ins.jsonl", TABLES["sign_in"], rows.of(sign_ins, names, owner="subject")
        yield "people.jsonl", TABLES["person"], rows.of(people, names, owner="key")
        yield "jobs.jsonl", TABLES["job"], self._jobs(rows)
        for kind in rows.kinds(names):
            place = record_place(kind)
            if place.exported != "not":
                yield f"records/{_safe(kind)}.jsonl", place, rows.of_kind(kind, names)
        yield "sources.jsonl", TABLES["source"], rows.of(sources, names)
        yield "source_items.jsonl", TABLES["source_item"], rows.items(names)
        yield "scans.jsonl", TABLES["signal_scan"], rows.of(signal_scans, names)
        yield "signals.jsonl", TABLES["signal"], rows.signals(names)
        yield "sessions.jsonl", RECORDS[SESSION_KIND], rows.sessions(names)
        for name, table in (("model_calls", model_calls), ("report", tallies), ("trials", trials)):
            yield f"{name}.jsonl", TABLES[table.name], rows.of(table, names)
        yield "api_tokens.jsonl", TABLES["api_token"], rows.of(api_tokens, names)
        trail = AuditTrail(self.kept.database).of_person(names)
        yield "audit.jsonl", TABLES["audit_entry"], (shown.to_json() for shown in trail)

    def _jobs(self, rows: "Rows") -> Iterator[JsonObject]:
        for job in rows.of(jobs, self.names):
            parts: dict[str, list[JsonObject]] = {
                table.name: [*rows.of_job(table, str(job["id"]), str(job["workspace"]))]
                for table in (effects, outcomes)
            }
            yield {**job, "effects": parts["effect"], "outcomes": parts["outcome"]}

    def _lines(
        self, archive: zipfile.ZipFile, name: str, place: StoredKind, lines: Iterable[JsonObject]
    ) -> Iterator[bytes]:
        listed = _Listed(name, place.what, place.kept)
        self._files.append(listed)
        with archive.open(name, "w", force_zip64=True) as file:
            for line in lines:
                data = f"{json.dumps(_without(line, place.secrets), ensure_ascii=False)}\n".encode("utf-8", "replace")
                listed.count += 1
                listed.size_bytes += file.write(data)
                yield from self._full()
        yield from self._full()

    def _documents(self, archive: zipfile.ZipFile) -> Iterator[bytes]:
        """Documents are packed already, most of them."""
        place = TABLES["blob"]
        listed = _Listed("files/JOB/NAME", place.what, place.kept)
        self._files.append(listed)
        uploads = _Listed("uploads/NUMBER/NAME", TABLES["source_upload"].what, TABLES["source_upload"].kept)
        self._files.append(uploads)
        rows = Rows(self.kept.database, self.kept.cipher)
        for folder, name, data in chain(rows.files(self.names), rows.uploads(self.names)):
            of = listed if folder.startswith("files/") else uploads
            of.count += 1
            of.size_bytes += len(data)
            path = f"{folder}/{_safe(name)[:120]}"
            archive.writestr(path, data, compress_type=zipfile.ZIP_STORED)
            yield from self._full()

    def _full(self) -> Iterator[bytes]:
        if self._pipe.size_bytes >= CHUNK_BYTES:
            yield self._pipe.take()

    def _manifest(self, began: str) -> JsonObject:
        places = {f"records/{kind}": place for kind, place in RECORDS.items()} | TABLES
        return {
            "what": "All that Inlaid keeps of one person.",
            "person": [{"workspace": workspace, "person": person} for workspace, person in self.names],
            "began_at": began,
            "ended_at": _now(),
            "retention": dict(self.retention),
            "files": [listed.to_json() for listed in self._files],
            "left_out": [
                {"place": name, "what": place.what, "why": place.why}
                for name, place in places.items()
                if place.exported == "not"
            ],
            "secrets_left_out": sorted(name for place in places.values() for name in place.secrets),
        }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _without(value: Any, secrets: frozenset[str]) -> Any:
    if not secrets:
        return value
    if isinstance(value, Mapping):
        return {name: _without(part, secrets) for name, part in value.items() if name not in secrets}
    return [_without(part, secrets) for part in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Rows:
    """Reads the rows of a person, one at a time where they may be large, and opens what is sealed.

    Args:
        database: where.
        cipher: opens them.
    """

    database: Database
    cipher: Cipher

    def of(self, table: sa.Table, names: Names, *, owner: str = "person") -> Iterator[JsonObject]:
        """Yield the rows of a table that has a workspace and an owner."""
        for workspace, person in names:
            theirs = sa.and_(table.c.workspace == workspace, table.c[owner] == person)
            for row in self._rows(table, theirs):
                yield self._opened(table, row, workspace)

    def of_kind(self, kind: str, names: Names) -> Iterator[JsonObject]:
        """Yield the records of a kind."""
        for workspace, person in names:
            theirs = _is_theirs(workspace, person)
            for row in self._rows(records, sa.and_(theirs, records.c.kind == kind)):
                yield self._opened(records, row, workspace)

    def of_job(self, table: sa.Table, job_id: str, workspace: str) -> Iterator[JsonObject]:
        """Yield the rows that hang on a job."""
        for row in self._rows(table, table.c.job_id == job_id):
            yield self._opened(table, row, workspace)

    def kinds(self, names: Names) -> Sequence[str]:
        """Return the kinds of records of the person."""
        theirs = sa.or_(*(_is_theirs(workspace, person) for workspace, person in names))
        with self.database.read() as connection:
            return list(
                connection.execute(sa.select(records.c.kind).where(theirs).distinct().order_by("kind")).scalars()
            )

    def sessions(self, names: Names) -> Iterator[JsonObject]:
        """Yield the sessions; they stand in a workspace of their own, and say in which the person is."""
        for person in dict.fromkeys(person for _, person in names):
            theirs = sa.and_(_is_theirs(SESSION_WORKSPACE, person), records.c.kind == SESSION_KIND)
            for row in self._rows(records, theirs):
                session = self._opened(records, row, SESSION_WORKSPACE)
                if (session["data"].get("who", {}).get("workspace"), person) in names:
                    yield session

    def items(self, names: Names) -> Iterator[JsonObject]:
        """Yield what stands in the sources of the person, with its passages."""
        for workspace, person in names:
            own = sa.select(sources.c.id).where(sources.c.workspace == workspace, sources.c.person == person)
            for row in self._rows(source_items, source_items.c.source_id.in_(own)):
                blocks = self._rows(source_blocks, source_blocks.c.item_id == row["id"])
                opened = (self._read(self.cipher.open_bytes, workspace, block["data"]) for block in blocks)
                texts = [json.loads(zlib.decompress(data)) if isinstance(data, bytes) else [data] for data in opened]
                yield {**self._opened(source_items, row, workspace), "passages_text": [*chain.from_iterable(texts)]}

    def signals(self, names: Names) -> Iterator[JsonObject]:
        """Yield what scans of the person found, with the words that it rests on."""
        for workspace, person in names:
            own = sa.and_(signal_scans.c.workspace == workspace, signal_scans.c.person == person)
            for row in self._rows(signals, signals.c.scan_id.in_(sa.select(signal_scans.c.id).where(own))):
                quotes = self._rows(signal_quotes, signal_quotes.c.signal_id == row["id"])
                opened = {**self._opened(signals, row, workspace), "vector": None}
                yield {**opened, "quotes": [self._opened(signal_quotes, quote, workspace) for quote in quotes]}

    def files(self, names: Names) -> Iterator[tuple[str, str, bytes]]:
        """Yield folder, name and data of each file of a job."""
        for workspace, person in names:
            theirs = sa.select(jobs.c.id).where(jobs.c.workspace == workspace, jobs.c.person == person)
            for row in self._rows(blobs, blobs.c.job_id.in_(theirs)):
                data = self._read(self.cipher.open_bytes, workspace, row["data"])
                yield (
                    f"files/{row['job_id']}",
                    row["name"],
                    data if isinstance(data, bytes) else json.dumps(data).encode(),
                )

    def uploads(self, names: Names) -> Iterator[tuple[str, str, bytes]]:
        """Yield the same of each file that was uploaded and waiting to be read."""
        for workspace, person in names:
            own = sa.select(sources.c.id).where(sources.c.workspace == workspace, sources.c.person == person)
            waiting = sa.and_(source_uploads.c.source_id.in_(own), source_uploads.c.data.is_not(None))
            for row in self._rows(source_uploads, waiting):
                detail = self._read(self.cipher.open, workspace, row["detail"])
                data = self._read(self.cipher.open_bytes, workspace, row["data"])
                name = detail.get("file_name", "unreadable")
                yield f"uploads/{row['number']}", name, _readable(data)

    def _rows(self, table: sa.Table, theirs: sa.ColumnElement[bool]) -> Iterator[Mapping[Any, Any]]:
        """Yield rows by primary key. Sealed ones are read singly: how large they are nobody knows."""
        keys = list(table.primary_key)
        is_large = any(isinstance(column.type, sa.LargeBinary) for column in table.c)
        wanted = keys if is_large else list(table.c)
        after: tuple[Any, ...] | None = None
        while True:
            statement = sa.select(*wanted).where(theirs).order_by(*keys).limit(PAGE_ROWS)
            if after is not None:
                statement = statement.where(sa.tuple_(*keys) > sa.tuple_(*map(sa.literal, after)))
            with self.database.read() as connection:
                page = [row._mapping for row in connection.execute(statement)]
            for row in page:
                if found := self._whole(table, row) if is_large else row:
                    yield found
            if len(page) < PAGE_ROWS:
                return
            after = tuple(page[-1][key] for key in keys)

    def _whole(self, table: sa.Table, keys: Mapping[Any, Any]) -> Mapping[Any, Any] | None:
        """Return a row by its key, or None if it was deleted meanwhile."""
        is_it = [key == keys[key] for key in table.primary_key]
        with self.database.read() as connection:
            row = connection.execute(sa.select(table).where(*is_it)).one_or_none()
        return row._mapping if row else None

    def _opened(self, table: sa.Table, row: Mapping[Any, Any], workspace: str) -> JsonObject:
        opened: JsonObject = {}
        for column in table.c:
            value = row[column]
            is_sealed = isinstance(column.type, sa.LargeBinary) and value is not None
            opened[column.name] = self._read(self.cipher.open, workspace, value) if is_sealed else value
        return opened

    def _read(self, read: Callable[[str, bytes], Any], workspace: str, value: Any) -> Any:
        try:
            return read(workspace, bytes(value))
        except (SettingsError, ValueError, TypeError):
            return UNREADABLE


def _readable(data: Any) -> bytes:
    return data if isinstance(data, bytes) else json.dumps(data).encode()


def _is_theirs(workspace: str, person: str) -> sa.ColumnElement[bool]:
    return sa.and_(records.c.workspace == workspace, records.c.person == person)


def export_of(settings: Settings, kept: RecordStore, names: Names) -> PersonExport:
    """Return the export of a person of an installation."""
    retention = {
        "INLAID_RETENTION": ",".join(settings.retention) or "jobs are kept until their person is purged",
        "INLAID_AUDIT_DAYS": str(settings.audit_days),
        "INLAID_CACHE_SECONDS": f"{settings.cache_seconds:g}",
    }
    return PersonExport(kept, names, retention)


def _safe(name: str) -> str:
    return "".join(char if consists_of(char, "_.() -") else "-" for char in name)
