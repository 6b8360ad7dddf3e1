"""The product in one page: a recipe and its inputs go in, a checked draft comes out."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.drafts import Draft
from core.editing import Paragraph, edit_document
from core.errors import NotFoundError
from core.jobs import Job
from core.ports import Chat, Progress
from core.recipes.model import Recipe
from core.writing import ModelDesk, write_text


@dataclass(frozen=True)
class Pipeline:
    """Writes drafts.

    Args:
        recipes: by name.
        connect: gives the model; called for each job, so that a changed setting counts.
    """

    recipes: Mapping[str, Recipe]
    connect: Callable[[], Chat]

    def generate(self, job: Job, further: Mapping[str, Any], progress: Progress) -> Draft:
        """Return the draft of a job.

        Args:
            job: what was asked.
            further: inputs that the surface read in the worker; `paragraphs` makes it a document job.
            progress: hears of each step, and stops the work by raising.

        Raises:
            InlaidError: see `core.errors`; retryable ones are worth another try.
        """
        started = time.monotonic()
        recipe = self.recipe(job.recipe)
        inputs = {**job.inputs, **further}
        paragraphs = inputs.pop("paragraphs", None)
        model = ModelDesk(self.connect(), progress, seed=recipe.decoding.seed)
        if paragraphs is None:
            progress.say("Writing")
            draft = write_text(recipe, inputs, model)
        else:
            draft = edit_document(recipe, inputs, [Paragraph(**one) for one in paragraphs], model, progress)
        usage = model.usage.model_copy(update={"seconds": round(time.monotonic() - started, 3)})
        return draft.model_copy(update={"job_id": job.id, "model": model.name, "usage": usage})

    def recipe(self, name: str) -> Recipe:
        """Return a recipe.

        Raises:
            NotFoundError: there is none of that name; the fix lists what there is.
        """
        try:
            return self.recipes[name]
        except KeyError:
            known = ", ".join(sorted(self.recipes))
            raise NotFoundError(f"There is no recipe called {name}.", fix=f"Take one of: {known}.") from None
