"""Records, one-time marks and locks, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import ConflictError, LimitError, SettingsError
from core.store import Store
from core.store.records import RecordsAtOnce


def test_a_record_is_replaced_and_its_version_grows(store: Store) -> None:
    assert store.records.put("token", "T1", "ann", {"a": 1}, person="ann") == 1
    assert store.records.put("token", "T1", "ann", {"a": 2}, person="ann") == 2
    found = store.records.get("token", "T1", "ann")
    assert found
    assert (found.data, found.person, found.version) == ({"a": 2}, "ann", 2)


@pytest.mark.parametrize("expected_version", [0, 2, 7])
def test_a_change_from_another_version_is_refused(store: Store, expected_version: int) -> None:
    store.records.put("token", "T1", "ann", "old")
    with pytest.raises(ConflictError):
        store.records.put("token", "T1", "ann", "new", expected_version=expected_version)
    found = store.records.get("token", "T1", "ann")
    assert found
    assert found.data == "old"


def test_a_change_of_a_record_that_is_gone_is_refused(store: Store) -> None:
    with pytest.raises(ConflictError):
        store.records.put("token", "T1", "ann", "new", expected_version=3)
    assert store.records.get("token", "T1", "ann") is None


def test_an_expired_record_is_gone(store: Store) -> None:
    store.records.put("token", "T1", "ann", "x", expires_in_seconds=-1.0)
    assert store.records.get("token", "T1", "ann") is None
    assert store.records.list("token") == []
    assert store.records.purge_expired() == 1


def test_deleting_a_workspace_leaves_the_others(store: Store) -> None:
    for workspace, key in (("T1", "a"), ("T1", "b"), ("T2", "a")):
        store.records.put("token", workspace, key, "x")
    assert store.records.delete("token", "T1") == 2
    assert [(one.workspace, one.key) for one in store.records.list("token")] == [("T2", "a")]


@pytest.mark.parametrize("prefix", ["ann_", "ann%", "ann/", "ann"])
def test_a_prefix_is_taken_word_for_word(store: Store, prefix: str) -> None:
    keys = ("ann_1", "ann%1", "ann/1", "annette", "bob")
    for key in keys:
        store.records.put("token", "T1", key, "x")
    found = [record.key for record in store.records.list("token", workspace="T1", prefix=prefix)]
    assert sorted(found) == sorted(key for key in keys if key.startswith(prefix))


def test_a_kept_reader_sees_what_this_thread_and_others_write_meanwhile(store: Store) -> None:
    with store.database.kept_reader(), ThreadPoolExecutor(1) as others:
        assert store.records.get("token", "T1", "ann") is None
        store.records.put("token", "T1", "ann", "own")
        assert store.records.list("token")[0].data == "own"
        others.submit(store.records.put, "token", "T1", "ann", "another's").result()
        found = store.records.get("token", "T1", "ann")
        assert found
        assert found.data == "another's"
        assert others.submit(store.records.get, "token", "T1", "ann").result() == found


def test_a_kept_reader_gives_its_connection_back_after_an_error(store: Store) -> None:
    def fail() -> None:
        with store.database.kept_reader(), store.database.kept_reader():
            raise ConflictError("Wrong.", fix="None.")

    with pytest.raises(ConflictError):
        fail()
    store.records.put("token", "T1", "ann", "x")
    assert store.records.get("token", "T1", "ann")
    assert store.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined] # pools of both databases count


def test_a_mark_is_new_once_until_it_expires(store: Store) -> None:
    assert store.records.first_time("T1", "event", within_seconds=60.0)
    assert not store.records.first_time("T1", "event", within_seconds=60.0)
    assert store.records.first_time("T2", "event", within_seconds=-1.0)
    assert store.records.first_time("T2", "event", within_seconds=60.0)


def test_a_lock_excludes_others_until_it_is_left_or_runs_out(store: Store) -> None:
    with store.records.lock("T1", "rotate", seconds=60.0), pytest.raises(LimitError):  # noqa: SIM117
        with store.records.lock("T1", "rotate", seconds=60.0):
            pass
    with store.records.lock("T1", "rotate", seconds=-1.0), store.records.lock("T1", "rotate", seconds=60.0):
        pass


def test_a_value_moved_to_another_workspace_does_not_open(store: Store) -> None:
    store.records.put("token", "T1", "ann", "secret")
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE record SET workspace = 'T2'")
    with pytest.raises(SettingsError):
        store.records.get("token", "T2", "ann")


def test_records_that_are_read_at_once_are_those_of_one_moment(store: Store) -> None:
    store.records.put("token", "T1", "ann", "x")
    at_once = RecordsAtOnce(store.records)
    found = at_once.get("token", "T1", "ann")
    assert found == store.records.get("token", "T1", "ann")
    store.records.put("token", "T1", "ann", "y")
    assert at_once.get("token", "T1", "ann") == found
    assert at_once.get("token", "T2", "ann") is None
    assert at_once.get("other", "T1", "ann") is None


def test_whether_there_is_any_of_some_kinds_is_one_look(store: Store) -> None:
    assert not store.records.has_any(["mailbox", "token"])
    store.records.put("token", "T1", "ann", "x")
    assert store.records.has_any(["mailbox", "token"])
    assert not store.records.has_any(["mailbox"])
