"""The layers of the model in PyTorch: run, and trained as they will be in 4 bits.

In bfloat16 where torch has it fast; one thread, as the machines that train have two cores for everything.
"""

import math
import time
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere

from benchmarks.tuning.weights import BLOCK, HEADS, MATRICES, VECTORS, WIDTH, WeightsFile

# Lengths are filled up to a multiple of it: few shapes are faster.
LENGTH_STEP = 32
WEIGHT_DECAY, WARM_UP, MAX_STEP = 0.01, 0.1, 1.0
# The head begins with nothing and learns so many times faster.
HEAD_PACE = 10


class InSteps(torch.autograd.Function):
    """Weights as they come back from 4 bits; gradients pass as if they were not rounded."""

    @staticmethod
    def forward(context: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        """Return the rounded weights: `weights.quantise` and back."""
        blocks = weights.reshape(-1, BLOCK)
        highest, lowest = blocks.amax(1, keepdim=True), blocks.amin(1, keepdim=True)
        scales = (torch.where(highest >= -lowest, highest, lowest) / -8).to(torch.float16).to(torch.float32)
        steps = torch.floor_(blocks * torch.where(scales == 0, 0, 1 / scales) + 8.5).clamp_(0, 15).sub_(8)
        return (steps * scales).reshape(weights.shape)

    @staticmethod
    def backward(context: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
        """Return the gradient as it comes."""
        return gradient


class Layer(torch.nn.Module):
    """One layer of the model.

    Args:
        base: where its weights come from.
        number: which of the layers it is.
    """

    def __init__(self, base: WeightsFile, number: int) -> None:
        super().__init__()
        tensors = {
            name: torch.tensor(base.tensor(f"l{number}.{name}")).reshape(MATRICES.get(name, (-1,)))
            for name in (*MATRICES, *VECTORS)
        }
        self.p = torch.nn.ParameterDict(
            {name.replace(".", "_"): torch.nn.Parameter(tensor) for name, tensor in tensors.items()}
        )
        self._epsilon = base.epsilon
        self.drop = 0.0
        self.is_trained = False  # then its matrices are rounded each time

    def _by(self, name: str, given: torch.Tensor) -> torch.Tensor:
        weights = self.p[f"{name}_w"]
        return F.linear(given, InSteps.apply(weights) if self.is_trained else weights, self.p[f"{name}_b"])

    def _normed(self, name: str, given: torch.Tensor) -> torch.Tensor:
        return F.layer_norm(given, (WIDTH,), self.p[f"{name}_w"], self.p[f"{name}_b"], self._epsilon)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the hidden states behind the layer; `mask` is true where there is text."""
        count, length, _ = hidden.shape
        part = WIDTH // HEADS
        query, key, value = (
            self._by(name, hidden).view(count, length, HEADS, part).transpose(1, 2) for name in ("q", "k", "v")
        )
        hide = torch.where(mask, 0.0, -1e9)[:, None, None, :].to(query.dtype)
        shares = torch.softmax((query @ key.transpose(-1, -2)) * part**-0.5 + hide, -1, dtype=torch.float32)
        seen = (shares.to(value.dtype) @ value).transpose(1, 2).reshape(count, length, WIDTH)
        seen = F.dropout(self._by("ao", seen), self.drop, self.training)
        hidden = self._normed("aln", hidden.float() + seen.float())
        thought = F.dropout(self._by("fo", F.gelu(self._by("fi", hidden))), self.drop, self.training)
        return self._normed("oln", hidden + thought.float())


class Model:
    """All of the model, for the part below the trained layers; `layers` are its own, to train and to write."""

    def __init__(self, base: WeightsFile) -> None:
        self._pad = base.pad
        self._words = torch.tensor(base.tensor("emb.word")).reshape(-1, WIDTH)
        self._positions = torch.tensor(base.tensor("emb.pos")).reshape(-1, WIDTH)
        self._type = torch.tensor(base.tensor("emb.type")[:WIDTH])
        self._norm = torch.tensor(base.tensor("emb.ln.w")), torch.tensor(base.tensor("emb.ln.b"))
        self._epsilon = base.epsilon
        self.layers = [Layer(base, number) for number in range(base.layers)]

    def hidden(self, ids: Sequence[Sequence[int]], layers: int, *, most: int = 8192) -> list[torch.Tensor]:
        """Return the hidden states of each text behind so many layers, as half floats; `most` tokens at a time."""
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        found: dict[int, torch.Tensor] = {}
        while order:
            count = 1
            while count < len(order) and len(ids[order[count]]) * (count + 1) <= most:
                count += 1
            part, order = order[:count], order[count:]
            tokens = torch.full((count, len(ids[part[-1]])), self._pad)
            mask = torch.zeros(tokens.shape, dtype=torch.bool)
            for row, at in enumerate(part):
                tokens[row, : len(ids[at])] = torch.tensor(ids[at])
                mask[row, : len(ids[at])] = True
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                states = self._embedded(tokens)
                for layer in self.layers[:layers]:
                    states = layer(states, mask)
            found |= {at: states[row, : len(ids[at])].to(torch.float16).clone() for row, at in enumerate(part)}
        return [found[at] for at in range(len(ids))]

    def _embedded(self, tokens: torch.Tensor) -> torch.Tensor:
        given = self._words[tokens] + self._positions[: tokens.shape[1]] + self._type
        return F.layer_norm(given, (WIDTH,), *self._norm, self._epsilon)


class Tuned(torch.nn.Module):
    """The trained layers and the head over the vector that they make.

    Args:
        layers: the last layers of the model.
        outputs: how many numbers the head gives.
        scale: what the vector, which has the length 1, is multiplied by.
        spread: how far the head's weights lie apart at the beginning.
        drop: the share of numbers that is left out in training.
    """

    def __init__(self, layers: Sequence[Layer], outputs: int, *, scale: float, spread: float, drop: float) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList(layers)
        self.head = torch.nn.Linear(WIDTH, outputs)
        torch.nn.init.normal_(self.head.weight, 0, spread)
        self.scale = scale
        for layer in layers:
            layer.is_trained, layer.drop = True, drop

    def forward(self, given: Sequence[torch.Tensor], rows: int) -> torch.Tensor:
        """Return the outputs for the hidden states of texts; empty rows fill up to `rows`, against many shapes."""
        length = padded(max(map(len, given)))
        hidden = torch.zeros(max(rows, len(given)), length, WIDTH)
        mask = torch.zeros(hidden.shape[:2], dtype=torch.bool)
        mask[len(given) :, 0] = True
        for row, one in enumerate(given):
            hidden[row, : len(one)] = one.float()
            mask[row, : len(one)] = True
        with torch.autocast("cpu", torch.bfloat16):
            for layer in self.layers:
                hidden = layer(hidden, mask)
        return self.head(pooled(hidden, mask) * self.scale)[: len(given)]

    def checkpoint(self) -> dict[str, dict[str, torch.Tensor]]:
        """Return what `layers.write_layers` reads."""
        return {"layers": self.layers.state_dict(), "head": self.head.state_dict()}


class Trainer:
    """AdamW with a warm-up and a cosine to nothing.

    Args:
        tuned: what is trained.
        rate: the highest learning rate.
        steps: how many steps there will be.
        minutes: the pace is that of the clock instead, and training is over then; 0 for none.
    """

    def __init__(self, tuned: Tuned, rate: float, steps: int, *, minutes: float = 0.0) -> None:
        began = time.monotonic()
        self._done = (
            (lambda _step: (time.monotonic() - began) / (60 * minutes)) if minutes else lambda step: step / steps
        )
        self._is_paced = bool(minutes)
        self._parameters = list(tuned.parameters())
        inner = [one for layer in tuned.layers for one in layer.parameters()]
        groups = [
            {"params": [one for one in inner if one.ndim == 2], "weight_decay": WEIGHT_DECAY},
            {"params": [one for one in inner if one.ndim == 1], "weight_decay": 0},
            {"params": list(tuned.head.parameters()), "weight_decay": 0, "lr": rate * HEAD_PACE},
        ]
        self._optimizer = torch.optim.AdamW(groups, lr=rate, fused=True)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer,
            lambda step: (
                min(1, (self._done(step) + 1 / steps) / WARM_UP)
                * 0.5
                * (1 + math.cos(math.pi * min(1, self._done(step))))
            ),
        )

    @property
    def is_over(self) -> bool:
        """Whether the time for training is over."""
        return self._is_paced and self._done(0) >= 1

    def step(self, loss: torch.Tensor) -> float:
        """Learn from a loss, and return it."""
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._parameters, MAX_STEP)
        self._optimizer.step()
        self._schedule.step()
        return float(loss)


def pooled(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the mean of the hidden states of each text, of the length 1."""
    shown = mask[..., None].float()
    return F.normalize((hidden.float() * shown).sum(1) / shown.sum(1), dim=-1)


def padded(length: int) -> int:
    """Return the length to which a text is filled up."""
    return -(-length // LENGTH_STEP) * LENGTH_STEP


def seeded(seed: int) -> np.random.Generator:
    """Make training the same each time on the same machine, and return what chance is drawn from."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    return np.random.default_rng(seed)
