"""What the tools reach, as a port: the web process has one for the person of a token, the command line its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.drafts import Edit
from core.job import Job
from core.recipes.model import Recipe


@dataclass(frozen=True)
class FoundPassage:
    """A passage that may answer a question: where it stands, and what it says word for word."""

    title: str
    link: str
    text: str


@dataclass(frozen=True)
class DocumentParagraph:
    """A paragraph as a document holds it now; `hash` tells later whether somebody has changed it."""

    id: str
    hash: str
    text: str


@dataclass(frozen=True)
class SavedDocument:
    """A document with tracked changes: at `path` on this machine, or as `data` for the client to keep.

    Attributes:
        changed: the ids of the paragraphs that were changed.
        refused: why a change was not made, by the id of its paragraph.
    """

    path: str = ""
    data: bytes = b""
    changed: Sequence[str] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


class Workplace(Protocol):
    """What one person can do. Every method may take a while and is called on a thread.

    Raises:
        InlaidError: what was asked for cannot be done, with what to do about it.
    """

    @property
    def document_help(self) -> str:
        """How a client names a document, for the tools' descriptions."""

    def recipes(self) -> Sequence[Recipe]:
        """Return what this person may ask for, and the models can do."""

    def submit(self, recipe: Recipe, inputs: Mapping[str, Any]) -> Job:
        """Store a job and have it run."""

    def job(self, job_id: str) -> Job:
        """Return one of the person's jobs."""

    def cancel(self, job_id: str) -> None:
        """Stop one of the person's jobs."""

    def search(self, question: str, limit: int) -> Sequence[FoundPassage]:
        """Return the passages of the person's sources that have most in common with a question, the best first."""

    def paragraphs(self, document: str) -> Sequence[DocumentParagraph]:
        """Return what a document says."""

    def redline(self, document: str, edits: Sequence[Edit]) -> SavedDocument:
        """Return or save the document with these edits as tracked changes; the original stays as it is."""
