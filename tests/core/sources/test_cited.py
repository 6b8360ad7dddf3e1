"""What an answer cites is opened with the words that are quoted; who may open it is tested at each door."""

from dataclasses import replace

import pytest

from core.drafts import Draft, DraftSource
from core.job import JobRequest
from core.sources.cited import marked, open_cited, open_quoted
from core.sources.model import EVERYBODY, Reader
from core.store import Store
from tests.core.sources.making import add_source, fill, item_store, make_sources, reader_of, written


@pytest.mark.parametrize(
    ("text", "quotes", "parts"),
    [
        ("One. Two. Three.", ["Two."], [("One. ", False), ("Two.", True), (" Three.", False)]),
        ("One\ntwo. Three.", ["One two."], [("One two.", True), (" Three.", False)]),
        ("a: 1, b: 2, c: 3", ["a: 1 … c: 3"], [("a: 1", True), (", b: 2, ", False), ("c: 3", True)]),
        ("One two three.", ["One two", "two three."], [("One two", True), (" three.", True)]),
        ("One.\nTwo.", ["Two.", "Two."], [("One.\n", False), ("Two.", True)]),
        ("Changed since.", ["As it was."], [("Changed since.", False)]),
    ],
)
def test_the_words_that_are_cited_are_marked(text: str, quotes: list[str], parts: list[tuple[str, bool]]) -> None:
    assert marked(text, quotes) == parts


MIDDLE = "again. It leaks"
TALK = ("It is cold.", "The pump broke", MIDDLE, "since Monday.", "Tea is at four.")


@pytest.mark.parametrize(
    ("quote", "cited", "before", "after"),
    [
        ("It leaks", "It leaks", "The pump broke", "since Monday."),
        ("The pump broke again.", "The pump broke again.", "It is cold.", "since Monday."),
        ("broke again. It leaks since", "broke again. It leaks since", "It is cold.", "Tea is at four."),
        ("It is cold. The pump", "It is cold. The pump", "", "again. It leaks"),
        ("Nobody said this.", "", "It is cold.", "again. It leaks"),
    ],
)
def test_a_quote_is_opened_where_it_stands_also_over_the_ends_of_passages(
    sqlite_store: Store, quote: str, cited: str, before: str, after: str
) -> None:
    source = add_source(sqlite_store)
    fill(sqlite_store, source, [written("talk", *TALK)])
    item = item_store(sqlite_store).known(source, ["talk"])["talk"]
    reader = Reader(frozenset({EVERYBODY}))
    opened = open_quoted(reader_of(sqlite_store), reader, (item.id, 1), quote)
    assert "".join(text for text, is_cited in opened.parts if is_cited) == cited
    assert (opened.before, opened.after, opened.has_changed) == (before, after, not cited)


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("It leaks", ["again. It leaks"]),
        ("It leaks since Monday.", ["again. It leaks", "since Monday."]),
        ("since Monday.", ["again. It leaks", "since Monday."]),
        ("The pump broke", ["The pump broke", "again. It leaks"]),
    ],
)
def test_what_is_cited_from_beside_a_passage_is_opened_with_it(
    sqlite_store: Store, quote: str, shown: list[str]
) -> None:
    source = add_source(sqlite_store)
    fill(sqlite_store, source, [written("talk", *TALK)])
    item = item_store(sqlite_store).known(source, ["talk"])["talk"]
    cites = DraftSource(
        number=1, title="Talk", quote=quote, supports=quote, date="", place=f"{item.id}/{TALK.index(MIDDLE)}"
    )
    job, _ = sqlite_store.jobs.add(JobRequest("ask", {"question": "What leaks?"}, "console", "ann"))
    opened = open_cited(make_sources(sqlite_store), replace(job, draft=Draft(recipe="ask", sources=(cites,))), 1)
    assert "".join(text for text, _ in opened.parts).split() == " ".join(shown).split()
    assert " ".join(text for text, is_cited in opened.parts if is_cited) == quote
    assert not opened.has_changed
