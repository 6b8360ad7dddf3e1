"""Jobs on a document that is open in Word: its paragraphs came with the job, and the pane applies the edits.

So reading the job is its delivery. The paragraphs are a file of the job, because a long document has no place in a row.
"""

import json

from core.drafts import JsonObject
from core.job import Job, ParagraphsTarget
from core.ports import SurfaceContext


class WordSurface:
    """See `core.ports.Surface`."""

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return the paragraphs as the pane read them; a question to the sources has none."""
        if job.delivery.get("kind") != ParagraphsTarget.KIND:
            return {}
        return {"paragraphs": json.loads(context.effects.get_file(job, ParagraphsTarget.PARAGRAPHS_FILE))}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Do nothing: only the pane can change the open document."""
