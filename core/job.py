"""A job: one run of one recipe for one person.

```text
queued ──claim──> running ──draft stored──> ready ──delivered──> delivered
   │                 ├──retryable error──> queued (later)
   └──cancel         ├──error──> failed ──told to the person──> failed, delivered_at set
                     └──cancel──> cancelled
```

The row is the truth; a queue message is only a wake-up call.
"""

import hashlib
import json
import os
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from core.drafts import Draft
from core.targets import Target

State = Literal["queued", "running", "ready", "delivered", "failed", "cancelled"]
QueueName = Literal["interactive", "background", "bulk"]
Outcome = Literal["accepted", "edited", "rejected", "regenerated", "expired"]

STATES: tuple[State, ...] = get_args(State)
ENDED: frozenset[State] = frozenset({"delivered", "failed", "cancelled"})
QUEUES: tuple[QueueName, ...] = get_args(QueueName)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

LOCAL_WORKSPACE = "local"
# The key in a stored target that says which further draft of the same inputs this is.
AGAIN = "again"


@dataclass(frozen=True)
class JobRequest:
    """What a surface asks for.

    Args:
        recipe: name of the recipe.
        inputs: values by input name; for documents also `paragraphs`, a list of `{"id", "hash", "text"}`.
        surface: where it came from; chooses the delivery.
        person: key of the person within the workspace.
        workspace: tenant.
        dedupe_key: the same key within workspace and surface gives the same job. Empty: every submit is new.
        queue: which workers take it.
        model: name of a model to use instead of the route's first. Empty: the route decides.
        target: where the result goes; None where reading the job is its delivery.
        blobs: files that belong to the job, by name.
    """

    recipe: str
    inputs: dict[str, Any]
    surface: str
    person: str
    workspace: str = LOCAL_WORKSPACE
    dedupe_key: str = ""
    queue: QueueName = "interactive"
    model: str = ""
    target: Target | None = None
    blobs: dict[str, bytes] = field(default_factory=dict)

    def content_hash(self) -> str:
        """Return a digest of what was asked, to tell a repeat from a changed request."""
        content = json.dumps([self.recipe, self.inputs, self.model], sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(content.encode())
        for name in sorted(self.blobs):
            digest.update(name.encode() + b"\0" + hashlib.sha256(self.blobs[name]).digest())
        return digest.hexdigest()


@dataclass(frozen=True)
class Job:
    """One stored job. `delivery` is its target as it is stored. Times are Unix seconds by the database's clock."""

    id: str
    workspace: str
    person: str
    surface: str
    recipe: str
    queue: QueueName
    state: State
    inputs: dict[str, Any]
    delivery: dict[str, Any]
    model: str
    draft: Draft | None
    error: dict[str, str] | None
    attempts: int
    delivery_attempts: int
    fence: int
    cancel_requested: bool
    created_at: float
    started_at: float | None
    finished_at: float | None
    delivered_at: float | None

    @property
    def surface_name(self) -> str:
        """Name of the surface that delivers it."""
        return str(self.delivery.get("kind", self.surface))

    @property
    def again(self) -> int:
        """Which further draft of the same inputs this is, 0 for the first; it is written anew, from another seed."""
        return int(self.delivery.get(AGAIN, 0))

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in ENDED

    def to_json(self) -> dict[str, Any]:
        """Return the public form of the API and of `--json`; keys without a value are left out."""
        shown: dict[str, Any] = {
            "id": self.id,
            "state": self.state,
            "recipe": self.recipe,
            "surface": self.surface,
            "attempts": self.attempts,
            "created_at": self.created_at,
            "finished_at": self.finished_at,
            "draft": self.draft.model_dump(mode="json", exclude_none=True) if self.draft else None,
            "error": self.error,
        }
        return {name: value for name, value in shown.items() if value is not None}


def new_id() -> str:
    """Return a UUID version 7 (RFC 9562): ids sort by the time they were made."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
