"""Says whether a redlined file is right: by a reading of its own, by the Open XML SDK, for real files by ours too."""

import io
import re
import shutil
import sys
import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from integrations.documents import DocumentEdit, apply_edits, read_document, resolve_revisions
from integrations.documents.model import View
from tests.office.judges import HERE as OFFICE
from tests.office.judges import VALIDATOR_FOLDER, SchemaJudge

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_COUNTED_LIST = (
    "bookmarkStart bookmarkEnd commentRangeStart commentRangeEnd commentReference drawing pict object hyperlink fldChar"
    " fldSimple footnoteReference endnoteReference sdt smartTag tbl tr tc sectPr"
)
COUNTED = (*(f"{W}{name}" for name in _COUNTED_LIST.split()), MATH)
EARLIER = tuple(f"{W}{name}" for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange"))


@dataclass(frozen=True)
class Verdict:
    """What became of a file. `schema_errors` is None where the validator is not installed."""

    rejects: bool
    accepts: bool
    lost: int
    schema_errors: int | None
    skipped: int

    def __str__(self) -> str:
        schema = "no validator" if self.schema_errors is None else f"{self.schema_errors} schema errors"
        return (
            f"reject {'right' if self.rejects else 'WRONG'}, accept {'right' if self.accepts else 'WRONG'}, "
            f"{self.lost} lost, {schema}, {self.skipped} silent skips"
        )


class Schema:
    """The validator, if it is there; use it as a context."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        node = shutil.which("node")
        found = node is not None and (VALIDATOR_FOLDER / "node_modules").is_dir()
        command = [str(node), str(OFFICE / "validate.mjs"), str(VALIDATOR_FOLDER)]
        self._judge = SchemaJudge(command, Path(self._folder.name)) if found else None
        if not found:
            print("The schema is not judged: run tests/office/install.sh", file=sys.stderr)

    def __enter__(self) -> "Schema":
        return self

    def __exit__(self, *_: object) -> None:
        if self._judge is not None:
            self._judge.close()
        self._folder.cleanup()

    def new_errors(self, before: bytes, after: bytes) -> int | None:
        """Return how many errors `after` has that `before` has not."""
        if self._judge is None:
            return None
        return (Counter(self._judge.faults(after)) - Counter(self._judge.faults(before))).total()


def judge(before: bytes, after: bytes, wanted: list[str], schema: Schema) -> Verdict:
    """Judge a file whose paragraphs are changed in place: none is new, none is gone."""
    found = shown_texts(after, accept=True)
    skipped = sum(one != other for one, other in zip(found, wanted, strict=False)) + abs(len(found) - len(wanted))
    return Verdict(
        rejects=shown(after, accept=False) == shown(before, accept=False),
        accepts=skipped == 0,
        lost=lost_elements(before, after),
        schema_errors=schema.new_errors(before, after),
        skipped=skipped,
    )


def shown_texts(data: bytes, *, accept: bool) -> list[str]:
    """Return the text of the body's paragraphs after accepting or rejecting all."""
    return ["".join(text for text, _ in paragraph) for paragraph in shown(data, accept=accept)]


def shown(data: bytes, *, accept: bool) -> list[list[tuple[str, str]]]:
    """Return text and look of the body's paragraphs as Word shows them: white space at the ends needs xml:space."""
    gone = {f"{W}{name}" for name in (("del", "moveFrom") if accept else ("ins", "moveTo"))}
    root = etree.fromstring(_parts(data)["word/document.xml"])
    paragraphs = []
    for paragraph in root.iter(f"{W}p"):
        stretches: list[tuple[str, str]] = []
        for node in paragraph.iter(f"{W}t", f"{W}delText"):
            if gone.intersection(parent.tag for parent in node.iterancestors()):
                continue
            text, look = node.text or "", _look(node.getparent())
            text = text if node.get(SPACE) == "preserve" else text.strip(" \t\r\n")
            if stretches and stretches[-1][1] == look:
                stretches[-1] = (stretches[-1][0] + text, look)
            elif text:
                stretches.append((text, look))
        paragraphs.append(stretches)
    return paragraphs


def _look(run: etree._Element | None) -> str:
    properties = None if run is None else run.find(f"{W}rPr")
    if properties is None:
        return ""
    kept = [child for child in properties if child.tag != f"{W}rPrChange"]
    return "".join(sorted(f"{child.tag}{sorted(map(str, child.items()))}" for child in kept))


def lost_elements(before: bytes, after: bytes) -> int:
    """Return how many links, fields, controls, anchors, notes, pictures, cells and earlier changes are missing."""
    return (_census(before) - _census(after)).total()


def _census(data: bytes) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for name, raw in _parts(data).items():
        root = etree.fromstring(raw)
        found.update((name, str(element.tag)) for element in root.iter(*COUNTED))
        found.update((name, str(element.tag), element.get(f"{W}id") or "") for element in root.iter(*EARLIER))
    return found


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [name for name in package.namelist() if name.startswith("word/") and name.endswith(".xml")]
        return {name: package.read(name) for name in names}


def edited(data: bytes, schema: Schema) -> Verdict | None:
    """Change one word of every paragraph of a file and judge what comes out; None when all edits were refused."""
    rows = [row for row in read_document(data).paragraphs if row.story != "comments"]
    wanted = {row.id: re.sub(r"\w+", "other", row.text, count=1) for row in rows}
    edits = [DocumentEdit(id=row.id, hash=row.hash, text=wanted[row.id]) for row in rows if wanted[row.id] != row.text]
    result = apply_edits(data, edits, author="Bench", date=datetime.now(UTC))
    if result.data is None:
        return None
    applied = {one.id for one in result.results if one.status == "applied"}
    meant = [wanted[row.id] if row.id in applied else row.text for row in rows]
    found = _view(result.data, "current")
    wrong = sum(one != other for one, other in zip(found, meant, strict=False)) + abs(len(found) - len(meant))
    unexplained = sum(one.status == "refused" and not one.reason for one in result.results)
    return Verdict(
        rejects=shown(result.data, accept=False) == shown(data, accept=False)
        and _view(result.data, "original") == _view(data, "original"),
        accepts=_view(resolve_revisions(result.data, accept=True), "current") == meant,
        lost=lost_elements(data, result.data),
        schema_errors=schema.new_errors(data, result.data),
        skipped=wrong + unexplained,
    )


def _view(data: bytes, view: View) -> list[str]:
    return [row.text for row in read_document(data, view=view).paragraphs if row.story != "comments"]
