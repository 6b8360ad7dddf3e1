"""A file of a model, fetched whole and with the hash that it should have."""

import hashlib
from pathlib import Path

import pytest

from core.errors import InputError, NotFoundError, OutageError
from core.llm.ladder.download import disk_full, fetch
from core.llm.ladder.sources import source_of
from tests.fakes.hub import COMMIT, Hub, small_gguf

DATA = small_gguf(size_bytes=300_000)
SOURCE = "hf:acme/writer:writer.gguf"


class Reports(list[tuple[int, int]]):
    """What was told while a file came."""

    def __call__(self, here: int, of: int) -> None:
        self.append((here, of))


def test_a_file_comes_whole_with_its_hash_and_the_commit_and_tells_how_far_it_is(hub: Hub, tmp_path: Path) -> None:
    hub.add("acme/writer", "writer.gguf", DATA)
    reports = Reports()
    fetched = fetch(source_of(SOURCE), tmp_path, reports)
    assert fetched
    assert fetched.path.read_bytes() == DATA
    assert (fetched.sha256, fetched.commit) == (hashlib.sha256(DATA).hexdigest(), COMMIT)
    assert reports[-1] == (len(DATA), len(DATA))
    assert reports == sorted(reports)


def test_the_known_file_is_not_fetched_again(hub: Hub, tmp_path: Path) -> None:
    hub.add("acme/writer", "writer.gguf", DATA)
    assert fetch(source_of(SOURCE), tmp_path, Reports(), known_sha256=hashlib.sha256(DATA).hexdigest()) is None
    assert hub.of_store() == []


def test_a_cut_line_is_gone_on_with_where_it_was(hub: Hub, tmp_path: Path) -> None:
    hub.add("acme/writer", "writer.gguf", DATA, cuts=[200_000])
    fetched = fetch(source_of(SOURCE), tmp_path, Reports())
    assert fetched
    assert fetched.path.read_bytes() == DATA
    first, second = [request.range for request in hub.of_store() if request.method == "GET"]
    assert not first
    assert second.startswith("bytes=")


def test_what_arrives_damaged_leaves_nothing_behind(hub: Hub, tmp_path: Path) -> None:
    hub.add("acme/writer", "writer.gguf", DATA, sha256="0" * 64)
    with pytest.raises(InputError, match="arrived damaged"):
        fetch(source_of(SOURCE), tmp_path, Reports())
    assert list(tmp_path.glob(".*.part")) == []


def test_a_file_that_is_not_there_and_a_hub_that_is_down_are_told_apart(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFoundError):
        fetch(source_of(SOURCE), tmp_path, Reports())
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    with pytest.raises(OutageError):
        fetch(source_of(SOURCE), tmp_path, Reports())


def test_a_full_disk_is_told_with_both_numbers(tmp_path: Path) -> None:
    assert "5.0 GB are needed" in str(disk_full(tmp_path, 5_000_000_000))
