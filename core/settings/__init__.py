"""One typed Settings, read once per process from the environment (or `.env`), all names prefixed `INLAID_`.

`.env.example` lists every setting with its description; a test holds the two together.
"""

import getpass
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from core.errors import SettingsError
from core.roles import Grant, parse_grant
from core.settings.secret_files import SecretFileSource, file_variable, secret_names

MASK = "****"
# Stands in INLAID_RETENTION for every surface that is not named there.
ALL_SURFACES = "all"


def default_home() -> Path:
    """Return the data folder that is used when INLAID_HOME is not set (XDG base directory rules)."""
    data_home = os.environ.get("XDG_DATA_HOME")
    return (Path(data_home) if data_home else Path.home() / ".local" / "share") / "inlaid"


def _split_list(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.replace("\n", ",").split(",") if part.strip()]
    return value


def parse_retention(entries: Sequence[str]) -> dict[str, int]:
    """Return the days by surface from entries such as `slack=30`; `all` is for those without one of their own.

    Raises:
        ValueError: an entry is something else.
    """
    periods: dict[str, int] = {}
    for entry in entries:
        surface, _, days = entry.partition("=")
        surface, days = surface.strip(), days.strip()
        if not surface or not days.isascii() or not days.isdigit() or int(days) < 1 or surface in periods:
            raise ValueError("write SURFACE=DAYS once for a surface, such as all=365,slack=30")
        periods[surface] = int(days)
    return periods


