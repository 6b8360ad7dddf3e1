"""Learning with known truth: which variant the bandit settles on, and which wishes are offered."""

import random
from collections.abc import Callable
from statistics import mean, median

from core.insight.learning.style_rules import DraftPair, StyleRule, apply_rule, find_rules
from core.insight.learning.variants import Arm, choose, regressions
from core.outcomes import edit_distance

RATES = (0.30, 0.35, 0.40, 0.55)
OUTCOMES = 500
AFTERWARDS = 200
RUNS = 200
EXPLORE = 0.02
EPSILON = 0.1
HISTORIES = 100

Policy = Callable[[dict[str, Arm], random.Random], str]


def thompson(arms: dict[str, Arm], chance: random.Random) -> str:
    """Choose as Inlaid does."""
    worse = regressions(arms, "0")
    return choose({name: arm for name, arm in arms.items() if name not in worse}, explore=EXPLORE, chance=chance)


def uniform(arms: dict[str, Arm], chance: random.Random) -> str:
    """Choose each as often: a test of everything to the end."""
    return chance.choice(list(arms))


def epsilon_greedy(arms: dict[str, Arm], chance: random.Random) -> str:
    """Choose the best so far, but any one in ten."""
    return chance.choice(list(arms)) if chance.random() < EPSILON else max(arms, key=lambda name: arms[name].rate)


POLICIES: dict[str, Policy] = {"inlaid": thompson, "uniform": uniform, "epsilon_greedy": epsilon_greedy}


def bandit_figures() -> dict[str, dict[str, float]]:
    """Return for each policy the share of the best variant after 500 outcomes, and the regret until then."""
    figures = {}
    for name, policy in POLICIES.items():
        runs = [_run(policy, random.Random(seed)) for seed in range(RUNS)]
        figures[name] = {
            "best_share": round(mean(share for share, _regret in runs), 3),
            "regret": round(mean(regret for _share, regret in runs), 1),
        }
    return figures


def _run(policy: Policy, chance: random.Random) -> tuple[float, float]:
    # The order of the variants is by chance, so that the main prompt, which the guard protects, is any of them.
    rates = chance.sample(RATES, len(RATES))
    arms = {str(place): Arm() for place in range(len(rates))}
    best, regret, best_chosen = max(rates), 0.0, 0
    for turn in range(OUTCOMES + AFTERWARDS):
        name = policy(arms, chance)
        rate = rates[int(name)]
        win = float(chance.random() < rate)
        arms[name] = Arm(arms[name].trials + 1, arms[name].wins + win)
        if turn < OUTCOMES:
            regret += best - rate
        else:
            best_chosen += rate == best
    return best_chosen / AFTERWARDS, regret


def preference_figures() -> dict[str, float]:
    """Plant in each of a hundred histories one wish that the person has and one that is bad, and count what is offered.

    The good one holds in nine of ten edits. The bad one was done in a third of the drafts for reasons of their own, so
    it shows often enough to be looked at and would be wrong more often than right.
    """
    good = bad = 0
    before: list[float] = []
    after: list[float] = []
    for seed in range(HISTORIES):
        past, future = _history(random.Random(seed), 60), _history(random.Random(10_000 + seed), 30)
        offered = [rule for rule, _evidence in find_rules(past)]
        good += any(rule.kind == "no_exclamation" for rule in offered)
        bad += any(rule.kind == "replace" and "Hey" in rule.new for rule in offered)
        before += [edit_distance(pair.draft, pair.used) for pair in future]
        after += [edit_distance(_applied(offered, pair.draft), pair.used) for pair in future]
    return {
        "good_offered": good, "bad_offered": bad, "histories": HISTORIES,
        "median_distance_before": round(median(before), 4), "median_distance_after": round(median(after), 4),
    }  # fmt: skip


def _applied(rules: list[StyleRule], text: str) -> str:
    for rule in rules:
        text = apply_rule(rule, text)
    return text


_TOPICS = ("The desks arrive soon", "The floor plan is ready", "The contract came back", "The team has decided")


def _history(chance: random.Random, count: int) -> list[DraftPair]:
    pairs = []
    for number in range(count):
        draft = f"Hello Tom,\n\n{chance.choice(_TOPICS)}! Case {number} can go on.\n\nRegards\nAnn"
        used = draft.replace("!", ".") if chance.random() < 0.9 else draft
        used = used.replace("Hello Tom", "Hey Tom") if chance.random() < 0.33 else used
        pairs.append(DraftPair(draft, used))
    return pairs
