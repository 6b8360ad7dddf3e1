"""Train the model's last layers to tell which sentence of a document answers a question, or that none does.

    python3 -m benchmarks.tuning.lists QUESTIONS.json OUT.pt

`python -m benchmarks.train_answers QUESTIONS.json` makes the first. Of each document the sentences nearest to the
question by the untrained model, and two of other documents, form a list; one more place of it, always at 0, stands for
"not answered". Learnt is that the right ones come first (softmax over the list) by the sum of what the layers give and
of what nearness adds (`PULL`, three quarters of what it is worth alone), as the product adds them. Printed is how often
they do in documents that were not learnt from. `--warm` begins with layers that were trained before, `--minutes` paces
the training by the clock. `benchmarks.tuning.layers` makes a layers file of OUT.pt.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere
from numpy.typing import NDArray

from benchmarks.tuning.network import Model, Trainer, Tuned, seeded
from benchmarks.tuning.weights import WeightsFile, installed_weights

SCALE, SPREAD, DROP, FIRST_BIAS = 8.0, 0.3, 0.1, -2.0
LEARNT_NEAREST, JUDGED_NEAREST, OF_OTHERS, WRONG_IN_LIST = 10, 12, 1, 5
# What nearness adds to the log-odds that a sentence answers, from where on; how near a sentence of elsewhere counts.
PULL, PULLS_FROM, ELSEWHERE = 45.0, 0.84, 0.78
# How much rather a near wrong sentence is taken than a far one.
NEARNESS, NEAR = 20.0, 0.85
MAX_TOKENS, JUDGED_AT_ONCE, ROW_STEP = 144, 48, 16
SENTENCE_CHARS, BEFORE_CHARS = 400, 200
Sentence = dict[str, str]


@dataclass(frozen=True)
class Question:
    """A question about a document, and which of its sentences answer it: none, if it is not answered."""

    group: str
    document: str
    text: str
    right: frozenset[int]


@dataclass(frozen=True)
class Candidate:
    """A sentence beside a question, the tokens of both, and how near they are by the untrained model."""

    text: str
    nearness: float
    is_right: bool


def place_of(sentence: Sentence) -> str:
    """Return where a sentence stands: title and heading."""
    return f"{sentence['title']}, {sentence['heading']}" if sentence["heading"] else sentence["title"]


def text_of(question: str, sentence: Sentence) -> str:
    """Return what the layers read."""
    shown, before = sentence["sentence"][:SENTENCE_CHARS], sentence["before"][-BEFORE_CHARS:]
    return f"{question} | {shown} | {place_of(sentence)} | {before}"


class Lists:
    """The candidates of each question, and the loss and the figures of their scores.

    Args:
        documents: their sentences by name.
        questions: what is asked.
        apart: documents that are not learnt from.
        nearness: of each question to each sentence of its document.
        chance: what is drawn from.
    """

    def __init__(
        self,
        documents: dict[str, list[Sentence]],
        questions: Sequence[Question],
        apart: frozenset[str],
        nearness: Sequence[NDArray[np.float32]],
        chance: np.random.Generator,
    ) -> None:
        self.questions, self._chance = questions, chance
        self.learnt = [at for at, one in enumerate(questions) if one.document not in apart]
        self.judged = [at for at, one in enumerate(questions) if one.document in apart]
        self.candidates: list[Candidate] = []
        self.of: list[list[int]] = []
        names = list(documents)
        for one, near in zip(questions, nearness, strict=True):
            found = self._of_its_document(one, documents[one.document], near, one.document in apart)
            if one.document not in apart:
                for _ in range(OF_OTHERS):
                    other = names[chance.integers(len(names))]
                    if other != one.document and documents[other]:
                        sentence = documents[other][int(chance.integers(len(documents[other])))]
                        found.append(Candidate(text_of(one.text, sentence), ELSEWHERE, False))
            self.of.append(list(range(len(self.candidates), len(self.candidates) + len(found))))
            self.candidates += found

    @staticmethod
    def _of_its_document(
        one: Question, sentences: Sequence[Sentence], near: NDArray[np.float32], is_apart: bool
    ) -> list[Candidate]:
        taken = [int(at) for at in np.argsort(-near)[: JUDGED_NEAREST if is_apart else LEARNT_NEAREST]]
        taken = taken if is_apart else list(dict.fromkeys([*taken, *sorted(one.right)]))
        return [Candidate(text_of(one.text, sentences[at]), float(near[at]), at in one.right) for at in taken]

    def batches(self, lengths: Sequence[int], most: int) -> list[list[tuple[list[int], int]]]:
        """Return lists in batches: the candidates, right ones first, and how many are right."""
        found: list[list[tuple[list[int], int]]] = [[]]
        tokens = 0
        for at in self._chance.permutation(self.learnt):
            right = [place for place in self.of[at] if self.candidates[place].is_right]
            chosen = [*right, *self._wrong_of(at)]
            size = sum(lengths[place] for place in chosen)
            if found[-1] and tokens + size > most:
                found.append([])
                tokens = 0
            found[-1].append((chosen, len(right)))
            tokens += size
        return found

    def _wrong_of(self, at: int) -> list[int]:
        wrong = [place for place in self.of[at] if not self.candidates[place].is_right]
        if len(wrong) <= WRONG_IN_LIST:
            return wrong
        weights = np.exp(NEARNESS * (np.array([self.candidates[one].nearness for one in wrong]) - NEAR)) + 0.1
        drawn = self._chance.choice(wrong, WRONG_IN_LIST, replace=False, p=weights / weights.sum())
        return [int(one) for one in drawn]

    def figures(self, scores: dict[int, float], group: str) -> str:
        """Return how often a right sentence comes first, and above 0, and how often nothing does where nothing may."""
        asked = [at for at in self.judged if group in ("", self.questions[at].group) and self.of[at]]
        first = {at: max(self.of[at], key=lambda place: scores[place]) for at in asked}
        nearest = {at: max(self.of[at], key=lambda place: self.candidates[place].nearness) for at in asked}
        answered = [at for at in asked if self.questions[at].right]
        others = [at for at in asked if not self.questions[at].right]
        right = [self.candidates[first[at]].is_right for at in answered]
        before = [self.candidates[nearest[at]].is_right for at in answered]
        said = [one and scores[first[at]] > 0 for one, at in zip(right, answered, strict=True)]
        silent = [scores[first[at]] <= 0 for at in others]
        return (
            f"{group or 'all'}: {len(answered)} answered, first {_share(right)} (untrained {_share(before)}), and above"
            f" 0 {_share(said)}; {len(others)} not answered, none above 0 {_share(silent)}"
        )


def _share(answers: Sequence[bool]) -> str:
    return f"{np.mean(answers):.3f}" if answers else "-"


def loss(scores: torch.Tensor, batch: Sequence[tuple[list[int], int]]) -> torch.Tensor:
    """Return how improbable the right sentences are, or "not answered" where there are none, over the lists."""
    losses, at = [], 0
    for places, right in batch:
        part = scores[at : at + len(places)]
        at += len(places)
        good = torch.logsumexp(part[:right], 0) if right else torch.zeros(())
        losses.append(torch.logsumexp(torch.cat([part, torch.zeros(1)]), 0) - good)
    return torch.stack(losses).mean()


def nearness_of(
    model: Model, base: WeightsFile, documents: dict[str, list[Sentence]], questions: Sequence[Question]
) -> list[NDArray[np.float32]]:
    """Return how near each question is to each sentence of its document, by the untrained model."""

    def vectors(texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        ids = [base.ids(text, is_query=is_query, most=MAX_TOKENS) for text in texts]
        means = torch.stack([one.float().mean(0) for one in model.hidden(ids, base.layers)])
        return np.asarray(F.normalize(means, dim=-1).numpy(), np.float32)

    shown = [f"{place_of(one)}: {one['sentence']}" for sentences in documents.values() for one in sentences]
    ends = np.cumsum([len(sentences) for sentences in documents.values()])
    parts = dict(zip(documents, np.split(vectors(shown, is_query=False), ends[:-1]), strict=True))
    asked = vectors([one.text for one in questions], is_query=True)
    return [parts[one.document] @ vector for one, vector in zip(questions, asked, strict=True)]


def train(lists: Lists, model: Model, base: WeightsFile, asked: argparse.Namespace) -> Tuned:
    """Return what was trained on the lists; prints what is said of the documents apart behind each round."""
    ids = [base.ids(one.text, is_query=True, most=MAX_TOKENS) for one in lists.candidates]
    pulls = torch.tensor([PULL * (one.nearness - PULLS_FROM) for one in lists.candidates])
    lengths = [len(one) for one in ids]
    tuned = Tuned(model.layers[asked.from_layer :], 1, scale=SCALE, spread=SPREAD, drop=DROP)
    torch.nn.init.constant_(tuned.head.bias, FIRST_BIAS)
    if asked.warm:
        before = torch.load(asked.warm, weights_only=True)
        tuned.layers.load_state_dict(before["layers"])
        tuned.head.load_state_dict(before["head"])

    def scores_of(places: Sequence[int]) -> torch.Tensor:
        # The lower layers run each time: a list is drawn anew in each round, and few are read twice.
        hidden = model.hidden([ids[at] for at in places], asked.from_layer)
        return tuned(hidden, -(-len(places) // ROW_STEP) * ROW_STEP).squeeze(-1) + pulls[list(places)]

    steps = len(lists.batches(lengths, asked.batch_tokens)) * asked.epochs
    trainer = Trainer(tuned, asked.rate, steps, minutes=asked.minutes)
    judged = sorted((place for at in lists.judged for place in lists.of[at]), key=lengths.__getitem__)
    for epoch in range(asked.epochs):
        tuned.train()
        losses = [
            trainer.step(loss(scores_of([at for places, _ in batch for at in places]), batch))
            for batch in lists.batches(lengths, asked.batch_tokens)
            if not trainer.is_over
        ]
        print(f"epoch {epoch}, loss {np.mean(losses):.4f}", flush=True)
        tuned.eval()
        scores: dict[int, float] = {}
        with torch.no_grad():
            for at in range(0, len(judged), JUDGED_AT_ONCE):
                part = judged[at : at + JUDGED_AT_ONCE]
                scores |= dict(zip(part, scores_of(part).tolist(), strict=True))
        for group in ("", *sorted({lists.questions[at].group for at in lists.judged})):
            print("   ", lists.figures(scores, group), flush=True)
    return tuned


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--base", type=Path, help="the weights file; else that of the product's environment")
    parser.add_argument("--from-layer", type=int, default=6)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--batch-tokens", type=int, default=3000)
    parser.add_argument("--warm", type=Path, help="what training saved before")
    parser.add_argument("--minutes", type=float, default=0.0, help="how long it may train; 0: as long as it takes")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    chance = seeded(asked.seed)
    given = json.loads(asked.questions.read_text(encoding="utf-8"))
    questions = [
        Question(one["group"], one["document"], one["question"], frozenset(one["right"])) for one in given["questions"]
    ]
    base = WeightsFile((asked.base or installed_weights()).read_bytes())
    model = Model(base)
    nearness = nearness_of(model, base, given["documents"], questions)
    lists = Lists(given["documents"], questions, frozenset(given["apart"]), nearness, chance)
    torch.save(train(lists, model, base, asked).checkpoint(), asked.out)


if __name__ == "__main__":
    main()
