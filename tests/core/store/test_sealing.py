"""Rotation of keys: everything that is sealed moves to the newest key, whatever happens meanwhile."""

import threading

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from pydantic import SecretStr

from core.drafts import Draft
from core.errors import InputError, SettingsError
from core.job import JobRequest
from core.privacy import Cipher
from core.privacy.encryption import KeyFile, key_name, new_key
from core.settings import Settings
from core.store import EffectStore, JobStore, LeaseStore, RecordStore, Store, open_store
from core.store.sealing import UNNAMED, SealedValues, holds_sealed, sealed_columns
from core.store.usage import UsageStore

OLD, NEW, FOREIGN = (new_key() for _ in range(3))
OLD_NAME, NEW_NAME, FOREIGN_NAME = (key_name(key) for key in (OLD, NEW, FOREIGN))


def with_keys(store: Store, *keys: str) -> Store:
    """Return the same store as a process with these keys sees it."""
    database, cipher = store.database, Cipher(keys)
    return Store(
        database, JobStore(database, cipher), LeaseStore(database, cipher), EffectStore(database, cipher),
        RecordStore(database, cipher), UsageStore(database),
    )  # fmt: skip


def fill(store: Store, jobs: int = 3) -> list[str]:
    """Put something into every sealed column, and return the ids of the jobs."""
    ids = []
    for number in range(jobs):
        job, _ = store.jobs.add(JobRequest("reply", {"message": "Hi"}, "api", "ann", blobs={"a": b"\x00" * 50}))
        claimed = store.leases.claim(job.id, lease_seconds=30)
        assert claimed
        store.effects.intend(claimed, "mail", {"id": number})
        if number % 2:
            store.leases.fail(claimed, InputError("Too long."))
        else:
            store.leases.finish(claimed, Draft(job_id=job.id, recipe="reply", text=f"Hello {number}"))
            store.outcomes.add(job, "accepted", person="ann", distance=None, detail={"text": "Hello"})
        store.records.put("wish", "local", job.id, {"tone": "warm"})
        ids.append(job.id)
    return ids


def read_everything(store: Store, ids: list[str]) -> None:
    for number, job_id in enumerate(ids):
        job = store.jobs.get(job_id)
        assert job.inputs == {"message": "Hi"}
        assert (job.draft.text if job.draft else job.error) in (f"Hello {number}", InputError("Too long.").to_json())
        assert store.effects.get_file(job, "a") == b"\x00" * 50
        assert store.effects.get_detail(job, "mail") == {"id": number}
        assert store.outcomes.used_text(job) in (None, "Hello")
        record = store.records.get("wish", "local", job_id)
        assert record
        assert record.data == {"tone": "warm"}


def silent(_column: str, _done: int) -> None:
    pass


def test_the_sealed_columns_are_those_that_hold_what_people_wrote() -> None:
    assert {f"{column.table.name}.{column.name}" for column in sealed_columns()} >= {
        "job.request", "job.draft", "job.error", "effect.detail", "blob.data", "outcome.detail", "record.data",
    }  # fmt: skip
    assert "insight_sum.people" not in {f"{column.table.name}.{column.name}" for column in sealed_columns()}


def test_after_a_rotation_the_newest_key_alone_opens_everything(store: Store) -> None:
    ids = fill(with_keys(store, OLD))
    both = with_keys(store, NEW, OLD)
    read_everything(both, ids)
    values = SealedValues(store.database, both.jobs.cipher)
    before = values.count()
    assert set(before.by_key) == {OLD_NAME}
    rotation = values.rotate(silent)
    assert rotation.resealed == before.by_key[OLD_NAME] > 6 * len(ids) - 3
    assert set(rotation.seals.by_key) == {NEW_NAME}
    read_everything(with_keys(store, NEW), ids)
    assert values.rotate(silent).resealed == 0


def test_what_was_sealed_before_keys_had_names_moves_too(store: Store) -> None:
    ids = fill(with_keys(store, OLD))
    for column in sealed_columns():
        with store.database.write() as connection:
            bare = sa.func.substr(column, 10, type_=sa.LargeBinary)
            connection.execute(sa.update(column.table).where(column.is_not(None)).values({column.name: bare}))
    both = with_keys(store, NEW, OLD)
    read_everything(both, ids)
    values = SealedValues(store.database, both.jobs.cipher)
    total = values.count().by_key[UNNAMED]
    assert total >= 6 * len(ids) - 3
    assert not SealedValues(store.database, Cipher([OLD])).count().unopened
    assert SealedValues(store.database, Cipher([NEW])).count().unopened.total() == total
    assert values.rotate(silent).resealed == total
    read_everything(with_keys(store, NEW), ids)


def test_what_no_listed_key_opens_is_counted_named_and_left_alone(store: Store) -> None:
    ids = fill(with_keys(store, OLD), jobs=2)
    lost = fill(with_keys(store, FOREIGN), jobs=1)
    rotation = SealedValues(store.database, Cipher([NEW, OLD])).rotate(silent)
    assert rotation.seals.missing == {FOREIGN_NAME}
    assert rotation.seals.unopened["job.request"] == 1
    assert rotation.seals.examples["job.request"] == lost
    assert set(rotation.seals.by_key) == {NEW_NAME}
    read_everything(with_keys(store, NEW), ids)
    read_everything(with_keys(store, FOREIGN), lost)


def test_a_bounded_count_says_that_it_is_not_whole(store: Store) -> None:
    fill(with_keys(store, OLD))
    values = SealedValues(store.database, Cipher([OLD]))
    assert not values.count(most=2).is_whole
    assert values.count(most=2).by_key[OLD_NAME] <= 2 * len(sealed_columns())
    assert values.count(most=1000).is_whole


