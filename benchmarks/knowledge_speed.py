"""How fast an index of knowledge is filled and searched, from ten thousand passages to a million."""

import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import sqlalchemy as sa

from benchmarks.knowledge_growth import Measured, table
from core.sources.index_postgres import PostgresPassageIndex
from core.sources.index_sqlite import SqlitePassageIndex
from core.sources.model import IndexedItem, IndexedPassage, IndexQuery
from core.sources.ports import PassageIndex
from core.sources.terms import passage_terms, question_words
from core.store.engine import Database

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

DIMENSIONS = 384
CLUSTERS = 400
ITEM_PASSAGES = 20
PUT_ITEMS = 50
PASSAGE_WORDS = 80
VOCABULARY = 60_000
ACCESS_LISTS = 40
# One item in so many is of a source that is as good as lost among the others.
SMALL_SOURCE, SMALL_SHARE = "small", 501
SEARCHES = 100
QUESTION_WORDS = 6
_GRAPH = "CREATE INDEX knowledge_vector_v ON knowledge_vector USING hnsw(v halfvec_ip_ops)"


class World:
    """Made-up passages: words by Zipf's law, vectors in clusters that are as near to each other as those of texts.

    Args:
        seed: of the random numbers.
    """

    def __init__(self, seed: int = 7) -> None:
        import numpy as np

        self.random = np.random.default_rng(seed)
        shares = 1 / (np.arange(VOCABULARY) + 10.0) ** 1.05
        self.shares = shares / shares.sum()
        self.words = [f"{_syllables(number)}" for number in range(VOCABULARY)]
        common = self.random.standard_normal(DIMENSIONS)
        self.centres = 1.5 * common + self.random.standard_normal((CLUSTERS, DIMENSIONS))

    def text(self) -> str:
        """Return the text of a passage."""
        return " ".join(self.words[number] for number in self.random.choice(VOCABULARY, PASSAGE_WORDS, p=self.shares))

    def texts(self, count: int) -> Iterator[str]:
        """Yield texts of passages."""
        for row in self.numbers(count):
            yield " ".join(self.words[number] for number in row)

    def numbers(self, count: int) -> list[list[int]]:
        """Return texts of passages as the numbers of their words."""
        chosen: list[list[int]] = self.random.choice(VOCABULARY, (count, PASSAGE_WORDS), p=self.shares).tolist()
        return chosen

    def vectors(self, count: int) -> "Floats":
        """Return vectors of length 1."""
        import numpy as np

        near = self.centres[self.random.integers(0, CLUSTERS, count)]
        made = near + 0.8 * self.random.standard_normal((count, DIMENSIONS))
        unit: Floats = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
        return unit

    def question(self) -> list[str]:
        """Return the terms of a question: half of its words frequent ones."""
        words = self.random.choice(VOCABULARY, QUESTION_WORDS, p=self.shares)
        asked = question_words(" ".join(self.words[number] for number in words), ["en"])
        return list(dict.fromkeys(chain.from_iterable(asked)))


