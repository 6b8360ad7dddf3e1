"""The blind sheet of `inlaid evaluate`: written into a folder, and read back with its grades."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import InputError
from core.insight.evaluation import EvalItem, Evaluation
from core.insight.evaluation.blind_sheets import (
    MEASURED,
    blind_sheet,
    joint_readings,
    read_grades,
    read_key,
    sheet_csv,
    sheet_page,
    written_key,
)
from integrations.cli.terminal import read_bytes, write_bytes

FILES = {"page": "sheet.html", "table": "sheet.csv", "key": "key.json"}
_MAX_SEED = 2**31


def require_sheet(items: Sequence[EvalItem], folder: Path) -> None:
    """Refuse, before any model is asked, what no sheet can be made of.

    Raises:
        InputError: nothing of the data set is to be read, or a sheet is there that somebody may be grading.
    """
    if all(item.task in MEASURED for item in items):
        raise InputError("The data set asks only for yes or no: nothing to read.", fix="Leave --grade out.")
    if (folder / FILES["key"]).exists():
        raise InputError(f"There is a sheet in {folder} already.", fix="Choose another folder, or take it away.")


def write_sheet(result: Evaluation, folder: Path, seed: int | None) -> dict[str, str]:
    """Write the sheet as a page and as a table, and the key; return the files by what they are."""
    rows, key = blind_sheet(result, secrets.randbelow(_MAX_SEED) if seed is None else seed)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made: {error.strerror}.", fix="Choose another folder.") from error
    data = {
        "page": sheet_page(key.sheet, rows).encode(),
        "table": sheet_csv(rows),
        "key": written_key(key),
    }
    for what, content in data.items():
        write_bytes(folder / FILES[what], content)
    return {what: str(folder / name) for what, name in FILES.items()}


def read_back(sheets: Sequence[Path], key_file: Path) -> Evaluation:
    """Return the evaluation that a sheet was made of, with what its readers gave.

    Raises:
        InputError: the key or a sheet cannot be used; it says which and why.
    """
    key = read_key(read_bytes(key_file), key_file.name)
    read = [read_grades(read_bytes(sheet), sheet.name, key) for sheet in sheets]
    return replace(key.evaluation(), readings=joint_readings(key, read))
