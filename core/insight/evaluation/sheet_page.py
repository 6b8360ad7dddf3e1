"""The blind sheet as one HTML file that works from a disk: no network, what is entered stays in the browser."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from core.insight.evaluation.blind_sheets import COLUMNS, SheetRow
from core.insight.evaluation.grades import load_rubric

_HERE = Path(__file__).parent


def sheet_page(sheet: str, rows: Sequence[SheetRow]) -> str:
    """Return the page. Texts of others stand in it as data, and are shown as text alone.

    Args:
        sheet: the name of the sheet, under which the browser keeps what is entered.
        rows: what is to be graded, in that order.
    """
    data = {
        "sheet": sheet,
        "columns": COLUMNS,
        "rubric": asdict(load_rubric()),
        "rows": [one.model_dump() for one in rows],
    }
    # Within the element no text may end it; U+2028 and its like are plain characters in JSON.
    written = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace").decode()
    written = written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    script = (_HERE / "sheet.js").read_text(encoding="utf-8")
    page = (_HERE / "sheet.html").read_text(encoding="utf-8")
    style = page.partition("<style>")[2].partition("</style>")[0]
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; base-uri 'none';"
        " form-action 'none'"
    )
    head, _, rest = page.replace("@POLICY@", policy).partition("@DATA@")
    return head + written + rest.replace("@SCRIPT@", script)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
