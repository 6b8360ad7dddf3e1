"""Jobs on the paragraphs of a document that the caller holds, such as the one that is open in Word."""

import json

from core.job import JobRequest
from core.recipes.model import Recipe
from integrations.api.access import Identity
from integrations.api.forms import JobForm, inputs_beside

# What the surface `word` reads. A file of the job: a long document has no place in a row or in a message.
SURFACE = "word"
PARAGRAPHS_FILE = "paragraphs.json"


def job_on_paragraphs(form: JobForm, recipe: Recipe, who: Identity, key: str) -> JobRequest:
    """Return the request for running a recipe over the paragraphs of the form.

    Raises:
        FieldErrors: an input cannot be used.
    """
    assert form.paragraphs is not None
    paragraphs = [paragraph.model_dump(exclude_none=True) for paragraph in form.paragraphs]
    return JobRequest(
        recipe.name,
        inputs_beside(recipe, form.inputs),
        surface=SURFACE,
        person=who.person,
        workspace=who.workspace,
        dedupe_key=key,
        queue=recipe.queue,
        model=form.model,
        delivery={"kind": SURFACE},
        blobs={PARAGRAPHS_FILE: json.dumps(paragraphs, ensure_ascii=False).encode("utf-8", "replace")},
    )
