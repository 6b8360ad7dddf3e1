"""The judges as objects: each is one process for all tests, asked line by line."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

HERE = Path(__file__).parent
SYSTEM_PYTHON = "/usr/bin/python3"
VALIDATOR_FOLDER = HERE.parents[1] / ".venv" / "ooxml-validate"
Action = Literal["accept", "reject", "none"]


class Judge:
    """A process that answers every line with a line of JSON."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[bytes, str], Any] = {}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def ask(self, line: str) -> Any:
        """Send a line and return the answer."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the judge has died"
        return json.loads(answer)

    def file(self, data: bytes) -> Path:
        """Write a document where the judge can read it; the name is always the same, as FILENAME fields show it."""
        path = self._folder / "document.docx"
        path.write_bytes(data)
        return path

    def once(self, data: bytes, question: str, find: Callable[[], Any]) -> Any:
        """Return what was found before about a document, as many tests look at the same originals."""
        if (data, question) not in self._known:
            self._known[data, question] = find()
        return self._known[data, question]

    def close(self) -> None:
        """End the process."""
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()


class WriterJudge(Judge):
    """LibreOffice Writer."""

    def paragraphs(self, data: bytes, action: Action = "none") -> list[list[list[Any]]]:
        """Return paragraphs as stretches [text, look] and a last entry [style, alignment], all changes resolved."""

        def find() -> Any:
            return self.ask(json.dumps({"path": str(self.file(data)), "action": action, "looks": True}))

        answer = self.once(data, action, find)
        assert "error" not in answer, answer
        assert action == "none" or answer["left"] == 0, "Writer could not resolve all changes"
        return answer["paragraphs"]  # type: ignore[no-any-return]


class SchemaJudge(Judge):
    """The Open XML SDK's validator."""

    def faults(self, data: bytes) -> list[str]:
        """Return what breaks the schema, sorted."""
        answer = self.once(data, "", lambda: self.ask(str(self.file(data))))
        return sorted(f"{fault['place']}: {fault['description']}" for fault in answer)


def start_writer(folder: Path) -> WriterJudge:
    """Start Writer, or skip the test with the reason."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed: run tests/office/install.sh")
    if subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode:
        pytest.skip("LibreOffice's Python bridge is not installed: run tests/office/install.sh")
    return WriterJudge([SYSTEM_PYTHON, str(HERE / "writer.py"), soffice, str(folder / "profile")], folder)


def start_validator(folder: Path) -> SchemaJudge:
    """Start the validator, or skip the test with the reason."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed, which the schema validator needs")
    if not (VALIDATOR_FOLDER / "node_modules").is_dir():
        pytest.skip("The schema validator is not installed: run tests/office/install.sh")
    return SchemaJudge([node, str(HERE / "validate.mjs"), str(VALIDATOR_FOLDER)], folder)
