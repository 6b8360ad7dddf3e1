"""The held-out items of benchmarks/data/writing, and which recipes are tried on which of them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "writing"
LANGUAGES = ("en", "de", "fr", "es")
# In the grounded lane, and what a model that writes does besides.
_GROUNDED: dict[str, tuple[str, ...]] = {
    "thread": ("summarize", "title"), "meeting": ("summarize",), "mail": ("reply", "reply+instruction"),
    "brief": ("compose",), "prose": ("proofread",), "document": ("risks", "scan"),
    "question": ("answer",), "doc": ("summarize",), "notes": ("summarize",),
    "talk": ("summarize", "title"), "chat": ("summarize", "title"), "note": ("scan",), "scan": ("scan",),
    "direction": ("reply+instruction",), "voice": ("reply+instruction",), "mixed": ("reply+instruction",),
}  # fmt: skip
_WRITTEN: dict[str, tuple[str, ...]] = {
    "thread": ("actions",), "meeting": ("minutes",), "document": ("consistency",),
    "prose": ("rewrite", "shorten", "plain", "translate"),
}  # fmt: skip
_TONES = ("polite", "formal", "friendly", "direct")
_TARGET = {"en": "German", "de": "English", "fr": "English", "es": "English"}


@dataclass(frozen=True)
class Case:
    """One recipe on one item. `task` is the recipe, with "+instruction" where the person says what to say."""

    id: str
    task: str
    language: str
    inputs: dict[str, str]

    @property
    def recipe(self) -> str:
        return self.task.partition("+")[0]

    @property
    def key(self) -> str:
        return f"{self.id}/{self.task}"


def cases(*, grounded: bool, languages: Sequence[str] = LANGUAGES, tasks: Sequence[str] = ()) -> Iterator[Case]:
    """The cases of a lane, by language and kind."""
    for language in languages:
        for kind in _GROUNDED:
            if (file := DATA / language / f"{kind}.jsonl").exists():
                yield from cases_in(file, grounded=grounded, tasks=tasks)


def chosen_cases(
    files: Sequence[Path], *, grounded: bool, languages: Sequence[str] = LANGUAGES, tasks: Sequence[str] = ()
) -> Iterator[Case]:
    """The cases of the items of some files; of ours where none is named."""
    if not files:
        yield from cases(grounded=grounded, languages=languages, tasks=tasks)
    for file in files:
        yield from cases_in(file, grounded=grounded, languages=languages, tasks=tasks)


def cases_in(
    file: Path, *, grounded: bool, languages: Sequence[str] = LANGUAGES, tasks: Sequence[str] = ()
) -> Iterator[Case]:
    """The cases of the items of one file; without a kind they are mails, and mails that are one text are talks."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
        item = {"kind": "mail", **json.loads(line)}
        if item["language"] not in languages:
            continue
        kind = "talk" if item["kind"] == "mail" and "text" in item else item["kind"]
        usual = _GROUNDED.get(kind, ())
        for task in usual if grounded else (*usual, *_WRITTEN.get(kind, ())):
            is_wanted = not tasks or task in tasks or task.partition("+")[0] in tasks
            if is_wanted and (not task.endswith("+instruction") or item.get("instruction")):
                yield Case(item["id"], task, item["language"], _inputs(item, task, number))


def _inputs(item: dict[str, Any], task: str, number: int) -> dict[str, str]:
    if "message" in item:
        given = {name: item.get(name) or "" for name in ("message", "subject", "sender_name", "owner_name")}
        earlier = item.get("thread") or []
        given["thread"] = "\n\n".join(f"{one['sender']}:\n{one['text']}" for one in earlier)
        return {**given, "instruction": item["instruction"]} if task.endswith("+instruction") else given
    if item["kind"] == "brief":
        return {name: item.get(name) or "" for name in ("brief", "recipient_name", "owner_name")}
    if item["kind"] == "question":
        return {"question": item["question"], "passages": json.dumps(item["passages"], ensure_ascii=False)}
    more = {
        "rewrite": {"tone": _TONES[number % len(_TONES)]},
        "translate": {"target_language": _TARGET[item["language"]]},
    }
    return {"text": item["text"], **more.get(task, {})}
