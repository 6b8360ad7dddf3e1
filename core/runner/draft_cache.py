"""Drafts by what was asked: an identical request gets the same draft again, for a while."""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from core.drafts import Draft, Usage
from core.job import Job
from core.llm.routes import Route
from core.recipes.model import Recipe
from core.store.records import RecordStore
from core.text.catalogues import current_locale

KIND = "draft"
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class DraftCache:
    """Drafts by what was asked, sealed, for a while.

    Args:
        records: where they are kept.
        seconds: how long; 0 keeps none.
    """

    records: RecordStore
    seconds: float

    def find(self, job: Job, key: str) -> Draft | None:
        """Return the draft of an identical request, as this job's own and at no cost."""
        record = self.records.get(KIND, job.workspace, key) if self.seconds else None
        if record is None:
            return None
        try:
            draft = Draft.model_validate(record.data)
        except ValidationError:  # kept by another release, whose drafts had another form
            return None
        return draft.model_copy(update={"job_id": job.id, "usage": Usage()})

    def keep(self, job: Job, key: str, draft: Draft) -> None:
        """Keep a draft that a model wrote; a skeleton is tried again next time."""
        if self.seconds and not draft.skeleton and draft.model:
            data = draft.model_dump(mode="json")
            self.records.put(KIND, job.workspace, key, data, person=job.person, expires_in_seconds=self.seconds)


def request_key(recipe: Recipe, inputs: Mapping[str, Any], route: Route, variant: str) -> str:
    """Return the same key for the same request."""
    entries: Sequence[str] = [endpoint.entry.model_dump_json() for endpoint in (*route.endpoints, *route.fallback)]
    # "Tomorrow" means another day after midnight.
    today = int(time.time() // DAY_SECONDS)
    written = [recipe.model_dump_json(), recipe.house.digest]
    asked = json.dumps([*written, inputs, entries, variant, today, current_locale()], sort_keys=True, default=str)
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()
