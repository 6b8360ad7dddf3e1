"""What the API says of a job to whoever asks, in their language; what stands in the draft stays as it is."""

from collections.abc import Mapping

from core.drafts import Draft, JsonObject
from core.job import Job
from core.model_outages import for_people
from core.recipes.model import ASK
from core.text.catalogues import ENGLISH, N_, current_locale, told

WORD_SURFACE, OUTLOOK_SURFACE = "word", "outlook"
# The surfaces of those who do not run the server.
PANES = frozenset({WORD_SURFACE, OUTLOOK_SURFACE})


def told_error(error: Mapping[str, str]) -> dict[str, str]:
    """Return an error's public form in the language of whoever asks."""
    return {**error, "message": told(error["message"]), "fix": told(error.get("fix", ""))}


def told_job(job: Job) -> JsonObject:
    """Return a job's public form, with its error, remarks, notices and refusal in the language of whoever asks.

    A pane shows no error of how the server is set up, and among the notices why no text of a model was used.
    """
    shown = job.to_json()
    if job.error and job.surface in PANES:
        shown["error"] = for_people(job.error)
    if job.draft and job.draft.is_refusal:
        shown["draft"]["text"] = told(job.draft.text)
    elif job.draft and job.surface in PANES:
        shown["draft"]["notices"] = _notices_with_reason(job.draft)
    if current_locale() == ENGLISH:
        return shown
    if shown.get("error"):
        shown["error"] = told_error(shown["error"])
    if draft := shown.get("draft"):
        findings = [{**finding, "sentence": told(finding["sentence"])} for finding in draft.get("findings") or ()]
        shown["draft"] = {
            **draft,
            "findings": findings,
            "notices": [told(notice) for notice in draft.get("notices") or ()],
        }
    return shown


def _notices_with_reason(draft: Draft) -> list[str]:
    """Return a draft's notices, why no text of a model was used before them; no answer says so by itself."""
    why = next((step.reason for step in draft.escalations if step.to == "skeleton"), "") if draft.skeleton else ""
    is_said = not why or why in draft.notices or draft.recipe == ASK
    return [*([] if is_said else [N_(f"This needs your words: {why}")]), *draft.notices]
