"""What the command line reads and prints."""

from pathlib import Path

from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal


def test_run_reads_a_file_in_another_charset(terminal: Terminal, tmp_path: Path, openai_server: OpenAIServer) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes("Die Sitzung ist am Dienstag um 15:00 in Köln, grüße alle schön. ".encode("cp1252") * 3)
    terminal.run("run", "rewrite", file)
    assert "Köln, grüße alle schön" in openai_server.chats[0].prompt
