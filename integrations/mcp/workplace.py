"""What the tools reach, as a port: the web process has one for the person of a token, the command line its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.drafts import Edit, cut_at_word
from core.job import Job
from core.recipes.model import Recipe
from core.sources.model import Hit
from core.text.quote_links import link_to_quote

# So much of what stands beside a passage helps to understand it.
MAX_BESIDE_CHARS = 300


@dataclass(frozen=True)
class FoundPassage:
    """A passage that may answer a question: where it stands, and what it says word for word.

    Attributes:
        date: when it was written or holds from: a day or a year, "" for unknown.
        before: the end of what stands before it under the same heading.
        after: the beginning of what stands behind it there.
        copies: how many more places hold the same text.
    """

    title: str
    link: str
    text: str
    date: str = ""
    before: str = ""
    after: str = ""
    copies: int = 0

    @classmethod
    def of(cls, hit: Hit) -> "FoundPassage":
        """Return what was found in sources."""
        link = link_to_quote(hit.link, hit.text)
        before, after = _end_of(hit.before), cut_at_word(hit.after, MAX_BESIDE_CHARS)
        return cls(hit.title, link, hit.text, hit.date, before, after, hit.copies)

    def in_words(self) -> str:
        """Return it as a text for a model that reads no fields."""
        title = f"{self.title} ({self.date})" if self.date else self.title
        more = f"(The same text stands in {self.copies} more places.)" if self.copies else ""
        beside = [f"[before] {self.before}" if self.before else "", f"[after] {self.after}" if self.after else ""]
        return "\n".join(filter(None, (title, self.link, beside[0], self.text, beside[1], more)))


def _end_of(text: str) -> str:
    if len(text) <= MAX_BESIDE_CHARS:
        return text
    end = text[-MAX_BESIDE_CHARS:]
    return f"… {end.partition(' ')[2] or end}"


@dataclass(frozen=True)
class DocumentParagraph:
    """A paragraph as a document holds it now; `hash` tells later whether somebody has changed it.

    `is_margin` is said of a header, a footer or a text box.
    """

    id: str
    hash: str
    text: str
    is_margin: bool


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
