"""Structured logs that cannot hold what people wrote.

Nothing enters a log unless it is allowed by name and by form: a field must be on the list below, a text must look
like an identifier (no spaces, short), and a message must be a literal of the code that logs it. The text of an
exception is left out, since it may quote its input; its class and the places in the code stay. Log records of
libraries pass through the same gate: of their arguments, what cannot be a text is put into the message.
"""

import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO, cast
from urllib.parse import urlsplit

from core.absent_packages import without
from core.errors import InlaidError

# Where there is rich, structlog imports it to draw what no log of ours shows: 5 MB in each process. So it is imported
# here first. greenlet is another 1.5 MB for threads that we have none of.
with without("rich", "greenlet"):
    import structlog
    from structlog.typing import EventDict, Processor, WrappedLogger

FIELDS = frozenset(
    {
        "attempt", "bytes", "code", "count", "error", "event", "exit_code", "fence", "host", "input_tokens",
        "job_id", "kind", "level", "logger", "method", "model", "outcome", "output_tokens", "pid", "port", "process",
        "queue", "recipe", "request_id", "revision", "route", "seconds", "signal", "source", "state", "status",
        "surface", "task", "timestamp", "variant", "version", "wait_seconds", "workspace",
    }
)  # fmt: skip
WITHHELD = "[withheld]"
# The event is checked separately; the other two are for the formatter and are not printed.
_PASSED_ON = frozenset({"event", "_record", "_from_structlog"})
_IN_IDENTIFIERS, _MAX_IDENTIFIER_CHARS = frozenset("_.:/+@-"), 120
_MAX_FRAMES = 12
_MAX_CHARS = 200
# Libraries whose messages are constants, or templates. Not `celery.redirected`, which carries whatever a task prints.
_KNOWN_LOGGERS = ("uvicorn.error", "celery.worker", "celery.beat", "celery.apps", "celery.app", "kombu", "alembic")

# Of arguments with a name, those that are no input or result of a task.
_KNOWN_ARGUMENTS = frozenset({"name", "id", "runtime", "hostname"})

# A command that configures no logs prints results, and what it might log must not stand among them (structlog's default
# is standard output).
if not structlog.is_configured():
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def configure_logging(level: str, *, json: bool) -> None:
    """Send all logs of this process to stderr, one line each; calling it again replaces the earlier choice.

    Args:
        level: the least level that is logged, such as `INFO`.
        json: JSON for machines, otherwise aligned text for a terminal.
    """
    gate: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        keep_allowed,
    ]
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=True) if json else _as_line
    handler = _QuietHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_from_library, *gate],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            use_get_message=False,
            pass_foreign_args=True,
        )
    )
    _route_all_to(handler, level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            *gate,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class _QuietHandler(logging.StreamHandler[TextIO]):
    """Drops a record that cannot be written; the standard handler would print its arguments to stderr."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name that logging calls
        """Do nothing: a log line is never worth an accident."""


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module. Its messages are literals; what changes goes into fields."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


def keep_allowed(_logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
    """Drop every field that is not on the list, and withhold every value that might be text of a person."""
    exception = _exception_of(fields.pop("exc_info", None))
    kept: EventDict = {
        name: value if name in _PASSED_ON else _harmless(value)
        for name, value in fields.items()
        if name in FIELDS or name in _PASSED_ON
    }
    if "_record" not in fields and not _is_literal(fields.get("event")):
        kept["event"] = WITHHELD
    if exception is not None:
        kept.update(_about(exception))
    return kept


def _is_literal(event: object) -> bool:
    """Whether the text stands as it is in the code of the function that logs it, so that nobody else wrote it."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(("structlog", "logging", __name__)):
        frame = frame.f_back
    return event in frame.f_code.co_consts


def _harmless(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    is_identifier = len(text) <= _MAX_IDENTIFIER_CHARS and all(
        char.isalnum() or char in _IN_IDENTIFIERS for char in text
    )
    return text if is_identifier else WITHHELD


def _from_library(_logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
    """Describe a record of the standard library's logging by its message and its place."""
    record: logging.LogRecord = fields["_record"]
    is_known = record.name.startswith(_KNOWN_LOGGERS)
    warned = _warned(str(record.msg)) if record.name == "py.warnings" else {}
    return {
        "event": " ".join(_filled(record.msg, fields.get("positional_args")).split())[:_MAX_CHARS]
        if is_known
        else "library_message",
        "logger": record.name,
        "source": f"{record.module}:{record.lineno}",
        "exc_info": record.exc_info,
        "_record": record,
        "_from_structlog": False,
        **warned,
    }


def _warned(text: str) -> Mapping[str, str]:
    """Return the class of a Python warning and the place that it names, of `FILE:LINE: CLASS: MESSAGE`."""
    place, _, told = text.partition(": ")
    kind = told.partition(": ")[0]
    return {"kind": kind, "source": Path(place).name} if kind.isidentifier() and kind.endswith("Warning") else {}


def _filled(message: object, given: object) -> str:
    """Return the template of a library with those of its arguments that cannot be a text."""
    template = str(message)
    arguments: object = ()
    if isinstance(given, Mapping):
        arguments = {name: _argument(each) if name in _KNOWN_ARGUMENTS else WITHHELD for name, each in given.items()}
    elif isinstance(given, tuple):
        arguments = tuple(map(_argument, given))
    try:
        return template % arguments if arguments else template
    except (TypeError, ValueError):  # a number was wanted where there is none
        return template


def _argument(value: object) -> object:
    """Return a number, the class of an exception, host and port of an address, or what looks like an identifier."""
    if isinstance(value, BaseException):
        return type(value).__name__
    if not isinstance(value, str):
        return value if value is None or isinstance(value, bool | int | float) else WITHHELD
    if "://" in value:
        try:
            parts = urlsplit(value)
            value = f"{parts.scheme}://{parts.hostname}:{parts.port}" if parts.port else parts.hostname or parts.scheme
        except ValueError:
            return WITHHELD
    return _harmless(value)


def _exception_of(exc_info: object) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return cast("BaseException | None", exc_info[1])
    return sys.exc_info()[1] if exc_info else None


def _about(exception: BaseException) -> Mapping[str, Any]:
    """Return the class of an exception and the innermost places it passed, never its text."""
    frames = []
    place = exception.__traceback__
    while place is not None:
        code = place.tb_frame.f_code
        frames.append(f"{Path(code.co_filename).name}:{place.tb_lineno}:{code.co_name}")
        place = place.tb_next
    about: dict[str, object] = {"error": type(exception).__name__, "frames": frames[-_MAX_FRAMES:]}
    if isinstance(exception, InlaidError):
        about["code"] = exception.code
    return about


def _as_line(_logger: WrappedLogger, _method: str, fields: EventDict) -> str:
    head = f"{fields.pop('timestamp', '')} {fields.pop('level', ''):<8} {fields.pop('event', '')}"
    return " ".join([head, *(f"{name}={value}" for name, value in fields.items())])


def _route_all_to(handler: logging.Handler, level: str) -> None:
    """Leave one handler, at the root: libraries that were configured before lose theirs."""
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in list(logging.root.manager.loggerDict):
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
    # Each task that is due, several times a minute, hides what matters.
    logging.getLogger("celery.beat").setLevel(logging.WARNING if level == "INFO" else logging.NOTSET)
    logging.getLogger("uvicorn.access").disabled = True  # the web process logs requests by route, without paths
    logging.captureWarnings(capture=True)
