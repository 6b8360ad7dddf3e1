"""Keeps what a person decides about Inlaid's tracked changes, so that it teaches as an edited text does."""

from datetime import datetime
from typing import TYPE_CHECKING

from core.errors import InlaidError

if TYPE_CHECKING:
    from core.store import Store
    from integrations.documents.decisions import ChangeAttribution
    from integrations.documents.model import DocumentText


def note_decisions(before: "DocumentText", after: "DocumentText") -> int:
    """Store what was decided about the changes of the person's own drafts, and return about how many edits.

    Changes of others, and of drafts that are not in this installation, are nobody's business here. The document is what
    the person wants: that something cannot be kept stops nothing, and is said.
    """
    from integrations.documents.decisions import attributions_of
    from integrations.documents.surface import AUTHOR

    marks = attributions_of(before, AUTHOR)
    if not marks:
        return 0
    from core.settings import load_settings
    from core.store import open_store
    from integrations.cli.local_runner import local_person
    from integrations.cli.terminal import error_console

    try:
        settings = load_settings()
        store = open_store(settings)
        try:
            return sum(_note(store, local_person(settings), mark, before, after) for mark in marks)
        finally:
            store.close()
    except InlaidError as error:
        error_console().print(f"note: What you decided was not kept to learn from: {error.message}", markup=False)
        return 0


def _note(store: "Store", person: str, mark: "ChangeAttribution", before: "DocumentText", after: "DocumentText") -> int:
    from core.job import LOCAL_WORKSPACE
    from integrations.documents.decisions import decisions_of

    try:
        finished = datetime.fromisoformat(mark.date).timestamp()
    except ValueError:
        return 0
    noted = 0
    for job in store.outcomes.finished_jobs(LOCAL_WORKSPACE, person, from_seconds=finished, to_seconds=finished + 1):
        edits = job.draft.edits if job.draft else None
        for one in decisions_of(edits or (), mark, before, after):
            detail = {"edit": str(one.place), "text": one.text} if one.outcome == "edited" else {"edit": str(one.place)}
            distance = 0.0 if one.outcome == "accepted" else None
            noted += store.outcomes.add(job, one.outcome, person=person, distance=distance, detail=detail)
    return noted
