"""What an assistant on this machine can do through `inlaid mcp`: jobs of this process, files of this machine."""

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.drafts import Edit
from core.errors import InputError, JobFailed
from core.job import Job
from core.recipes.model import Recipe
from integrations.cli.terminal import read_bytes
from integrations.mcp.workplace import DocumentParagraph, FoundPassage, SavedDocument

if TYPE_CHECKING:
    from integrations.cli.local_runner import LocalSession

SURFACE = "mcp"


@dataclass(frozen=True)
class LocalWorkplace:
    """See `integrations.mcp.workplace.Workplace`: the person at this machine, whose documents are files.

    Args:
        session: runs jobs in this process.
        person: the person.
    """

    session: "LocalSession"
    person: str
    document_help: str = "its path on this machine."

    def recipes(self) -> Sequence[Recipe]:
        """See the Protocol."""
        from core.job import LOCAL_WORKSPACE
        from core.writing.lanes import usable_recipes

        pipeline, policies = self.session.pipeline, self.session.intake.policies
        policy = policies.of(LOCAL_WORKSPACE, self.person)
        return usable_recipes(pipeline.recipes, pipeline.models.file, policy, SURFACE)

    def submit(self, recipe: Recipe, inputs: Mapping[str, Any]) -> Job:
        """See the Protocol."""
        from core.recipes.inputs import validate_inputs

        given = validate_inputs(recipe, inputs)
        request = replace(self.session.request(recipe.name, given), surface=SURFACE, queue=recipe.queue)
        job = self.session.intake.add(request)[0]
        threading.Thread(target=self._bring_to_end, args=(job,), daemon=True).start()
        return job

    def _bring_to_end(self, job: Job) -> None:
        with suppress(JobFailed):  # its error is stored with the job, from where the assistant is told
            self.session.resume(job)

    def job(self, job_id: str) -> Job:
        """See the Protocol."""
        return self.session.store.jobs.get(job_id)

    def cancel(self, job_id: str) -> None:
        """See the Protocol."""
        self.session.store.jobs.request_cancel(job_id)

    def search(self, question: str, limit: int) -> Sequence[FoundPassage]:
        """See the Protocol."""
        from core.job import LOCAL_WORKSPACE

        sources = self.session.pipeline.sources
        assert sources
        found = sources.search(LOCAL_WORKSPACE, self.person, question, limit=limit)
        return [FoundPassage.of(passage) for passage in found]

    def paragraphs(self, document: str) -> Sequence[DocumentParagraph]:
        """See the Protocol."""
        from integrations.documents.isolated import editable_paragraphs

        read = editable_paragraphs(read_bytes(_docx(document)))
        return [DocumentParagraph(found["id"], found["hash"], found["text"], found["is_margin"]) for found in read]

    def redline(self, document: str, edits: Sequence[Edit]) -> SavedDocument:
        """See the Protocol. The changed document stands beside the original, which is never written."""
        from integrations.documents.isolated import apply_edits
        from integrations.documents.model import DocumentEdit
        from integrations.documents.surface import AUTHOR

        original = _docx(document)
        wanted = [DocumentEdit.from_draft(edit) for edit in edits]
        now = datetime.fromtimestamp(int(time.time()), UTC)
        made = apply_edits(read_bytes(original), wanted, author=AUTHOR, date=now)
        refused = {found.id: found.reason for found in made.results if found.status == "refused"}
        changed = [found.id for found in made.results if found.status == "applied"]
        if made.data is None or not changed:
            return SavedDocument(refused=refused)
        path = _free_path(original)
        path.write_bytes(made.data)
        return SavedDocument(str(path), changed=changed, refused=refused)


def _docx(document: str) -> Path:
    path = Path(document).expanduser()
    if path.suffix.lower() != ".docx" or not path.is_file():
        raise InputError(f"{document[:200]} is not a Word document on this machine.", fix="Give the path to a .docx.")
    return path


def _free_path(original: Path) -> Path:
    """Return the path of a new file beside the original."""
    number = 1
    while (path := original.with_name(f"{original.stem} (changes{f' {number}' if number > 1 else ''}).docx")).exists():
        number += 1
    return path
