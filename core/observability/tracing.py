"""Traces of jobs from acknowledgement to delivery, for any OpenTelemetry collector; off unless an endpoint is set.

The trace id of a job is its id, which has the same 128 bits, and the span of its acknowledgement has the id's last 64.
So every process that has the job's row is in the same trace: nothing has to travel with the message that wakes a
worker, and a job that the sweeper sends again, or that another worker takes over, stays in its trace. Spans of model
calls follow the GenAI conventions (https://opentelemetry.io/docs/specs/semconv/gen-ai/). No span holds a text, a person
or the message of an error.
"""

import contextvars
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from core.drafts import Usage
from core.errors import InlaidError, SettingsError
from core.job import Job
from core.llm.ports import ChatOptions

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

SCOPE = "inlaid"
# How long the end of a process waits for a collector at most.
LAST_SEND_SECONDS = 3.0
_next_ids: contextvars.ContextVar[tuple[int, int] | None] = contextvars.ContextVar("next_ids", default=None)
_provider: "TracerProvider | None" = None


def start_tracing(endpoint: str, process: str, *, exporter: "SpanExporter | None" = None) -> None:
    """Send this process's spans from now on; without an endpoint nothing happens.

    Args:
        endpoint: of the collector (OTLP over HTTP), such as `http://127.0.0.1:4318`.
        process: the kind of process, such as `web`.
        exporter: where spans go instead of the endpoint; for tests.

    Raises:
        SettingsError: an endpoint is set and the extra `otel` is not installed.
    """
    global _provider
    if not endpoint and exporter is None:
        return
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    except ImportError as error:
        raise SettingsError(
            "INLAID_OTEL_ENDPOINT needs the OpenTelemetry libraries.", fix="Install inlaid with its extra `otel`."
        ) from error
    resource = Resource.create({"service.name": SCOPE, "inlaid.process": process})
    # Not at exit, which would wait for a collector that is away for half a minute: see `stop_tracing`.
    provider = TracerProvider(resource=resource, id_generator=_id_generator(), shutdown_on_exit=False)
    processor = SimpleSpanProcessor(exporter) if exporter else BatchSpanProcessor(_otlp(endpoint))
    provider.add_span_processor(processor)
    _provider = provider


def stop_tracing(wait_seconds: float = LAST_SEND_SECONDS) -> None:
    """Send what waits, for so long at most, and nothing more. What traces calls it before it ends."""
    global _provider
    ended, _provider = _provider, None
    if ended is not None:
        sending = threading.Thread(target=ended.shutdown, name="send spans", daemon=True)
        sending.start()
        sending.join(wait_seconds)


def note_acknowledged(job: Job, *, seconds: float) -> None:
    """Note that a job was stored, and so could be acknowledged, after so many seconds: the first span of its trace."""
    if _provider is None:
        return
    ended = time.time_ns()
    whole = uuid.UUID(job.id).int
    token = _next_ids.set((whole, _low_bits(whole)))
    try:
        from opentelemetry.context import Context

        span = _provider.get_tracer(SCOPE).start_span(
            "acknowledge", context=Context(), start_time=ended - int(seconds * 1e9), attributes=_about(job)
        )
        span.end(ended)
    finally:
        _next_ids.reset(token)


@contextmanager
def job_span(name: str, job: Job) -> Iterator[None]:
    """Trace a step of a job; an error that leaves it marks the span by its class."""
    if _provider is None:
        yield
        return
    tracer = _provider.get_tracer(SCOPE)
    with (
        tracer.start_as_current_span(
            name,
            context=_context_of(job),
            attributes=_about(job),
            record_exception=False,
            set_status_on_exception=False,
        ) as span,
        _marked(span),
    ):
        yield


@contextmanager
def model_span(asked: Callable[[], str], options: ChatOptions, parent: Any) -> Iterator["ModelSpan"]:
    """Trace one call of a model.

    Args:
        asked: gives the name of the model or of its endpoint; not called when nothing is traced.
        options: how it is asked.
        parent: what `current_place` gave in the thread that runs the job.
    """
    if _provider is None:
        yield ModelSpan(None)
        return
    from opentelemetry.trace import SpanKind

    model = asked()
    attributes: dict[str, str | int | float] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": model,
        "gen_ai.request.max_tokens": options.max_tokens,
        "gen_ai.request.temperature": options.temperature,
    }
    with (
        _provider.get_tracer(SCOPE).start_as_current_span(
            f"chat {model}",
            context=parent,
            kind=SpanKind.CLIENT,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span,
        _marked(span),
    ):
        yield ModelSpan(span)


class ModelSpan:
    """The span of a call that runs."""

    def __init__(self, span: Any) -> None:
        self._span = span

    def note(self, model: str, finish_reason: str, usage: Usage) -> None:
        """Note what came back."""
        if self._span is not None:
            self._span.set_attributes(
                {
                    "gen_ai.response.model": model,
                    "gen_ai.response.finish_reasons": [finish_reason],
                    "gen_ai.usage.input_tokens": usage.input_tokens,
                    "gen_ai.usage.output_tokens": usage.output_tokens,
                }
            )


def current_place() -> Any:
    """Return where in a trace this thread is, for work that other threads do, or None if nothing is traced."""
    if _provider is None:
        return None
    from opentelemetry.context import get_current

    return get_current()


@contextmanager
def _marked(span: Any) -> Iterator[None]:
    """Mark the span when an error passes: by its class and code, for messages may hold what somebody wrote."""
    from opentelemetry.trace import Status, StatusCode

    try:
        yield
    except BaseException as error:  # whatever ends the work, a cancel too, the span says so and the error goes on
        span.set_attribute("error.type", error.code if isinstance(error, InlaidError) else type(error).__name__)
        span.set_status(Status(StatusCode.ERROR))
        raise


def _about(job: Job) -> dict[str, str | int]:
    return {
        "inlaid.job.id": job.id,
        "inlaid.recipe": job.recipe,
        "inlaid.surface": job.surface,
        "inlaid.queue": job.queue,
        "inlaid.attempt": job.attempts,
    }


def _context_of(job: Job) -> Any:
    """Return the place below the job's acknowledgement, whichever process made that."""
    from opentelemetry.context import Context
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    whole = uuid.UUID(job.id).int
    context = SpanContext(whole, _low_bits(whole), is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(context), Context())


def _low_bits(whole: int) -> int:
    return whole & (1 << 64) - 1


def _otlp(endpoint: str) -> "SpanExporter":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")


def _id_generator() -> Any:
    from opentelemetry.sdk.trace.id_generator import IdGenerator

    class JobIds(IdGenerator):
        """Gives the ids that were set for the next span, else random ones."""

        def generate_trace_id(self) -> int:
            given = _next_ids.get()
            return given[0] if given else random.getrandbits(128) or 1

        def generate_span_id(self) -> int:
            given = _next_ids.get()
            return given[1] if given else random.getrandbits(64) or 1

    return JobIds()
