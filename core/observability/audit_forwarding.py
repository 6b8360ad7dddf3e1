"""Sends the audit trail on, entry by entry and in order, as events of OCSF: to stdout, to syslog, or as OTLP logs.

Each entry is sent at least once: how far the last sending came is kept, and a sink that fails is tried again with the
same entries. Pseudonyms are sent with the names that are known at that time; a purge cannot reach into other systems.
"""

import json
import logging
import os
import socket
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from logging.handlers import SysLogHandler
from typing import Any
from urllib.parse import urlsplit

from core.audit.entries import ShownEntry
from core.audit.ocsf import ocsf_event
from core.errors import OutageError, SettingsError
from core.logs import logger
from core.settings import Settings
from core.store.audit import AuditTrail
from core.store.records import RecordStore

KIND = "audit_forward"
WORKSPACE = "console"
BATCH = 200
TIMEOUT_SECONDS = 10.0
SYSLOG_PORT = 514
SETTING = "INLAID_AUDIT_FORWARD"
_log = logger(__name__)

Sink = Callable[[Sequence[ShownEntry]], None]
"""Takes entries, and raises OutageError when it cannot have them all."""


def forward(trail: AuditTrail, records: RecordStore, sink: Sink) -> int:
    """Send what was written since the last time, and return how many entries that were.

    Two processes at once may send an entry twice.
    """
    sent = 0
    while True:
        record = records.get(KIND, WORKSPACE, "cursor")
        batch = list(islice(trail.walk(after=record.data if record else 0), BATCH))
        if not batch:
            return sent
        try:
            sink(batch)
        except OutageError as error:
            _log.warning("audit trail not forwarded", code=error.code, count=len(batch))
            return sent
        records.put(KIND, WORKSPACE, "cursor", batch[-1].entry.sequence)
        sent += len(batch)


def load_sink(settings: Settings) -> Sink | None:
    """Return where INLAID_AUDIT_FORWARD leads, or None if it is empty.

    Raises:
        SettingsError: it leads nowhere.
    """
    target = settings.audit_forward
    if not target:
        return None
    if target == "stdout":
        return _to_stdout
    if target == "otlp" and settings.otel_endpoint:
        return OtlpSink(settings.otel_endpoint)
    parts = urlsplit(target)
    if parts.scheme in {"syslog", "syslog+tcp"} and (parts.hostname or parts.path):
        return SyslogSink(parts.hostname or "", parts.port or SYSLOG_PORT, parts.path, is_tcp="tcp" in parts.scheme)
    raise SettingsError(
        f"{SETTING} is none of stdout, otlp (with INLAID_OTEL_ENDPOINT), syslog://HOST:PORT, syslog+tcp://HOST:PORT and"
        " syslog:///dev/log.",
        fix="Write it as one of these, or leave it empty.",
    )


def _line(shown: ShownEntry) -> str:
    return json.dumps(ocsf_event(shown), ensure_ascii=True, separators=(",", ":"))


def _to_stdout(entries: Sequence[ShownEntry]) -> None:
    sys.stdout.write("".join(f"{_line(shown)}\n" for shown in entries))
    sys.stdout.flush()


class _Rfc5424(logging.Formatter):
    """Writes what follows the priority (RFC 5424, section 6); the standard handler writes the older form alone."""

    end = ""

    def format(self, record: logging.LogRecord) -> str:
        """Return version, time, host, application, process, message id, no structured data, and the event."""
        shown: ShownEntry = record.entry  # type: ignore[attr-defined]
        at = datetime.fromtimestamp(shown.at_seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return (
            f"1 {at} {socket.gethostname()} inlaid {os.getpid()} {shown.entry.action[:32]} - {_line(shown)}{self.end}"
        )


class _Syslog(SysLogHandler):
    """Says so when a message cannot be sent; the standard one prints to stderr and goes on."""

    append_nul = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name that logging calls
        """Raise what went wrong."""
        raise


class SyslogSink:
    """Sends to a syslog server: UDP, a local socket, or TCP with a line for each message (RFC 6587, section 3.4.2)."""

    def __init__(self, host: str, port: int, path: str, *, is_tcp: bool) -> None:
        self._address: tuple[str, int] | str = (host, port) if host else path
        self._is_tcp = is_tcp

    def __call__(self, entries: Sequence[ShownEntry]) -> None:
        """Send entries."""
        kind = socket.SOCK_STREAM if self._is_tcp else socket.SOCK_DGRAM
        try:
            handler = _Syslog(self._address, SysLogHandler.LOG_AUTHPRIV, kind)
            formatter = _Rfc5424()
            formatter.end = "\n" if self._is_tcp else ""
            handler.setFormatter(formatter)
            try:
                for shown in entries:
                    record = logging.LogRecord("audit", logging.INFO, "", 0, "", (), None)
                    record.entry = shown
                    handler.emit(record)
            finally:
                handler.close()
        except OSError as error:
            raise OutageError("The syslog server does not take the audit trail.", fix=f"Check {SETTING}.") from error


class OtlpSink:
    """Sends to an OpenTelemetry collector (OTLP/HTTP, JSON: https://opentelemetry.io/docs/specs/otlp/)."""

    def __init__(self, endpoint: str) -> None:
        self._url = f"{endpoint.rstrip('/')}/v1/logs"

    def __call__(self, entries: Sequence[ShownEntry]) -> None:
        """Send entries."""
        import httpx

        resource = {"attributes": [_attribute("service.name", "inlaid")]}
        logs = {"scope": {"name": "inlaid.audit"}, "logRecords": [_log_record(shown) for shown in entries]}
        body = {"resourceLogs": [{"resource": resource, "scopeLogs": [logs]}]}
        try:
            httpx.post(self._url, json=body, timeout=TIMEOUT_SECONDS).raise_for_status()
        except httpx.HTTPError as error:
            fix = "Check INLAID_OTEL_ENDPOINT, and that the collector takes logs."
            raise OutageError("The collector does not take the audit trail.", fix=fix) from error


def _attribute(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value}}


def _log_record(shown: ShownEntry) -> dict[str, Any]:
    entry = shown.entry
    return {
        "timeUnixNano": str(entry.at_microseconds * 1000),
        "severityNumber": 9,
        "severityText": "INFO",
        "body": {"stringValue": _line(shown)},
        "attributes": [_attribute("event.name", entry.action), _attribute("audit.hash", entry.hash)],
    }
