"""The files of settings (`.env`): which ones are read, and their text, refused where a line of it would be dropped."""

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import SettingsError
from core.system.installation import ENV_FILE, default_home, home_in, is_clone

if TYPE_CHECKING:
    from dotenv.parser import Binding

# What libraries and servers of ours read from the environment alone: authorities, proxies, the hub of models.
_NOT_OURS = {
    *("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("HF_ENDPOINT", "HF_TOKEN"),
}


def env_places() -> tuple[Path, ...]:
    """Return where files of settings are looked for, the weaker first: in INLAID_HOME, and in this folder."""
    here = Path(ENV_FILE).absolute()
    home = home_in(os.environ) or home_in(_said_in(here)) or default_home()
    return tuple(dict.fromkeys((Path(home, ENV_FILE).absolute(), here)))


def env_files() -> tuple[Path, ...]:
    """Return those of them that are there; a folder of that name is somebody's virtual environment."""
    return tuple(path for path in env_places() if os.path.isfile(path))


def env_file_to_write() -> Path:
    """Return the file that settings of this installation go into."""
    of_home, *_ = env_places()
    return of_home if of_home.is_file() or not is_clone() else Path(ENV_FILE).absolute()


def env_text(path: Path) -> str:
    """Return the text, "" where there is no file.

    Raises:
        SettingsError: it cannot be read, is no text, or a line of it is broken (half-written, say).
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not a text in UTF-8.", fix="Save it as UTF-8, or move it away.") from error
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read: {error.strerror}.", fix="Check the path and who may read it."
        ) from error
    for binding in env_bindings(text):
        if binding.error or (binding.key and binding.value is None):
            # The line is not shown: it may hold a part of a secret.
            raise SettingsError(
                f"Line {_line_of(binding)} of {path} is not of the form NAME=value, or its quote does not end.",
                fix="Complete the line or delete it, then run this again.",
            )
    return text


def network_variables(path: Path) -> dict[str, str]:
    """Return what the file says of variables that are not ours; nothing where it is broken, which the settings tell."""
    return {name: value for name, value in _said_in(path).items() if name.upper() in _NOT_OURS and value}


def sets(path: Path, variable: str) -> bool:
    """Say whether the file sets a variable."""
    return variable.upper() in {name.upper() for name in _said_in(path)}


def _said_in(path: Path) -> dict[str, str | None]:
    """Return what a file says; nothing where it is broken, which the settings tell."""
    try:
        text = env_text(path) if os.path.isfile(path) else ""
    except SettingsError:
        return {}
    if not text:
        return {}
    from dotenv import dotenv_values

    return dotenv_values(stream=io.StringIO(text))


def env_bindings(text: str) -> "list[Binding]":
    """Return the lines, each with the blank ones before it, as the settings read them."""
    from dotenv.parser import parse_stream

    return list(parse_stream(io.StringIO(text)))


def _line_of(binding: "Binding") -> int:
    """Return the number of the line, behind the blank ones that dotenv counts with it."""
    original = binding.original
    blank = original.string[: len(original.string) - len(original.string.lstrip())]
    return original.line + blank.count("\n")
