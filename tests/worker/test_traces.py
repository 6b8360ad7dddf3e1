"""One trace spans who takes a job, the worker, its calls of a model and the delivery, across real processes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pydantic import SecretStr

from core.job import JobRequest
from core.observability.tracing import LAST_SEND_SECONDS, note_acknowledged, start_tracing, stop_tracing
from tests.processes.commands import WAIT_SECONDS
from tests.servers.valkey import free_port
from tests.servers.worker import WebProcess, WorkerProcess
from tests.worker.conftest import TEXT, Bench

CANARY = "canary"


@dataclass(frozen=True)
class Seen:
    """A span as a collector gets it."""

    trace_id: int
    span_id: int
    parent_id: int
    process: str


@dataclass
class Collector:
    """What takes OTLP over HTTP: the last span of each name, and all bytes that came."""

    url: str = ""
    spans: dict[str, Seen] = field(default_factory=dict)
    data: bytes = b""

    def take(self, data: bytes) -> None:
        """Take one request."""
        self.data += data
        for resource in ExportTraceServiceRequest.FromString(data).resource_spans:
            process = {pair.key: pair.value.string_value for pair in resource.resource.attributes}["inlaid.process"]
            for span in (span for scope in resource.scope_spans for span in scope.spans):
                trace, own, parent = (
                    int.from_bytes(one, "big") for one in (span.trace_id, span.span_id, span.parent_span_id)
                )
                self.spans[span.name.partition(" ")[0]] = Seen(trace, own, parent, process)


@contextmanager
def collector(answers: threading.Event | None = None) -> Iterator[Collector]:
    """Run one; it answers once that event is set."""
    made = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if answers:
                answers.wait()
            made.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.url = f"http://127.0.0.1:{server.server_port}"
        yield made
        server.shutdown()


@pytest.mark.processes
def test_a_job_is_one_trace_from_who_takes_it_to_its_delivery(bench: Bench) -> None:
    """Nothing is sent before the processes end, so what is seen here is also what an end does not lose."""
    with collector() as found:
        changes = {
            "otel_endpoint": found.url,
            "api_tokens": (SecretStr("token-of-ann=ann@example.com"),),
            "port": free_port(),
        }
        chosen = bench.settings.model_copy(update=changes)
        late = {"OTEL_BSP_SCHEDULE_DELAY": "600000"}
        with WorkerProcess(chosen, **late), WebProcess(chosen, **late):
            asked = {"recipe": "rewrite", "inputs": {"text": f"{CANARY}: {TEXT}"}}
            headers = {"Authorization": "Bearer token-of-ann"}
            url = f"http://127.0.0.1:{chosen.port}/api/v1/jobs"
            answer = httpx.post(url, json=asked, headers=headers, timeout=WAIT_SECONDS)
            job = bench.store.jobs.get(answer.json()["id"])
            bench.wait_for(job, "delivered")
            assert found.spans == {}
    assert {name: span.process for name, span in found.spans.items()} == {
        "acknowledge": "web",
        "run": "worker",
        "chat": "worker",
        "deliver": "worker",
    }
    assert {span.trace_id for span in found.spans.values()} == {UUID(job.id).int}
    root = found.spans["acknowledge"]
    assert root.parent_id == 0
    assert found.spans["run"].parent_id == found.spans["deliver"].parent_id == root.span_id
    assert found.spans["chat"].parent_id == found.spans["run"].span_id
    for private in (CANARY, "Tuesday", "ann@example.com", "token-of-ann"):
        assert private.encode() not in found.data


def test_a_collector_that_does_not_answer_holds_up_the_end_of_no_process(bench: Bench) -> None:
    answers = threading.Event()
    with collector(answers) as found:
        start_tracing(found.url, "worker")
        job, _ = bench.store.jobs.add(JobRequest("plain", {"text": TEXT}, "api", "ann"))
        note_acknowledged(job, seconds=0.0)
        began = time.monotonic()
        stop_tracing(wait_seconds=0.1)
        assert time.monotonic() - began < LAST_SEND_SECONDS
        answers.set()
