"""Documents whose XML was damaged element by element: each is refused with a reason, or everything works on it."""

import random
import time
from pathlib import Path

import pytest
from lxml import etree

from core.errors import DocumentError
from integrations.documents import DocumentEdit, compare_documents, read_document, resolve_revisions
from tests.hostile import named, seeds
from tests.integrations.documents.build import BOT, DATE, W, apply, archive, files_of

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.docx"))
SECONDS = 20.0
VALUES = (
    "",
    "0",
    "-1",
    "99999999999999999999",
    "x",
    "../../x",
    "é\u202e",
    "NaN",
    "true",
    " ",
    "rId1",
    "http://[",
    "\ufffd" * 300,
)
# What a value of a package's XML most often is; names that stand for something wherever they come.
TAGS = (
    "p",
    "r",
    "t",
    "tbl",
    "tr",
    "tc",
    "ins",
    "del",
    "moveFrom",
    "sdt",
    "sdtContent",
    "fldChar",
    "hyperlink",
    "rPr",
    "pPr",
    "sectPr",
    "comment",
)


def damaged(chance: random.Random, path: Path) -> bytes:
    """Return a document with some elements moved, doubled, renamed, taken away or given other values."""
    files = files_of(path.read_bytes())
    names = [name for name in files if name.endswith((".xml", ".rels"))]
    for _ in range(chance.randint(1, 3)):
        name = "word/document.xml" if chance.random() < 0.5 and "word/document.xml" in files else chance.choice(names)
        root = etree.fromstring(files[name])
        for _ in range(chance.randint(1, 6)):
            _damage(chance, root)
        files[name] = etree.tostring(root)
    if chance.random() < 0.1:
        del files[chance.choice(list(files))]
    return archive(files)


def _damage(chance: random.Random, root: etree._Element) -> None:
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    one, other = chance.choice(elements), chance.choice(elements)
    parent = one.getparent()
    match chance.randrange(6):
        case 0 if parent is not None:
            parent.remove(one)
        case 1 if parent is not None and other not in set(one.iter()):
            other.insert(chance.randint(0, len(other)), one)
        case 2 if parent is not None:
            parent.insert(0, etree.fromstring(etree.tostring(one)))
        case 3:
            one.tag = f"{{{W}}}{chance.choice(TAGS)}"
        case 4 if one.attrib:
            one.set(chance.choice(sorted(map(str, one.attrib))), chance.choice(VALUES))
        case _:
            one.text = chance.choice(VALUES)


def work_on(data: bytes, original: bytes) -> None:
    """Do with a document what people have done with one; what comes out can be read."""
    found = read_document(data)
    for view in ("original", "current"):
        read_document(data, view=view)
    rows = [row for row in found.paragraphs if row.text][:3]
    wishes = [DocumentEdit(id=row.id, hash=row.hash, text=f"{row.text} New words.") for row in rows]
    results = [apply(data, *wishes).data, compare_documents(original, data, author=BOT, date=DATE).data]
    results += [resolve_revisions(data, accept=accept) for accept in (True, False)]
    for result in results:
        if result is not None:
            read_document(result)


def attempt(seed: int) -> bool:
    """Make a document and work on it; returns whether it was accepted."""
    chance = random.Random(seed)
    path = chance.choice(CORPUS)
    data, begun = damaged(chance, path), time.monotonic()
    reason = ""
    try:
        work_on(data, path.read_bytes())
    except DocumentError as refusal:
        reason = refusal.message or "none"
    assert time.monotonic() - begun < SECONDS
    assert not reason or reason.endswith("."), reason
    return not reason


def test_a_damaged_document_is_refused_with_a_reason_or_works() -> None:
    accepted = 0
    for seed in seeds(40):
        with named(seed):
            accepted += attempt(seed)
    assert accepted


@pytest.mark.parametrize("accept", [True, False])
def test_a_part_that_calls_itself_a_change_is_none(accept: bool) -> None:
    """Found by chance: its root was to be taken out of what it stands in."""
    files = files_of((Path(__file__).parent / "corpus" / "poi__footnotes.docx").read_bytes())
    root = etree.fromstring(files["word/footnotes.xml"])
    root.tag = f"{{{W}}}ins"
    files["word/footnotes.xml"] = etree.tostring(root)
    assert read_document(resolve_revisions(archive(files), accept=accept)).paragraphs
