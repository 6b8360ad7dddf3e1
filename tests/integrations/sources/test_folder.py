"""The folder connector on real folders: what is listed and fetched, and what never is."""

import multiprocessing
import os
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from core.errors import DocumentError, InputError, NotFoundError, OutageError
from core.sources.model import EVERYBODY, ItemChange, Source, person_principal
from core.sources.ports import Connector
from core.text.catalogues import speaking, told
from integrations.sources.folder import PAGE_FILES, FolderConnector


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "shared"
    made.mkdir()
    return made


@pytest.fixture
def connector(tmp_path: Path) -> FolderConnector:
    return FolderConnector(private=tmp_path / "home")


def source_of(folder: Path, **options: object) -> Source:
    return Source("s1", "local", "ann", "folder", "Shared", {"path": str(folder), **options})


def write(folder: Path, name: str, text: str = "text") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def listed(connector: Connector, source: Source) -> dict[str, ItemChange]:
    """Return all changes of a sync from its beginning, which has to be complete."""
    cursor, found = "", dict[str, ItemChange]()
    while True:
        page = connector.changes(source, cursor)
        found |= {change.key: change for change in page.changes}
        if page.is_last:
            assert page.is_complete
            return found
        cursor = page.cursor


def test_documents_are_listed_with_all_that_is_below_and_fetched(connector: FolderConnector, folder: Path) -> None:
    write(folder, "handbook.md", "# Leave\n\n26 days.")
    os.utime(write(folder, "hr/2026/memo.txt", "28 days."), (1_700_000_000, 1_700_000_000))
    write(folder, "hr/logo.png")
    found = listed(connector, source_of(folder))
    assert list(found) == ["handbook.md", "hr/2026/memo.txt"]
    memo = found["hr/2026/memo.txt"]
    assert (memo.title, memo.modified_at, memo.access) == ("memo.txt", 1_700_000_000, "readers")
    assert memo.link == (folder / "hr/2026/memo.txt").as_uri()
    content = connector.fetch(source_of(folder), memo)
    assert (content.data, content.file_name) == (b"28 days.", "memo.txt")


def test_a_mail_is_as_old_as_it_says_and_any_other_as_its_file(connector: FolderConnector, folder: Path) -> None:
    head = "From: ann@example.com\nDate: Tue, 13 Jan 2026 10:30:00 +0100\nSubject: Leave\n\n28 days."
    for name in ("leave.eml", "leave.txt"):
        os.utime(write(folder, name, head), (1_770_000_000, 1_770_000_000))
    os.utime(write(folder, "undated.eml", "From: ann@example.com\n\n28 days."), (1_700_000_000, 1_700_000_000))
    found = listed(connector, source_of(folder))
    assert {key: change.modified_at for key, change in found.items()} == {
        "leave.eml": 1_768_296_600,
        "leave.txt": 1_770_000_000,
        "undated.eml": 1_700_000_000,
    }
    assert listed(connector, source_of(folder)) == found


def test_who_may_read_is_who_added_the_folder_unless_readers_are_named(
    connector: FolderConnector, folder: Path
) -> None:
    write(folder, "a.txt")
    mine, shared = (
        connector.changes(source, "").access[0]
        for source in (source_of(folder), source_of(folder, readers=[EVERYBODY]))
    )
    assert mine.principals == {person_principal("local", "ann")}
    assert shared.principals == {EVERYBODY}
    assert mine.key == shared.key == listed(connector, source_of(folder))["a.txt"].access


def test_a_page_goes_on_behind_the_last_document_of_the_one_before(connector: FolderConnector, folder: Path) -> None:
    names = {f"{number % 7}/{number % 3}/{number}.txt" for number in range(PAGE_FILES + 50)} | {"3.txt", "3-a/x.txt"}
    for name in names:
        write(folder, name)
    first = connector.changes(source_of(folder), "")
    assert (len(first.changes), first.is_last, first.is_complete) == (PAGE_FILES, False, False)
    write(folder, "0/0/0000.txt")  # before the place: the next sync sees it
    (folder / first.changes[-1].key).unlink()  # the place itself is gone
    second = connector.changes(source_of(folder), first.cursor)
    assert second.is_last
    assert second.is_complete
    assert second.cursor == ""
    keys = [change.key for change in (*first.changes, *second.changes)]
    assert len(keys) == len(set(keys))
    assert set(keys) == names


