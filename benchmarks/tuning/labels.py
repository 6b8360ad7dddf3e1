"""Train the model's last layers to answer questions about a text with yes or no.

    python3 -m benchmarks.tuning.labels ROWS.json OUT.pt --apart SET,SET [--readings OUT.json]

ROWS.json is a list of `{"group": SET, "text": ..., "answers": [true, false, null]}`; null says that it is not known.
`python -m benchmarks.train_triage --rows ROWS.json` makes it of mails. Sets of `--apart` are not learnt from; what is
printed behind each round over the others is said of them; `--readings` writes their log-odds by text, as
`train_roles`, `train_signals`, `train_wants` and `train_triage` read them. `--hidden` keeps what the layers below
give, for other sets apart. `--over` begins with the layers of a file. `benchmarks.tuning.layers` makes a
layers file of OUT.pt.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere
from numpy.typing import NDArray

from benchmarks.tuning.layers import decode_layers, with_layers
from benchmarks.tuning.network import Model, Trainer, Tuned, padded, seeded
from benchmarks.tuning.weights import WeightsFile, installed_weights

# Lengths of texts are mixed by so many tokens, so that batches differ between rounds.
MIXED = 24
SCALE, SPREAD, DROP = 4.0, 0.5, 0.1


@dataclass(frozen=True)
class Batches:
    """How texts are put together.

    Args:
        lengths: the tokens of each text.
        most: how many tokens a batch has at most, with what it is filled up by.
    """

    lengths: Sequence[int]
    most: int

    def of(self, places: Sequence[int], chance: np.random.Generator | None) -> list[list[int]]:
        """Return the texts in batches of about one length; in order where there is no chance."""
        ordered = sorted(places, key=lambda at: self.lengths[at] + (chance.integers(0, MIXED) if chance else 0))
        found: list[list[int]] = [[]]
        longest = 0
        for at in ordered:
            if found[-1] and padded(max(longest, self.lengths[at])) * (len(found[-1]) + 1) > self.most:
                found.append([])
                longest = 0
            found[-1].append(int(at))
            longest = max(longest, self.lengths[at])
        if chance:
            chance.shuffle(found)
        return found

    def rows(self, batch: Sequence[int]) -> int:
        """Return how many rows a batch is filled up to."""
        return self.most // padded(max(self.lengths[at] for at in batch))


def break_even(scores: NDArray[np.float32], answers: NDArray[np.bool_]) -> tuple[float, float]:
    """Return precision and recall where the lower of the two is highest."""
    right = np.cumsum(answers[np.argsort(-scores)])
    precision, recall = right / np.arange(1, len(right) + 1), right / max(1, right[-1])
    best = int(np.argmax(np.minimum(precision, recall)))
    return float(precision[best]), float(recall[best])


def figures(scores: NDArray[np.float32], answers: torch.Tensor, places: Sequence[int]) -> str:
    """Return what is said of some texts, an answer after the other."""
    said = []
    for output in range(answers.shape[1]):
        known = [at for at in places if not torch.isnan(answers[at, output])]
        true = answers[known, output].numpy() > 0
        if true.any():
            precision, recall = break_even(scores[known, output], true)
            said.append(f"{output}: {len(known)} texts, break-even P {precision:.3f} R {recall:.3f}")
    return "; ".join(said)


def train(
    rows: Sequence[dict[str, Any]], base: WeightsFile, asked: argparse.Namespace
) -> tuple[Tuned, dict[str, list[float]]]:
    """Return what was trained on the rows, and the log-odds of the sets apart; prints what is said of these."""
    chance = seeded(asked.seed)
    model = Model(base)
    ids = [base.ids(row["text"], is_query=True, most=asked.most_tokens) for row in rows]
    hidden = kept_hidden(model, ids, asked)
    answers = torch.tensor([[float("nan") if one is None else float(one) for one in row["answers"]] for row in rows])
    apart = set(asked.apart.split(","))
    learnt = [at for at, row in enumerate(rows) if row["group"] not in apart]
    judged = {group: [at for at, row in enumerate(rows) if row["group"] == group] for group in sorted(apart)}
    tuned = Tuned(model.layers[asked.from_layer :], answers.shape[1], scale=SCALE, spread=SPREAD, drop=DROP)
    batches = Batches([len(one) for one in ids], asked.batch_tokens)

    def outputs(batch: Sequence[int]) -> torch.Tensor:
        return tuned([hidden[at] for at in batch], batches.rows(batch))

    trainer = Trainer(tuned, asked.rate, len(batches.of(learnt, chance)) * asked.epochs)
    scores = np.zeros(answers.shape, np.float32)
    for epoch in range(asked.epochs):
        tuned.train()
        losses = [trainer.step(loss(outputs(batch), answers[batch])) for batch in batches.of(learnt, chance)]
        print(f"epoch {epoch}, loss {np.mean(losses):.4f}", flush=True)
        tuned.eval()
        for group, places in judged.items():
            with torch.no_grad():
                for batch in batches.of(places, None) if places else []:
                    scores[batch] = outputs(batch).numpy()
            print("   ", group, figures(scores, answers, places), flush=True)
    apart_places = [at for places in judged.values() for at in places]
    return tuned, {rows[at]["text"]: [round(float(score), 3) for score in scores[at]] for at in apart_places}


def kept_hidden(model: Model, ids: Sequence[Sequence[int]], asked: argparse.Namespace) -> list[torch.Tensor]:
    """Return what the layers below give for each text: of a file if there is one, which is written otherwise."""
    if asked.hidden and asked.hidden.exists():
        kept = torch.load(asked.hidden, mmap=True, weights_only=True)
        return list(kept.split([len(one) for one in ids]))
    found = model.hidden(ids, asked.from_layer)
    if asked.hidden:
        torch.save(torch.cat(found), asked.hidden)
    return found


def loss(outputs: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    """Return how far outputs, as log-odds, are from the answers that are known."""
    known = ~torch.isnan(answers)
    return F.binary_cross_entropy_with_logits(outputs[known], answers[known])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--apart", default="", help="sets that are not learnt from")
    parser.add_argument("--readings", type=Path, help="where the log-odds of the sets apart go")
    parser.add_argument("--base", type=Path, help="the weights file; else that of the product's environment")
    parser.add_argument("--over", type=Path, help="a layers file to begin with")
    parser.add_argument("--from-layer", type=int, default=6)
    parser.add_argument("--hidden", type=Path, help="keeps what the layers below give: of the same rows and layers")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--most-tokens", type=int, default=256, help="of a text")
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    rows = json.loads(asked.rows.read_text(encoding="utf-8"))
    base = WeightsFile((asked.base or installed_weights()).read_bytes())
    if asked.over:
        base = WeightsFile(with_layers(base, decode_layers(asked.over.read_bytes())))
    tuned, readings = train(rows, base, asked)
    torch.save(tuned.checkpoint(), asked.out)
    if asked.readings:
        asked.readings.write_text(json.dumps(readings, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
