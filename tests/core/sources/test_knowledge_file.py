"""The embedded index's file: whose it is, what happens when it is damaged, gone, full or killed in mid-write."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from core.errors import StoreFull, StoreOutage
from core.sources.index_sqlite import FILE_NAME, SqlitePassageIndex
from core.sources.knowledge_file import KnowledgeFile
from core.sources.model import IndexedItem, IndexedPassage, IndexQuery

WRITER = """
import sys
from pathlib import Path
from core.sources.index_sqlite import SqlitePassageIndex
from core.sources.model import IndexedItem, IndexedPassage
index = SqlitePassageIndex(Path(sys.argv[1]))
index.use_embedder("two", 2)
for step in range(1_000_000):
    items = [
        IndexedItem(n, "s", 1, 0.0, [IndexedPassage(o, [f"step{step}", "x"], [1.0, o], f"{n} {o}") for o in range(50)])
        for n in range(4)
    ]
    index.put(items)
    print(step, flush=True)
"""


@pytest.fixture
def index(home: Path) -> Iterator[SqlitePassageIndex]:
    made = SqlitePassageIndex(home)
    yield made
    made.close()


def items(count: int = 1, words: str = "paid leave") -> list[IndexedItem]:
    return [IndexedItem(n, "s", 1, 0.0, [IndexedPassage(0, words.split(), None, str(n))]) for n in range(count)]


def hits(index: SqlitePassageIndex, word: str = "leave") -> list[int]:
    return [hit.item_id for hit in index.search(IndexQuery([word], None, frozenset({1}), limit=1000)).by_words]


def test_its_files_are_for_their_owner_alone(index: SqlitePassageIndex, home: Path) -> None:
    home.mkdir(mode=0o755)
    (home / FILE_NAME).touch(mode=0o644)
    index.put(items())
    modes = {path.name: path.stat().st_mode & 0o777 for path in home.iterdir()}
    assert modes == {FILE_NAME: 0o600, f"{FILE_NAME}-wal": 0o600, f"{FILE_NAME}-shm": 0o600}
    assert home.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("damage", [b"this is no database" * 500, b"\0" * 3], ids=["other content", "too short"])
def test_a_file_that_is_no_database_is_made_again(home: Path, damage: bytes) -> None:
    home.mkdir(mode=0o700)
    (home / FILE_NAME).write_bytes(damage)
    index = SqlitePassageIndex(home)
    with pytest.raises(StoreOutage, match="made again"):
        index.put(items())
    index.put(items())
    assert hits(index) == [0]
    index.close()


def test_a_file_that_is_damaged_while_it_is_open_is_made_again(index: SqlitePassageIndex, home: Path) -> None:
    index.put(items(2_000))
    identity = index.identity()
    index.close()
    path = home / FILE_NAME
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * (path.stat().st_size - 4096 * 3))
    with pytest.raises(StoreOutage, match="made again"):
        hits(index)
    assert hits(index) == []
    assert index.identity() != identity
    index.put(items())
    assert hits(index) == [0]


def test_a_file_that_somebody_deleted_is_made_again(index: SqlitePassageIndex, home: Path) -> None:
    index.put(items())
    identity = index.identity()
    for path in home.iterdir():
        path.unlink()
    assert hits(index) == []
    assert index.identity() != identity


def test_a_file_of_another_version_is_made_anew(index: SqlitePassageIndex, home: Path) -> None:
    index.put(items())
    index.close()
    connection = apsw.Connection(str(home / FILE_NAME))
    connection.pragma("user_version", 999)
    connection.close()
    assert hits(index) == []


def test_what_does_not_fit_on_the_disk_is_not_stored_by_half(index: SqlitePassageIndex, home: Path) -> None:
    index.put(items(10))
    file = KnowledgeFile(home / FILE_NAME)

    def fill() -> None:
        with file.write() as transaction:
            pages = transaction.run("PRAGMA page_count")[0][0]
            transaction.run(f"PRAGMA max_page_count={pages + 3}")
            statement = "INSERT INTO passage(id, digest) VALUES(?, ?)"
            transaction.run_many(statement, ((10_000 + n, "x" * 500) for n in range(1_000)))

    with pytest.raises(StoreFull, match="no space"):
        fill()
    assert index.stats().passages == 10
    file.close()


def test_a_folder_that_cannot_be_written_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    index = SqlitePassageIndex(tmp_path / "file" / "home")
    with pytest.raises(StoreOutage, match="cannot be used"):
        index.stats()


def test_a_writer_that_is_killed_leaves_whole_items(index: SqlitePassageIndex, home: Path) -> None:
    for lines in (1, 3, 4):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(home)], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout
            last = [writer.stdout.readline() for _ in range(lines)][-1].strip()
            writer.send_signal(signal.SIGKILL)
            later = writer.stdout.read().split()
        steps = [str(n) for n in range(int((later or [last])[-1]) + 2)]
        counts = {step: len(hits(index, f"step{step}")) for step in steps[-3:]}
        assert sorted(counts.values())[-1] == sum(counts.values()) == 200
        assert index.stats().passages == 200
        assert index.stats().without_vector == 0
        index.put(items())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_opens_the_file_itself(index: SqlitePassageIndex) -> None:
    index.put(items())
    assert hits(index) == [0]
    child = os.fork()
    if not child:
        try:
            index.put(items(2))
            os._exit(0 if sorted(hits(index)) == [0, 1] else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert sorted(hits(index)) == [0, 1]
