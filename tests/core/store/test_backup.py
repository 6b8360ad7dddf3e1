"""Backups: one state while others write, no sessions, refused when torn, changed or hostile, and put in place whole."""

import io
import json
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import ConflictError, InlaidError, InputError, SettingsError
from core.job import JobRequest
from core.privacy.encryption import KEY_FILE
from core.settings import Settings
from core.store import Store, open_store
from core.store.backup import DATABASE, MANIFEST, BackupManifest, read_backup, restore_backup, write_backup
from core.store.sessions import SessionPerson, Sessions

ANN = SessionPerson("login.example.com", "ann", "openid", "Ann", "ann@example.com")
POLICIES = "policies.toml"


def add(store: Store, number: int) -> str:
    return store.jobs.add(JobRequest("reply", {"message": f"mail {number}"}, "api", "ann"))[0].id


@pytest.fixture
def backup(sqlite_store: Store, settings: Settings, tmp_path: Path) -> Path:
    """A backup of one job and of the policies, with the keys."""
    add(sqlite_store, 1)
    (settings.home / POLICIES).write_text("# everybody\n")
    write_backup(sqlite_store.database, settings.home, tmp_path / "one.tar", with_keys=True)
    return tmp_path / "one.tar"


def restored(backup: Path, settings: Settings, home: Path) -> Store:
    restore_backup(backup, home)
    return open_store(settings.model_copy(update={"home": home}))


