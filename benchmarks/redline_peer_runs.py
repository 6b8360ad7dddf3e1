"""Runs inside a peer's own environment: `redline_peer_runs.py PEER FILE EDITS.json OUT` (nothing of the project).

EDITS.json is a list of {"index", "old", "new"}: paragraph number, its text, and the text it shall have.
"""

import json
import re
import shutil
import sys
import time
from collections.abc import Callable
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


RUNS: dict[str, Callable[[str, Edits, str], None]] = {
    "docx-editor": docx_editor,
    "docx-revisions": docx_revisions,
    "doc-control": doc_control,
}

if __name__ == "__main__":
    name, source, wishes, target = sys.argv[1:5]
    __import__(name.replace("-", "_"))
    listed = json.loads(Path(wishes).read_text())
    begin = time.perf_counter()
    RUNS[name](source, listed, target)
    seconds = time.perf_counter() - begin
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(json.dumps({"seconds": seconds, "peak_mb": int(peak[1]) / 1024 if peak else 0.0}))
