"""Settings of what is kept: where, sealed with which keys, and for how long."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, field_validator

from core.settings.values import Secrets, Texts
from core.surfaces import OF_INLAID, known_surfaces
from core.system.installation import default_home
from core.validation_messages import did_you_mean

# Stands in INLAID_RETENTION for every surface that is not named there.
ALL_SURFACES = "all"
# What else has a period of its own there: files of jobs, what was learnt, and what calls of models cost. Of the last
# whole months go, whoever they are of; budgets ask for the last one.
DOCUMENTS, LEARNED, USAGE = "documents", "learned", "usage"
MIN_USAGE_DAYS = 90
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Period:
    """For how many days something is kept: jobs of a surface, of all others, or `documents`, `learned` or `usage`.

    `group` is whose: a group of the policies or a role, "" for everybody who is in none that is named.
    """

    kind: str
    group: str
    days: int


def parse_retention(entries: Sequence[str]) -> tuple[Period, ...]:
    """Return the periods of entries such as `slack=30` or `all@finance=3650`.

    Raises:
        ValueError: an entry is something else.
    """
    periods: dict[tuple[str, str], Period] = {}
    for entry in entries:
        what, _, days = (part.strip() for part in entry.partition("="))
        kind, at, group = (part.strip() for part in what.partition("@"))
        is_number = days.isascii() and days.isdigit() and int(days) >= 1
        is_known = bool(kind) and not (kind == USAGE and group)
        if not is_known or bool(at) != bool(group) or not is_number or (kind, group) in periods:
            raise ValueError("write KIND=DAYS or KIND@GROUP=DAYS, each once, with commas between: all=365,slack=30")
        periods[kind, group] = Period(kind, group, int(days))
    return tuple(periods.values())


class StorageSettings(BaseModel, frozen=True):
    """Data folder, database, broker, keys, retention, audit trail, logs and traces."""

    home: Path = Field(default_factory=default_home, description="Data folder: SQLite, Valkey, keys, logs.")
    database_url: str = Field("", description="PostgreSQL or SQLite URL. Empty: SQLite in INLAID_HOME.")
    database_connections: int = Field(
        20, ge=2, le=200, description="Most connections of one process to PostgreSQL; it keeps half of them open."
    )
    broker_url: str = Field(
        "",
        description="Redis or Valkey URL, or sentinel://HOST:26379,HOST2:26379/0?master=NAME."
        " Empty: `inlaid up` starts its own.",
    )
    secret_keys: Secrets = Field(
        (), description="Keys from `inlaid keys new`, newest first. Empty: with SQLite one is made in INLAID_HOME."
    )
    secret_keys_command: str = Field(
        "", description="Program, with arguments, that prints these keys, one a line, such as a client of Vault."
    )
    retention: Texts = Field(
        (),
        description="Days that things are kept, such as all=365,slack=30,all@GROUP=90,documents=7,learned=365,"
        "usage=730. Empty: until a purge.",
    )
    cache_seconds: float = Field(86_400.0, ge=0, description="How long a draft answers identical requests. 0: never.")
    source_rights_seconds: float = Field(
        86_400.0,
        ge=3600,
        le=30 * 86_400,
        description="How long a source's word on who may read it holds; not read again by then, nobody may.",
    )
    mail_sources: Literal["warn", "leave_out"] = Field(
        "warn",
        description="Sources that not all who get a mail may read. warn: a draft rests on them and says who may not. "
        "leave_out: never.",
    )
    audit_days: int = Field(
        730, ge=90, description="How long the audit trail is kept; whole months older than this are deleted."
    )
    audit_forward: str = Field(
        "",
        description="Where the audit trail goes too: stdout, otlp (INLAID_OTEL_ENDPOINT), syslog://HOST:PORT, syslog+tcp://..."
        " or syslog:///dev/log.",
    )
    otel_endpoint: str = Field("", description="OpenTelemetry collector (OTLP over HTTP). Empty: no traces.")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level that is logged.")
    report_least_people: int = Field(
        5, ge=1, description="The report hides figures of fewer people than this; one's own are always shown."
    )

    @field_validator("home", mode="before")
    @classmethod
    def _or_default(cls, value: object) -> object:
        return default_home() if value == "" else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("secret_keys_command")
    @classmethod
    def _is_command(cls, value: str) -> str:
        if value and not shlex.split(value):
            raise ValueError("names no program")
        return value

    @field_validator("retention")
    @classmethod
    def _are_periods(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        kinds = {period.kind for period in parse_retention(value)}
        others = (ALL_SURFACES, DOCUMENTS, LEARNED, USAGE)
        # Asked only of what is none of these: finding the surfaces of other packages takes a while.
        for kind in sorted(kinds.difference(others, OF_INLAID)):
            if kind not in (known := [*others, *known_surfaces()]):
                raise ValueError(f"there is no kind {kind}; {did_you_mean(kind, known)}")
        return value

    @property
    def retention_periods(self) -> tuple[Period, ...]:
        """How long jobs, their documents and what was learnt are kept."""
        return parse_retention(self.retention)

    @property
    def kept_cache_seconds(self) -> float:
        """How long a draft answers identical requests: no longer than any job is kept."""
        jobs = [period.days for period in self.retention_periods if period.kind not in {DOCUMENTS, LEARNED, USAGE}]
        return min(self.cache_seconds, *(days * float(DAY_SECONDS) for days in jobs)) if jobs else self.cache_seconds

    @property
    def store_url(self) -> str:
        """The database URL that is in force, SQLite in INLAID_HOME by default."""
        return self.database_url or f"sqlite:///{self.home / 'inlaid.db'}"

    @property
    def is_shared(self) -> bool:
        """Whether the database is a server's, which processes on several machines may use."""
        return not self.store_url.startswith("sqlite:")
