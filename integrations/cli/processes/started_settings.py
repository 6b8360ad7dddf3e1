"""With which settings the processes on a data folder were started, so that the doctor can name those that differ.

Kept are fingerprints, under a salt of each start: no value stands in the file, which is for its owner alone.
"""

import json
import secrets
from hashlib import blake2b
from pathlib import Path

from pydantic import SecretStr

from core.settings import Settings
from core.system.private_files import open_private

FILE_NAME = "up.settings"
_SALT = "salt"
# Whoever reads the file stands before the same folder, however it was written.
_SAME_BY_PLACE = {"home"}


def keep_started_settings(settings: Settings) -> None:
    """Keep what a start was given, in the data folder.

    Raises:
        OSError: the folder cannot be written.
    """
    salt = secrets.token_hex(16)
    with open_private(settings.home / FILE_NAME, "wb") as file:
        file.write(json.dumps({_SALT: salt, **_fingerprints(settings, salt)}).encode())


def differing_settings(settings: Settings) -> list[str]:
    """Return the variables that have other values than at the start; none where nothing can be said of it."""
    try:
        kept = json.loads((settings.home / FILE_NAME).read_bytes())
        now = _fingerprints(settings, str(kept[_SALT]))
    except (OSError, ValueError, LookupError, TypeError):
        return []
    return [f"INLAID_{name.upper()}" for name, value in now.items() if kept.get(name, value) != value]


def _fingerprints(settings: Settings, salt: str) -> dict[str, str]:
    names = [name for name in type(settings).model_fields if name not in _SAME_BY_PLACE]
    return {name: blake2b(_text(getattr(settings, name)).encode(), key=salt.encode()).hexdigest() for name in names}


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return "\n".join(map(_text, value))
    return str(value.absolute() if isinstance(value, Path) else value)
