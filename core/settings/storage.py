"""Settings of what is kept: where, sealed with which keys, and for how long."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, Field, field_validator

from core.settings.values import Secrets, Texts

# Stands in INLAID_RETENTION for every surface that is not named there.
ALL_SURFACES = "all"


def default_home() -> Path:
    """Return the data folder that is used when INLAID_HOME is not set (XDG base directory rules)."""
    data_home = os.environ.get("XDG_DATA_HOME")
    return (Path(data_home) if data_home else Path.home() / ".local" / "share") / "inlaid"


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


class StorageSettings(BaseModel, frozen=True):
    """Data folder, database, broker, keys, retention, audit trail, logs and traces."""

    home: Path = Field(default_factory=default_home, description="Data folder: SQLite, Valkey, keys, logs.")
    database_url: str = Field("", description="PostgreSQL or SQLite URL. Empty: SQLite in INLAID_HOME.")
    broker_url: str = Field("", description="Redis or Valkey URL. Empty: `inlaid up` starts its own.")
    secret_keys: Secrets = Field(
        (), description="Keys from `inlaid keys new`, newest first. Empty: with SQLite one is made in INLAID_HOME."
    )
    secret_keys_command: str = Field(
        "", description="Program, with arguments, that prints these keys, one a line, such as a client of Vault."
    )
    retention: Texts = Field(
        (), description="Days that jobs are kept after their end, by surface: all=365,slack=30. Empty: until purged."
    )
    audit_days: int = Field(
        730, ge=90, description="How long the audit trail is kept; whole months older than this are deleted."
    )
    audit_forward: str = Field(
        "",
        description="Where the audit trail goes too: stdout, otlp (collector above), syslog://HOST:PORT, syslog+tcp://..."
        " or syslog:///dev/log.",
    )
    otel_endpoint: str = Field("", description="OpenTelemetry collector (OTLP over HTTP). Empty: no traces.")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level that is logged.")
    report_least_people: int = Field(
        5, ge=1, description="The report hides figures of fewer people than this; one's own are always shown."
    )

    @field_validator("secret_keys_command")
    @classmethod
    def _is_command(cls, value: str) -> str:
        if value and not shlex.split(value):
            raise ValueError("names no program")
        return value

    @field_validator("retention")
    @classmethod
    def _are_periods(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        parse_retention(value)
        return value

    @property
    def retention_days(self) -> dict[str, int]:
        """How long jobs are kept after their end, by surface."""
        return parse_retention(self.retention)

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
