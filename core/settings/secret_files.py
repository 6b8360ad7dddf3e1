"""Secrets from files: `INLAID_NAME_FILE=PATH` in place of `INLAID_NAME`, as Docker and Kubernetes mount them.

A file is read once, when the settings are. What is set both ways is refused: nobody could say which one counts.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from pydantic_settings.sources import EnvSettingsSource

from core.errors import SettingsError
from core.settings.values import mask_url

# These hold passwords, though much of them is no secret.
ADDRESSES_WITH_PASSWORDS = ("database_url", "broker_url")
MAX_CHARS = 65_536


def secret_names(kind: type[BaseSettings]) -> list[str]:
    """Return the names of the settings that may come from a file."""
    return [
        name
        for name, field in kind.model_fields.items()
        if field.annotation in {SecretStr, tuple[SecretStr, ...]} or name in ADDRESSES_WITH_PASSWORDS
    ]


def is_secret(name: str, value: str) -> bool:
    """Say whether the value of such a setting is for nobody else: an address only with a password in it."""
    return bool(value) and (name not in ADDRESSES_WITH_PASSWORDS or mask_url(value) != value)


def file_variable(name: str) -> str:
    """Return the variable that names the file of a setting."""
    return f"INLAID_{name.upper()}_FILE"


class SecretFileSource(PydanticBaseSettingsSource):
    """The values of settings whose files are named in the environment or in `.env`.

    Args:
        settings_cls: the settings.
        sources: where variables stand, the stronger first.
    """

    def __init__(self, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        self._sources = [source.env_vars for source in sources if isinstance(source, EnvSettingsSource)]

    def __call__(self) -> dict[str, object]:
        """Return the values by name.

        Raises:
            SettingsError: a file cannot be read, or the setting is set as well; the message names the variable.
        """
        return {name: self._read(name, path) for name, path in self.paths().items()}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the value of one setting; part of the interface of sources."""
        del field
        path = self.paths().get(field_name)
        return (self._read(field_name, path) if path else None), field_name, False

    def paths(self) -> dict[str, str]:
        """Return the paths of the files by the name of the setting."""
        named = {name: self._variable(file_variable(name)) for name in secret_names(self.settings_cls)}
        return {name: path for name, path in named.items() if path}

    def _variable(self, variable: str) -> str:
        return next((value for source in self._sources if (value := _get(source, variable)) is not None), "")

    def _read(self, name: str, path: str) -> str:
        variable = file_variable(name)
        if self._variable(f"INLAID_{name.upper()}"):
            raise SettingsError(f"INLAID_{name.upper()} and {variable} are both set.", fix="Keep one of them.")
        try:
            with Path(path).open(encoding="utf-8") as file:
                value = file.read(MAX_CHARS + 1)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not a text"
            raise SettingsError(
                f"The file of {variable} cannot be read: {reason}.", fix="Check its path and who may read it."
            ) from error
        if not value.strip() or len(value) > MAX_CHARS:
            reason = "empty" if not value.strip() else "too long for a secret"
            raise SettingsError(f"The file of {variable} is {reason}.", fix="Check its path.")
        return value.rstrip("\r\n")


def _get(source: Mapping[str, str | None], variable: str) -> str | None:
    return source.get(variable.lower())
