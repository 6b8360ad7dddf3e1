"""Other packages that write tracked changes, on the same file and the same edits, each in an environment of its own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.redline_tasks import wanted_texts
from integrations.documents import read_document

HERE = Path(__file__).parent
# Permissive licences only; python-redlines compares files by a 44 MB .NET program and is left out.
PEERS = ("docx-editor==0.8.2", "docx-revisions==0.1.5", "doc-control==0.10.1")
TIMEOUT_SECONDS = 300


def measure_peer(requirement: str, path: Path, folder: Path) -> dict[str, object]:
    """Install a peer into a scratch environment, run it, and say whether its file can be accepted and rejected."""
    name = requirement.partition("==")[0]
    try:
        python = _install(requirement, folder / name)
        found, out = _run(name, python, path, folder)
    except (subprocess.SubprocessError, OSError) as error:
        detail = getattr(error, "stderr", "") or str(error)
        return {
            "name": requirement,
            "note": f"not measured: {detail.strip().splitlines()[-1][:150] if detail else error}",
        }
    wanted = _texts(path)
    accepted = dict(enumerate(wanted)) | wanted_texts(wanted)
    rejects = _texts(out, "original") == wanted
    accepts = _texts(out) == list(accepted.values())
    note = (
        f"{found['seconds']:.2f} s, {found['peak_mb']:.0f} MB, "
        f"text after reject {'right' if rejects else 'WRONG'}, after accept {'right' if accepts else 'WRONG'}"
    )
    return {"name": requirement, **found, "rejects": rejects, "accepts": accepts, "note": note}


def _install(requirement: str, folder: Path) -> Path:
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    run = {"check": True, "capture_output": True, "text": True, "timeout": TIMEOUT_SECONDS}
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], **run)  # type: ignore[call-overload]
    python = folder / "bin" / "python"
    command = [uv, "pip", "install", "--quiet", "--python", str(python), requirement]
    subprocess.run(command, **run)  # type: ignore[call-overload]
    return python


def _run(name: str, python: Path, path: Path, folder: Path) -> tuple[dict[str, float], Path]:
    texts = _texts(path)
    edits = [{"index": n, "old": texts[n], "new": text} for n, text in wanted_texts(texts).items()]
    wishes, out = folder / "edits.json", folder / f"{name}.docx"
    wishes.write_text(json.dumps(edits))
    command = [str(python), str(HERE / "redline_peer_runs.py"), name, str(path), str(wishes), str(out)]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, env={"HOME": str(folder)}
    )
    return json.loads(done.stdout.splitlines()[-1]), out


def _texts(path: Path, view: str = "current") -> list[str]:
    document = read_document(path.read_bytes(), view="original" if view == "original" else "current")
    return [row.text for row in document.paragraphs if row.story == "body"]
