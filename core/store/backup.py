"""Copies of an installation that keeps its data in one folder: a tar file of its database and what people wrote there.

A backup is one consistent state of the database, taken while everything works on, without what is free in its file and
without sessions: everybody signs in again. It names the schema and the checksum of each part, so that a
torn or changed file is refused before anything is touched. The keys are left out unless they are asked for.
"""

import hashlib
import io
import os
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Literal

import sqlalchemy as sa
from pydantic import BaseModel, Field, ValidationError

from core.errors import ConflictError, InputError, StoreOutage
from core.privacy.encryption import KEY_FILE
from core.store.engine import Database
from core.store.migrate import Schema, current_schema
from core.store.sessions import KIND as SESSION_KIND
from core.store.tables import records
from core.system.private_files import make_private_folder, open_private

DATABASE = "inlaid.db"
# What people wrote, in the folder of the data.
WRITTEN = ("policies.toml", "models/choice.toml")
# What is made again from the database, and would belong to another one after a restore.
DERIVED = ("knowledge.db", "knowledge.db-wal", "knowledge.db-shm")
MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 64 * 1024
_BLOCK_BYTES = 1024 * 1024
_ASIDE = "before-restore-"
# What a database says of itself.
_OF_ITSELF = {"alembic_version", "schema_compatibility", "audit_head"}


class BackupFile(BaseModel):
    """One file of a backup."""

    size_bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class BackupManifest(BaseModel):
    """What a backup says of itself."""

    format: Literal[1] = 1
    made_at: float
    revision: str
    oldest_code: str
    parts: dict[str, BackupFile]

    @property
    def has_keys(self) -> bool:
        """Whether the file alone is enough to read what is in it."""
        return KEY_FILE in self.parts

    @property
    def size_bytes(self) -> int:
        """How much a restore writes."""
        return sum(part.size_bytes for part in self.parts.values())


def write_backup(database: Database, home: Path, target: Path, *, with_keys: bool = False) -> BackupManifest:
    """Write a backup, for its owner alone; it appears under its name when all of it is on the disk.

    Args:
        database: an SQLite database.
        home: the folder of its data.
        target: the new file.
        with_keys: whether the file of the keys goes along.

    Raises:
        ConflictError: there is such a file already.
        StoreOutage: the database cannot be read.
        OSError: the file cannot be written.
    """
    if target.exists():
        raise ConflictError(f"{target} is there already.", fix="Name another file.")
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
        copy = Path(folder) / DATABASE
        schema = _copy_database(database, copy)
        named = {DATABASE: copy} | {name: home / name for name in (*WRITTEN, *([KEY_FILE] if with_keys else ()))}
        files = {name: path for name, path in named.items() if path.is_file()}
        manifest = BackupManifest(
            made_at=time.time(),
            revision=schema.revision,
            oldest_code=schema.oldest_code,
            parts={name: _part_of(path) for name, path in files.items()},
        )
        written = Path(folder) / "backup"
        with open_private(written, "wb") as file:
            _write_tar(file, manifest, files)
            file.flush()
            os.fsync(file.fileno())
        # A link fails where a file came meanwhile; a rename would replace it.
        os.link(written, target)
    return manifest


def read_backup(backup: Path) -> BackupManifest:
    """Return what a backup says of itself, when each of its parts is as it was written.

    Raises:
        InputError: it is not a whole backup of ours.
        SettingsError: this version cannot use its tables.
        OSError: it cannot be read.
    """
    with _opened(backup) as archive:
        manifest = _manifest_of(archive)
        for name, part in manifest.parts.items():
            digest, size = hashlib.sha256(), 0
            for block in _blocks(archive, name):
                digest.update(block)
                size += len(block)
            if (size, digest.hexdigest()) != (part.size_bytes, part.sha256):
                raise _not_whole(f"{name} is not as it was written")
    Schema(manifest.revision, manifest.oldest_code).require_known()
    return manifest


