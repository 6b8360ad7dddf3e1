"""The tasks of the redline benchmark that run in processes of their own: `redline_tasks.py TASK [FILE]`."""

import json
import random
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

EDITED_PARAGRAPHS = 200
EVERY_FOURTH_CROSSES = 4
RANDOM_EDITS = 500
CORPUS = HERE.parent / "tests" / "integrations" / "documents" / "corpus"


def peak_mb() -> float:
    """Return the peak memory of this process (the kernel's ru_maxrss would count what the parent had before exec)."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def base(path: Path) -> dict[str, float]:
    """Load and save by python-docx."""
    import io

    import docx

    data = path.read_bytes()
    begin = time.perf_counter()
    document = docx.Document(io.BytesIO(data))
    document.save(io.BytesIO())
    return {"seconds": time.perf_counter() - begin, "peak_mb": peak_mb()}


def wanted_texts(texts: list[str]) -> dict[int, str]:
    """Return new texts for 200 paragraphs in even steps, 250 changed words: every fourth has a second one."""
    long = [number for number, text in enumerate(texts) if text.count(" ") > 20]
    step = max(len(long) // EDITED_PARAGRAPHS, 1)
    wanted = {}
    for count, number in enumerate(long[::step][:EDITED_PARAGRAPHS]):
        words = texts[number].split(" ")
        words[3] = "replaced"
        if count % EVERY_FOURTH_CROSSES == 0:
            end = next(place for place, word in enumerate(words[4:], 4) if word.endswith("."))
            words[end : end + 2] = ["changed.", "Across"]
        wanted[number] = " ".join(words)
    return wanted


def apply(path: Path) -> dict[str, float]:
    """Edit 200 paragraphs by the engine, proof and all."""
    from integrations.documents import DocumentEdit, apply_edits, read_document

    data = path.read_bytes()
    rows = read_document(data).paragraphs
    texts = [row.text for row in rows]
    wanted = wanted_texts(texts)
    edits = [DocumentEdit(id=rows[number].id, text=text) for number, text in wanted.items()]
    del rows
    begin = time.perf_counter()
    result = apply_edits(data, edits, author="Bench", date=datetime.now(UTC))
    seconds = time.perf_counter() - begin
    peak = peak_mb()
    assert result.data is not None
    assert result.applied == len(edits)
    revisions = read_document(result.data).revisions
    changed = sum(len(row.text) for row in revisions)
    minimal = sum(minimal_change(texts[number], text) for number, text in wanted.items())
    return {"seconds": seconds, "peak_mb": peak, "applied": result.applied, "changed_ratio": changed / minimal}


def minimal_change(old: str, new: str) -> int:
    """Return the characters of a plain word diff: words and spaces as tokens, deleted plus inserted."""
    import difflib

    one, other = re.findall(r"\w+|\s|[^\w\s]", old), re.findall(r"\w+|\s|[^\w\s]", new)
    codes = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return sum(len("".join(one[i:j])) + len("".join(other[k:m])) for tag, i, j, k, m in codes if tag != "equal")


def refuse(path: Path) -> dict[str, float]:
    """Try to read a hostile file."""
    from core.errors import DocumentError
    from integrations.documents import read_document

    data = path.read_bytes()
    begin = time.perf_counter()
    try:
        read_document(data)
        refused = 0
    except DocumentError:
        refused = 1
    return {"seconds": time.perf_counter() - begin, "peak_mb": peak_mb(), "refused": refused}


def refusals(_: Path) -> dict[str, float]:
    """Change random words, one at a time, each of the corpus as likely as any other; tell the share refused."""
    from integrations.documents import DocumentEdit, apply_edits, read_document

    dice = random.Random(7)
    places = []
    for path in sorted(CORPUS.glob("*.docx")):
        data = path.read_bytes()
        for row in read_document(data).paragraphs:
            if row.story != "comments":
                places += [(data, row, found) for found in re.finditer(r"\w+", row.text)]
    chosen = dice.sample(places, min(RANDOM_EDITS, len(places)))
    refused = 0
    for data, row, found in chosen:
        text = f"{row.text[: found.start()]}other{row.text[found.end() :]}"
        edit = DocumentEdit(id=row.id, hash=row.hash, text=text)
        refused += 1 - apply_edits(data, [edit], author="Bench", date=datetime.now(UTC)).applied
    return {"edits": len(chosen), "refused": refused / len(chosen)}


TASKS: dict[str, Callable[[Path], dict[str, float]]] = {
    "base": base,
    "apply": apply,
    "refuse": refuse,
    "refusals": refusals,
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](Path(sys.argv[2]))))
