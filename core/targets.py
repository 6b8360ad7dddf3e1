"""Where a job's result goes, as the adapter that asks and the one that delivers both know it.

Adapters never import each other, so the targets that two of them share stand here; those of one stand with it.

A target is stored as JSON in the job's `delivery`. Its key `kind`, else the job's surface, names the surface that
delivers (`integrations/registry.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

SaveMode = Literal["same", "copy", "either"]


class Target(Protocol):
    """What a surface is told of where the result goes."""

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored with a job."""


@dataclass(frozen=True)
class _Named:
    """A target that its kind says all of."""

    KIND: ClassVar[str] = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {"kind": self.KIND}


@dataclass(frozen=True)
class DocumentTarget(_Named):
    """A Word document that came with the job; the result, with tracked changes, is another file."""

    KIND: ClassVar[str] = "document"
    DOCUMENT_FILE: ClassVar[str] = "document.docx"
    RESULT_FILE: ClassVar[str] = "result.docx"


@dataclass(frozen=True)
class TemplateTarget(DocumentTarget):
    """A Word template that came with the job; the result is the filled document."""

    KIND: ClassVar[str] = "template"


@dataclass(frozen=True)
class ParagraphsTarget(_Named):
    """Paragraphs of a document that the caller holds, as a file of the job: they have no place in a row."""

    KIND: ClassVar[str] = "word"
    PARAGRAPHS_FILE: ClassVar[str] = "paragraphs.json"


@dataclass(frozen=True)
class DriveTarget:
    """A Word document in OneDrive or SharePoint.

    Attributes:
        link: its address there.
        assertion: the token with which Microsoft lets us act for the person.
        save: a new version of the file, a copy beside it, or a copy where it cannot be written.
    """

    KIND: ClassVar[str] = "drive"

    link: str
    assertion: str
    save: SaveMode = "either"

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {"kind": self.KIND, "link": self.link, "save": self.save, "assertion": self.assertion}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "DriveTarget":
        """Return what `to_json` wrote."""
        return cls(str(data["link"]), str(data["assertion"]), data.get("save", "either"))
