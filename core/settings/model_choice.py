"""What `inlaid model use` has chosen: a model under INLAID_HOME/models, or a server. Settings that name one win.

The choice is one small file, `models/choice.toml` in the data folder; without it the embedded model is in use.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from core.system.private_files import make_private_folder, open_private

MODELS_FOLDER = "models"
FILE_NAME = "choice.toml"


@dataclass(frozen=True)
class ModelChoice:
    """The chosen one: `name` of an installed model, or `url` of a server and the `name` of a model there."""

    name: str
    url: str = ""


def read_choice(home: Path) -> ModelChoice | None:
    """Return the choice; None without one, and for a file that cannot be read."""
    path = _path(home)
    if not path.exists():
        return None
    import tomllib

    try:
        chosen = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    name, url = chosen.get("name"), chosen.get("url", "")
    return ModelChoice(name, url) if isinstance(name, str) and isinstance(url, str) else None


def write_choice(home: Path, choice: ModelChoice | None) -> None:
    """Keep a choice; None goes back to the embedded model.

    Raises:
        OSError: the data folder cannot be written.
    """
    path = _path(home)
    if choice is None:
        path.unlink(missing_ok=True)
        return
    make_private_folder(home)
    make_private_folder(path.parent)
    draft = path.with_suffix(".part")
    with open_private(draft, "wb") as file:
        # A JSON string is a TOML string too.
        file.write(f"name = {json.dumps(choice.name)}\nurl = {json.dumps(choice.url)}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _path(home: Path) -> Path:
    return home / MODELS_FOLDER / FILE_NAME
