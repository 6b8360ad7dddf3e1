"""One typed Settings, read once per process from the environment (or `.env`), all names prefixed `INLAID_`.

`.env.example` lists every setting with its description; a test holds the two together.
"""

import os
from pathlib import Path

from pydantic import SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from core.settings.access import AccessSettings
from core.settings.env_file import env_text
from core.settings.jobs import JobSettings
from core.settings.platforms import PlatformSettings
from core.settings.problems import setting_problem
from core.settings.secret_files import SecretFileSource, file_variable, is_secret, secret_names
from core.settings.storage import StorageSettings
from core.settings.values import MASK, mask

ENV_FILE = ".env"
# How alike two names are, of 100, where one is taken for the other misspelt.
_LIKE = 85


# The fields come in the order of the bases from the last to the first.
class Settings(PlatformSettings, AccessSettings, JobSettings, StorageSettings, BaseSettings):
    """Everything an administrator can set. Durations are in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="INLAID_", env_file=ENV_FILE, env_file_encoding="utf-8-sig", extra="ignore", frozen=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read secrets also from the files that `INLAID_NAME_FILE` names."""
        del file_secret_settings
        files = SecretFileSource(settings_cls, env_settings, dotenv_settings)
        return init_settings, files, env_settings, dotenv_settings

    def masked(self) -> dict[str, str]:
        """Return every setting as `INLAID_NAME -> value`, with secrets and passwords in URLs masked.

        What comes from a file says from which.
        """
        kind = type(self)
        files = SecretFileSource(kind, EnvSettingsSource(kind), DotEnvSettingsSource(kind)).paths()
        origins = {name: f" (from {path})" for name, path in files.items()}
        return {
            f"INLAID_{name.upper()}": _shown(name, getattr(self, name)) + origins.get(name, "")
            for name in kind.model_fields
        }


def _shown(name: str, value: object) -> str:
    """Return a setting as it may be shown; arguments of a command may be secrets."""
    program, _, arguments = str(value).partition(" ")
    return f"{program} {MASK}" if name == "secret_keys_command" and arguments else mask(value)


def load_settings() -> Settings:
    """Read the settings; without one that names a model, the server that `inlaid model use` has chosen stands in.

    Raises:
        SettingsError: a value cannot be used; the message names the variable, never its value.
    """
    settings = read_settings()
    if settings.model_url or settings.models_file:
        return settings
    from core.settings.model_choice import read_choice

    choice = read_choice(settings.home)
    if choice is None or not choice.url:
        return settings
    return settings.model_copy(update={"model_url": choice.url, "model_name": settings.model_name or choice.name})


def read_settings(env_file: str | Path = ENV_FILE) -> Settings:
    """Read what environment and `.env` (or another such file) say and nothing else; raises as `load_settings`."""
    if Path(env_file).is_file():  # a folder of that name is somebody's virtual environment
        env_text(Path(env_file).absolute())
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise setting_problem(first, Settings.model_fields, Path(env_file).absolute()) from error


def secrets_of_env_file() -> Path | None:
    """Return the path of `.env` where a secret stands in it, else None."""
    given = DotEnvSettingsSource(Settings, env_file=ENV_FILE).env_vars
    values = ((name, given.get(f"inlaid_{name}") or "") for name in secret_names(Settings))
    return Path(ENV_FILE).absolute() if any(is_secret(name, value) for name, value in values) else None


def unknown_variables() -> dict[str, str]:
    """Return the variables `INLAID_…` of environment and `.env` that are no settings, each with the nearest, or ""."""
    from rapidfuzz.process import extractOne

    from core.system.subprocesses import READY_FILE_VARIABLE

    sources = EnvSettingsSource(Settings), DotEnvSettingsSource(Settings, env_file=ENV_FILE)
    given = {name for source in sources for name in source.env_vars}
    fields = {f"INLAID_{name.upper()}" for name in Settings.model_fields}
    known = fields | {file_variable(name) for name in secret_names(Settings)} | {READY_FILE_VARIABLE}
    unknown = sorted({name.upper() for name in given if name.upper().startswith("INLAID_")} - known)
    nearest = ((name, extractOne(name, sorted(known), score_cutoff=_LIKE)) for name in unknown)
    return {name: near[0] if near else "" for name, near in nearest}


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
