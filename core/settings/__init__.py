"""One typed Settings, read once per process, all names prefixed `INLAID_`.

The environment counts first, then `.env` of the folder one stands in, then `.env` of INLAID_HOME.

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

from core.errors import SettingsError
from core.settings.access import AccessSettings
from core.settings.env_file import env_files, env_text, sets
from core.settings.jobs import JobSettings
from core.settings.platforms import PlatformSettings
from core.settings.problems import setting_problem
from core.settings.secret_files import SecretFileSource, file_variable, is_secret, secret_names
from core.settings.storage import StorageSettings
from core.settings.values import MASK, mask
from core.system.installation import ENV_FILE, HOME_VARIABLE

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
        files = SecretFileSource(kind, EnvSettingsSource(kind), _files_source()).paths()
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


def read_settings(env_file: Path | None = None) -> Settings:
    """Read what the environment and the files of settings (or one file) say, no more; raises as `load_settings`."""
    files = env_files() if env_file is None else (env_file.absolute(),)
    for file in files:
        env_text(file)
    try:
        settings = Settings(_env_file=files)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise setting_problem(first, Settings.model_fields, files) from error
    for file in files if env_file is None else ():
        if sets(file, HOME_VARIABLE) and file.parent not in {Path.cwd(), settings.home.absolute()}:
            raise SettingsError(
                f"INLAID_HOME stands in {file} and names another folder.",
                fix="Take it out there, and set it in the environment, or in .env where Inlaid is started.",
            )
    return settings


def _files_source() -> DotEnvSettingsSource:
    return DotEnvSettingsSource(Settings, env_file=env_files())


def files_with_secrets() -> list[Path]:
    """Return the files of settings in which a secret stands."""
    return [file for file in env_files() if _has_secret(file)]


def _has_secret(file: Path) -> bool:
    given = DotEnvSettingsSource(Settings, env_file=file).env_vars
    return any(is_secret(name, given.get(f"inlaid_{name}") or "") for name in secret_names(Settings))


def unknown_variables() -> dict[str, str]:
    """Return the variables `INLAID_…` of environment and files that are no settings, each with the nearest, or ""."""
    from rapidfuzz.process import extractOne

    from core.system.subprocesses import READY_FILE_VARIABLE

    sources = EnvSettingsSource(Settings), _files_source()
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
