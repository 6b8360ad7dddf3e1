"""Recipes that an administrator changes while everything runs."""

from collections.abc import Iterator

import pytest

from core.errors import NotFoundError, RecipeError
from core.recipes.book import KIND, LOOK_SECONDS, WORKSPACE, RecipeBook
from core.settings import Settings
from core.store import Store, open_store


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def book(store: Store, seconds: Seconds) -> RecipeBook:
    return RecipeBook(None, store.records, clock=seconds)


def retitled(book: RecipeBook, title: str) -> str:
    return book.text("rewrite").replace(f'title = "{book["rewrite"].title}"', f'title = "{title}"', 1)


def test_a_saved_version_counts_in_other_processes_within_moments(
    book: RecipeBook, store: Store, seconds: Seconds
) -> None:
    other = RecipeBook(None, store.records, clock=seconds)
    assert other["rewrite"].title != "Say it better"

    book.save("rewrite", retitled(book, "Say it better"), by="Alice")
    seconds.now += LOOK_SECONDS + 0.1

    assert book["rewrite"].title == other["rewrite"].title == "Say it better"
    saved = other.saved("rewrite")
    assert saved
    assert saved.saved_by == "Alice"


def test_the_file_counts_again_when_a_version_is_taken_back(book: RecipeBook) -> None:
    before = book["rewrite"].title
    book.save("rewrite", retitled(book, "Say it better"), by="Alice")

    book.restore("rewrite")

    assert book["rewrite"].title == before
    assert book.saved("rewrite") is None


def test_a_wrong_text_is_named_and_not_saved(book: RecipeBook) -> None:
    with pytest.raises(RecipeError, match="plan"):
        book.save("rewrite", book.text("rewrite") + '\nplan = "no-such-plan"\n', by="Alice")
    with pytest.raises(RecipeError, match="called rewrite"):
        book.save("rewrite", book.text("shorten"), by="Alice")
    with pytest.raises(RecipeError, match="larger"):
        book.save("rewrite", "#" * 300_000, by="Alice")

    assert book.saved("rewrite") is None


def test_browsers_line_ends_are_taken(book: RecipeBook) -> None:
    assert book.save("rewrite", book.text("rewrite").replace("\n", "\r\n"), by="Alice") == book["rewrite"]
    assert "\r" not in book.text("rewrite")


def test_what_was_saved_under_another_format_stops_nothing(book: RecipeBook, store: Store) -> None:
    store.records.put(KIND, WORKSPACE, "rewrite", {"text": "no longer = 'a recipe'", "by": "Alice"})
    store.records.put(KIND, WORKSPACE, "gone", {"text": "x = 1", "by": "Alice"})

    assert book["rewrite"].name == "rewrite"
    assert "gone" not in book


def test_no_recipe_is_made_by_saving(book: RecipeBook) -> None:
    with pytest.raises(NotFoundError):
        book.save("new", book.text("rewrite"), by="Alice")
