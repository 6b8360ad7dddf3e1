"""Signals over the API, of one person and of another."""

import io

import httpx
from docx import Document

from tests.core.signals.scanned import known_signal
from tests.integrations.api.running import RunningWeb

QUOTE = "The boiler may fail soon."


def person_of(web: RunningWeb, client: httpx.Client) -> str:
    made = client.post("/api/v1/jobs", json={"recipe": "summarize", "inputs": {"text": "A lift. A door."}})
    return web.services.store.jobs.get(made.json()["id"]).person


def test_signals_are_listed_read_and_decided_by_who_may(
    web: RunningWeb, client: httpx.Client, other_client: httpx.Client
) -> None:
    owner = ("local", person_of(web, client))
    scan, signal = known_signal(web.services.api.signals, web.services.store, owner, "Weekly", QUOTE)
    (listed,) = client.get("/api/v1/signals").json()["signals"]
    assert (listed["id"], listed["kind"], listed["severity"], listed["text"]) == (signal, "risk", "medium", QUOTE)
    assert client.get(f"/api/v1/signals/{signal}").json()["quotes"][0]["quote"] == QUOTE
    since = [client.get("/api/v1/signals", params={"since": day}) for day in ("1960-01-01", "2026-11-23", "soon")]
    assert [len(one.json().get("signals", ())) for one in since] == [1, 0, 0]
    assert since[2].status_code == 422
    decided = client.post(f"/api/v1/signals/{signal}/decide", json={"state": "done", "owner": "Kim"})
    assert (decided.json()["state"], decided.json()["owner"]) == ("done", "Kim")
    assert client.get("/api/v1/signals").json()["signals"] == []
    assert client.get("/api/v1/signals", params={"state": "done", "kind": "risk"}).json()["signals"]
    report = client.get("/api/v1/signals", params={"state": "done", "format": "docx"})
    assert QUOTE in "\n".join(paragraph.text for paragraph in Document(io.BytesIO(report.content)).paragraphs)
    assert QUOTE in client.get("/api/v1/signals", params={"state": "done", "format": "csv"}).text
    assert client.get("/api/v1/signals", params={"format": "pdf"}).status_code == 422
    told = client.get(f"/api/v1/scans/{scan}/digest").json()
    assert (told["headline"], told["told"]) == ("Weekly: nothing new.", [])  # it is done
    client.post(f"/api/v1/signals/{signal}/decide", json={"state": "open"})
    assert client.get(f"/api/v1/scans/{scan}/digest").json()["told"][0]["quotes"][0]["quote"] == QUOTE
    client.post(f"/api/v1/signals/{signal}/decide", json={"state": "done"})
    assert client.post(f"/api/v1/signals/{signal}/decide", json={"state": "burnt"}).status_code == 422

    assert other_client.get("/api/v1/signals").json()["signals"] == []
    assert other_client.get(f"/api/v1/signals/{signal}").status_code == 404
    assert other_client.post(f"/api/v1/signals/{signal}/decide", json={"state": "done"}).status_code == 404
    assert other_client.get(f"/api/v1/scans/{scan}/digest").status_code == 404
    assert QUOTE.encode() not in other_client.get("/api/v1/signals", params={"format": "csv"}).content
    assert other_client.post(f"/api/v1/scans/{scan}/run").status_code == 404
    assert other_client.delete(f"/api/v1/scans/{scan}").status_code == 404
    assert client.delete(f"/api/v1/scans/{scan}").status_code == 204
    assert client.get("/api/v1/scans").json()["scans"] == []


def test_signals_are_filtered_by_severity_owner_and_source(web: RunningWeb, client: httpx.Client) -> None:
    _, signal = known_signal(
        web.services.api.signals, web.services.store, ("local", person_of(web, client)), "A", QUOTE
    )
    client.post(f"/api/v1/signals/{signal}/decide", json={"state": "open", "owner": "Kim"})

    def told(**params: str) -> int:
        return len(client.get("/api/v1/signals", params=params).json()["signals"])

    assert [told(severity="2"), told(severity="3"), told(owner="ki"), told(owner="Bo"), told(source="x")] == [
        1,
        0,
        1,
        0,
        0,
    ]
    assert client.get("/api/v1/signals", params={"severity": "4"}).status_code == 422


def test_a_scan_is_added_and_its_parts_become_jobs(web: RunningWeb, client: httpx.Client) -> None:
    owner = ("local", person_of(web, client))
    known_signal(web.services.api.signals, web.services.store, owner, "Weekly", QUOTE)
    form = {"title": "Mondays", "schedule": "every Monday", "zone": "Europe/Berlin", "digest": ["mail"]}
    added = client.post("/api/v1/scans", json=form)
    assert added.status_code == 201
    assert (added.json()["schedule"], added.json()["zone"]) == ("monday 08:00", "Europe/Berlin")
    assert added.json()["due_at"]
    assert added.json()["digest"]["mail"]
    begun = client.post(f"/api/v1/scans/{added.json()['id']}/run")
    assert (begun.status_code, begun.json()["jobs"]) == (202, 1)
    waiting = [job for job in client.get("/api/v1/jobs").json()["jobs"] if job["surface"] == "signals"]
    assert [(job["recipe"], job["state"]) for job in waiting] == [("scan", "queued")]


def test_what_is_no_scan_is_refused_with_what_to_do(client: httpx.Client) -> None:
    for form in (
        {"schedule": "sometimes"},
        {"recipe": "nothing"},
        {"sources": ["x"]},
        {"zone": "Mars"},
        {"colour": "red"},
        {},
    ):
        refused = client.post("/api/v1/scans", json=form)
        assert refused.status_code in {404, 422}, form
        assert refused.json()["error"]["fix"]
