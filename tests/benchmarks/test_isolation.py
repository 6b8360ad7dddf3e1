"""The run over many worlds goes on behind what is kept, and only behind what was served at the same commit."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from benchmarks.isolation import Part, asked_commit, main


def test_what_is_kept_of_thisasked_commit_is_not_served_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = Part(asked_commit(), 100, 0, 10, {"GET /report": 7, "POST /mcp": 2}, {"GET /report": 3}, [], [], 1.5)
    second = replace(first, first=10, leaks=["12 (one): GET /report tells zqtextx1x1x to somebody"])
    older = replace(first, commit="0" * 40, first=10)
    kept = tmp_path / "kept.jsonl"
    kept.write_text("".join(json.dumps(asdict(part)) + "\n" for part in (first, older)) + '{"torn')
    with kept.open("a") as file:
        file.write("\n" + json.dumps(asdict(second)) + "\n")
    code = main(["--worlds", "20", "--share", "100", "--part", "10", "--kept", str(kept), "--json"])
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert (found["commit"], found["seeds"], found["worlds"]) == (asked_commit(), [0, 19], 20)
    assert (found["asked_for_anothers"], found["rarest_surface"], found["own_reached"]) == (18, "POST /mcp", 6)
    assert (found["leaks"], found["cpu_seconds"], code) == (1, 3.0, 1)
    assert "tells zqtextx1x1x" in printed.err
