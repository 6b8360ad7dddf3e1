"""The threat model speaks of tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODEL = (ROOT / "deploy" / "SECURITY.md").read_text()


def functions() -> set[str]:
    """Return the names of all tests."""
    trees = [ast.parse(path.read_text()) for path in (ROOT / "tests").rglob("test_*.py")]
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_a_control_names_exists() -> None:
    named = set(re.findall(r"\btest_[a-z0-9_]+\b(?!\.py)", MODEL))
    assert len(named) > 30
    assert named - functions() == set()


def test_every_threat_has_a_control_and_a_test() -> None:
    table = MODEL.partition("## Threats and controls")[2].partition("\n\nWhat is not held")[0]
    rows = [line.strip("|").split(" | ") for line in table.splitlines() if line.startswith("| ")][1:]
    assert rows
    for threat, control, tests in rows:
        assert threat.strip()
        assert control.strip()
        assert "test_" in tests


def test_every_row_of_both_lists_of_owasp_is_answered() -> None:
    for prefix in ("LLM", "API"):
        for number in range(1, 11):
            digits = f"{number:02}" if prefix == "LLM" else str(number)
            assert re.search(rf"^\| {prefix}{digits} [^|]+\| \w", MODEL, re.MULTILINE), f"{prefix}{digits}"
