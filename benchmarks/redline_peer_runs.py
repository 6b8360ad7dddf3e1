"""Runs inside a peer's own environment: `redline_peer_runs.py PEER FILE FOLDER OUT`, for comparison us too.

FOLDER holds intended.docx, the file with all changes accepted, and edits.json, a list of {"index", "old", "new"}:
paragraph number, its text, and the text it shall have.
"""

import json
import re
import resource
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Edits = list[dict[str, Any]]


def changed_stretch(old: str, new: str) -> tuple[int, int, str]:
    """Return start, end and replacement of the one stretch that differs, in whole words."""
    before, after = old.split(" "), new.split(" ")
    head = next(n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
    tail = next(n for n, (one, other) in enumerate(zip(before[::-1], after[::-1], strict=False)) if one != other)
    start = len(" ".join(before[:head])) + (1 if head else 0)
    end = len(old) - len(" ".join(before[len(before) - tail :])) - (1 if tail else 0)
    return start, end, " ".join(after[head : len(after) - tail])


def docx_editor(path: str, edits: Edits, out: str) -> None:
    """Rewrite paragraphs by their hash-anchored references."""
    from docx_editor import Document  # type: ignore[import-not-found]

    with Document.open(path, author="Bench", force_recreate=True) as document:
        references = [line.split("|")[0].strip() for line in document.list_paragraphs(limit=None)]
        for edit in edits:
            document.rewrite_paragraph(references[edit["index"]], edit["new"])
        document.save(out)


def docx_revisions(path: str, edits: Edits, out: str) -> None:
    """Replace the changed stretch of each paragraph."""
    from docx_revisions import RevisionDocument  # type: ignore[import-not-found]

    document = RevisionDocument(path)
    paragraphs = list(document.paragraphs)
    for edit in edits:
        start, end, text = changed_stretch(edit["old"], edit["new"])
        paragraphs[edit["index"]].replace_tracked_at(start, end, text, author="Bench")
    document.save(out)


def doc_control(path: str, edits: Edits, out: str) -> None:
    """Send one batch of replacements."""
    from doc_control import api  # type: ignore[import-not-found]

    shutil.copy(path, out)
    with api.open(out) as document:
        addresses = [paragraph["at"] for paragraph in document.paragraphs()]
        batch = []
        for edit in edits:
            start, end, text = changed_stretch(edit["old"], edit["new"])
            batch.append({"op": "text.replace", "at": f"{addresses[edit['index']]}:{start}-{end}", "text": text})
        document.run("doc.batch", {"ops": batch})


def python_redlines(path: str, edits: Edits, out: str) -> None:
    """Compare with the intended file."""
    from python_redlines import DocxodusEngine  # type: ignore[import-not-found]

    engine = DocxodusEngine()
    expected = Path(out).with_name("intended.docx").read_bytes()
    redline, _, _ = engine.run_redline("Bench", original=Path(path).read_bytes(), modified=expected)
    Path(out).write_bytes(redline)


def inlaid(path: str, edits: Edits, out: str) -> None:
    """Read, edit, prove and write, as the others do."""
    from integrations.documents import DocumentEdit, apply_edits, read_document

    data = Path(path).read_bytes()
    rows = [row for row in read_document(data).paragraphs if row.story == "body"]
    wishes = [DocumentEdit(id=rows[edit["index"]].id, text=edit["new"]) for edit in edits]
    result = apply_edits(data, wishes, author="Bench", date=datetime.now(UTC))
    assert result.data is not None
    Path(out).write_bytes(result.data)


RUNS: dict[str, Callable[[str, Edits, str], None]] = {
    "docx-editor": docx_editor,
    "docx-revisions": docx_revisions,
    "doc-control": doc_control,
    "python-redlines": python_redlines,
    "inlaid": inlaid,
}

if __name__ == "__main__":
    name, source, folder, target = sys.argv[1:5]
    if name == "inlaid":
        sys.path.insert(0, str(Path(__file__).parents[1]))
        name = "integrations.documents"
    __import__(name.replace("-", "_"))
    listed = json.loads((Path(folder) / "edits.json").read_text())
    begin = time.perf_counter()
    RUNS[sys.argv[1]](source, listed, target)
    seconds = time.perf_counter() - begin
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    children_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": max(int(peak[1]) / 1024 if peak else 0.0, children_mb)}))
