"""Where the things of this installation lie: what it keeps, its files of settings, and what was handed over with it.

Light, since each start of the command asks for it.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ENV_FILE = ".env"
HOME_VARIABLE = "INLAID_HOME"
# In a clone the files lie at its top, else where the wheel puts its shared data.
_CLONE = Path(__file__).absolute().parents[2]
_HANDED_OVER = (".env.example", "deploy/", "core/insight/evaluation/README.md", "integrations/slack/README.md")
_BEFORE_PATHS = (" ", "(")


def default_home() -> Path:
    """Return the data folder that is used when INLAID_HOME is not set (XDG base directory rules)."""
    data_home = os.environ.get("XDG_DATA_HOME")
    return (Path(data_home) if data_home else Path.home() / ".local" / "share") / "inlaid"


def home_in(variables: Mapping[str, str | None]) -> str:
    """Return the data folder that variables name, "" for none; the case of a name does not matter, as in settings."""
    named = [value for name, value in variables.items() if name.upper() == HOME_VARIABLE]
    return named[-1] or "" if named else ""


def is_clone() -> bool:
    """Say whether the code runs from a clone, and not from an installation."""
    return (_CLONE / "pyproject.toml").is_file()


def handed_over() -> Path:
    """Return the folder with `.env.example`, `deploy/` and a README: scripts and descriptions for administrators."""
    return _CLONE if is_clone() else Path(sys.prefix) / "share" / "inlaid"


def with_full_paths(text: str) -> str:
    """Return a text in which what was handed over is named by its full path, for whoever is on this machine.

    Others, in Slack say, read `deploy/...`, which tells them nothing of a server.
    """
    for name in _HANDED_OVER:
        for before in _BEFORE_PATHS:
            text = text.replace(f"{before}{name}", f"{before}{handed_over()}/{name}")
    return text
