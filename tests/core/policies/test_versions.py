"""Versions of the policies: saved, listed, taken back, never over somebody else's."""

from collections.abc import Callable

import pytest

from core.errors import ConflictError, NotFoundError, PolicyError
from core.policies.versions import KIND, MAX_VERSIONS, WORKSPACE, PolicyVersions
from core.store import Store

Changes = Callable[[], list[tuple[str, dict[str, object]]]]
FIRST, SECOND = "[installation]\nlearning = true\n", "[installation]\nlearning = false\n"


@pytest.fixture
def versions(store: Store) -> PolicyVersions:
    return PolicyVersions(store.records)


def test_a_saved_text_is_the_newest_version_with_who_and_when(versions: PolicyVersions) -> None:
    assert versions.newest_number() == 0
    assert versions.list() == []
    versions.save(FIRST, by="Ada", after=0)
    versions.save(SECOND.replace("\n", "\r\n"), by="Bob", after=1)
    newest, oldest = versions.list()
    assert (newest.number, newest.text, newest.saved_by, newest.restores) == (2, SECOND, "Bob", 0)
    assert (oldest.number, oldest.text, oldest.saved_by) == (1, FIRST, "Ada")
    assert newest.saved_at >= oldest.saved_at > 1e9
    assert versions.newest_number() == 2


def test_an_earlier_version_is_taken_up_as_a_new_one(versions: PolicyVersions) -> None:
    versions.save(FIRST, by="Ada", after=0)
    versions.save(SECOND, by="Ada", after=1)
    versions.restore(1, by="Bob", after=2)
    assert [(known.number, known.text, known.restores) for known in versions.list()] == [
        (3, FIRST, 1), (2, SECOND, 0), (1, FIRST, 0),
    ]  # fmt: skip
    with pytest.raises(NotFoundError):
        versions.restore(9, by="Bob", after=3)


def test_nobody_saves_over_what_they_have_not_seen(versions: PolicyVersions) -> None:
    versions.save(FIRST, by="Ada", after=0)
    for after in (0, 2):
        with pytest.raises(ConflictError, match="in the meantime"):
            versions.save(SECOND, by="Bob", after=after)
    assert versions.newest_number() == 1


def test_what_cannot_be_used_is_not_saved(versions: PolicyVersions) -> None:
    with pytest.raises(PolicyError) as caught:
        versions.save("[installation]\nlearnin = true\n", by="Ada", after=0)
    assert caught.value.line == 2
    assert versions.newest_number() == 0


def test_the_oldest_versions_go(versions: PolicyVersions) -> None:
    for number in range(MAX_VERSIONS + 2):
        versions.save(FIRST, by="Ada", after=number)
    assert [versions.list()[-1].number, len(versions.list())] == [3, MAX_VERSIONS]
    with pytest.raises(NotFoundError):
        versions.get(2)


def test_each_change_stands_in_the_audit_trail(store: Store, versions: PolicyVersions, changes: Changes) -> None:
    versions.save(FIRST, by="Ada", after=0)
    versions.restore(1, by="Ada", after=1)
    assert [(told["version"], told["restores"]) for _, told in changes()] == [(1, 0), (2, 1)]
    assert store.records.last_key(KIND, WORKSPACE) == "00000002"
