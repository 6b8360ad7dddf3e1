"""Vectors for passages that wait for one: new passages, and all of them when there is another embedder."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.embeddings import WordEmbedder
from core.llm.ports import Embedder
from core.sources.model import WaitingPassage
from core.sources.neighbours import leaning
from core.sources.ports import PassageIndex

BATCH = 64


@dataclass(frozen=True)
class EmbeddedText:
    """What the vector of a passage is made of.

    Attributes:
        text: with title and heading.
        chars: how many the passage has without them.
        beside: the texts of its neighbours, where its vector leans to theirs.
    """

    text: str
    chars: int = 0
    beside: Sequence[str] = ()


TextsOf = Callable[[Sequence[WaitingPassage]], Mapping[WaitingPassage, EmbeddedText]]
"""Returns the texts of passages, without those that are gone."""


def embed_waiting(
    index: PassageIndex,
    embedder: Embedder,
    texts_of: TextsOf,
    *,
    within_seconds: float,
    held: frozenset[str] = frozenset(),
) -> int:
    """Embed passages that wait, and return how many; killed at any moment, the next call goes on.

    Vectors of another embedder are dropped first, and so are those of this one when it has come to give vectors of
    another length. An embedder that goes by words alone finds nothing that the index does not find by words itself:
    then there are no vectors.

    Args:
        index: that holds the passages.
        embedder: of this installation.
        texts_of: opens their texts.
        within_seconds: when it stops, with others waiting still.
        held: the sources whose texts this embedder may not see; they are found by their words.

    Raises:
        InlaidError: as `Embedder.embed`; what was embedded before stays.
        StoreOutage: as `PassageIndex`.
    """
    if isinstance(embedder, WordEmbedder):
        index.use_embedder("", 0)
        return 0
    # Asked anew each time: what an endpoint said when it was first asked may be past.
    index.use_embedder(embedder.name, len(embedder.embed(["word"])[0]))
    deadline, done, gone = time.monotonic() + within_seconds, 0, set[WaitingPassage]()
    while time.monotonic() < deadline:
        places = [place for place in index.waiting(BATCH + len(gone), held) if place not in gone]
        if not places:
            break
        texts = texts_of(places)
        # Their items are removed from the index too, in a moment; here they must not stand in the way.
        gone.update(place for place in places if place not in texts)
        if texts:
            vectors = vectors_of(list(texts.values()), embedder)
            index.use_embedder(embedder.name, len(vectors[0]))
            index.put_vectors(zip(texts, vectors, strict=True))
            done += len(texts)
    return done


def vectors_of(texts: Sequence[EmbeddedText], embedder: Embedder) -> list[Sequence[float]]:
    """Return the vector of each passage; a text that several of them need is embedded once.

    Raises:
        InlaidError: as `Embedder.embed`.
    """
    needed = list(dict.fromkeys(piece for text in texts for piece in (text.text, *text.beside)))
    made = dict(zip(needed, embedder.embed(needed), strict=True))
    return [
        leaning(made[text.text], text.chars, [made[near] for near in text.beside]) if text.beside else made[text.text]
        for text in texts
    ]
