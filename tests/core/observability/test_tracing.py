"""One trace from acknowledgement to delivery, without a word of anybody in it."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from core.errors import InputError
from core.job import Job, JobRequest
from core.llm.routes import only
from core.observability.tracing import job_span, note_acknowledged, start_tracing, stop_tracing
from core.recipes.loader import load_recipes
from core.runner.pipeline import Pipeline
from core.runner.retries import RetryBudget
from core.runner.runner import Runner
from core.settings import load_settings
from core.store import Store
from core.submit import load_intake, submit
from tests.in_memory import Answer, MemoryQueue, MemorySurface, ScriptedChat
from tests.memory_events import MemoryEvents

CANARY = "canary"
TEXT = f"The {CANARY} meeting is on Tuesday at 3 pm in room 4."


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Trace into memory."""
    exporter = InMemorySpanExporter()
    start_tracing("", "test", exporter=exporter)
    yield exporter
    stop_tracing()


def work(store: Store, answers: Sequence[Answer]) -> Job:
    """Submit a job and run it."""
    request = JobRequest("plain", {"text": TEXT}, "api", "ann@example.com")
    job, _ = submit(load_intake(load_settings(), store), MemoryQueue(), request)
    chat = ScriptedChat(answers, repeat_last=True, is_small=False)
    pipeline = Pipeline(load_recipes(), only(chat))
    surface = MemorySurface()
    Runner(store, load_settings(), MemoryEvents(), pipeline.generate, lambda _job: surface, 30, RetryBudget(1)).run(
        job.id
    )
    return store.jobs.get(job.id)


def by_name(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    """Return the finished spans."""
    return {span.name: span for span in spans.get_finished_spans()}


def test_all_steps_of_a_job_are_in_the_trace_that_its_id_names(
    sqlite_store: Store, spans: InMemorySpanExporter
) -> None:
    job = work(sqlite_store, ["The meeting is on Tuesday at 3 pm in room 4."])
    assert job.state == "delivered"
    found = by_name(spans)
    chat = next(span for name, span in found.items() if name.startswith("chat "))
    assert {"acknowledge", "run", "deliver"} < set(found)
    assert {span.context.trace_id for span in found.values() if span.context} == {UUID(job.id).int}
    root = found["acknowledge"].context
    assert root is not None
    for name in ("run", "deliver"):
        parent = found[name].parent
        assert parent is not None
        assert parent.span_id == root.span_id
    run = found["run"].context
    assert run is not None
    assert chat.parent is not None
    assert chat.parent.span_id == run.span_id


def test_a_call_of_a_model_bears_the_names_of_the_genai_conventions(
    sqlite_store: Store, spans: InMemorySpanExporter
) -> None:
    work(sqlite_store, ["The meeting is on Tuesday at 3 pm in room 4."])
    chat = next(span for span in spans.get_finished_spans() if span.name.startswith("chat "))
    attributes = dict(chat.attributes or {})
    assert attributes["gen_ai.operation.name"] == "chat"
    assert {"gen_ai.request.model", "gen_ai.response.model", "gen_ai.usage.output_tokens"} <= attributes.keys()


def test_no_span_holds_a_text_or_a_person(sqlite_store: Store, spans: InMemorySpanExporter) -> None:
    job = work(sqlite_store, [f"The {CANARY} meeting is on Tuesday at 3 pm in room 4."])
    with pytest.raises(InputError), job_span("broken", job):
        raise InputError(f"About {CANARY}.")
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    assert CANARY not in told
    assert "ann@example.com" not in told
    assert dict(by_name(spans)["broken"].attributes or {})["error.type"] == "input"


def test_a_process_that_only_has_the_row_is_in_the_same_trace(sqlite_store: Store, spans: InMemorySpanExporter) -> None:
    job, _ = sqlite_store.jobs.add(JobRequest("plain", {"text": TEXT}, "api", "ann"))
    with job_span("run", job):
        pass
    note_acknowledged(job, seconds=0.01)
    assert {span.context.trace_id for span in spans.get_finished_spans() if span.context} == {UUID(job.id).int}


def test_without_an_endpoint_nothing_is_traced(sqlite_store: Store) -> None:
    start_tracing("", "test")
    assert work(sqlite_store, ["The meeting is on Tuesday at 3 pm in room 4."]).state == "delivered"
