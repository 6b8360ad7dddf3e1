"""Accepted work as training data: chats of those who agreed, without names, with a held-out split and a data card.

One JSON object a line, `{"messages": [{"role", "content"}, ...]}`, as OpenAI's and Hugging Face's trainers read it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.insight.edits import shown_text
from core.insight.examples import MOST_DISTANCE, body_of, nameless
from core.insight.learned import Learned
from core.insight.people import People
from core.jobs import Job
from core.recipes.model import Recipe
from core.recipes.render import render_messages
from core.store import Store

HELD_OUT_PART = 10
MOST_JOBS = 20_000


@dataclass(frozen=True)
class Pairs:
    """Training lines, held-out lines, and the card that says what they are."""

    training: Sequence[str]
    held_out: Sequence[str]
    card: str


def chat_pairs(store: Store, people: People, recipes: Mapping[str, Recipe], *, workspace: str) -> Pairs:
    """Return what people who let their work be shared accepted nearly as it was drafted.

    The same given text is never in both splits, since the split goes by its hash.
    """
    learned = Learned(store, people)
    lines: dict[bool, list[str]] = {False: [], True: []}
    counts: Counter[str] = Counter()
    for tally in store.sums.used_jobs(workspace, "", person=None, limit=MOST_JOBS):
        recipe = recipes.get(tally.place.recipe)
        if recipe is None or tally.distance is None or tally.distance > MOST_DISTANCE:
            continue
        if not learned.shares_examples(people.identity(workspace, tally.person)):
            counts["left out: no consent"] += 1
            continue
        pair = _pair(store, store.jobs.get(tally.job_id), recipe)
        if pair is None:
            counts["left out: no text"] += 1
            continue
        given, line = pair
        lines[_is_held_out(given)].append(line)
        counts[recipe.name] += 1
    return Pairs(lines[False], lines[True], _card(counts, lines))


def _pair(store: Store, job: Job, recipe: Recipe) -> tuple[str, str] | None:
    given = str(job.inputs.get(recipe.main_input) or "")
    if (
        not given
        or job.draft is None
        or job.draft.skeleton
        or job.draft.edits is not None
        or job.draft.items is not None
    ):
        return None
    used = store.outcomes.used_text(job) or shown_text(job.draft)
    given, used = nameless(given, used)
    messages = render_messages(recipe, {recipe.main_input: given})
    asked = [messages[0], messages[-1]] if messages[0].role == "system" else [messages[-1]]
    chat = [*(one.model_dump() for one in asked), {"role": "assistant", "content": body_of(used, recipe)}]
    return given, json.dumps({"messages": chat}, ensure_ascii=False)


def _is_held_out(given: str) -> bool:
    digest = hashlib.sha256(given.encode("utf-8", "surrogatepass")).digest()
    return digest[0] % HELD_OUT_PART == 0


def _card(counts: Counter[str], lines: Mapping[bool, Sequence[str]]) -> str:
    by_name = "\n".join(f"- {name}: {number}" for name, number in sorted(counts.items()))
    return f"""# Data card

Drafts that people used nearly as they were made (at most {MOST_DISTANCE:.0%} changed), of people who let their work be
shared (`inlaid learned share --on`). The answers are what was used in the end.

- training lines: {len(lines[False])}
- held-out lines: {len(lines[True])}, chosen by the hash of what was given, so that no text is in both

## Lines by recipe, and what was left out

{by_name or "- nothing"}

## Privacy

Names, mail addresses, phone and account numbers are replaced by stand-ins, the same in both texts of a line. What is
found is found by rules, and rules miss things: look at the lines before they leave the house.
"""
