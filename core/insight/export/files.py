"""Accepted work as files: training and held-out pairs, each as chats and as preferences, and their data card.

A preference is the same prompt with two answers, the one that the person let stand and the one that they did not want:
JSON lines of `prompt`, `chosen` and `rejected`, as trainers of direct preference optimisation read them.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.drafts import JsonObject
from core.insight.evaluation.items import EvalItem
from core.insight.export.anonymize import METHOD
from core.insight.export.pairs import AcceptedPair, AcceptedWork

FORMAT = "chat-jsonl 1"
HELD_OUT_SHARE = 0.2
CONSENT = "Each person in it has said that others may learn from their accepted work (inlaid learned share --on)."
CHECKS = (
    "no person's work is in both files",
    "no text that work in one file is about is also in the other",
    "no pair twice",
    "no email address, phone or account number but the stand-ins",
    "no gap left open",
)


@dataclass(frozen=True)
class Split:
    """The pairs to learn from, and those of other people to measure with."""

    train: tuple[AcceptedPair, ...]
    held_out: tuple[AcceptedPair, ...]
    dropped: int


def split_by_person(pairs: Sequence[AcceptedPair], share: float = HELD_OUT_SHARE) -> Split:
    """Hold out whole people until about a share of the pairs is held out; never everybody, nobody of one person.

    The order of people is that of their keys, so that the same work is split in the same way each time.
    """
    counts = Counter(pair.author for pair in pairs)
    held: set[str] = set()
    for author in sorted(counts)[:-1]:
        if sum(counts[holder] for holder in held) >= share * len(pairs):
            break
        held.add(author)
    held_out = tuple(pair for pair in pairs if pair.author in held)
    sources = {pair.source for pair in held_out}
    others = [pair for pair in pairs if pair.author not in held]
    train = tuple(pair for pair in others if pair.source not in sources)
    return Split(train, held_out, len(others) - len(train))


def jsonl(pairs: Sequence[AcceptedPair]) -> bytes:
    """Return the pairs as chat JSON lines; each is also an item for `inlaid evaluate`."""
    return b"".join(_written(_line(pair)) for pair in pairs if pair.is_example)


def preference_jsonl(pairs: Sequence[AcceptedPair]) -> bytes:
    """Return as JSON lines what was preferred to what; of a document there is a line for each decided change."""
    return b"".join(_written(_preference(pair)) for pair in pairs if pair.refused)


def _written(line: Mapping[str, object]) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _preference(pair: AcceptedPair) -> dict[str, object]:
    return {
        "prompt": [message.model_dump() for message in pair.messages],
        "chosen": [{"role": "assistant", "content": pair.answer}],
        "rejected": [{"role": "assistant", "content": pair.refused}],
        "id": pair.id,
        "recipe": pair.recipe,
    }


def _line(pair: AcceptedPair) -> dict[str, object]:
    asked = [message.model_dump() for message in pair.messages]
    return {
        "messages": [*asked, {"role": "assistant", "content": pair.answer}],
        "id": pair.id,
        "task": "draft",
        "recipe": pair.recipe,
        "inputs": dict(pair.inputs),
        "references": [pair.used],
    }


def as_items(pairs: Sequence[AcceptedPair]) -> tuple[EvalItem, ...]:
    """Return the pairs as items of an evaluation."""
    return tuple(
        EvalItem(
            id=pair.id,
            task="draft",
            recipe=pair.recipe,
            language=pair.language,
            inputs=dict(pair.inputs),
            references=(pair.used,),
        )
        for pair in pairs
        if pair.is_example
    )


def data_card(work: AcceptedWork, split: Split) -> JsonObject:
    """Return what somebody has to know who trains with the files. It holds no text and no person."""
    months = sorted(pair.month for pair in work.pairs)
    left_out = {**work.left_out, **({"text also in the held-out file": split.dropped} if split.dropped else {})}
    return {
        "format": FORMAT,
        "files": {"training": _counted(split.train), "held_out": _counted(split.held_out)},
        "dates": {"from": months[0], "to": months[-1]} if months else {},
        "people": {"consenting": work.people, "left_out_without_consent": work.people_without_consent},
        "consent": CONSENT,
        "made_nameless": METHOD,
        "checks": list(CHECKS),
        "left_out": dict(sorted(left_out.items())),
        "limits": "Not seen: a first name that is an everyday word and stands nowhere but at the beginnings of"
        " sentences; what tells a person apart without a name. Treat the files as confidential, and make them again"
        " when somebody withdraws.",
    }


def _counted(pairs: Sequence[AcceptedPair]) -> dict[str, object]:
    examples = [pair for pair in pairs if pair.is_example]
    return {
        "pairs": len(examples),
        "preferences": sum(bool(pair.refused) for pair in pairs),
        "people": len({pair.author for pair in pairs}),
        "sha256": hashlib.sha256(jsonl(pairs)).hexdigest(),
        "preferences_sha256": hashlib.sha256(preference_jsonl(pairs)).hexdigest(),
        "by_recipe": dict(sorted(Counter(pair.recipe for pair in examples).items())),
        "by_language": dict(sorted(Counter(pair.language or "unclear" for pair in examples).items())),
    }


def card_markdown(card: JsonObject) -> str:
    """Return the data card for a reader."""
    lines = ["# Data card: accepted work", "", f"Format: {card['format']}. {card['consent']}", ""]
    lines += ["| | training | held out |", "|---|---|---|"]
    parts = [card["files"]["training"], card["files"]["held_out"]]
    lines += [f"| {name} | {parts[0][name]} | {parts[1][name]} |" for name in ("pairs", "preferences", "people")]
    for key, title in (("by_recipe", "recipe"), ("by_language", "language")):
        for name in sorted({name for part in parts for name in part[key]}):
            lines.append(f"| {title} {name} | {parts[0][key].get(name, 0)} | {parts[1][key].get(name, 0)} |")
    dates = card["dates"]
    lines += ["", f"From {dates['from']} to {dates['to']}." if dates else "It is empty.", ""]
    lines += ["## How it was made nameless", "", card["made_nameless"], "", "## Checked", ""]
    lines += [f"- {check}" for check in card["checks"]]
    without = card["people"]["left_out_without_consent"]
    lines += ["", "## Left out", "", f"- {without}: people who have not consented"]
    lines += [f"- {count}: {reason}" for reason, count in card["left_out"].items()]
    return "\n".join([*lines, "", "## Limits", "", card["limits"], ""])