def test_what_stood_there_comes_back_for_its_owner_alone(backup: Path, settings: Settings, tmp_path: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    store = restored(backup, settings, tmp_path / "new")
    [job] = store.jobs.list(limit=5)
    assert job.inputs == {"message": "mail 1"}
    store.close()
    assert (tmp_path / "new" / POLICIES).read_text() == "# everybody\n"
    for name in (DATABASE, KEY_FILE, POLICIES):
        assert (tmp_path / "new" / name).stat().st_mode & 0o777 == 0o600
    assert not list((tmp_path / "new").glob(".restore*"))


def test_a_backup_is_one_state_while_others_write(sqlite_store: Store, settings: Settings, tmp_path: Path) -> None:
    before = [add(sqlite_store, number) for number in range(20)]
    written, begun, enough = list(before), threading.Event(), threading.Event()

    def write_on() -> None:
        while not enough.is_set():
            written.append(add(sqlite_store, len(written)))
            begun.set()

    writer = threading.Thread(target=write_on)
    writer.start()
    assert begun.wait(60)
    write_backup(sqlite_store.database, settings.home, tmp_path / "busy.tar", with_keys=True)
    enough.set()
    writer.join()
    store = restored(tmp_path / "busy.tar", settings, tmp_path / "new")
    found = {job.id for job in store.jobs.list(limit=100_000)}
    store.close()
    assert found >= {*before}
    assert found == {*written[: len(found)]}


def test_sessions_and_what_was_deleted_are_not_in_it(sqlite_store: Store, settings: Settings, tmp_path: Path) -> None:
    secret = Sessions(sqlite_store.records, {}).open(ANN)
    sqlite_store.records.put("wish", "local", "first", "kept")
    write_backup(sqlite_store.database, settings.home, tmp_path / "one.tar", with_keys=True)
    store = restored(tmp_path / "one.tar", settings, tmp_path / "new")
    assert Sessions(store.records, {}).find(secret) is None
    kept = store.records.get("wish", "local", "first")
    assert kept
    assert kept.data == "kept"
    store.close()
    assert Sessions(sqlite_store.records, {}).find(secret) == ANN


def test_the_keys_are_in_it_only_when_that_is_asked_for(
    sqlite_store: Store, settings: Settings, tmp_path: Path
) -> None:
    manifest = write_backup(sqlite_store.database, settings.home, tmp_path / "one.tar")
    assert not manifest.has_keys
    with tarfile.open(tmp_path / "one.tar") as archive:
        assert KEY_FILE not in archive.getnames()
    with pytest.raises(ConflictError):
        write_backup(sqlite_store.database, settings.home, tmp_path / "one.tar")


def test_a_torn_or_changed_backup_is_refused_and_nothing_is_touched(backup: Path, tmp_path: Path) -> None:
    whole, torn, home = backup.read_bytes(), tmp_path / "torn.tar", tmp_path / "new"
    places = range(0, len(whole) - 10_240, 40_009)
    for place in places:
        torn.write_bytes(whole[:place])
        with pytest.raises(InputError):
            restore_backup(torn, home)
    database = whole.index(b"SQLite format 3")
    for place in (database + 2_000, database + 90_000):
        torn.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(InputError, match="not as it was written"):
            restore_backup(torn, home)
    assert not home.exists()


def changed(backup: Path, target: Path, change: Callable[[dict[str, object]], None], extra: str = "") -> Path:
    """Write a backup anew, with another manifest, and with a part of that name that is a link."""
    with tarfile.open(backup) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            file = old.extractfile(member)
            assert file
            content = file.read()
            if member.name == MANIFEST:
                told = json.loads(content)
                change(told)
                content = json.dumps(told).encode()
                member.size = len(content)
            if member.name != extra:
                new.addfile(member, io.BytesIO(content))
        if extra:
            link = tarfile.TarInfo(extra)
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            new.addfile(link)
    return target


def rename(told: dict[str, object], old: str, new: str) -> None:
    parts = told["parts"]
    assert isinstance(parts, dict)
    parts[new] = parts.pop(old)


@pytest.mark.parametrize(
    ("change", "extra"),
    [
        (lambda told: rename(told, POLICIES, "../policies.toml"), ""),
        (lambda told: rename(told, POLICIES, "/policies.toml"), ""),
        (lambda told: rename(told, DATABASE, "other.db"), ""),
        (lambda told: told.update(format=2), ""),
        (lambda told: None, DATABASE),
    ],
)
def test_a_hostile_backup_writes_nothing(
    backup: Path, tmp_path: Path, change: Callable[[dict[str, object]], None], extra: str
) -> None:
    hostile = changed(backup, tmp_path / "hostile.tar", change, extra)
    with pytest.raises(InputError):
        restore_backup(hostile, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_backup_of_a_newer_version_is_refused(backup: Path, tmp_path: Path) -> None:
    newer = changed(backup, tmp_path / "newer.tar", lambda told: told.update(revision="9999", oldest_code="9998"))
    with pytest.raises(SettingsError, match="older version"):
        read_backup(newer)


def test_what_is_there_is_replaced_only_when_asked_and_kept_beside(
    backup: Path, settings: Settings, sqlite_store: Store
) -> None:
    later = add(sqlite_store, 2)
    sqlite_store.close()
    with pytest.raises(ConflictError):
        restore_backup(backup, settings.home)
    (settings.home / "knowledge.db").write_bytes(b"of the other database")
    manifest, aside = restore_backup(backup, settings.home, replace=True)
    assert isinstance(manifest, BackupManifest)
    assert aside
    assert not (settings.home / "knowledge.db").exists()
    for home, are_later in ((settings.home, False), (aside, True)):
        store = open_store(settings.model_copy(update={"home": home}))
        assert (later in {job.id for job in store.jobs.list(limit=9)}) is are_later
        store.close()


def test_a_restore_that_broke_off_is_done_again(
    backup: Path, settings: Settings, tmp_path: Path, sqlite_store: Store
) -> None:
    del sqlite_store
    home = tmp_path / "new"
    home.mkdir()
    # As a process leaves it that is killed between the parts: the database comes last.
    (home / POLICIES).write_text("# everybody\n")
    with pytest.raises(InlaidError):
        restore_backup(backup, home)
    restore_backup(backup, home, replace=True)
    store = open_store(settings.model_copy(update={"home": home}))
    assert len(store.jobs.list(limit=5)) == 1
    store.close()
