"""Rules for whatever reads what others wrote."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for package in ("worker", "integrations") for path in (ROOT / package).rglob("*.py"))
# What parses files and mails of others, and where it may be called without a boundary: by what runs inside of one.
PARSERS = {
    "apply_edits", "compare_documents", "compose_reply", "editable_paragraphs", "fill_template", "judge",
    "parse_message", "quotable_html", "read_document", "reply_file", "resolve_revisions", "template_fields",
    "visible_text",
}  # fmt: skip
INSIDE = {
    "integrations/documents": {"__init__", "comparing", "templates"},
    "integrations/mail": {"__init__", "bodies", "quote_below", "replying"},
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
