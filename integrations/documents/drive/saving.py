"""Writes a result back where its document came from, once, and never over somebody else's work."""

from dataclasses import asdict, dataclass
from typing import Literal

from core.errors import ForbiddenError, NotFoundError, SourceChanged
from integrations.documents.drive.files import DriveFiles
from integrations.documents.drive.items import DriveItem, copy_name
from integrations.documents.isolated import read_document
from integrations.graph.errors import ChangedError, LockedError

# `same`: a new version of the file; `copy`: a new file beside it; `either`: a copy where the file cannot be written.
Save = Literal["same", "copy", "either"]


@dataclass(frozen=True)
class Saved:
    """Where the result is. `reason` says why it is a copy though the file itself was wanted."""

    name: str
    link: str
    is_copy: bool = False
    reason: str = ""

    def to_json(self) -> dict[str, str | bool]:
        """Return the public form."""
        return asdict(self)


@dataclass(frozen=True)
class Saving:
    """One result on its way back.

    Args:
        files: what the person reaches.
        source: the file as it was read.
        original: what was read.
        result: what is to be written.
        job_id: names the copy.
    """

    files: DriveFiles
    source: DriveItem
    original: bytes
    result: bytes
    job_id: str

    def run(self, save: Save) -> Saved:
        """Write it; a second run finds what the first one wrote.

        Raises:
            SourceChanged: somebody has changed the file since; nothing was written.
            LockedError: it is open or checked out (423), with `save` `same`.
            ForbiddenError: it may only be read, with `save` `same`.
            InlaidError: see `integrations.graph.errors`.
        """
        if save == "copy":
            return self._copy("")
        try:
            return self._replace()
        except LockedError as error:
            if save == "same":
                raise LockedError(
                    f"{self.source.name} is open or checked out elsewhere.",
                    fix="Close it and try again, have a copy saved, or use Inlaid inside Word.",
                ) from error
            return self._copy(f"{self.source.name} is open or checked out elsewhere.")
        except ForbiddenError:
            if save == "same":
                raise
            return self._copy(f"You may read {self.source.name}, but not change it.")

    def _replace(self) -> Saved:
        now = self.files.again(self.source)
        if now.has_content_of(self.source.ctag, self.source.digest):
            try:
                now = self.files.replace(now, self.result)
            except ChangedError as error:
                raise self._changed() from error
        elif not self._is_ours(now):
            raise self._changed()
        return Saved(now.name, now.link)

    def _copy(self, reason: str) -> Saved:
        name = copy_name(self.source.name, self.job_id)
        try:
            made = self.files.create(self.source, name, self.result)
        except ChangedError:  # there is one: of an earlier try, since nobody else gives a file this name
            made = self.files.find(self.source, name)
        return Saved(made.name, made.link, is_copy=True, reason=reason)

    def _is_ours(self, now: DriveItem) -> bool:
        """Whether an earlier try wrote the file. SharePoint rewrites properties, so the bytes say nothing."""
        if self.result == self.original:
            return False
        try:
            there = read_document(self.files.download(now))
        except NotFoundError:
            return False
        ours = read_document(self.result)
        return (there.paragraphs, there.revisions) == (ours.paragraphs, ours.revisions)

    def _changed(self) -> SourceChanged:
        return SourceChanged(
            f"{self.source.name} was changed while Inlaid worked on it.", fix="Run it again on the new version."
        )
