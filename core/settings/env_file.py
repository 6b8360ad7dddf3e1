"""The text of a file of settings (`.env`), refused where a line of it would be dropped in silence."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import SettingsError

if TYPE_CHECKING:
    from dotenv.parser import Binding

# What libraries and servers of ours read from the environment alone: authorities, proxies, the hub of models.
_NOT_OURS = {
    *("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("HF_ENDPOINT", "HF_TOKEN"),
}


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
    from dotenv import dotenv_values

    try:
        said = dotenv_values(stream=io.StringIO(env_text(path)))
    except SettingsError:
        return {}
    return {name: value for name, value in said.items() if name.upper() in _NOT_OURS and value}


def env_bindings(text: str) -> "list[Binding]":
    """Return the lines, each with the blank ones before it, as the settings read them."""
    from dotenv.parser import parse_stream

    return list(parse_stream(io.StringIO(text)))


def _line_of(binding: "Binding") -> int:
    """Return the number of the line, behind the blank ones that dotenv counts with it."""
    original = binding.original
    blank = original.string[: len(original.string) - len(original.string.lstrip())]
    return original.line + blank.count("\n")