class Settings(BaseSettings):
    """Everything an administrator can set. Durations are in seconds."""

    model_config = SettingsConfigDict(env_prefix="INLAID_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(default_factory=default_home, description="Data folder: SQLite, Valkey, keys, logs.")
    database_url: str = Field("", description="PostgreSQL or SQLite URL. Empty: SQLite in INLAID_HOME.")
    broker_url: str = Field("", description="Redis or Valkey URL. Empty: `inlaid up` starts its own.")
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Keys from `inlaid keys new`, newest first. Empty: with SQLite one is made in INLAID_HOME."
    )
    recipes_dir: Path | None = Field(None, description="Folder with further recipes (*.toml); they win by name.")
    api_tokens: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Bearer tokens of the API, comma-separated, each `token` or `token=address`."
    )
    model_url: str = Field("", description="OpenAI-compatible server, with /v1. Empty: the embedded local model.")
    model_name: str = Field("", description="Model to ask for. Empty: the first that the server lists.")
    model_key: SecretStr = Field(SecretStr(""), description="API key of the model server.")
    model_local: bool = Field(
        False, description="Person data may go to INLAID_MODEL_URL; on this machine it always may."
    )
    model_timeout_seconds: float = Field(120.0, gt=0, description="Longest silence of the model server.")
    model_threads: int = Field(0, ge=0, description="Threads of the local model. 0: physical cores - 1, at least 1.")
    model_window_tokens: int = Field(0, ge=0, description="Context window. 0: as the server says, else by its size.")
    model_size: str = Field(
        "", pattern="^(small|large|)$", description="small or large. Empty: by the number of parameters in its name."
    )
    model_verify: bool = Field(False, description="A larger model compares each draft with its source.")
    models_file: Path | None = Field(None, description="TOML file with several endpoints, routes and budgets.")
    embeddings_url: str = Field(
        "", description="OpenAI-compatible embeddings server, with /v1. Empty: the embedded embeddings."
    )
    embeddings_model: str = Field("", description="Embeddings: model to ask for. Empty: the first that it lists.")
    embeddings_key: SecretStr = Field(SecretStr(""), description="Embeddings: API key of the server.")
    embeddings_local: bool = Field(
        False, description="Person data may go to INLAID_EMBEDDINGS_URL; on this machine it always may."
    )
    cache_seconds: float = Field(86_400.0, ge=0, description="How long a draft answers identical requests. 0: never.")
    host: str = Field("127.0.0.1", description="Address of the web process.")
    port: int = Field(8000, ge=0, le=65535, description="Port of the web process.")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        ("127.0.0.1", "::1"), description="Proxies in front whose X-Forwarded-For holds: addresses, CIDR networks."
    )
    requests_per_minute: int = Field(
        300, ge=0, description="API and console: requests of one person in a minute. 0: any number."
    )
    submits_per_minute: int = Field(
        60, ge=0, description="API and console: jobs that one person asks for in a minute. 0: any number."
    )
    address_requests_per_minute: int = Field(
        6000, ge=0, description="Requests of one address in a minute, Slack's and Microsoft's aside. 0: any number."
    )
    sign_in_failures_per_minute: int = Field(
        10, ge=0, description="Wrong tokens of one address in a minute; then it waits, longer each time. 0: any number."
    )
    event_streams: int = Field(20, ge=0, description="API: event streams of one person at a time. 0: any number.")
    public_url: str = Field("", description="Where Slack, Graph and Word reach the web process (https).")
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="Slack: signing secret. Empty: no HTTP events.")
    slack_bot_token: SecretStr = Field(SecretStr(""), description="Slack: bot token of the only workspace (xoxb-).")
    slack_app_token: SecretStr = Field(SecretStr(""), description="Slack: app-level token for Socket Mode (xapp-).")
    slack_client_id: str = Field("", description="Slack: client id, for installing in many workspaces by OAuth.")
    slack_client_secret: SecretStr = Field(SecretStr(""), description="Slack: client secret, with the client id.")
    slack_api_url: str = Field("https://slack.com/api/", description="Slack: base of the Web API, with its last slash.")
    slack_channels: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Slack: ids of the only channels where Inlaid may be used. Empty: all."
    )
    slack_people: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Slack: ids of the only people who may use Inlaid. Empty: all but guests."
    )
    slack_workspaces: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Slack: ids of your own workspaces or organisations, when the app is installed by OAuth."
    )
    slack_requests_per_minute: int = Field(20, ge=1, description="Slack: requests of one person in a minute.")
    microsoft_tenant_id: str = Field("", description="Microsoft 365: directory (tenant) id. Empty: any organisation.")
    microsoft_tenants: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Microsoft 365: your organisations (tenant ids); their people may sign in. Empty: the above."
    )
    microsoft_client_id: str = Field("", description="Microsoft 365: application (client) id of the app registration.")
    microsoft_client_secret: SecretStr = Field(SecretStr(""), description="Microsoft 365: client secret of the app.")
    microsoft_authority: str = Field(
        "", description="Microsoft 365: https://host/tenant that signs people in. Empty: the tenant at Microsoft's."
    )
    openid_issuer: str = Field("", description="OpenID Connect: the provider, such as https://login.example.com.")
    openid_client_id: str = Field("", description="OpenID Connect: what the provider calls this installation.")
    openid_client_secret: SecretStr = Field(SecretStr(""), description="OpenID Connect: its secret, if any.")
    openid_groups_claim: str = Field("groups", description="OpenID Connect: the claim that lists somebody's groups.")
    microsoft_graph_url: str = Field("https://graph.microsoft.com/v1.0", description="Microsoft 365: base of Graph.")
    word_frame_ancestors: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Word: addresses that may frame the pane (CSP), comma-separated. Empty: Word on the web's."
    )
    worker_threads: int = Field(4, ge=1, le=64, description="Jobs that one worker process runs at a time.")
    lease_seconds: float = Field(30.0, gt=0, le=300, description="How long a silent worker keeps its job.")
    sweep_seconds: float = Field(2.5, gt=0, description="How often the sweeper looks for jobs to send again.")
    resend_seconds: float = Field(
        5.0,
        gt=0,
        description="First wait before an interactive job is sent again; doubles. Bulk waits 6 times that.",
    )
    job_paragraphs: int = Field(
        6_000, ge=1, le=20_000, description="Paragraphs of a document that one job takes: 300 pages."
    )
    job_words: int = Field(200_000, ge=1, description="Words that one job takes, of a document or a text.")
    job_model_calls: int = Field(10_000, ge=1, description="Model calls that one try of a job may make.")
    deadline_interactive_seconds: float = Field(
        600.0, gt=0, description="How long one try of an interactive job may run before it fails."
    )
    deadline_background_seconds: float = Field(1800.0, gt=0, description="The same for a background job.")
    deadline_bulk_seconds: float = Field(14_400.0, gt=0, description="The same for a bulk job and for a document.")
    max_attempts: int = Field(3, ge=1, le=20, description="Tries of a job before it fails.")
    admins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Console: addresses or Entra object ids of administrators. A one-person installation needs none.",
    )
    group_roles: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Roles by group of the sign-in, such as administrator=IT,analyst=Controlling,author=Editors.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Console: hosts of the own network that mailboxes may be on: names, addresses, CIDR networks.",
    )
    owner_name: str = Field("", description="Name that drafts made on the command line are signed with.")
    owner_address: str = Field("", description="Mail address of the person at the command line.")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Secret of signed webhooks that report outside events. Empty: none are taken."
    )
    report_least_people: int = Field(
        5, ge=1, description="The report hides figures of fewer people than this; one's own are always shown."
    )
    retention: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Days that jobs are kept after their end, by surface: all=365,slack=30. Empty: until purged."
    )
    otel_endpoint: str = Field("", description="OpenTelemetry collector (OTLP over HTTP). Empty: no traces.")
    audit_days: int = Field(
        730, ge=90, description="How long the audit trail is kept; whole months older than this are deleted."
    )
    audit_forward: str = Field(
        "",
        description="Where the audit trail goes too: stdout, otlp (collector above), syslog://HOST:PORT, syslog+tcp://..."
        " or syslog:///dev/log.",
    )
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level that is logged.")

    @field_validator(
        "secret_keys",
        "api_tokens",
        "slack_channels",
        "slack_people",
        "slack_workspaces",
        "microsoft_tenants",
        "word_frame_ancestors",
        "admins",
        "group_roles",
        "retention",
        "allowed_hosts",
        "trusted_proxies",
        mode="before",
    )
    @classmethod
    def _from_commas(cls, value: object) -> object:
        return _split_list(value)

    @field_validator("model_url", "embeddings_url", "public_url", "microsoft_authority", "microsoft_graph_url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("openid_issuer")
    @classmethod
    def _is_issuer(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("must begin with https://")
        return value  # a slash at its end is a part of its name

    @field_validator("group_roles")
    @classmethod
    def _are_grants(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            parse_grant(text)
        return value

    @field_validator("retention")
    @classmethod
    def _are_periods(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        parse_retention(value)
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _is_base(cls, value: str) -> str:
        if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc:
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/") + "/"

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

    @property
    def own_tenants(self) -> tuple[str, ...]:
        """The tenants of Entra that are the organisation's own."""
        return tuple(one for one in self.microsoft_tenants or (self.microsoft_tenant_id,) if one)

    @property
    def openid_realm(self) -> str:
        """The provider as a workspace: its issuer without the scheme, "" where OpenID Connect is not set up."""
        return self.openid_issuer.partition("://")[2].rstrip("/") if self.openid_client_id else ""

    @property
    def own_realms(self) -> tuple[str, ...]:
        """Where the organisation's own people sign in: its tenants of Entra, and its OpenID provider."""
        return (*self.own_tenants, *filter(None, (self.openid_realm,)))

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Which roles groups have."""
        return tuple(map(parse_grant, self.group_roles))

    @property
    def retention_days(self) -> dict[str, int]:
        """How long jobs are kept after their end, by surface."""
        return parse_retention(self.retention)

    @property
    def local_person(self) -> str:
        """The key of whoever runs Inlaid on this machine, on every surface: the owner's address, else user@host."""
        return self.owner_address or f"{getpass.getuser()}@{socket.gethostname()}"

    @property
    def deadlines(self) -> dict[str, float]:
        """How long one try of a job may run, by queue."""
        return {
            "interactive": self.deadline_interactive_seconds,
            "background": self.deadline_background_seconds,
            "bulk": self.deadline_bulk_seconds,
        }

    @property
    def store_url(self) -> str:
        """The database URL that is in force, SQLite in INLAID_HOME by default."""
        return self.database_url or f"sqlite:///{self.home / 'inlaid.db'}"

    @property
    def is_shared(self) -> bool:
        """Whether the database is a server's, which processes on several machines may use."""
        return not self.store_url.startswith("sqlite:")

    @property
    def log_folder(self) -> Path:
        """Where `inlaid up` writes one log file per process."""
        return self.home / "logs"

    def masked(self) -> dict[str, str]:
        """Return every setting as `INLAID_NAME -> value`, with secrets and passwords in URLs masked.

        What comes from a file says from which.
        """
        kind = type(self)
        files = SecretFileSource(kind, EnvSettingsSource(kind), DotEnvSettingsSource(kind)).paths()
        origins = {name: f" (from {path})" for name, path in files.items()}
        return {
            f"INLAID_{name.upper()}": _mask(getattr(self, name)) + origins.get(name, "") for name in kind.model_fields
        }


def _mask(value: object) -> str:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, tuple):
        return ", ".join(_mask(part) for part in value)
    if isinstance(value, str) and "://" in value:
        return mask_url(value)
    return "" if value is None else str(value)


def mask_url(url: str) -> str:
    """Return the URL with its password replaced, for logs and `inlaid doctor`."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:{MASK}@{parts.netloc.rpartition('@')[2]}"))


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


def read_settings() -> Settings:
    """Read what environment and `.env` say and nothing else; raises as `load_settings`."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = "INLAID_" + "_".join(str(part) for part in first["loc"][:1]).upper()
        raise SettingsError(f"{name} cannot be used: {first['msg']}.", fix="See .env.example.") from error


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
