"""The index is told what the store holds: terms and digests of passages now, their vectors when there is time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.embeddings import remote_model
from core.llm.ports import Embedder
from core.sources.embedding import embed_waiting
from core.sources.items import ItemStore, StoredItem
from core.sources.model import IndexedItem, IndexedPassage, Passage, Source, WaitingPassage
from core.sources.ports import PassageIndex
from core.sources.readers import SourceRules
from core.sources.reading import PassageReader
from core.sources.store import SourceLease, SourceStore
from core.sources.terms import TermKeys, passage_terms
from core.text.language import detect_language

# How the terms are made: with another number here, everything is indexed again.
TERMS_VERSION = 1
MAX_ITEMS = 200
# In one transaction of the index, and held in memory.
MAX_PASSAGES = 2_000
MAX_ITEMS_AGAIN = 5_000
LANGUAGE_SAMPLE_CHARS = 2_000


@dataclass(frozen=True)
class Indexer:
    """Keeps an index as the store is.

    Args:
        sources: the sources, with the name of the index that each stands in.
        items: the items, with what the index has to be told of each.
        reader: reads their texts.
        index: is told.
        keys: make the terms of sealed sources.
        embedder: makes vectors; None for an index of words alone.
        rules: whose texts an embedder elsewhere may not see; None: nobody's.
    """

    sources: SourceStore
    items: ItemStore
    reader: PassageReader
    index: PassageIndex
    keys: TermKeys
    embedder: Callable[[], Embedder] | None = None
    rules: SourceRules | None = None

    def name_for(self, source: Source) -> str:
        """Return what the index of a source is called: by another name it has to be told of everything again."""
        seal = self.keys.name if source.is_sealed else "open"
        return f"{self.index.identity()}/{TERMS_VERSION}/{seal}"

    def check(self, lease: SourceLease) -> SourceLease:
        """Have the index be told of everything again when it is another one than the source stood in.

        Raises:
            LeaseLost: somebody else works on the source.
            StoreOutage: store or index cannot be reached; the next call goes on.
        """
        name = self.name_for(lease.source)
        if lease.index_name == name:
            return lease
        if lease.index_name:
            after = 0
            while after := self.items.tell_all_again(lease, after, MAX_ITEMS_AGAIN):
                pass
        return self.sources.use_index(lease, name)

    def tell(self, lease: SourceLease, is_over: Callable[[], bool] = lambda: False) -> None:
        """Tell the index what it has to be told of a source, until nothing is left or `is_over` says so.

        Raises:
            LeaseLost: somebody else works on the source.
            StoreOutage: store or index cannot be reached; the next call goes on.
        """
        while not is_over() and (tasks := self.items.tasks(lease.source, MAX_ITEMS)):
            for portion in _portions(tasks):
                self._tell(lease, portion)

    def embed(self, within_seconds: float) -> int:
        """Make vectors for passages that wait for one, of whatever source; return how many were made.

        Raises:
            StoreOutage: store or index cannot be reached.
            InlaidError: the embedder cannot be used; all that waits waits on.
        """
        if self.embedder is None:
            return 0
        embedder = self.embedder()
        model = remote_model(embedder)
        held = self.rules.held_from(model) if self.rules and model else frozenset[str]()
        return embed_waiting(self.index, embedder, self._texts_of, within_seconds=within_seconds, held=held)

    def _texts_of(self, places: Sequence[WaitingPassage]) -> dict[WaitingPassage, str]:
        wanted: dict[int, list[int]] = {}
        for place in places:
            wanted.setdefault(place.item_id, []).append(place.ordinal)
        found = self.reader.read(wanted)
        return {
            place: _text_of(found[place.item_id].title, found[place.item_id].passages[place.ordinal])
            for place in places
            if place.item_id in found and place.ordinal in found[place.item_id].passages
        }

    def _tell(self, lease: SourceLease, items: Sequence[StoredItem]) -> None:
        made = []
        for item in items:
            if item.index_task == "put":
                made.append(self._indexed(lease.source, item))
            elif item.index_task == "move":
                self.index.move(item.id, item.access_id)
        self.index.remove([item.id for item in items if item.index_task == "remove"])
        self.index.put(made)
        self.items.told(lease, items)

    def _indexed(self, source: Source, item: StoredItem) -> IndexedItem:
        """Return an item as the index holds it."""
        passages = self.reader.all_of(source.workspace, item.id)
        language = detect_language("\n".join(passage.text for passage in passages[:4])[:LANGUAGE_SAMPLE_CHARS])
        indexed = [
            IndexedPassage(number, self._terms(source, item, passage, language), digest=self.keys.digest(passage.text))
            for number, passage in enumerate(passages)
        ]
        return IndexedItem(item.id, item.source_id, item.access_id, item.change.modified_at, indexed, language)

    def _terms(self, source: Source, item: StoredItem, passage: Passage, language: str) -> Sequence[str]:
        terms = passage_terms(_text_of(item.change.title, passage), language)
        return self.keys.hashed(terms) if source.is_sealed else terms


def _text_of(title: str, passage: Passage) -> str:
    """Return what a passage is found by: who looks for leave means the handbook's page on leave, too."""
    return "\n".join(part for part in (title, passage.heading, passage.text) if part)


def _portions(items: Sequence[StoredItem]) -> Iterator[list[StoredItem]]:
    """Yield items, as many at a time as one transaction of the index takes."""
    portion: list[StoredItem] = []
    passages = 0
    for item in items:
        if portion and passages + item.passages > MAX_PASSAGES:
            yield portion
            portion, passages = [], 0
        portion.append(item)
        passages += item.passages
    if portion:
        yield portion
