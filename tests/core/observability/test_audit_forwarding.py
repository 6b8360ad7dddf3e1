"""The audit trail goes on to other systems in order, at least once, and goes on where it was after an outage."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from core.audit.entries import Actor, AuditEvent, Thing
from core.errors import SettingsError
from core.observability.audit_forwarding import forward, load_sink
from core.settings import Settings
from core.store import Store, open_store

RFC5424 = re.compile(r"<86>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ inlaid \d+ (\S+) - (\{.*\})")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    opened.audit.write(*(AuditEvent("job.requested", Actor("local", "ann"), Thing("job", str(n))) for n in range(3)))
    yield opened
    opened.close()


def sent_to(store: Store, settings: Settings, target: str, endpoint: str = "") -> int:
    sink = load_sink(settings.model_copy(update={"audit_forward": target, "otel_endpoint": endpoint}))
    assert sink
    return forward(store.audit, store.records, sink)


def test_stdout_gets_each_entry_once_as_a_line(
    store: Store, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sent_to(store, settings, "stdout") == 3
    assert sent_to(store, settings, "stdout") == 0
    store.audit.write(AuditEvent("keys.changed", Actor("local", "ann")))
    assert sent_to(store, settings, "stdout") == 1
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["metadata"]["sequence"] for event in events] == [1, 2, 3, 4]


@pytest.mark.parametrize("scheme", ["syslog", "syslog+tcp"])
def test_syslog_gets_messages_of_rfc_5424(store: Store, settings: Settings, scheme: str) -> None:
    is_tcp = scheme.endswith("tcp")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if is_tcp else socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        if is_tcp:
            server.listen()
        assert sent_to(store, settings, f"{scheme}://127.0.0.1:{server.getsockname()[1]}") == 3
        if is_tcp:
            connection = server.accept()[0]
            with connection, connection.makefile("rb") as stream:
                received = [line.rstrip(b"\n") for line in stream]
        else:
            received = [server.recv(65_536) for _ in range(3)]
    found = [RFC5424.fullmatch(line.decode()) for line in received]
    assert [one[1] for one in found if one] == ["job.requested"] * 3
    assert [json.loads(one[2])["metadata"]["sequence"] for one in found if one] == [1, 2, 3]


def test_a_collector_that_is_down_gets_everything_later(store: Store, settings: Settings) -> None:
    taken: list[str] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            records = body["resourceLogs"][0]["scopeLogs"][0]["logRecords"]
            taken.extend(json.loads(record["body"]["stringValue"])["resources"][0]["uid"] for record in records)
            self.send_response(200 if self.path == "/v1/logs" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Collector)
    endpoint = f"http://127.0.0.1:{server.server_port}"
    server.server_close()
    assert sent_to(store, settings, "otlp", endpoint) == 0

    server = HTTPServer(("127.0.0.1", int(endpoint.rpartition(":")[2])), Collector)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        assert sent_to(store, settings, "otlp", endpoint) == 3
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert taken == ["0", "1", "2"]


@pytest.mark.parametrize("target", ["otlp", "nowhere", "http://example.org", "syslog:"])
def test_a_target_that_leads_nowhere_is_refused(settings: Settings, target: str) -> None:
    with pytest.raises(SettingsError, match="INLAID_AUDIT_FORWARD"):
        load_sink(settings.model_copy(update={"audit_forward": target}))
    assert load_sink(settings) is None
