"""The surface of files in OneDrive and SharePoint: read when work begins, written back when it is done."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from core.job import Job
from core.ports import Effects, SurfaceContext
from core.targets import DocumentTarget, DriveTarget
from integrations.documents.drive.files import DriveFiles
from integrations.documents.drive.items import DriveItem
from integrations.documents.drive.saving import Saving
from integrations.documents.isolated import editable_paragraphs
from integrations.documents.surface import changed_document
from integrations.graph.client import Graph
from integrations.graph.sign_in import make_sign_in

# Least for files that others share with the person (https://learn.microsoft.com/graph/permissions-reference).
SCOPES = ("Files.ReadWrite.All",)


class DriveSurface:
    """See `core.ports.Surface`. The target is a `DriveTarget`.

    Args:
        files: gives what the person of a job reaches; by default through Graph.
    """

    def __init__(self, files: Callable[[Job, SurfaceContext], DriveFiles] | None = None) -> None:
        self._files = files or _on_behalf

    def prepare(self, job: Job, context: SurfaceContext) -> dict[str, Any]:
        """Download the document.

        Raises:
            InlaidError: it cannot be read: see `items` and `integrations.graph.errors`.
        """
        files, effects = self._files(job, context), context.effects
        item = files.by_link(DriveTarget.from_json(job.delivery).link)
        data = files.download(item)
        paragraphs = editable_paragraphs(data)
        effects.intend(job, _source(job), asdict(item))
        effects.confirm(job, _source(job), asdict(item))
        effects.put_file(job, DocumentTarget.DOCUMENT_FILE, data)
        return {"paragraphs": paragraphs}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Write the tracked changes back; where that fails the result is still a file of the job.

        Raises:
            SourceChanged: the file is a new one; the work is done again on it.
            InlaidError: see `Saving.run`.
        """
        if job.state == "failed" or job.draft is None or job.finished_at is None:
            return
        effects = context.effects
        state, _ = effects.intend(job, _saved(job), {})
        if state == "confirmed":
            return
        original = effects.get_file(job, DocumentTarget.DOCUMENT_FILE)
        result = changed_document(original, job.draft.edits or (), job.finished_at)
        data = result.data or original
        effects.put_file(job, DocumentTarget.RESULT_FILE, data)
        source = DriveItem(**effects.get_detail(job, _source(job)))
        if result.data is None:
            effects.confirm(job, _saved(job), {"name": source.name, "link": source.link, "is_copy": False})
            return
        files = self._files(job, context)
        saved = Saving(files, source, original, data, job.id).run(DriveTarget.from_json(job.delivery).save)
        effects.confirm(job, _saved(job), saved.to_json())


def saved_of(job: Job, effects: Effects) -> dict[str, Any]:
    """Return where the result of a delivered job was saved; empty when it was not."""
    return effects.get_detail(job, _saved(job))


def _source(job: Job) -> str:
    # By attempt: when the work is done again, on a new version, the old version counts no longer.
    return f"drive_source:{job.attempts}"


def _saved(job: Job) -> str:
    return f"drive_saved:{job.attempts}"


def _on_behalf(job: Job, context: SurfaceContext) -> DriveFiles:
    sign_in = make_sign_in(context.settings, context.records)
    token = sign_in.on_behalf_of(DriveTarget.from_json(job.delivery).assertion, SCOPES)
    return DriveFiles(Graph(context.settings.microsoft_graph_url, token))
