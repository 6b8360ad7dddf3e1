"""The index is told what the store holds: terms and digests of passages now, their vectors when there is time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from core.embeddings import remote_model
from core.llm.ports import Embedder
from core.sources.embedding import EmbeddedText, embed_waiting
from core.sources.items import ItemStore, StoredItem
from core.sources.model import IndexedItem, IndexedPassage, Passage, Source, WaitingPassage
from core.sources.neighbours import beside, has_neighbours, is_conversation, with_neighbours
from core.sources.ports import PassageIndex
from core.sources.readers import SourceRules
from core.sources.reading import PassageReader
from core.sources.store import INDEX_AGAIN, SourceLease, SourceStore
from core.sources.terms import TermKeys, passage_terms
from core.text.language import detect_language

# How the terms are made: with another number here, everything is indexed again.
TERMS_VERSION = 1
# How the vectors of conversations are made: with another number here, these are made again.
CONVERSATIONS_VERSION = 1
MAX_ITEMS = 200
# In one transaction of the index, and held in memory.
MAX_PASSAGES = 2_000
# What stands in the name of an index of words, instead of the name of a key.
OPEN = "open"
# Of the name of an index, what its terms depend on.
_TERMS_PARTS = 3
LANGUAGE_SAMPLE_CHARS = 2_000
# Behind the name of the index of a source that was sealed, until its words lie in no file any more.
CLEARING = "/clearing"
CLEARING_SECONDS = 3_600.0


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
        return self._name(is_sealed=source.is_sealed)

    def wake_others(self) -> int:
        """Have the sources read that stand in another index, such as one that was lost; return how many.

        Raises:
            StoreOutage: store or index cannot be reached.
        """
        return self.sources.wake_of_other_index(self._names())

    def has_others(self) -> bool:
        """Whether a source stands in another index, such as one that was lost: nothing of it is found.

        Raises:
            StoreOutage: store or index cannot be reached.
        """
        names = self._names()
        return self.sources.has_other_index([*names, *(name + CLEARING for name in names)])

    def _names(self) -> list[str]:
        return [self._name(is_sealed=seal) for seal in (True, False)]

    def _name(self, *, is_sealed: bool) -> str:
        seal = self.keys.name if is_sealed else OPEN
        return f"{self.index.identity()}/{TERMS_VERSION}/{seal}/{CONVERSATIONS_VERSION}"

    def check(self, lease: SourceLease) -> SourceLease:
        """Have the index be told of everything again when it is another one than the source stood in.

        Where only the vectors of conversations are made otherwise, it is told of these.

        Raises:
            LeaseLost: somebody else works on the source.
            StoreOutage: store or index cannot be reached; the next call goes on.
        """
        name = self.name_for(lease.source)
        if lease.index_name in {name, name + CLEARING}:
            return lease
        if lease.index_name:
            had, has = lease.index_name.split("/"), name.split("/")
            only_conversations = had[:_TERMS_PARTS] == has[:_TERMS_PARTS]
            after = 0
            while ids := self.items.numbers(lease.source, after, MAX_ITEMS):
                told = (
                    [item_id for item_id in ids if self._is_conversation(lease.source, item_id)]
                    if only_conversations
                    else ids
                )
                self.items.tell_again(lease, told)
                after = ids[-1]
        return self.sources.use_index(lease, name + CLEARING if _is_sealed_now(lease) else name)

    def clear(self, lease: SourceLease) -> SourceLease:
        """Let the words of a source that was sealed be in no file of the index, once it was told of all as hashes.

        Raises:
            LeaseLost: somebody else works on the source.
            StoreOutage: store or index cannot be reached; the next call tries again.
        """
        if not lease.index_name.endswith(CLEARING) or self.items.tasks(lease.source, 1):
            return lease
        # Nobody else begins with it meanwhile.
        self.sources.use_index(replace(lease, seconds=CLEARING_SECONDS), lease.index_name)
        self.index.overwrite_deleted(lease.source.id)
        return self.sources.use_index(lease, lease.index_name.removesuffix(CLEARING))

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

    def _texts_of(self, places: Sequence[WaitingPassage]) -> dict[WaitingPassage, EmbeddedText]:
        wanted: dict[int, set[int]] = {}
        for place in places:
            near = (-1, 0, 1) if has_neighbours(place.digest) else (0,)
            wanted.setdefault(place.item_id, set()).update(place.ordinal + step for step in near)
        found = self.reader.read(wanted)
        made = {}
        for place in places:
            item = found.get(place.item_id)
            if item and place.ordinal in item.passages:
                own = item.passages[place.ordinal]
                near_by = beside(item.passages, place.ordinal) if has_neighbours(place.digest) else []
                texts = [_text_of(item.title, passage) for passage in (own, *near_by)]
                made[place] = EmbeddedText(texts[0], len(own.text), texts[1:])
        return made

    def _is_conversation(self, source: Source, item_id: int) -> bool:
        return is_conversation(self.reader.all_of(source.workspace, item_id))

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
            IndexedPassage(number, self._terms(source, item, passage, language), digest=digest)
            for number, (passage, digest) in enumerate(zip(passages, self._digests(passages), strict=True))
        ]
        return IndexedItem(item.id, item.source_id, item.access_id, item.change.modified_at, indexed, language)

    def _digests(self, passages: Sequence[Passage]) -> list[str]:
        """Return what tells whether the vectors of passages are to be made again: by their texts, or those beside."""
        own = [self.keys.digest(passage.text) for passage in passages]
        if not is_conversation(passages):
            return own
        numbered = dict(enumerate(passages))
        near = ["\n".join(neighbour.text for neighbour in beside(numbered, number)) for number in numbered]
        return [
            with_neighbours(passage, self.keys.digest(around)) if around else passage
            for passage, around in zip(own, near, strict=True)
        ]

    def _terms(self, source: Source, item: StoredItem, passage: Passage, language: str) -> Sequence[str]:
        terms = passage_terms(_text_of(item.change.title, passage), language)
        return self.keys.hashed(terms) if source.is_sealed else terms


def _is_sealed_now(lease: SourceLease) -> bool:
    """Tell whether an index may hold words of a source that is sealed: it did, or nobody knows what it held."""
    held = lease.index_name.split("/")
    held_words = held[0] == INDEX_AGAIN or lease.index_name.endswith(CLEARING) or held[_TERMS_PARTS - 1 :][:1] == [OPEN]
    return lease.source.is_sealed and bool(lease.index_name) and held_words


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