def test_a_change_is_seen_by_its_version_also_when_size_and_time_are_put_back(
    connector: FolderConnector, folder: Path
) -> None:
    path = write(folder, "a.txt", "26 days")
    before = listed(connector, source_of(folder))["a.txt"]
    assert listed(connector, source_of(folder))["a.txt"] == before
    path.write_text("28 days")
    os.utime(path, ns=(path.stat().st_atime_ns, int(before.modified_at * 10**9)))
    assert listed(connector, source_of(folder))["a.txt"].version != before.version


def test_what_was_removed_is_no_longer_named_by_a_complete_listing(connector: FolderConnector, folder: Path) -> None:
    write(folder, "a.txt")
    write(folder, "b.txt").unlink()
    assert set(listed(connector, source_of(folder))) == {"a.txt"}


def test_hidden_files_and_what_programs_leave_behind_stay_out(connector: FolderConnector, folder: Path) -> None:
    for name in (".secret.txt", ".git/a.txt", "a/.b/c.txt", "~$memo.docx", "__MACOSX/a.txt", "$RECYCLE.BIN/a.txt"):
        write(folder, name)
    write(folder, "~notes.txt")
    assert set(listed(connector, source_of(folder))) == {"~notes.txt"}
    for key in (".secret.txt", ".git/a.txt", "a/.b/c.txt"):
        with pytest.raises(NotFoundError):
            connector.fetch(source_of(folder), ItemChange(key, "1"))


