"""The settings as the environment of a child process, which reads them there."""

import os

from pydantic import SecretStr

from core.settings import Settings
from core.settings.secret_files import file_variable, secret_names


def settings_environment(settings: Settings, **changes: str) -> dict[str, str]:
    """Return this process's environment with the settings, and `changes` by setting name, for a child to read."""
    values = {name: _text(getattr(settings, name)) for name in type(settings).model_fields}
    texts = {name: text for name, text in values.items() if text is not None} | changes
    # Empty, and not merely absent, so that a file named in `.env` is not read beside the value.
    files = {file_variable(name): "" for name in secret_names(type(settings))}
    return {**os.environ, **files, **{f"INLAID_{name.upper()}": text for name, text in texts.items()}}


def _text(value: object) -> str | None:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(_text(part) or "" for part in value)
    return None if value is None else str(value)
