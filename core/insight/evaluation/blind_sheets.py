"""A blind sheet: the outputs of an evaluation for people to grade, shuffled and unnamed, and the key that names them.

The rows of one item stand together, so that its input is read once; the order of items and of the outputs of each is
drawn. Two systems that wrote the same have one row. Yes-or-no answers are measured and not read.
"""

import base64
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import InputError
from core.insight.evaluation.drafting import recipe_of
from core.insight.evaluation.grades import Grading, Readings, grade_of, joint_grade, load_rubric
from core.insight.evaluation.items import BrokenLine, EvalItem, ModelOutput
from core.insight.evaluation.running import Evaluation, Judged, summarize
from core.insight.report.formats import read_table, write_table
from core.text.language import detect_language

COLUMNS = ("row", "id", "language", "recipe", "input", "output", "grade", "reason")
NEEDED = ("row", "grade", "reason")
MEASURED = frozenset({"request", "needs_reply"})
_SHOWN_MISSING = 5
_MAX_KEY_BYTES = 256_000_000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SheetRow(_Part):
    """One output as a reader gets it."""

    row: str
    id: str
    language: str
    recipe: str
    input: str
    output: str


class KeyRow(_Part):
    """Whose output a row is."""

    item: str
    recipe: str
    language: str
    systems: tuple[str, ...]


class SheetKey(_Part):
    """What turns a graded sheet back into an evaluation."""

    format: Literal["inlaid-blind-sheet 1"] = "inlaid-blind-sheet 1"
    sheet: str
    seed: int
    systems: tuple[str, ...]
    rows: dict[str, KeyRow]
    judged: tuple[Judged, ...]
    broken: tuple[BrokenLine, ...]

    def evaluation(self) -> Evaluation:
        """Return the evaluation as it was when the sheet was made."""
        return summarize(self.judged, broken=self.broken, systems=self.systems)


def readable(result: Evaluation) -> list[Judged]:
    """Return the answers that a person can read and grade: those of systems, to tasks that want a text or a list."""
    return [answer for answer in result.judged if answer.system in result.systems and answer.item.task not in MEASURED]


def blind_sheet(result: Evaluation, seed: int) -> tuple[list[SheetRow], SheetKey]:
    """Return the rows in the order in which they are read, and their key."""
    drawn = random.Random(seed)  # noqa: S311 - for the order of rows
    by_item: dict[str, dict[str, list[Judged]]] = {}
    for answer in readable(result):
        by_item.setdefault(answer.item.id, {}).setdefault(shown_output(answer.output), []).append(answer)
    items = list(by_item.values())
    drawn.shuffle(items)
    unnamed: list[tuple[str, list[Judged]]] = []
    for outputs in items:
        rows = sorted(outputs.items())
        drawn.shuffle(rows)
        unnamed.extend(rows)
    told = json.dumps([seed, [(those[0].item.id, text) for text, those in unnamed]])
    # A letter first: no spreadsheet takes it for a number or a date.
    sheet = "s" + hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    names = [f"{sheet}-{number:03}" for number in range(1, len(unnamed) + 1)]
    shown = [_row(name, text, those[0].item) for name, (text, those) in zip(names, unnamed, strict=True)]
    key = {
        row.row: KeyRow(
            item=row.id, recipe=row.recipe, language=row.language, systems=tuple(judged.system for judged in those)
        )
        for row, (_text, those) in zip(shown, unnamed, strict=True)
    }
    judged = tuple(result.judged)
    return shown, SheetKey(
        sheet=sheet, seed=seed, systems=result.systems, rows=key, judged=judged, broken=result.broken
    )


def _row(name: str, output: str, item: EvalItem) -> SheetRow:
    return SheetRow(
        row=name,
        id=item.id,
        language=language_of(item),
        recipe=recipe_of(item) or item.task,
        input=shown_input(item),
        output=output,
    )


def language_of(item: EvalItem) -> str:
    """Return the language of an item: as its data set says, else as its text looks, or "" if that is unclear."""
    return item.language or detect_language(item.text) or ""


def shown_input(item: EvalItem) -> str:
    """Return what the person gave, as a reader sees it: each part that is there under its name."""
    if item.task == "draft":
        return "\n\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in item.inputs.items() if value)
    parts = {
        "From": item.sender,
        "To": item.owner,
        "Date": item.date,
        "Subject": item.subject,
        "Question": item.question,
        "What matters": item.query,
    }
    head = "\n".join(f"{name}: {value}" for name, value in parts.items() if value)
    text = item.text
    if item.passages:
        text = "\n\n".join(
            f"[{number}] {passage.title}\n{passage.text}" for number, passage in enumerate(item.passages, 1)
        )
    return f"{head}\n\n{text}" if head else text