def restore_backup(
    backup: Path, home: Path, *, replace: bool = False, check: Callable[[Path], None] = lambda _folder: None
) -> tuple[BackupManifest, Path | None]:
    """Put a backup in place; what is there already is kept in a folder beside it.

    Nothing may work on the folder meanwhile. A restore that broke off is done again from its beginning.

    Args:
        backup: the file.
        home: the folder of the data.
        replace: whether there may be data already; a database that holds nothing is none.
        check: is given a folder with the parts, and refuses by raising; until then nothing was changed.

    Returns:
        What the backup says, and the folder with what was there before, or None if nothing was.

    Raises:
        ConflictError: there are data already.
        InputError, SettingsError: see `read_backup`.
        OSError: it cannot be read or written.
    """
    manifest = read_backup(backup)
    made_by_looking = {DATABASE, KEY_FILE} if _is_empty(home / DATABASE) else set[str]()
    names = [*manifest.parts, f"{DATABASE}-wal", f"{DATABASE}-shm", *DERIVED]
    present = [name for name in names if (home / name).exists()]
    kept_data = [name for name in present if name in manifest.parts.keys() - made_by_looking]
    if kept_data and not replace:
        raise ConflictError(
            f"There are data in {home} already: {', '.join(kept_data)}.",
            fix="Set INLAID_HOME to an empty folder, or put them aside with --replace.",
        )
    make_private_folder(home)
    with tempfile.TemporaryDirectory(prefix=".restore.", dir=home) as folder, _opened(backup) as archive:
        for name in manifest.parts:
            _unpack(archive, name, Path(folder) / name)
        check(Path(folder))
        aside = _put_aside(home, present) if present else None
        # The database last: without it nothing of the others is used.
        for name in sorted(manifest.parts, key=lambda name: name == DATABASE):
            make_private_folder((home / name).parent)
            (Path(folder) / name).replace(home / name)
    return manifest, aside


def _is_empty(file: Path) -> bool:
    """Say whether a database holds nothing, as one that a command made which only looked."""
    if not file.exists():
        return False
    with suppress(StoreOutage), closing(Database(f"sqlite:///{file}")) as database, database.read() as connection:
        tables = (sa.table(name) for name in sa.inspect(connection).get_table_names() if name not in _OF_ITSELF)
        held = (connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() for table in tables)
        return not any(held)
    return False


def kept_before(home: Path) -> list[Path]:
    """Return the folders with what was in a folder of data before backups were restored there, oldest first."""
    return sorted(path for path in home.glob(f"{_ASIDE}*") if path.is_dir())


def _copy_database(database: Database, copy: Path) -> Schema:
    with open_private(copy, "wb"):
        pass
    with database.read() as connection:
        connection.execute(sa.text("VACUUM INTO :copy"), {"copy": str(copy)})
    with closing(Database(f"sqlite:///{copy}")) as copied:
        schema = current_schema(copied)
        with copied.write() as connection:
            connection.execute(sa.delete(records).where(records.c.kind == SESSION_KIND))
        copied.overwrite_deleted()
        with copied.read() as connection:
            connection.execute(sa.text("VACUUM"))
            connection.execute(sa.text("PRAGMA journal_mode=DELETE"))
    return schema


def _part_of(path: Path) -> BackupFile:
    with path.open("rb") as file:
        return BackupFile(size_bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def _write_tar(file: IO[bytes], manifest: BackupManifest, files: Mapping[str, Path]) -> None:
    told = manifest.model_dump_json(indent=1).encode()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        first = tarfile.TarInfo(MANIFEST)
        first.size, first.mtime, first.mode = len(told), int(manifest.made_at), 0o600
        archive.addfile(first, io.BytesIO(told))
        for name, path in files.items():
            part = tarfile.TarInfo(name)
            part.size, part.mtime, part.mode = manifest.parts[name].size_bytes, int(manifest.made_at), 0o600
            with path.open("rb") as content:
                archive.addfile(part, content)


@contextmanager
def _opened(backup: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(backup, "r:") as archive:
            yield archive
    except tarfile.TarError as error:
        raise _not_whole("it is no such file, or its end is missing") from error


def _manifest_of(archive: tarfile.TarFile) -> BackupManifest:
    told = b"".join(_blocks(archive, MANIFEST, MAX_MANIFEST_BYTES))
    try:
        manifest = BackupManifest.model_validate_json(told)
    except ValidationError as error:
        raise _not_whole("its list of parts cannot be read, or comes from a newer version") from error
    if not {DATABASE} <= manifest.parts.keys() <= {DATABASE, *WRITTEN, KEY_FILE}:
        raise _not_whole("it names files that do not belong into a backup, or has no database")
    return manifest


def _blocks(archive: tarfile.TarFile, name: str, limit: int | None = None) -> Iterator[bytes]:
    try:
        member = archive.getmember(name)
    except KeyError:
        raise _not_whole(f"{name} is missing") from None
    content = archive.extractfile(member) if member.isreg() else None
    if content is None or (limit is not None and member.size > limit):
        raise _not_whole(f"{name} is not what it should be")
    while block := content.read(_BLOCK_BYTES):
        yield block


def _unpack(archive: tarfile.TarFile, name: str, target: Path) -> None:
    make_private_folder(target.parent)
    with open_private(target, "wb") as file:
        for block in _blocks(archive, name):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())


def _put_aside(home: Path, names: list[str]) -> Path:
    aside = home / time.strftime(f"{_ASIDE}%Y%m%dT%H%M%S", time.gmtime())
    for name in names:
        make_private_folder((aside / name).parent)
        (home / name).replace(aside / name)
    return aside


def _not_whole(reason: str) -> InputError:
    return InputError(f"This is not a whole backup of Inlaid: {reason}.", fix="Make a new copy of it.")
