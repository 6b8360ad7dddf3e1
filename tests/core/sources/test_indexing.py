"""The index is told what the store holds, and told again what has come to be made otherwise."""

from collections.abc import Sequence
from operator import mul

import pytest

from core.sources.indexing import Indexer
from core.sources.model import IndexQuery, Passage, WaitingPassage
from core.store import Store
from tests.core.sources.making import item_store, lease_of
from tests.core.sources.places import World
from tests.core.sources.test_search import Vectors
from tests.memory_index import MemoryPassageIndex

CHAT = "\n\n".join(f"{name}: {said}" for name, said in [
    ("Ann", "When do we count the shelves in the northern warehouse this year? " + "It was a mess. " * 13),
    ("Bob", "On the fourteenth. " + "Everybody comes at six, and nobody leaves before the last pallet. " * 3),
    ("Ann", "And who brings the scanners and all the spare batteries that we need? " + "Bob? " * 30),
    ("Bob", "Certainly not me again. " + "I carried them all of last year, ask somebody else. " * 4),
])  # fmt: skip
HANDBOOK = "\n\n".join(f"Part {number} of the handbook says a good deal. " * 5 for number in range(3))
ACCESS_OF_ALL = frozenset(range(1, 10))


class Counting(Vectors):
    """Notes which texts it was given."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
        self.given += [text for text in texts if text != "word"]
        return super().embed(texts, is_query=is_query)


@pytest.fixture
def embedder() -> Counting:
    return Counting()


@pytest.fixture
def world(store: Store, embedder: Counting) -> World:
    made = World(store, embedder=lambda: embedder)
    made.place.items = {"chat": (CHAT, "1"), "book": (HANDBOOK, "1")}
    return made


def near(world: World, question: str) -> list[tuple[int, int]]:
    """Return where passages are near to a question, the nearest first."""
    vector = Vectors().embed([question])[0]
    found = world.index.search(IndexQuery([], vector, ACCESS_OF_ALL)).by_meaning
    return [(hit.item_id, hit.ordinal) for hit in found]


def told_of(world: World) -> dict[str, int]:
    """Return the number of each item."""
    return {key: item.id for key, item in item_store(world.store).known(world.source, ["chat", "book"]).items()}


def test_an_answer_is_found_by_what_was_asked_before_it(world: World) -> None:
    world.work()
    world.indexer().embed(60.0)
    chat = told_of(world)["chat"]
    assert near(world, "warehouse shelves northern")[:2] == [(chat, 0), (chat, 1)]
    own = Vectors().embed(["fourteenth"])[0]
    assert sum(map(mul, own, Vectors().embed(["warehouse shelves northern"])[0])) == 0


def test_each_text_is_embedded_once(world: World, embedder: Counting) -> None:
    world.work()
    assert world.indexer().embed(60.0) == world.index.stats().passages
    assert len(embedder.given) == len(set(embedder.given)) == world.index.stats().passages


def test_a_new_turn_changes_the_vector_of_the_one_before_it_alone(world: World, embedder: Counting) -> None:
    world.work()
    world.indexer().embed(60.0)
    world.place.items["chat"] = (f"{CHAT}\n\nAnn: Then I ask Eve, she has a van. {'She is kind. ' * 15}", "2")
    world.work()
    assert world.index.stats().without_vector == 2
    world.indexer().embed(60.0)
    assert world.index.stats().without_vector == 0


def test_only_conversations_are_told_again_when_their_vectors_are_made_otherwise(
    world: World, embedder: Counting
) -> None:
    world.work()
    world.indexer().embed(60.0)
    passages, lease = world.index.stats().passages, lease_of(world.store, world.source)
    before = "/".join(lease.index_name.split("/")[:3])
    lease = world.sources.use_index(lease, before)
    lease = world.indexer().check(lease)
    assert [item.change.key for item in world.items.tasks(world.source, 10)] == ["chat"]
    assert lease.index_name == world.indexer().name_for(world.source)
    world.sources.release(lease, wait_seconds=None)
    assert world.index.stats().passages == passages


def test_of_another_index_everything_is_told_again(world: World) -> None:
    world.work()
    world.index = MemoryPassageIndex()
    world.indexer().check(lease_of(world.store, world.source))
    assert {item.change.key for item in world.items.tasks(world.source, 10)} == {"chat", "book"}


def test_sources_that_nobody_reads_again_are_woken_when_the_index_was_lost(world: World) -> None:
    world.work()
    indexer: Indexer = world.indexer()
    assert world.sources.get(world.source.id).due_at is None
    assert indexer.wake_others() == 0
    world.index = MemoryPassageIndex()
    assert world.indexer().wake_others() == 1
    assert world.sources.get(world.source.id).due_at is not None
    world.work()
    assert (world.indexer().wake_others(), world.index.stats().passages > 0) == (0, True)


def test_a_passage_of_a_handbook_stands_for_itself(world: World) -> None:
    passages = [Passage(text) for text in HANDBOOK.split("\n\n")]
    world.work()
    digests = {place.digest for place in _waiting(world)}
    keys = world.indexer().keys
    assert {keys.digest(passage.text) for passage in passages} <= digests


def _waiting(world: World) -> Sequence[WaitingPassage]:
    world.index.use_embedder("meaning", Vectors.dimensions)
    return world.index.waiting(100)
