"""What others are shown of an answer is what all of them may read at that moment; other doors ask the same rule."""

from collections.abc import Callable

import pytest

from core.drafts import Draft, DraftSource
from core.people import load_people
from core.settings import Settings
from core.sources.model import EVERYBODY, AccessList, Reader, Source, person_principal
from core.sources.sharing import held_back, readers_named
from core.store import Store
from tests.core.sources.making import ALL, add_source, fill, item_store, reader_of, written

ANN, BOB = (Reader(frozenset({person_principal("local", name), EVERYBODY})) for name in ("ann", "bob"))
ANNS = AccessList("anns", frozenset({person_principal("local", "ann")}))
QUOTE = "Everybody has 28 days."


@pytest.fixture
def cited(store: Store) -> Callable[..., DraftSource]:
    source: Source = add_source(store)
    items = [written("open", QUOTE), written("anns", QUOTE, access="anns")]
    fill(store, source, items, [ALL, ANNS])
    known = item_store(store).known(source, ["open", "anns"])

    def cite(key: str, ordinal: int = 0) -> DraftSource:
        return DraftSource(number=1, title=key, quote=QUOTE, place=f"{known[key].id}/{ordinal}")

    return cite


def test_what_not_all_readers_may_read_is_named(store: Store, cited: Callable[..., DraftSource]) -> None:
    draft = Draft(recipe="ask", text=f"{QUOTE} [1]", sources=(cited("open"), cited("anns"), cited("open", 7)))
    passages = reader_of(store)
    assert held_back(passages, [ANN], draft, draft.text) == ["open"]  # the passage behind the last one is gone
    assert held_back(passages, [ANN, BOB], draft, draft.text) == ["anns", "open"]
    assert held_back(passages, [], draft, draft.text) == ["open", "anns"]


def test_what_the_person_took_out_or_came_with_the_job_holds_nothing_back(
    store: Store, cited: Callable[..., DraftSource]
) -> None:
    given = DraftSource(number=2, title="given", quote=QUOTE)
    edited = Draft(recipe="ask", text="Ask Eve.", sources=(cited("anns"),))
    assert held_back(reader_of(store), [BOB], edited, QUOTE) == []
    assert held_back(reader_of(store), [BOB], Draft(recipe="ask", text=QUOTE, sources=(given,)), QUOTE) == []


@pytest.mark.parametrize(
    "text",
    [
        "Everybody has 28 days!",
        "Hello Eve,\n\neverybody has 28 days",
        "everybody has 28 days",
        "EVERYBODY gets 28 days.",
        "“Everybody” has, of course, 28 days.",
    ],
)
def test_another_mark_or_word_or_a_greeting_takes_nothing_out(
    store: Store, cited: Callable[..., DraftSource], text: str
) -> None:
    edited = Draft(recipe="ask", text=text, sources=(cited("anns"),))
    assert held_back(reader_of(store), [BOB], edited, QUOTE) == ["anns"]


def test_what_a_later_version_says_in_another_language_is_cited_still(
    store: Store, cited: Callable[..., DraftSource]
) -> None:
    german = Draft(recipe="reply", text="Alle haben 28 Tage.", sources=(cited("anns"),))
    assert held_back(reader_of(store), [BOB], german, german.text) == ["anns"]


def test_a_place_to_look_at_is_named_to_nobody_who_may_not_read_it(
    store: Store, cited: Callable[..., DraftSource]
) -> None:
    place = cited("anns").model_copy(update={"quote": ""})
    draft = Draft(recipe="ask", text="Not found. See anns [1]", sources=(place,))
    assert held_back(reader_of(store), [BOB], draft, draft.text) == ["anns"]
    assert held_back(reader_of(store), [BOB], draft.model_copy(update={"text": "Not found."}), draft.text) == []


def test_readers_are_named_by_address_or_all_at_once(store: Store, settings: Settings) -> None:
    people = load_people(settings, store.records)

    def reader(workspace: str, person: str) -> Reader:
        return Reader(frozenset({person_principal(workspace, person)}))

    everybody, stranger = readers_named(people, reader, "everybody, Eve@else.example\n")
    assert everybody.principals == {EVERYBODY}
    assert stranger.principals == {"address:eve@else.example"}
    assert readers_named(people, reader, " ") == []
