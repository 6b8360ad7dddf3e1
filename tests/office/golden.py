"""Writes redlined documents for a person to open in Word, which no test can: `python -m tests.office.golden FOLDER`.

Each has one theme and the numbers of its cases; LOOK.md beside them says what to look at. Nothing is kept in the
repository, as the same code always writes the same documents.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.integrations.documents.build import CORPUS
from tests.office.letters import comments, compared, corpus, letter, paragraphs, reviewed, saved, words

EVERYWHERE = """Everywhere: Word opens the file without a repair prompt, and without a bar that the original has not;
the review pane names author and date of every change; "Reject all" gives the original, "Accept all" the new text; a few
changes are accepted and rejected one by one; Ctrl-Z takes each back; the file is saved and opened again."""


@dataclass(frozen=True)
class Golden:
    """One document: what it shows, what a person looks at, and how it is made."""

    name: str
    cases: str
    look: str
    make: Callable[[], bytes]
    source: str = ""

    def original(self) -> bytes:
        """Return the document before anything was changed."""
        return (CORPUS / f"{self.source}.docx").read_bytes() if self.source else saved(letter())


GOLDEN = (
    Golden(
        "words",
        "H1 H2 H10 H19 S8 T1 T4",
        "New words look as the old ones did, bold and italic; list and table keep their shape.",
        words,
    ),
    Golden(
        "paragraphs",
        "S1-S6 S8",
        "Whole paragraphs are new, gone, parted, joined and moved; the joined pair reads as one.",
        paragraphs,
    ),
    Golden(
        "reviewed",
        "H12-H14 R1 R6",
        "Two authors in two colours, Inlaid's changes inside Ann's; rejecting Inlaid's alone leaves Ann's.",
        reviewed,
    ),
    Golden(
        "comments",
        "C1-C9",
        "A thread with an answer, a resolved thread, comments in a cell and beside a change.",
        comments,
    ),
    Golden(
        "compared",
        "R3",
        "Rows and whole tables are marked as deleted and inserted; a table at the very end comes and goes.",
        compared,
    ),
    Golden(
        "link",
        "H3",
        "The link still works and looks like one.",
        lambda: corpus(
            "oxpt__HC023-Hyperlink",
            {"id": "Following", "text": "Below stands a hyperlink."},
            {"id": "EricWhite.com", "find": "White", "text": "Black"},
        ),
        "oxpt__HC023-Hyperlink",
    ),
    Golden(
        "controls",
        "H8 H9 W1",
        "The content controls still work: the date, the list, the checkbox.",
        lambda: corpus(
            "oxpt__HC030-Content-Controls",
            {"id": "Video", "find": "powerful", "text": "strong"},
            {"id": "To make", "find": "professionally", "text": "well"},
        ),
        "oxpt__HC030-Content-Controls",
    ),
    Golden(
        "box",
        "H18",
        "The text box shows the change; saved as Word 97-2003 it still does.",
        lambda: corpus("oxpt__TextBox", {"id": "Here", "text": "Here is a changed text box."}),
        "oxpt__TextBox",
    ),
    Golden(
        "note",
        "H15 H16",
        "The footnote keeps its sign and number.",
        lambda: corpus(
            "poi__footnotes",
            {"id": "Eto", "find": "prostoy", "text": "slozhnyy"},
            {"id": "\ufffc snoska", "find": "snoska", "text": "novaya snoska"},
        ),
        "poi__footnotes",
    ),
    Golden(
        "header",
        "H17 S7",
        "Both headers are changed, each in its own section.",
        lambda: corpus(
            "docx4j__header-section2",
            {"id": "MyHeader", "text": "OurHeader"},
            {"id": "Header for", "text": "Header of the last section"},
            {"id": "This is", "op": "insert_after", "text": "And more of it."},
        ),
        "docx4j__header-section2",
    ),
    Golden(
        "fields",
        "H5-H7 H20 W3 W4",
        "References and links still go where they went, also after updating the fields (Ctrl-A, F9).",
        lambda: corpus(
            "docx4j__Bookmark_crossrefs",
            {"id": "There are", "text": "There are three ways to refer to a bookmark:"},
            {"id": "Word 2010", "find": "create these", "text": "make those"},
            {"id": " Bookmark uses", "find": "uses", "text": "works by"},
        ),
        "docx4j__Bookmark_crossrefs",
    ),
    Golden(
        "equation",
        "H28 C3",
        "The equation can still be edited as one; a comment stands beside it.",
        lambda: corpus("oxpt__Equation", {"id": "\ufffc", "comment": "Is this right?"}),
        "oxpt__Equation",
    ),
    Golden(
        "scripts",
        "H23",
        "The Arabic text runs from right to left, new words too.",
        lambda: corpus(
            "docx4j__arabic_numbering",
            {"id": "rtl only", "text": "only rtl"},
            {"id": "\u0648", "find": "123456789", "text": "987654321"},
        ),
        "docx4j__arabic_numbering",
    ),
    Golden(
        "tags",
        "H22",
        "The smart tags are still there; nothing of the poem is lost.",
        lambda: corpus("poi__smarttag-snippet", {"id": "Note:", "find": "text was copied", "text": "poem was taken"}),
        "poi__smarttag-snippet",
    ),
    Golden(
        "merged",
        "S9 H10",
        "The merged cells keep their shape.",
        lambda: corpus(
            "oxpt__WC033-Merged-Cells-Before",
            {"id": "aaa", "text": "aaa and more"},
            {"id": "ddd", "text": "changed"},
        ),
        "oxpt__WC033-Merged-Cells-Before",
    ),
    Golden(
        "nested",
        "H11 S6",
        "The table inside the table keeps its shape; the last paragraph of its cell is changed.",
        lambda: corpus("oxpt__WC043-Nested-Table", {"id": "Nested", "text": "Still nested."}),
        "oxpt__WC043-Nested-Table",
    ),
)


def main(arguments: Sequence[str]) -> None:
    """Write the documents and the list of what to look at into the folder that is named."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["# What to look at in Word", "", EVERYWHERE, ""]
    for number, golden in enumerate(GOLDEN, start=1):
        name = f"{number:02}-{golden.name}.docx"
        (folder / name).write_bytes(golden.make())
        lines.append(f"- [ ] `{name}` ({golden.cases}): {golden.look}")
    (folder / "LOOK.md").write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