def test_what_somebody_changes_during_a_rotation_is_not_overwritten(store: Store) -> None:
    """Processes with the old list and with the new one write all the time; nothing they wrote is lost."""
    old, both = with_keys(store, OLD), with_keys(store, NEW, OLD)
    for number in range(40):
        old.records.put("counter", "local", f"{number:02}", 0)
    stop, written = threading.Event(), [0] * 40

    def write(process: Store, numbers: range) -> None:
        while not stop.is_set():
            for number in numbers:
                written[number] += 1
                process.records.put("counter", "local", f"{number:02}", written[number])

    threads = [
        threading.Thread(target=write, args=(both, range(0, 40, 2))),
        threading.Thread(target=write, args=(both, range(1, 40, 2))),
    ]
    for thread in threads:
        thread.start()
    values = SealedValues(store.database, both.jobs.cipher)
    for _ in range(5):
        rotation = values.rotate(silent)
    stop.set()
    for thread in threads:
        thread.join()
    assert set(rotation.seals.by_key) == {NEW_NAME}
    found = {record.key: record.data for record in with_keys(store, NEW).records.list("counter")}
    assert found == {f"{number:02}": count for number, count in enumerate(written)}


class Interruption(Exception):
    pass


def test_an_interrupted_rotation_goes_on_where_it_was(store: Store) -> None:
    ids = fill(with_keys(store, OLD))
    values = SealedValues(store.database, Cipher([NEW, OLD]))
    total = values.count().by_key[OLD_NAME]

    def stop_at_the_drafts(column: str, _done: int) -> None:
        if column == "job.draft":
            raise Interruption

    with pytest.raises(Interruption):
        values.rotate(stop_at_the_drafts)
    left = values.count().by_key[OLD_NAME]
    assert 0 < left < total
    assert values.rotate(silent).resealed == left
    read_everything(with_keys(store, NEW), ids)


def test_large_values_go_a_few_at_a_time(store: Store) -> None:
    old = with_keys(store, OLD)
    for _ in range(4):
        old.jobs.add(JobRequest("reply", {}, "api", "ann", blobs={"a": b"\x00" * (2 * 2**20)}))
    told: list[int] = []
    SealedValues(store.database, Cipher([NEW, OLD])).rotate(
        lambda column, done: told.append(done) if column == "blob.data" else None
    )
    assert told == [1, 2, 3, 4]


def test_a_value_says_which_key_it_needs_and_not_what_that_is() -> None:
    sealed = Cipher([OLD]).seal("T1", "text")
    assert sealed.startswith(OLD_NAME.encode() + b":")
    assert OLD_NAME not in OLD
    assert Cipher([NEW, OLD]).open("T1", sealed) == "text"
    for keys, workspace in (([NEW], "T1"), ([OLD], "T2")):
        with pytest.raises(SettingsError):
            Cipher(keys).open(workspace, sealed)
    with pytest.raises(SettingsError, match="cannot be decrypted"):
        Cipher([OLD]).open("T1", sealed[:-4] + b"AAA=")
    assert Cipher([OLD]).open("T1", Fernet(OLD).encrypt(b'["T1", "text"]')) == "text"


def test_a_lost_key_file_is_not_made_anew_beside_what_it_sealed(settings: Settings) -> None:
    file = KeyFile(settings.home)
    opened = open_store(settings)
    opened.close()
    file.path.unlink()
    opened = open_store(settings)  # nothing is sealed yet
    opened.records.put("preference", "local", "ann", {"wish": "short"})
    opened.close()
    (key,) = file.ensured()
    file.path.unlink()
    for _ in range(2):
        with pytest.raises(SettingsError, match=r"secret\.key is missing") as refused:
            open_store(settings)
        assert "put back your copy" in refused.value.fix
        assert not file.exists()
    with_key = settings.model_copy(update={"secret_keys": (SecretStr(key),)})
    open_store(with_key).close()


def test_a_shell_without_the_keys_of_the_processes_is_told_to_set_them(settings: Settings) -> None:
    with_key = settings.model_copy(update={"secret_keys": (SecretStr(OLD),)})
    opened = open_store(with_key)
    opened.records.put("preference", "local", "ann", {"wish": "short"})
    opened.close()
    with pytest.raises(SettingsError, match="INLAID_SECRET_KEYS is not set") as refused:
        open_store(settings)
    assert refused.value.fix.startswith("Set INLAID_SECRET_KEYS, or INLAID_SECRET_KEYS_COMMAND")


def test_tables_of_an_earlier_version_are_asked_for_the_columns_that_they_have(sqlite_store: Store) -> None:
    with sqlite_store.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE effect DROP COLUMN detail")
    assert not holds_sealed(sqlite_store.database)
    sqlite_store.records.put("preference", "local", "ann", {"wish": "short"})
    assert holds_sealed(sqlite_store.database)


def test_keys_of_which_none_opens_anything_are_those_of_another_installation(store: Store) -> None:
    SealedValues(store.database, Cipher([FOREIGN])).require_fitting_keys()  # nothing is sealed yet
    fill(with_keys(store, OLD))
    with pytest.raises(SettingsError, match=f"open nothing of what is stored, which needs the key {OLD_NAME}"):
        SealedValues(store.database, Cipher([FOREIGN])).require_fitting_keys()
    SealedValues(store.database, Cipher([NEW, OLD])).require_fitting_keys()
    with_keys(store, NEW).records.put("wish", "local", "ann", {"tone": "warm"})
    SealedValues(store.database, Cipher([NEW])).require_fitting_keys()  # some values are lost, and others are not
