"""Of a long thread each answer of its owner stands beside its question, however old, and however much came later."""

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.llm.ports import Embedder
from core.settings import Settings
from core.text.lexicon import whole
from core.writing.grounded.asked import Asking
from tests.core.writing.grounded.test_earlier import ground


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    found = load_embedder(Settings())
    if isinstance(found, WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    return found


def test_what_the_owner_wrote_first_in_a_long_thread_is_found() -> None:
    asks = "We have another small question about the tables. The garden is lovely this year. See you on Friday."
    said = [f"On Tue, {day % 27 + 1} Mar 2026, Tim Hale wrote:\n{asks} {asks} {asks}\n" for day in range(40)]
    thread = "\n".join(["On Mon, 2 Mar 2026, Nora Blake wrote:\nThe hall costs 420 euros for a whole day.\n", *said])
    found = ground("What does the hall cost for a whole day?", thread, None)
    assert found
    assert "420 euros" in found.text


def test_corrections_leave_room_for_what_they_correct(embedder: Embedder) -> None:
    many = "".join(
        f"\nOn Tue, {day} Mar 2026, Nora Blake wrote:\nInstead of the {day}th we cleaned the garage at last, all of it "
        "and the yard behind the garage as well.\nYou would not believe what stood there."
        for day in range(3, 9)
    )
    thread = f"On Mon, 2 Mar 2026, Nora Blake wrote:\nThe hall costs 420 euros for a day, cleaning included.{many}"
    found = ground("How much is the rent of the hall?", thread, embedder)
    assert found
    assert "420 euros" in found.text
    assert len(found.text) < 600


def test_a_separable_verb_settles_nothing() -> None:
    settles = whole(Asking("de").words["settles"])
    assert not settles.search("Die Schulungen finden in der Kantine statt.")
    assert settles.search("Wir kommen um 9 statt um 10.")
