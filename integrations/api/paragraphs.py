"""Jobs on the paragraphs of a document that the caller holds, such as the one that is open in Word."""

import json

from core.job import Job
from core.recipes.model import Recipe
from core.targets import ParagraphsTarget
from integrations.api.forms import JobForm, inputs_beside
from integrations.api.services import Caller

SURFACE = "word"


def submit_paragraphs(caller: Caller, form: JobForm, recipe: Recipe, key: str | None) -> Job:
    """Store a job that runs a recipe over the paragraphs of the form.

    Raises:
        FieldErrors: an input cannot be used.
    """
    assert form.paragraphs is not None
    paragraphs = [paragraph.model_dump(exclude_none=True) for paragraph in form.paragraphs]
    data = json.dumps(paragraphs, ensure_ascii=False).encode("utf-8", "replace")
    files = {ParagraphsTarget.PARAGRAPHS_FILE: data}
    inputs = inputs_beside(recipe, form.inputs)
    target = ParagraphsTarget()
    return caller.submit(recipe, inputs, key, target=target, surface=SURFACE, model=form.model, files=files)
