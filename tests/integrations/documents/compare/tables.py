"""Documents with tables, and what a comparison of two of them says."""

from lxml import etree

from integrations.documents import compare_documents, read_document, resolve_revisions
from integrations.documents.model import ApplyResult
from tests.integrations.documents.build import (
    BOT,
    DATE,
    W,
    files_of,
    p,
    run,
    table,
)

OLD_ROWS = [["Item", "Price"], ["Paper", "10"], ["Ink", "20"]]


def words(text: str) -> str:
    return p(run(text))


def grid(rows: list[list[str]]) -> str:
    return table(*[[words(cell) for cell in row] for row in rows])


def structure(data: bytes, part: str = "word/document.xml") -> list[object]:
    """Return the text of the paragraphs as they nest in rows and cells; shares no code with the engine."""

    def described(container: etree._Element) -> list[object]:
        found: list[object] = []
        for child in container:
            if child.tag == f"{{{W}}}p":
                found.append("".join(node.text or "" for node in child.iter(f"{{{W}}}t")))
            elif child.tag == f"{{{W}}}tbl":
                found.append([[described(cell) for cell in row.iter(f"{{{W}}}tc")] for row in rows_of(child)])
        return found

    root = etree.fromstring(files_of(data)[part])
    return described(root[0] if part == "word/document.xml" else root)


def rows_of(element: etree._Element) -> list[etree._Element]:
    return list(element.iterchildren(f"{{{W}}}tr"))


def compared(old: bytes, new: bytes) -> ApplyResult:
    return compare_documents(old, new, author=BOT, date=DATE)


def marked(old: bytes, new: bytes) -> bytes:
    """Return the comparison after checking that it is complete both ways."""
    result = compared(old, new)
    assert result.warnings == ()
    assert [row.status for row in result.results] == ["applied"] * len(result.results), result.results
    assert result.data is not None
    assert structure(resolve_revisions(result.data, accept=False)) == structure(old)
    assert structure(resolve_revisions(result.data, accept=True)) == structure(new)
    assert [row.text for row in read_document(result.data, view="original").paragraphs] == [
        row.text for row in read_document(old).paragraphs
    ]
    return result.data
