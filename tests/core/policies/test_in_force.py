"""Which policies count: the file's or the console's, and the last good ones while the newest cannot be used."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.audit.acting import acting
from core.policies.in_force import LOOK_SECONDS, PolicyBook, load_policy_book
from core.settings import Settings
from core.store import Store

Changes = Callable[[], list[tuple[str, dict[str, object]]]]
ON, OFF = "[installation]\nlearning = true\n", "[installation]\nlearning = false\n"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def later(self) -> None:
        self.now += LOOK_SECONDS + 0.1


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "policies.toml"


def book(path: Path, store: Store, clock: Clock, *, must_exist: bool = False) -> PolicyBook:
    return PolicyBook(path, store.records, must_exist=must_exist, clock=clock)


def write(path: Path, text: str, *, seconds_ago: float = 60.0) -> None:
    path.write_text(text)
    moment = time.time() - seconds_ago
    os.utime(path, (moment, moment))


def test_without_a_file_and_without_versions_there_are_none(path: Path, store: Store, clock: Clock) -> None:
    now = book(path, store, clock).current()
    assert (now.policies, now.origin, now.error, now.is_closed) == (None, "", None, False)


def test_a_file_counts_and_its_change_is_noticed_within_moments(path: Path, store: Store, clock: Clock) -> None:
    write(path, ON, seconds_ago=120)
    policies = book(path, store, clock)
    first = policies.current()
    assert (first.origin, first.text) == ("file", ON)
    write(path, OFF)
    assert policies.current() is first
    clock.later()
    assert policies.current().text == OFF
    path.unlink()
    clock.later()
    assert policies.current().policies is None


def test_an_unchanged_file_is_not_parsed_again(path: Path, store: Store, clock: Clock) -> None:
    write(path, ON)
    policies = book(path, store, clock)
    first = policies.current()
    clock.later()
    assert policies.current() is first


def test_the_file_counts_over_what_was_saved_in_the_console(path: Path, store: Store, clock: Clock) -> None:
    policies = book(path, store, clock)
    policies.versions.save(ON, by="Ada", after=0)
    now = policies.current()
    assert (now.origin, now.version, now.text) == ("console", 1, ON)
    policies.versions.save(OFF, by="Ada", after=1)
    clock.later()
    assert (policies.current().version, policies.current().text) == (2, OFF)
    write(path, ON)
    clock.later()
    assert (policies.current().origin, policies.current().version) == ("file", 0)


@pytest.mark.parametrize("broken", ["", "[installation]\nlearning = fal", "[installation]\nlearnin = 1\n", "\xff"])
def test_of_a_broken_file_the_last_good_text_counts_also_in_a_new_process(
    broken: str, path: Path, store: Store, clock: Clock
) -> None:
    write(path, OFF, seconds_ago=120)
    policies = book(path, store, clock)
    assert policies.current().error is None
    path.write_bytes(broken.encode("latin-1"))
    os.utime(path, (1, 1))
    clock.later()
    for known in (policies, book(path, store, clock)):
        now = known.current()
        assert (now.text, now.origin, now.is_closed) == (OFF, "file", False)
        assert now.policies
        assert now.policies.file.installation.learning is False
        assert now.error
    write(path, ON)
    clock.later()
    assert (policies.current().text, policies.current().error) == (ON, None)


def test_with_a_broken_file_and_nothing_good_before_it_nothing_is_open(path: Path, store: Store, clock: Clock) -> None:
    write(path, "[installation\n")
    now = book(path, store, clock).current()
    assert now.is_closed
    assert now.error
    assert now.error.line == 1


def test_a_file_that_the_settings_name_has_to_be_there(path: Path, store: Store, clock: Clock) -> None:
    policies = book(path, store, clock, must_exist=True)
    assert policies.current().is_closed
    write(path, ON)
    clock.later()
    assert policies.current().text == ON
    path.unlink()
    clock.later()
    assert policies.current().text == ON
    assert policies.current().error


def test_a_file_that_was_changed_just_now_is_left_to_its_writer(path: Path, store: Store, clock: Clock) -> None:
    write(path, OFF)
    policies = book(path, store, clock)
    policies.current()
    write(path, "[installation]\n", seconds_ago=0.0)
    clock.later()
    assert policies.current().text == OFF
    write(path, ON, seconds_ago=30)
    clock.later()
    assert policies.current().text == ON


def test_a_change_of_the_file_is_written_down_as_nobodys(
    path: Path, store: Store, clock: Clock, changes: Changes
) -> None:
    write(path, ON)
    with acting("web", workspace="local", person="ada@example.com"):
        book(path, store, clock).current()
    book(path, store, clock).current()
    assert [(who, told["origin"]) for who, told in changes()] == [("", "file")]


def test_the_settings_say_which_file(settings: Settings, store: Store, tmp_path: Path) -> None:
    assert load_policy_book(settings, store.records).path == settings.home / "policies.toml"
    named = settings.model_copy(update={"policies_file": tmp_path / "other.toml"})
    assert load_policy_book(named, store.records).path == tmp_path / "other.toml"
    assert load_policy_book(named, store.records).current().is_closed
