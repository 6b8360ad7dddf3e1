"""Rules for whatever reads what others wrote."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for package in ("worker", "integrations") for path in (ROOT / package).rglob("*.py"))
# A search for patterns takes some 40 seconds of a processor, which others may be using; what is timed is not this.
SECONDS = 600
# What parses files and mails of others, and where it may be called without a boundary: by what runs inside of one.
PARSERS = {
    "apply_edits", "compare_documents", "compose_reply", "editable_paragraphs", "fill_template", "judge",
    "parse_message", "quotable_html", "read_csv", "read_document", "read_eml", "read_file_text", "read_markdown",
    "read_mbox", "read_msg", "read_pdf", "read_presentation", "read_template", "read_text", "read_web_page",
    "read_workbook", "reply_file", "resolve_revisions", "shown_paragraphs", "visible_text",
}  # fmt: skip
INSIDE = {
    "integrations/documents": {"__init__", "file_text", "templates"},
    "integrations/documents/compare": {"comparison"},
    "integrations/documents/editing": {"accept_reject"},
    "integrations/mail/message": {"attachments", "bodies", "file_text", "open_mail"},
    "integrations/mail/reply": {"quote", "reply"},
    "integrations/sources": {"plain_text", "web_page"},
}


def test_surfaces_read_what_others_wrote_in_a_child_process() -> None:
    found = []
    for path in SOURCES:
        if path.stem in INSIDE.get(str(path.parent.relative_to(ROOT)), set()):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and not (node.module or "").endswith(".isolated"):
                found += [
                    f"{path.relative_to(ROOT)}:{node.lineno} {name.name}" for name in node.names if name.name in PARSERS
                ]
    assert found == []


def time_patterns(*given: str) -> list[dict[str, str]]:
    """Return the patterns that take too long on a text made to hurt them: those given, else all of ours."""
    command = [sys.executable, "-m", "tests.attack_patterns", *given]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INLAID_")}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.timeout(SECONDS + 60)
def test_no_pattern_of_ours_takes_long_on_any_text() -> None:
    """Within a tenth of a second for thirty repeats of anything, within a second for 20,000 characters."""
    assert time_patterns() == []


@pytest.mark.timeout(SECONDS + 60)
def test_patterns_that_take_long_are_found() -> None:
    """Among them the one with which a file of 843 bytes once held every worker for good."""
    slow = [
        r"(?s)\ufeff?(?:\s|<\?.*?\?>|<!--.*?-->)*<!DOCTYPE",
        r"(a+)+$", r"(a|a)*b", r"(\w+\s?)*$", r"(.*?,){11}P", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(?i)x.*y.*z$",
    ]  # fmt: skip
    bounded = [r"(?>a+)+b", r"\A(?:\w++\s?)*+$", r"[^a]++$", r"<[^<>]{0,100}>", r"(?<!\s)\s++x"]
    assert [pattern["pattern"] for pattern in time_patterns(*slow, *bounded)] == slow
