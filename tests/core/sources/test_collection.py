"""Documents that answers rest on: cut where people would cut, found by words, and only by those who may read them."""

from collections.abc import Iterator

import pytest

from core.errors import InputError, NotFoundError
from core.job import JobRequest
from core.people import load_people
from core.settings import Settings
from core.sources.collection import MAX_PASSAGE_CHARS, MAX_TEXT_CHARS, Collection, Sources, cut
from core.store import Store, open_store
from core.text.content import Ranking
from core.writing.grounded.passages import read_passages

POLICY = """\
# Travel

Hotel costs are refunded up to 140 EUR per night.

# Holidays

Everybody has 28 days of paid leave a year.
"""
ANN, BOB = [("local", "ann")], [("local", "bob")]


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def collection(store: Store) -> Collection:
    return Collection(store.records)


def add(collection: Collection, *, person: str = "", title: str = "policy.md", text: str = POLICY) -> str:
    return collection.add("local", person, title=title, link="https://intranet.example/policy", text=text).key


def test_a_text_is_cut_at_headings_and_paragraphs() -> None:
    parts = cut(POLICY)

    assert [(one.heading, one.text) for one in parts] == [
        ("Travel", "Hotel costs are refunded up to 140 EUR per night."),
        ("Holidays", "Everybody has 28 days of paid leave a year."),
    ]


@pytest.mark.parametrize("text", ["One sentence here. " * 400, "x" * 5_000, "word " * 3_000])
def test_what_is_long_is_cut_without_losing_a_letter(text: str) -> None:
    parts = cut(text)

    assert all(len(one.text) <= MAX_PASSAGE_CHARS for one in parts)
    assert "".join("".join(one.text.split()) for one in parts) == "".join(text.split())


def test_rare_words_weigh_more_than_frequent_ones() -> None:
    ranking = Ranking([["report", "report", "week"], ["report", "printer"], ["week", "report"]])

    assert ranking.best({"report", "printer"}, 3)[0] == 1
    assert ranking.best({"nothing"}, 3) == []
    assert Ranking([]).best({"report"}, 3) == []


def test_the_passage_that_answers_comes_first_with_its_heading(collection: Collection) -> None:
    add(collection)

    [first, *_] = collection.search(ANN, "How much is refunded for a hotel?", limit=3)

    assert (first.title, first.link) == ("policy.md, Travel", "https://intranet.example/policy")
    assert "140 EUR" in first.text


def test_what_is_ones_own_is_found_by_nobody_else(collection: Collection) -> None:
    add(collection, person="ann")
    key = add(collection, person="bob", title="secret.md")

    assert {one.title for one in collection.documents(ANN)} == {"policy.md"}
    assert all(one.title.startswith("policy.md") for one in collection.search(ANN, "hotel costs", limit=9))
    with pytest.raises(NotFoundError):
        collection.remove(ANN, key)
    collection.remove(BOB, key)
    assert collection.documents(BOB) == []


def test_another_workspace_finds_nothing(collection: Collection) -> None:
    add(collection)

    assert collection.search([("T1", "ann")], "hotel costs", limit=9) == []


def test_a_document_that_is_added_again_is_replaced_and_found_anew(collection: Collection) -> None:
    add(collection)
    collection.search(ANN, "hotel", limit=1)
    add(collection, text="Hotel costs are refunded up to 200 EUR.")

    assert len(collection.documents(ANN)) == 1
    assert "200 EUR" in collection.search(ANN, "hotel", limit=1)[0].text


@pytest.mark.parametrize("text", ["", " \n ", "# Only a heading", "x" * (MAX_TEXT_CHARS + 1)])
def test_what_holds_no_passage_is_refused(collection: Collection, text: str) -> None:
    with pytest.raises(InputError, match=r"policy\.md"):
        add(collection, text=text)


def test_a_job_gets_passages_or_hears_that_there_are_no_sources(
    store: Store, collection: Collection, settings: Settings
) -> None:
    sources = Sources(collection, load_people(settings, store.records), local_person="ann")
    job, _ = store.jobs.add(JobRequest("ask", {"question": "How much for a hotel?"}, "api", "ann"))
    with pytest.raises(InputError, match="No sources") as raised:
        sources.passages(job, "How much for a hotel?")
    assert "inlaid sources add" in raised.value.fix
    for person, workspace in (("bob", "local"), ("ann", "T1")):
        other, _ = store.jobs.add(JobRequest("ask", {"question": "How?"}, "slack", person, workspace=workspace))
        with pytest.raises(InputError, match="No sources") as raised:
            sources.passages(other, "How?")
        assert "inlaid" not in raised.value.fix
        assert "administrator" in raised.value.fix

    add(collection)

    assert "140 EUR" in read_passages(sources.passages(job, "How much for a hotel?"))[0].text
    assert read_passages(sources.passages(job, "Zebra?")) == []
