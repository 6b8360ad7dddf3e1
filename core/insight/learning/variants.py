"""The prompt variants of recipes in use: what is known of them, what a person decided, and which one is next."""

import math
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Literal, get_args

from core.errors import NotFoundError
from core.insight.report.rollup_store import RollupStore
from core.recipes.model import Recipe
from core.store import Store

# How many tries of one person always count in full, and how many times the usual number count at most.
MIN_CAP = 5.0
CAP_FACTOR = 3.0
GUARD_TRIALS = 20.0
GUARD_MARGIN = 0.02
GUARD_Z = 1.959964
KIND = "variant"
# The recipe's own prompt, where a name is needed.
MAIN = "main"
Decision = Literal["promoted", "pinned", "retired"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
KEEP_SECONDS = 10.0


@dataclass(frozen=True)
class Arm:
    """What is known of a variant; `wins` of `trials` counted, which need not be whole numbers."""

    trials: float = 0.0
    wins: float = 0.0

    @property
    def rate(self) -> float:
        """The expected success rate, pulled to one half while little is known."""
        return (self.wins + 1) / (self.trials + 2)


@dataclass(frozen=True)
class TrialCount:
    """How often one person tried one variant, and how much of that was a success."""

    variant: str
    person: str
    trials: float
    wins: float


def arms_of(names: Iterable[str], tried: Sequence[TrialCount]) -> dict[str, Arm]:
    """Return what is known of each variant; nobody counts for much more than people usually do.

    A person's tries weigh at most three times the median of all people's, so that a flood by one decides nothing.
    """
    by_person: dict[str, float] = {}
    for count in tried:
        by_person[count.person] = by_person.get(count.person, 0.0) + count.trials
    cap = max(MIN_CAP, CAP_FACTOR * median_low(by_person.values())) if by_person else MIN_CAP
    arms = {name: Arm() for name in names}
    for count in tried:
        if count.variant in arms:
            weight = min(1.0, cap / by_person[count.person])
            arm = arms[count.variant]
            arms[count.variant] = Arm(arm.trials + weight * count.trials, arm.wins + weight * count.wins)
    return arms


def regressions(arms: Mapping[str, Arm], champion: str) -> frozenset[str]:
    """Return the variants that are known to be worse than the champion; they are not tried any more.

    Worse: after 20 tries, the 95 % interval of the difference lies below -2 points.
    """
    best = arms[champion]
    worse = set()
    for name, arm in arms.items():
        if name == champion or min(arm.trials, best.trials) < GUARD_TRIALS:
            continue
        spread = math.sqrt(_variance(arm) + _variance(best))
        if arm.rate - best.rate + GUARD_Z * spread < -GUARD_MARGIN:
            worse.add(name)
    return frozenset(worse)


def choose(arms: Mapping[str, Arm], *, explore: float, chance: random.Random) -> str:
    """Return the variant to try next.

    Args:
        arms: those that may be tried.
        explore: the least share of tries that each gets.
        chance: where the draws come from.
    """
    names = list(arms)
    if chance.random() < min(1.0, explore * len(names)):
        return chance.choice(names)
    return rank(arms, chance=chance)[0]


def rank(arms: Mapping[str, Arm], *, chance: random.Random) -> list[str]:
    """Return all variants, best draw first."""
    drawn = {name: chance.betavariate(1 + arm.wins, 1 + arm.trials - arm.wins) for name, arm in arms.items()}
    return sorted(drawn, key=lambda name: -drawn[name])


def _variance(arm: Arm) -> float:
    return arm.rate * (1 - arm.rate) / (arm.trials + 3)


@dataclass(frozen=True)
class VariantState:
    """One variant of a recipe as a person sees it; `decision` "" leaves it to the experiment."""

    recipe: str
    name: str
    trials: float
    wins: float
    decision: str
    decided_by: str
    is_worse: bool

    def to_json(self) -> dict[str, object]:
        """Return the public form."""
        rate = round(self.wins / self.trials, 4) if self.trials else None
        return {
            "recipe": self.recipe,
            "variant": self.name,
            "trials": round(self.trials, 2),
            "rate": rate,
            "decision": self.decision,
            "decided_by": self.decided_by,
            "stopped_as_worse": self.is_worse,
        }


class Variants:
    """Chooses variants, by workspace.

    Args:
        store: where tries and decisions are.
        chance: where the draws come from.
    """

    def __init__(self, store: Store, chance: random.Random | None = None) -> None:
        self._store = store
        self._chance = chance or random.Random()  # noqa: S311 - an experiment, not a secret
        self._known: dict[tuple[str, str], tuple[float, list[VariantState]]] = {}

    def next(self, workspace: str, recipe: Recipe) -> str:
        """Return the variant to use for the next draft, "" for the main prompt."""
        if not recipe.prompt.variants:
            return ""
        states = self._recent(workspace, recipe)
        pinned = [state.name for state in states if state.decision == "pinned"]
        if pinned:
            return _key(pinned[0])
        tried = {state.name: Arm(state.trials, state.wins) for state in states if _is_tried(state)}
        promoted = [state.name for state in states if state.decision == "promoted"]
        if promoted and self._chance.random() >= recipe.learning.explore * (len(tried) - 1):
            return _key(promoted[0])
        return _key(choose(tried, explore=recipe.learning.explore, chance=self._chance) if tried else MAIN)

    def order(self, workspace: str, recipe: Recipe) -> list[str]:
        """Return the names of the variants for a recipe that shows several: the most promising first."""
        states = [state for state in self._recent(workspace, recipe) if state.name != MAIN]
        pinned = [state.name for state in states if state.decision == "pinned"]
        tried = {
            state.name: Arm(state.trials, state.wins)
            for state in states
            if _is_tried(state) and state.name not in pinned
        }
        return [*pinned, *rank(tried, chance=self._chance)]

    def states(self, workspace: str, recipe: Recipe) -> list[VariantState]:
        """Return the main prompt and each variant with what is known of it now."""
        names = [MAIN, *recipe.prompt.variants]
        found = RollupStore(self._store.database).trials_of(workspace, recipe.name, recipe.learning.outcome)
        arms = arms_of(
            names, [TrialCount(variant or MAIN, person, trials, wins) for variant, person, trials, wins in found]
        )
        decisions = self._decisions(workspace, recipe.name)
        champion = next((name for name in names if decisions.get(name, ("",))[0] in {"promoted", "pinned"}), MAIN)
        worse = regressions(arms, champion)
        return [
            VariantState(recipe.name, name, arm.trials, arm.wins, *decisions.get(name, ("", "")), name in worse)
            for name, arm in arms.items()
        ]

    def decide(self, workspace: str, recipe: Recipe, name: str, decision: Decision | None, *, by: str) -> None:
        """Note what a person decided: promote (used but for some exploration), pin (always used), retire (never).

        Promoting or pinning one takes that back from another; None leaves the variant to the experiment again.

        Raises:
            NotFoundError: the recipe has no such variant.
        """
        if name not in {MAIN, *recipe.prompt.variants}:
            known = ", ".join((MAIN, *recipe.prompt.variants))
            raise NotFoundError(f"The recipe {recipe.name} has no variant {name}.", fix=f"Take one of: {known}.")
        if decision in {"promoted", "pinned"}:
            for other, (earlier, _by) in self._decisions(workspace, recipe.name).items():
                if earlier in {"promoted", "pinned"}:
                    self._store.records.delete(KIND, workspace, f"{recipe.name}/{other}")
        key = f"{recipe.name}/{name}"
        if decision is None:
            self._store.records.delete(KIND, workspace, key)
        else:
            self._store.records.put(
                KIND, workspace, key, {"decision": decision, "by": by}, person=by, told={"decision": decision}
            )
        self._known.clear()

    def _decisions(self, workspace: str, recipe: str) -> Mapping[str, tuple[str, str]]:
        found = {}
        for record in self._store.records.list(KIND, workspace=workspace):
            of, _, name = record.key.partition("/")
            if of == recipe:
                found[name] = (str(record.data["decision"]), str(record.data["by"]))
        return found

    def _recent(self, workspace: str, recipe: Recipe) -> list[VariantState]:
        read_at, known = self._known.get((workspace, recipe.name), (float("-inf"), []))
        if time.monotonic() - read_at > KEEP_SECONDS:
            known = self.states(workspace, recipe)
            self._known[(workspace, recipe.name)] = (time.monotonic(), known)
        return known


def _is_tried(state: VariantState) -> bool:
    return state.decision != "retired" and not state.is_worse


def _key(name: str) -> str:
    return "" if name == MAIN else name
