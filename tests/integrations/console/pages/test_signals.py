"""The page of signals: what was found is filtered, decided on, handed over and exported; scans come and go."""

import csv
import io

from docx import Document

from integrations.console.pages.signals import FLASHES
from tests.core.signals.scanned import known_signal
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import comes_in

QUOTE = "=The boiler <b>may</b> fail soon."


def found(web: RunningWeb) -> tuple[str, str]:
    owner = ("local", web.settings.local_person)
    return known_signal(web.services.api.signals, web.services.store, owner, "Weekly", QUOTE)


def test_an_empty_page_says_how_to_begin(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        page = client.get("/console/signals").text
    assert "No scans yet" in page
    assert "Add a source first" in page


def test_a_signal_is_seen_decided_handed_over_and_exported(alone: RunningWeb) -> None:
    scan, signal = found(alone)
    with comes_in(alone) as client:
        page = client.get("/console/signals", params={"kind": "risk", "scan": scan}).text
        assert "=The boiler &lt;b&gt;may&lt;/b&gt; fail soon." in page
        assert "<b>may" not in page
        assert 'role="img"' in page
        made = client.post("/console/signals/decide", data={"signal": signal, "state": "confirmed"})
        one = client.get(made.headers["location"]).text
        assert FLASHES["decided"] in one
        assert 'value="confirmed"' not in one
        client.post("/console/signals/decide", data={"signal": signal, "owner": "Kim"})
        assert "Kim takes care of it" in client.get("/console/signals").text
        exported = client.get("/console/signals/export", params={"state": "confirmed"})
        (row,) = csv.DictReader(io.StringIO(exported.text))
        assert (row["text"], row["owner"], row["state"]) == (f"'{QUOTE}", "Kim", "confirmed")
        report = client.get("/console/signals/export", params={"state": "confirmed", "format": "docx"})
        assert QUOTE in "\n".join(paragraph.text for paragraph in Document(io.BytesIO(report.content)).paragraphs)
        digest = client.get("/console/signals/digest", params={"scan": scan}).text
        assert "Weekly: 1 new." in digest
        assert "=The boiler &lt;b&gt;may&lt;/b&gt; fail soon.</a>" in digest
        assert client.get("/console/signals/digest", params={"scan": "nothing"}).status_code == 404
        client.post("/console/signals/decide", data={"signal": signal, "state": "dismissed"})
        assert "Nothing like this was found" in client.get("/console/signals").text
        assert client.post("/console/signals/decide", data={"signal": signal, "state": "burnt"}).status_code == 422
        assert client.get("/console/signals/signal", params={"signal": "nothing"}).status_code == 404


def test_a_scan_is_added_run_and_removed(alone: RunningWeb) -> None:
    found(alone)
    board = alone.services.api.signals
    with comes_in(alone) as client:
        form = {"title": "Mondays", "schedule": "every Monday", "zone": "Europe/Berlin", "digest": ["slack", "mail"]}
        assert client.post("/console/signals/scan", data=form).headers["location"].endswith("flash=added")
        page = client.get("/console/signals").text
        assert "Mondays" in page
        assert "monday 08:00 (Europe/Berlin)" in page
        assert "it goes to you in Slack and into your Drafts folder" in page
        script = client.get("/console/static/times.js")
        assert (script.status_code, "timeZone" in script.text) == (200, True)
        scan = next(known.scan for known in board.scans("local", alone.settings.local_person) if known.scan.schedule)
        assert client.post("/console/signals/run", data={"scan": scan.id}).headers["location"].endswith("flash=begun")
        assert [job.surface for job in alone.services.store.jobs.list(limit=5)] == ["signals"]
        client.post("/console/signals/remove", data={"scan": scan.id})
        assert "Mondays" not in client.get("/console/signals").text
        assert client.post("/console/signals/scan", data={"schedule": "sometimes"}).status_code == 422
        assert client.post("/console/signals/run", data={"scan": scan.id}).status_code == 404
