"""Jobs on a document that is open in Word: its paragraphs came with the job, and the pane applies the edits.

So reading the job is its delivery. The paragraphs are a file of the job, because a long document has no place in a row.
"""

import json

from core.drafts import JsonObject
from core.errors import InlaidError
from core.job import Job, ParagraphsTarget
from core.ports import SurfaceContext
from core.runner.conversations import FOLLOWS
from core.writing.grounded.document_passages import document_passages
from core.writing.grounded.passages import passages_value

QUESTION = "question"


class WordSurface:
    """See `core.ports.Surface`."""

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return the paragraphs as the pane read them, for a question as passages; one to the sources has none."""
        if job.delivery.get("kind") != ParagraphsTarget.KIND:
            return {}
        paragraphs = json.loads(context.effects.get_file(job, ParagraphsTarget.PARAGRAPHS_FILE))
        into = str(job.delivery.get("into") or "")
        if not into:
            return {"paragraphs": paragraphs}
        return {into: passages_value(document_passages(paragraphs, "\n".join(_asked(job, context))))}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Do nothing: only the pane can change the open document."""


def _asked(job: Job, context: SurfaceContext) -> list[str]:
    """Return the question and the one that it follows, where that is of the same person."""
    asked, follows = [str(job.inputs.get(QUESTION, ""))], str(job.inputs.get(FOLLOWS) or "")
    if follows:
        try:
            before = context.jobs.get(follows)
        except InlaidError:
            return asked
        if (before.workspace, before.person) == (job.workspace, job.person):
            asked.append(str(before.inputs.get(QUESTION, "")))
    return asked
