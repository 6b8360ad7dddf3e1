"""Texts as vectors, for choosing sentences and for search: the embedded model, an endpoint, or words alone.

Use::

    embedder = load_embedder(settings)            # the same object for the whole process
    scores = similarities(embedder, "When does it arrive?", sentences)     # one float a sentence, higher is nearer

`scores` are cosines. Only their order within one call means something: those of the embedded model all lie between
about 0.7 and 0.95, those of words between 0 and 1. So take the nearest few, or compare with the best one; a threshold
of your own has to be measured for `embedder.name`. For vectors to keep (an index), or for sentences among themselves,
take `embedder.embed(texts)`, and `embed([question], is_query=True)` for what is looked for; keep `embedder.name` beside
the vectors, since vectors of two embedders must never be compared. Of each text the first 2,000 characters count.

An endpoint elsewhere is a model as others are: `allowed_embedder` gives the one that may see the texts of a person.

Nothing here fails for want of the embedded model: `load_embedder` then gives `WordEmbedder`, says so once in the log,
and `inlaid doctor` says why. `similarities` falls back to words too while an endpoint is out; `embed` raises.
"""

import functools
import math
import threading
import zlib
from array import array
from collections.abc import Sequence
from operator import mul

from core.errors import InlaidError, SettingsError
from core.llm.ports import Embedder
from core.logs import logger
from core.policies.explanation import sections_refusing
from core.policies.in_force import InForce
from core.policies.resolution import Model, PersonPolicy
from core.settings import Settings
from core.text.catalogues import N_
from core.text.forms import WORD

__all__ = [
    "MEASURED",
    "WordEmbedder",
    "allowed_embedder",
    "by_words_only",
    "examine_embedder",
    "load_embedder",
    "local_embedder",
    "remote_model",
    "similarities",
]

log = logger(__name__)

# How near a text is differs from model to model. Answers and replies are told by nearness with these alone, whose
# thresholds were measured: tests/core/writing/grounded.
MEASURED = frozenset({"multilingual-e5-small-q4"})
_STEM_CHARS = 5
_MIN_WORD_CHARS = 4
_loading = threading.Lock()


class WordEmbedder:
    """A `core.llm.ports.Embedder` whose cosines grow with the words, and beginnings of words, that two texts share.

    Short words count only when they hold a digit. Each word falls into one of `dimensions` places by its checksum.
    """

    name = "words"
    dimensions = 1024

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
        """Return a vector for each text; see `core.llm.ports.Embedder.embed`."""
        del is_query
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> Sequence[float]:
        vector = array("f", bytes(4 * self.dimensions))
        for word in set(WORD.findall(text.casefold())):
            if len(word) >= _MIN_WORD_CHARS or not word.isalpha():
                for part in {word, word[:_STEM_CHARS]}:
                    vector[zlib.crc32(part.encode("utf-8", "replace")) % self.dimensions] += 1.0
        length = math.sqrt(sum(value * value for value in vector))
        return array("f", (value / length for value in vector)) if length else vector


def load_embedder(settings: Settings) -> Embedder:
    """Return the embedder in force: of INLAID_EMBEDDINGS_URL, else the embedded one, else `WordEmbedder`.

    The first call in a process checks the embedded weights and maps them (0.1 s); an endpoint is not asked here.
    """
    if settings.embeddings_url:
        return _endpoint(settings)
    return local_embedder()


def local_embedder() -> Embedder:
    """Return the embedded embedder, `WordEmbedder` where there is none; no text given to it leaves this process."""
    with _loading:
        return _embedded()[0]


def remote_model(embedder: Embedder) -> Model | None:
    """Return the endpoint that an embedder sends texts to, as policies ask of it; None when they stay here."""
    from core.embeddings.endpoint import EndpointEmbedder

    if isinstance(embedder, EndpointEmbedder) and not embedder.entry.is_local:
        return embedder.entry
    return None


def allowed_embedder(embedder: Embedder, policy: PersonPolicy) -> Embedder:
    """Return an embedder that may see what a policy holds for: this one, else the embedded one, else words alone."""
    model = remote_model(embedder)
    if model is None or policy.model(model) is None:
        return embedder
    return local_embedder()


def similarities(embedder: Embedder, query: str, sentences: Sequence[str]) -> list[float]:
    """Return how near in meaning each sentence is to the query, whatever the languages of the two."""
    if not sentences:
        return []
    try:
        asked, *found = _embedded_together(embedder, query, sentences)
    except InlaidError as error:
        log.warning("embeddings fall back to words", code=error.code)
        asked, *found = _embedded_together(WordEmbedder(), query, sentences)
    return [sum(map(mul, asked, vector)) for vector in found]


def _embedded_together(embedder: Embedder, query: str, sentences: Sequence[str]) -> list[Sequence[float]]:
    # As queries both: sentences are of one kind here, unlike a question and the long passage that answers it.
    return list(embedder.embed([query, *sentences], is_query=True))


def examine_embedder(settings: Settings, now: InForce | None = None) -> str:
    """Embed a word and say with what, and for whom the policies in force keep texts from it; for `inlaid doctor`.

    Raises:
        InlaidError: the endpoint does not do it.
    """
    embedder = load_embedder(settings)
    dimensions = len(embedder.embed(["word"])[0])
    if isinstance(embedder, WordEmbedder):
        return N_(f"None: {_embedded()[1]} Sentences are compared by their words alone, within one language.")
    model = remote_model(embedder)
    held = sections_refusing(now, model) if now and model else []
    answers = N_(f"{embedder.name} answers, {dimensions} dimensions.")
    names = ", ".join(held)
    words = N_(f"Not for {names}: policies keep their texts here; passages of theirs are found by words alone.")
    return " ".join(filter(None, (answers, by_words_only(embedder), words if held else "")))


def by_words_only(embedder: Embedder) -> str:
    """Return what an administrator is to know of an embedder whose nearness was not measured; "" for nothing."""
    if embedder.name in MEASURED or isinstance(embedder, WordEmbedder):
        return ""
    return N_(
        "Without a writing model, answers and replies are found by their words only;"
        " by meaning they are found with the built-in embeddings."
    )


@functools.cache
def _embedded() -> tuple[Embedder, str]:
    """Return the embedded embedder, or words and why."""
    from core.embeddings.e5 import load_e5

    try:
        return load_e5(), ""
    except SettingsError as error:
        log.warning("no embedded embeddings, words are compared instead: inlaid doctor says why")
        return WordEmbedder(), str(error)


@functools.lru_cache(maxsize=4)
def _endpoint(settings: Settings) -> Embedder:
    from core.embeddings.endpoint import EndpointEmbedder

    return EndpointEmbedder(settings)