def _syllables(number: int) -> str:
    """Return a word for a number that no stemmer shortens to that of another."""
    letters = ""
    for _ in range(4):
        number, at = divmod(number, 70)
        letters += "bdfgklmnprtvwz"[at % 14] + "aeiou"[at // 14]
    return f"{letters}k"


def measure_speed(store: str, counts: Sequence[int]) -> bool:
    """Print figures for each size and return whether the bars that apply are reached."""
    print_machine(store)
    reached = [measure(store, count).is_reached for count in sorted(counts)]
    return all(reached)


def measure_growth(sizes: Mapping[str, Sequence[int]], copied_from: int = 0) -> bool:
    """Measure each store at each of its sizes, print how it grows and return whether the bars that apply are reached.

    Args:
        sizes: numbers of passages, by the store.
        copied_from: from so many on PostgreSQL is filled straight by COPY; 0 for never.
    """
    rows: list[Measured] = []
    for store, counts in sizes.items():
        print_machine(store)
        for count in sorted(counts):
            began = time.monotonic()
            is_copied = store == "postgresql" and 0 < copied_from <= count
            # In a process of its own, so that its memory is what this size takes.
            with ProcessPoolExecutor(1, get_context("spawn")) as alone:
                job = alone.submit(measure_copied, count) if is_copied else alone.submit(measure, store, count)
                rows.append(job.result())
            print(f"{store}, {count:,}: {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
    print(table(rows))
    return all(measured.is_reached for measured in rows)


def print_machine(store: str) -> None:
    """Print where it is measured."""
    memory = psutil.virtual_memory().total / 2**30
    print(f"{store}; {platform.machine()}, {os.cpu_count()} processors, {memory:.0f} GB, load {os.getloadavg()[0]:.1f}")


def measure(store: str, count: int) -> Measured:
    """Fill an index as the product does, search it, print figures and return them."""
    world = World()
    with _opened(store) as (index, build):
        index.use_embedder("synthetic", DIMENSIONS)
        backends = _backends(index)
        began, worked = time.perf_counter(), _processor_seconds(backends)
        _put(index, world, count)
        text_rate = count / (time.perf_counter() - began)
        worked = _processor_seconds(backends) - worked
        began = time.perf_counter()
        vectors = _put_vectors(index, world, count)
        build()
        vector_rate = count / (time.perf_counter() - began)
        print(f"{count:,}: indexed a second of the processor (text) {count / worked:,.0f}", flush=True)
        return _searched(store, index, world, vectors, (text_rate, vector_rate))


def measure_load(count: int) -> bool:
    """Fill PostgreSQL by COPY, print how long it took and the figures of searches, and return whether the bar holds."""
    print_machine("postgresql")
    return measure_copied(count).is_reached


def measure_copied(count: int) -> Measured:
    """Fill PostgreSQL by COPY, search it, print figures and return them."""
    from benchmarks.knowledge_load import load

    world = World()
    with _opened("postgresql") as (index, _):
        assert isinstance(index, PostgresPassageIndex)
        with index.database.write() as connection:
            connection.execute(sa.text(_GRAPH))
        vectors = load(index.database, world, place_of, count)
        return _searched("postgresql", index, world, vectors, (0.0, 0.0))


def _searched(store: str, index: PassageIndex, world: World, vectors: "Floats", rates: tuple[float, float]) -> Measured:
    """Search a full index, and return what it comes to; `rates` are its texts and vectors a second."""
    held = index.stats()
    p95_ms = _search(index, world, vectors)
    memory = psutil.Process().memory_info().rss
    disk_mb, memory_mb, server_mb = (round(size / 2**20) for size in (held.disk_bytes, memory, _server_bytes(index)))
    load = round(os.getloadavg()[0], 1)
    measured = Measured(store, held.passages, *rates, disk_mb, memory_mb, server_mb, p95_ms, load)
    print(json.dumps({**asdict(measured), "without a vector": held.without_vector}), flush=True)
    return measured


def place_of(number: int) -> tuple[int, int, str, int, float]:
    """Return the item, the place in it, the source, who may read it and the age of a passage, by its number."""
    item_id, ordinal = divmod(number, ITEM_PASSAGES)
    source = SMALL_SOURCE if item_id % SMALL_SHARE == 0 else f"source {item_id % 8}"
    return item_id, ordinal, source, item_id % ACCESS_LISTS + 1, float(item_id)


def _put(index: PassageIndex, world: World, count: int) -> None:
    batch: list[IndexedItem] = []
    texts = iter(())  # type: Iterator[str]
    for item_id in range(count // ITEM_PASSAGES):
        if not batch:
            texts = world.texts(PUT_ITEMS * ITEM_PASSAGES)
        passages = [
            IndexedPassage(ordinal, passage_terms(next(texts), "en"), None, f"{item_id}/{ordinal}")
            for ordinal in range(ITEM_PASSAGES)
        ]
        _, _, source, access, modified = place_of(item_id * ITEM_PASSAGES)
        batch.append(IndexedItem(item_id, source, access, modified, passages, "en"))
        if len(batch) == PUT_ITEMS:
            index.put(batch)
            batch = []
    index.put(batch)


def _put_vectors(index: PassageIndex, world: World, count: int) -> "Floats":
    """Give each passage a vector, and return some of them to ask for."""
    import numpy as np

    kept = []
    for _ in range(0, count, 1_000):
        places = index.waiting(1_000)
        made = world.vectors(len(places))
        kept.append(made[:2])
        index.put_vectors(zip(places, made.tolist(), strict=True))
    return np.concatenate(kept)


def _search(index: PassageIndex, world: World, vectors: "Floats") -> dict[str, float]:
    """Print how long each kind of search takes and return the p95 of each, in milliseconds."""
    found_ms: dict[str, float] = {}
    every = range(1, ACCESS_LISTS + 1)
    cases: dict[str, tuple[bool, bool, range, frozenset[str]]] = {
        "hybrid, reads all": (True, True, every, frozenset()),
        "hybrid, reads half": (True, True, range(1, ACCESS_LISTS // 2 + 1), frozenset()),
        "hybrid, reads a fortieth": (True, True, range(1, 2), frozenset()),
        "hybrid, one of 8 sources": (True, True, every, frozenset({"source 3"})),
        "hybrid, a small source": (True, True, every, frozenset({SMALL_SOURCE})),
        "words": (True, False, every, frozenset()),
        "meaning": (False, True, every, frozenset()),
    }
    for name, (has_words, has_vector, access, sources) in cases.items():
        taken, places = [], []
        backends = _backends(index)
        worked = _processor_seconds(backends)
        for _ in range(SEARCHES):
            near = vectors[int(world.random.integers(0, len(vectors)))]
            vector = (near + 0.02 * world.random.standard_normal(DIMENSIONS)).tolist() if has_vector else None
            query = IndexQuery(world.question() if has_words else [], vector, frozenset(access), sources)
            began = time.perf_counter()
            found = index.search(query)
            taken.append((time.perf_counter() - began) * 1000)
            places.append(len(found.by_meaning if has_vector else found.by_words))
        p95 = statistics.quantiles(taken, n=20)[-1]
        median = statistics.median(taken)
        worked = (_processor_seconds(backends) - worked) * 1000 / SEARCHES
        times = f"median {median:6.1f} ms   p95 {p95:6.1f} ms   of the processor {worked:5.1f} ms"
        times = f"{times}   places {statistics.mean(places):4.1f}"
        print(f"  {name:26} {times}   load {os.getloadavg()[0]:.1f}", flush=True)
        found_ms[name] = round(p95, 1)
    return found_ms


def _processor_seconds(backends: Sequence[int] = ()) -> float:
    """Return the time that this process and these have had a processor: a busy machine does not change it."""
    times = [psutil.Process(pid).cpu_times() for pid in (os.getpid(), *backends)]
    return sum(spent.user + spent.system for spent in times)


def _server_bytes(index: PassageIndex) -> int:
    """Return what the processes of PostgreSQL hold in memory, what they share counted once; 0 without a server."""
    backends = _backends(index)
    if not backends:
        return 0
    server = psutil.Process(backends[0]).parent()
    every = [server, *server.children()] if server else []
    return sum(one.memory_full_info().pss for one in every)


def _backends(index: PassageIndex) -> list[int]:
    """Return the processes of PostgreSQL that serve this one, after a search."""
    if not isinstance(index, PostgresPassageIndex):
        return []
    index.search(IndexQuery(["x"], None, frozenset({1})))
    with index.database.read() as connection:
        statement = (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type LIKE 'client%'"
        )
        return list(connection.execute(sa.text(statement)).scalars())


@contextmanager
def _opened(store: str) -> Iterator[tuple[PassageIndex, Callable[[], None]]]:
    """Give an index of its own, and what is to be called once it is full."""
    with tempfile.TemporaryDirectory() as folder:
        if store == "sqlite":
            file = SqlitePassageIndex(Path(folder))
            yield file, lambda: None
            file.close()
            return
    from tests.servers.postgres import running_postgres

    megabytes = psutil.virtual_memory().total // 2**20 // 4
    with running_postgres(shared_buffers=f"{megabytes}MB") as server:
        database = Database(server.create_database())
        index = PostgresPassageIndex(database)
        index.use_embedder("synthetic", DIMENSIONS)
        with database.write() as connection:
            connection.execute(sa.text("DROP INDEX knowledge_vector_v"))
        yield index, lambda: _build(database)
        database.close()


def _build(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            "SET statement_timeout = 0",
            "SET maintenance_work_mem = '2GB'",
            _GRAPH,
            "VACUUM ANALYZE knowledge_passage",
            "VACUUM ANALYZE knowledge_vector",
            "CHECKPOINT",
        ):
            connection.execute(sa.text(statement))