def test_no_symbolic_link_is_followed(connector: FolderConnector, folder: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", "secret.txt", "secret")
    inside = write(folder, "real/a.txt", "ours")
    (folder / "file.txt").symlink_to(outside)
    (folder / "linked").symlink_to(outside.parent)
    (folder / "loop").symlink_to(folder)
    (folder / "alias.txt").symlink_to(inside)
    assert set(listed(connector, source_of(folder))) == {"real/a.txt"}
    assert "symbolic links left out: 4" in connector.check(source_of(folder))
    for key in (
        "file.txt",
        "linked/secret.txt",
        "loop/real/a.txt",
        "../outside/secret.txt",
        "real/../../x",
        "/etc/passwd",
    ):
        with pytest.raises(InputError):
            connector.fetch(source_of(folder), ItemChange(key, "1"))


def test_a_file_that_became_a_link_after_it_was_listed_is_not_read(
    connector: FolderConnector, folder: Path, tmp_path: Path
) -> None:
    outside = write(tmp_path / "outside", "a.txt", "secret")
    write(folder, "sub/a.txt").unlink()
    (folder / "sub").rmdir()
    (folder / "sub").symlink_to(outside.parent)
    with pytest.raises(InputError):
        connector.fetch(source_of(folder), ItemChange("sub/a.txt", "1"))


def test_a_pipe_in_place_of_a_file_holds_nobody(connector: FolderConnector, folder: Path) -> None:
    os.mkfifo(folder / "a.txt")
    assert listed(connector, source_of(folder)) == {}
    with pytest.raises(InputError, match="not an ordinary file"):
        connector.fetch(source_of(folder), ItemChange("a.txt", "1"))


def test_a_folder_that_is_not_there_is_an_outage_and_no_deletion(connector: FolderConnector, folder: Path) -> None:
    with pytest.raises(OutageError, match="is not there") as raised:
        connector.changes(source_of(folder / "drive"), "")
    with speaking("de"):
        assert told(raised.value.message).startswith("Den Ordner ")


def test_a_folder_below_that_cannot_be_read_makes_the_listing_incomplete(
    connector: FolderConnector, folder: Path
) -> None:
    """One that lies deeper than the system lets a path be long."""
    write(folder, "a.txt")
    deep = os.open(folder, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=deep)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = below
    os.close(deep)
    page = connector.changes(source_of(folder), "")
    assert [change.key for change in page.changes] == ["a.txt"]
    assert page.is_last
    assert not page.is_complete
    assert "folders that cannot be read: 1" in connector.check(source_of(folder))


NAMES = [
    "Grüße & Füße.txt".encode(), "Grüße.txt".encode("cp1252"), "ファイル.txt".encode("shift_jis"), b"100%25 a%.txt",
    b"a\nb\x1b[2J.txt", "u\u0308.txt".encode(), b"\xff\xfe.txt", b" .txt", b"a;b#c?d.txt",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_in_any_encoding_are_listed_and_fetched(connector: FolderConnector, folder: Path, name: bytes) -> None:
    (folder / os.fsdecode(name)).write_text("found")
    (key, change), *others = listed(connector, source_of(folder)).items()
    assert not others
    assert key.isprintable()
    assert change.title.isprintable()
    key.encode()
    change.title.encode()
    assert connector.fetch(source_of(folder), change).data == b"found"


def test_a_title_is_read_in_the_encoding_of_old_systems(connector: FolderConnector, folder: Path) -> None:
    (folder / os.fsdecode("Grüße.txt".encode("cp1252"))).write_text("a")
    (folder / "u\u0308ber.txt").write_text("a")
    assert {change.title for change in listed(connector, source_of(folder)).values()} == {"Grüße.txt", "über.txt"}


def test_a_link_leads_to_where_people_open_the_folder(connector: FolderConnector, folder: Path) -> None:
    write(folder, "hr/Leave & more.txt")
    source = source_of(folder, link="https://intranet.example.com/shared/")
    [change] = listed(connector, source).values()
    assert change.link == "https://intranet.example.com/shared/hr/Leave%20%26%20more.txt"


@pytest.mark.parametrize("path", ["", "shared", "/", "/a\0b"])
def test_a_path_that_names_no_folder_is_refused(connector: FolderConnector, path: str) -> None:
    with pytest.raises(InputError) as refusal:
        connector.check(Source("s1", "local", "ann", "folder", "Shared", {"path": path}))
    assert refusal.value.fix


def test_a_file_is_no_folder(connector: FolderConnector, folder: Path) -> None:
    with pytest.raises(InputError, match="is no folder"):
        connector.check(source_of(write(folder, "a.txt")))


def test_the_files_of_inlaid_itself_are_never_read(folder: Path) -> None:
    write(folder, "home/keys.txt")
    write(folder, "a.txt")
    connector = FolderConnector(private=folder / "home")
    assert set(listed(connector, source_of(folder))) == {"a.txt"}
    for inside in (folder / "home", write(folder, "home/deep/b.txt").parent):
        with pytest.raises(InputError, match="Inlaid itself"):
            connector.check(source_of(inside))


def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(connector: FolderConnector, folder: Path) -> None:
    with (folder / "a.txt").open("wb") as file:
        file.truncate(2 * 2**30)
    tracemalloc.start()
    with pytest.raises(DocumentError, match="2,048 MB"):
        connector.fetch(source_of(folder), ItemChange("a.txt", "1"))
    assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    tracemalloc.stop()


@pytest.fixture
def many(folder: Path) -> Path:
    for number in range(10):
        (folder / f"{number}").mkdir()
        for name in range(500):
            (folder / f"{number}/{name}.txt").touch()
    return folder


def test_a_listing_of_many_files_holds_a_page_at_a_time(connector: FolderConnector, many: Path) -> None:
    # In a process of its own: what the threads of other tests take is counted too.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        count, peak = fresh.submit(cost_of_listing, connector, many).result()
    assert count == 5_000
    assert peak < 5 * 2**20
    assert connector.check(source_of(many)) == "documents: 5000"


def cost_of_listing(connector: FolderConnector, folder: Path) -> tuple[int, int]:
    """Return how many files a listing tells of, and how many bytes it holds at most."""
    connector.changes(source_of(folder), "")  # what is imported for it stays, and is not the listing's
    tracemalloc.start()
    cursor, count = "", 0
    while True:
        page = connector.changes(source_of(folder), cursor)
        count += len(page.changes)
        if page.is_last:
            return count, tracemalloc.get_traced_memory()[1]
        cursor = page.cursor


def test_pictures_are_left_out_and_counted_with_why(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("plan.md", "board.jpg", "scan.TIFF", "song.mp3"):
        (folder / name).write_text("text")
    said = FolderConnector().check(source_of(folder))
    assert said == (
        "documents: 1; pictures left out, since text in them is not read: 2; files of other kinds left out: 1"
    )