def shown_output(output: ModelOutput) -> str:
    """Return an output as a reader sees it: the same form, whichever system wrote it."""
    if output.error:
        return f"(There is no result: {output.error})"
    entries = [f"• {entry.text}" + (f"\n  “{entry.quote}”" if entry.quote else "") for entry in output.items or ()]
    listed = "" if output.items is None or output.text else "\n".join(entries) or "(Nothing was found.)"
    subject = f"Subject: {output.subject}" if output.subject else ""
    return "\n\n".join(part for part in (subject, output.text.strip(), listed) if part) or "(The result is empty.)"


def sheet_csv(rows: Sequence[SheetRow]) -> bytes:
    """Return the rows as a CSV file with two empty columns to fill."""
    return write_table(COLUMNS, [(*row.model_dump().values(), "", "") for row in rows])


def written_key(key: SheetKey) -> bytes:
    """Return the key as a file. Half a character of a broken data set is escaped and comes back as it was."""
    return json.dumps(key.model_dump()).encode()


def read_key(data: bytes, name: str) -> SheetKey:
    """Return the key of a sheet.

    Raises:
        InputError: it is not one.
    """
    try:
        if len(data) > _MAX_KEY_BYTES:
            raise ValueError
        return SheetKey.model_validate(json.loads(data))
    except (ValidationError, ValueError, RecursionError):
        raise InputError(
            f"{name} is not the key of a sheet.", fix="Name the key.json that inlaid evaluate --grade wrote."
        ) from None


def read_grades(data: bytes, name: str, key: SheetKey) -> dict[str, tuple[str, str]]:
    """Return the grade and reason of each row of a sheet.

    Raises:
        InputError: it cannot be read, is the sheet of another key, lacks rows or has one twice, or holds no grades.
    """
    found: dict[str, tuple[str, str]] = {}
    for line, row in enumerate(read_table(data, name, NEEDED), 2):
        place, number = f"{name}, line {line}", row["row"].strip().removeprefix("'")
        if not number and not any(cell.strip() for cell in row.values()):
            continue
        if number.partition("-")[0] != key.sheet or number not in key.rows:
            raise InputError(
                f"{place}: the row “{number[:40]}” is not of the sheet that this key belongs to.",
                fix="Name the key.json that was written with the sheet.",
            )
        if number in found:
            raise InputError(f"{place}: the row {number} stands there twice.", fix="Take one of the two out.")
        found[number] = (grade_of(row["grade"], place), row["reason"].strip())
    if missing := [number for number in key.rows if number not in found]:
        shown = ", ".join(missing[:_SHOWN_MISSING]) + (" …" if len(missing) > _SHOWN_MISSING else "")
        raise InputError(
            f"{name} lacks {len(missing)} of {len(key.rows)} rows: {shown}.",
            fix="Send the whole sheet back; leave the grade of what was not read empty.",
        )
    if not any(grade for grade, _ in found.values()):
        raise InputError(f"{name} holds no grades.", fix="Fill the column grade with A, B, C or H.")
    return found


def joint_readings(key: SheetKey, sheets: Sequence[dict[str, tuple[str, str]]]) -> Readings:
    """Return what the readers of a sheet made of each output: the grade that most gave; in a draw the worse one."""
    gradings = []
    for number, row in key.rows.items():
        given = [sheet[number] for sheet in sheets]
        grade = joint_grade([letter for letter, _ in given])
        reason = next((said for letter, said in given if letter == grade and said), "")
        letters = [letter for letter, _ in given if letter]
        second = (
            "" if len(letters) < 2 else grade if set(letters) == {grade} else next(x for x in letters if x != grade)
        )
        gradings += [
            Grading(row.item, row.recipe, row.language, system, grade, reason, second) for system in row.systems
        ]
    return Readings("1 person" if len(sheets) == 1 else f"{len(sheets)} people", tuple(gradings))


_HERE = Path(__file__).parent


def sheet_page(sheet: str, rows: Sequence[SheetRow]) -> str:
    """Return the page. Texts of others are in it as data, and are shown as text alone.

    Args:
        sheet: the name of the sheet, under which the browser keeps what is entered.
        rows: what is to be graded, in that order.
    """
    data = {
        "sheet": sheet,
        "columns": COLUMNS,
        "rubric": asdict(load_rubric()),
        "rows": [row.model_dump() for row in rows],
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
