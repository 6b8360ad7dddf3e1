"""Recipes that authors make and change while everything runs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import ConflictError, InputError, NotFoundError, RecipeError
from core.recipes.book import LOOK_SECONDS, RecipeBook, RecipesOn
from core.recipes.versions import FORMER_KIND, KIND, WORKSPACE, diff_lines
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


FILE_VERSION = 3


def retitled(book: RecipeBook, title: str, name: str = "rewrite") -> str:
    return book.text(name).replace(f'title = "{book[name].title}"', f'title = "{title}"', 1)


def test_a_saved_version_counts_in_other_processes_within_moments(
    book: RecipeBook, store: Store, seconds: Seconds
) -> None:
    other = RecipeBook(None, store.records, clock=seconds)
    assert other["rewrite"].title != "Say it better"
    assert other["rewrite"].version == FILE_VERSION

    book.save("rewrite", retitled(book, "Say it better"), by="Alice", after=0, note="Shorter name")
    seconds.now += LOOK_SECONDS + 0.1

    assert book["rewrite"].title == other["rewrite"].title == "Say it better"
    assert other["rewrite"].version == FILE_VERSION + 1  # the report tells its drafts from those of the file
    saved = other.newest("rewrite")
    assert saved
    assert (saved.saved_by, saved.note, saved.number) == ("Alice", "Shorter name", FILE_VERSION + 1)


def test_a_version_is_put_in_force_again_and_so_is_the_file(book: RecipeBook) -> None:
    title = book["rewrite"].title
    first = book.save("rewrite", retitled(book, "One"), by="Alice", after=0)
    second = book.save("rewrite", retitled(book, "Two"), by="Bob", after=first.version)

    book.roll_back("rewrite", first.version, by="Carl", after=second.version)
    assert book["rewrite"] == first  # under the number by which the report knows it

    book.roll_back("rewrite", 0, by="Carl", after=book.newest_number("rewrite"))
    assert (book["rewrite"].title, book["rewrite"].version) == (title, FILE_VERSION)

    history = book.history("rewrite")
    assert [(version.number, version.state, version.restores) for version in history] == [
        (FILE_VERSION + 4, "file", 0), (FILE_VERSION + 3, "saved", FILE_VERSION + 1), (FILE_VERSION + 2, "saved", 0),
        (FILE_VERSION + 1, "saved", 0), (0, "file", 0),
    ]  # fmt: skip
    before = book.before(history[2])
    assert before
    changed = diff_lines(before.text, history[2].text)
    assert {'-title = "One"', '+title = "Two"'} < {*changed}
    with pytest.raises(NotFoundError, match="no version 99"):
        book.roll_back("rewrite", 99, by="Carl", after=6)


def test_whoever_saves_second_hears_of_it_and_nothing_is_lost(book: RecipeBook, store: Store) -> None:
    theirs = book.save("rewrite", retitled(book, "Hers"), by="Alice", after=0)
    with pytest.raises(
        ConflictError, match=rf"saved by Alice in between, as version {FILE_VERSION + 1}\. Nothing of yours"
    ):
        book.save("rewrite", retitled(book, "His"), by="Bob", after=0)
    assert book["rewrite"] == theirs

    def save(number: int) -> bool:
        mine = RecipeBook(None, store.records)
        try:
            mine.save("rewrite", retitled(mine, f"Title {number}"), by=f"Author {number}", after=theirs.version)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(save, range(8))) == 1
    assert len(book.history("rewrite")) == 3


def test_a_new_recipe_is_there_until_it_is_switched_off_and_for_its_jobs_beyond(
    book: RecipeBook, store: Store, seconds: Seconds
) -> None:
    other = RecipeBook(None, store.records, clock=seconds)
    made = book.create(book.new_text().replace('"my-recipe"', '"pitch"', 1), by="Alice")
    seconds.now += LOOK_SECONDS + 0.1
    assert made.name == "pitch"
    assert "pitch" in other
    assert "pitch" in [*other]
    assert "pitch" in [*RecipesOn(other, "slack")]
    assert "pitch" not in [*RecipesOn(other, "mail")]
    assert other.is_own("pitch")

    book.switch_off("pitch", by="Bob", after=1)
    seconds.now += LOOK_SECONDS + 0.1
    assert "pitch" not in other
    assert other.for_job("pitch") == made
    assert [recipe.name for recipe in other.switched_off()] == ["pitch"]
    with pytest.raises(ConflictError, match=r"switched off.*recipes rollback"):
        book.create(book.new_text().replace('"my-recipe"', '"pitch"', 1), by="Eve")

    book.roll_back("pitch", 1, by="Bob", after=2)
    seconds.now += LOOK_SECONDS + 0.1
    assert other["pitch"] == made


def test_no_recipe_takes_the_place_of_another_by_accident(book: RecipeBook, store: Store, tmp_path: Path) -> None:
    with pytest.raises(ConflictError, match=r"called rewrite already.*recipes save"):
        book.create(book.text("rewrite"), by="Alice")
    book.create(book.new_text(), by="Alice")
    with pytest.raises(ConflictError, match=r"my-recipe is there already.*recipes save"):
        book.create(book.new_text(), by="Alice")
    with pytest.raises(NotFoundError):
        book.save("new", book.text("rewrite"), by="Alice", after=0)
    with pytest.raises(InputError, match="comes with a file"):
        book.switch_off("rewrite", by="Alice", after=0)

    made = book.create(book.copy_of("rewrite"), by="Alice")
    assert (made.name, made.title, made.version) == ("rewrite-2", "Rewrite (copy)", 1)
    assert made.prompt == book["rewrite"].prompt
    # A release brings a recipe of that name: the file wins, and says what it said.
    (tmp_path / "rewrite-2.toml").write_text(book.text("rewrite-2").replace("(copy)", "(file)"))
    later = RecipeBook(tmp_path, store.records)
    assert later["rewrite-2"].title == "Rewrite (file)"
    assert "(file)" in later.text("rewrite-2")


def test_a_wrong_text_is_named_and_not_saved(book: RecipeBook) -> None:
    with pytest.raises(RecipeError, match="plan"):
        book.save("rewrite", book.text("rewrite") + '\nplan = "no-such-plan"\n', by="Alice", after=0)
    with pytest.raises(RecipeError, match="called rewrite"):
        book.save("rewrite", book.text("shorten"), by="Alice", after=0)
    with pytest.raises(RecipeError, match="larger"):
        book.save("rewrite", "#" * 300_000, by="Alice", after=0)
    with pytest.raises(RecipeError, match="name"):
        book.create(book.new_text().replace('"my-recipe"', '"../etc"', 1), by="Alice")

    assert book.newest("rewrite") is None


def test_browsers_line_ends_are_taken(book: RecipeBook) -> None:
    saved = book.save("rewrite", book.text("rewrite").replace("\n", "\r\n"), by="Alice", after=0)
    assert saved == book["rewrite"]
    assert "\r" not in book.text("rewrite")


def test_what_an_earlier_release_saved_counts_and_is_the_first_of_the_versions(
    store: Store, settings: Settings
) -> None:
    text = RecipeBook(None, store.records).text("rewrite").replace('"Rewrite"', '"Former"', 1)
    store.records.put(FORMER_KIND, WORKSPACE, "rewrite", {"text": text, "by": "Alice"})
    store.records.put(FORMER_KIND, WORKSPACE, "shorten", {"text": "no longer = 'a recipe'", "by": "Alice"})
    store.records.put(FORMER_KIND, WORKSPACE, "gone", {"text": "x = 1", "by": "Alice"})
    book = RecipeBook(None, store.records)

    assert book["rewrite"].title == "Former"
    assert book["shorten"].name == "shorten"
    assert "gone" not in book
    book.save("rewrite", retitled(book, "Newer"), by="Bob", after=0)
    assert book["rewrite"].title == "Newer"
    assert [version.saved_by for version in book.history("rewrite")] == ["Bob", "Alice"]
    book.roll_back("rewrite", 0, by="Bob", after=book.newest_number("rewrite"))
    assert book["rewrite"].title == "Former"


def test_what_was_saved_under_another_format_stops_nothing(book: RecipeBook, store: Store) -> None:
    stored = {"text": "no longer = 'a recipe'", "by": "Alice", "note": "", "state": "saved", "restores": 0}
    for name in ("rewrite", "gone"):
        store.records.put(KIND, WORKSPACE, f"{name}.00000003", {**stored, "is_own": name == "gone"})
    assert book["rewrite"].name == "rewrite"
    assert "gone" not in book


def test_the_newest_fifty_versions_are_kept_and_others_names_are_no_prefix(book: RecipeBook) -> None:
    book.create(book.copy_of("rewrite"), by="Alice")
    after = 0
    for number in range(53):
        after = book.save("rewrite", retitled(book, f"Title {number}"), by="Alice", after=after).version
    numbers = [version.number for version in book.history("rewrite")]
    assert (len(numbers), numbers[0], numbers[-2:]) == (51, FILE_VERSION + 53, [FILE_VERSION + 4, 0])
    assert len(book.history("rewrite-2")) == 1


def test_a_switched_off_recipe_is_unknown_to_whoever_asks_anew(book: RecipeBook) -> None:
    book.create(book.copy_of("rewrite"), by="Alice")
    book.switch_off("rewrite-2", by="Alice", after=1)
    with pytest.raises(KeyError):
        book["rewrite-2"]
    assert book.for_job("nothing") is None
