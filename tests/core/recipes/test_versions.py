"""Versions as they are stored, on SQLite and on a real PostgreSQL."""

import pytest

from core.errors import ConflictError, LimitError, NotFoundError
from core.recipes.versions import MAX_NOTE_CHARS, MAX_RECIPES, RecipeVersion, RecipeVersions, diff_lines
from core.store import Store
from core.store.purge import purge_person
from tests.both_databases import store

__all__ = ["store"]


def test_the_newest_of_each_name_is_found_and_a_number_is_taken_once(store: Store) -> None:
    versions = RecipeVersions(store.records)
    assert versions.newest_keys() == []
    for name in ("a", "a-b", "a_b"):
        versions.add(RecipeVersion(name, 3, "one", "Ann", note="first"), after=0)
    second = versions.add(RecipeVersion("a", 12, "two", "Bob", restores=3), after=3)
    assert versions.newest_keys() == ["a-b.00000003", "a.00000012", "a_b.00000003"]
    assert versions.newest("a") == second
    assert [(version.number, version.text, version.restores) for version in versions.list("a")] == [
        (12, "two", 3), (3, "one", 0)
    ]  # fmt: skip
    assert [version.note for version in versions.list("a_b")] == ["first"]
    with pytest.raises(ConflictError, match="saved by Bob in between, as version 12"):
        versions.add(RecipeVersion("a", 13, "three", "Eve"), after=3)
    with pytest.raises(NotFoundError, match="no version 4"):
        versions.get("a", 4)


def test_names_and_notes_have_bounds(store: Store) -> None:
    versions = RecipeVersions(store.records)
    with pytest.raises(LimitError, match="note"):
        versions.add(RecipeVersion("a", 1, "x", note="n" * (MAX_NOTE_CHARS + 1)), after=0)
    for number in range(MAX_RECIPES):
        versions.add(RecipeVersion(f"r{number}", 1, "x"), after=0)
    with pytest.raises(LimitError, match="recipes"):
        versions.add(RecipeVersion("one-more", 1, "x"), after=0)


def test_a_version_forgets_its_author_with_them(store: Store) -> None:
    versions = RecipeVersions(store.records)
    versions.add(RecipeVersion("a", 1, "text", "ann@example.com", note="Ann likes it"), after=0)
    purge_person(store.records, [("local", "ann@example.com")])
    (kept,) = versions.list("a")
    assert (kept.text, kept.saved_by, kept.note) == ("text", "", "")


def test_a_difference_is_told_in_lines() -> None:
    assert diff_lines("a\nb\nc", "a\nx\nc") == ["@@ -1,3 +1,3 @@", " a", "-b", "+x", " c"]
    assert diff_lines("a", "a") == []
