"""What an act of a person on a draft is compared with: the text that they saw, or what Inlaid wrote before theirs."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from core.drafts import without_hints
from core.job import Job
from core.outcomes import shown_text
from core.privacy import Cipher
from core.store.engine import Database
from core.store.rows import readable_jobs
from core.store.tables import jobs

# A draft has no more versions.
_MAX_VERSIONS = 50


def without_hints_of(job: Job, detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what came with an act on a whole draft, its text without the hints, which nobody has to take out.

    An alert is to be taken out of a mail.
    """
    text = detail.get("text")
    if job.draft is None or detail.get("edit") not in {None, ""} or not isinstance(text, str):
        return detail
    hints = [gap for gap in job.draft.hints if not gap.is_alert]
    return {**detail, "text": without_hints(text, hints)}


def text_seen(job: Job, edit: object) -> str | None:
    """Return what the person saw of the whole draft, or of one of its edits."""
    if job.draft is None:
        return None
    if edit is None or edit == "":
        return shown_text(job.draft)
    edits = job.draft.edits or ()
    place = int(edit) if str(edit).isdecimal() else len(edits)  # type: ignore[call-overload] # decimal, so int takes it
    return edits[place].text if place < len(edits) else None


def written_before(versions: Iterable[tuple[str, str | None]], seen: str) -> str | None:
    """Return the text of the first version that a person changed by hand, of those that one was made from.

    None where they changed none, or where what is used is what Inlaid wrote once: then nothing in it is theirs.

    Args:
        versions: what was written in each, the oldest first, and what was used in its place, None for that.
        seen: what is used.
    """
    for written, used in versions:
        if written == seen:
            return None
        if used is not None and used != written:
            return written
    return None


def versions_before(database: Database, cipher: Cipher, job: Job) -> list[Job]:
    """Return the versions that a job's was made from by wishes, the oldest first, as far as they can be read."""
    versions = list[Job]()
    while job.refines and job.wish and len(versions) < _MAX_VERSIONS:
        is_before = sa.and_(jobs.c.id == job.refines, jobs.c.workspace == job.workspace)
        with database.read() as connection:
            found = readable_jobs(connection.execute(sa.select(jobs).where(is_before)), cipher)
        if not found or found[0].draft is None:
            break
        job = found[0]
        versions.insert(0, job)
    return versions
