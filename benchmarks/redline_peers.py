"""Other packages that write tracked changes, on the same file and the same edits, each in an environment of its own."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.redline_tasks import wanted_texts
from benchmarks.redline_verdicts import Schema, judge
from integrations.documents import DocumentEdit, apply_edits, read_document, resolve_revisions

HERE = Path(__file__).parent
OURS = "inlaid"
# Permissive licences only. The last one compares two files by a .NET program of 44 MB; it gets the intended file.
PEERS = ("docx-editor==0.8.2", "docx-revisions==0.1.5", "doc-control==0.10.1", "python-redlines[docxodus]==2.0.0")
TIMEOUT_SECONDS = 300


def measure_peers(path: Path, folder: Path) -> list[dict[str, object]]:
    """Return one row for us and one for each peer: seconds, peak memory, and whether what it wrote is right."""
    original = path.read_bytes()
    texts = _texts(original)
    wanted = wanted_texts(texts)
    edits = [{"index": number, "old": texts[number], "new": text} for number, text in wanted.items()]
    (folder / "edits.json").write_text(json.dumps(edits))
    (folder / "intended.docx").write_bytes(_intended(original, wanted))
    after = list((dict(enumerate(texts)) | wanted).values())
    rows: list[dict[str, object]] = []
    with Schema() as schema:
        for requirement in (OURS, *PEERS):
            try:
                found, out = _measured(requirement, path, folder)
                verdict = judge(original, out, after, schema)
            except (subprocess.SubprocessError, OSError) as error:
                rows.append({"name": requirement, "note": f"not measured: {_last_line(error)}"})
                continue
            note = f"{found['seconds']:.2f} s, {found['peak_mb']:.0f} MB, {verdict}"
            rows.append({"name": requirement, **found, **vars(verdict), "note": note})
    return rows


def _intended(original: bytes, wanted: dict[int, str]) -> bytes:
    rows = [row for row in read_document(original).paragraphs if row.story == "body"]
    edits = [DocumentEdit(id=rows[number].id, text=text) for number, text in wanted.items()]
    result = apply_edits(original, edits, author="Bench", date=datetime.now(UTC))
    assert result.data is not None
    return resolve_revisions(result.data, accept=True)


def _measured(requirement: str, path: Path, folder: Path) -> tuple[dict[str, float], bytes]:
    """Install a peer into a scratch environment, run it and return what it measured and wrote."""
    name = requirement.partition("==")[0].partition("[")[0]
    python = Path(sys.executable) if requirement == OURS else _install(requirement, folder / name)
    out = folder / f"{name}.docx"
    command = [str(python), str(HERE / "redline_peer_runs.py"), name, str(path), str(folder), str(out)]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, env={"HOME": str(folder)}
    )
    return json.loads(done.stdout.splitlines()[-1]), out.read_bytes()


def _install(requirement: str, folder: Path) -> Path:
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    python = folder / "bin" / "python"
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
        [uv, "pip", "install", "--quiet", "--python", str(python), requirement],
    ):
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    return python


def _texts(data: bytes) -> list[str]:
    return [row.text for row in read_document(data).paragraphs if row.story == "body"]


def _last_line(error: Exception) -> str:
    detail = getattr(error, "stderr", None) or str(error)
    return str(detail).strip().splitlines()[-1][:150]
