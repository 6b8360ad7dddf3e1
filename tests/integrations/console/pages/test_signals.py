"""The page of signals: what was found is filtered, decided on, handed over and exported; scans come and go."""

import csv
import html
import io
import random
import re
import string
from dataclasses import replace

import pytest
import sqlalchemy as sa
from docx import Document

from core.errors import NotFoundError
from core.signals.model import DigestWish, ScanFinding
from core.sources.model import AccessList, Source, person_principal
from core.store.rows import now
from core.store.tables.signals import signal_quotes
from integrations.console.pages.signals import FLASHES, MAX_SHOWN
from tests.core.signals.scanned import known_signal, lose_digest
from tests.core.sources.making import add_source, fill, source_store, written
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import comes_in

WORDS = ["".join(random.Random(number).choices(string.ascii_lowercase, k=8)) for number in range(4_000)]
LOST = NotFoundError("No mailbox is there.", fix="Connect one.")
QUOTE = "=The boiler <b>may</b> fail soon."


@pytest.fixture
def with_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Slack set up."""
    monkeypatch.setenv("INLAID_SLACK_SIGNING_SECRET", "of the app")


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
        assert "recipe: Scan" in page
        assert "Quotes in each of the last" not in page  # nothing was said in them
        german = client.get(
            "/console/signals/signal", params={"signal": signal}, headers={"Accept-Language": "de"}
        ).text
        assert re.search(r"<h1>[A-Z]\w+: (niedrig|mittel|hoch)</h1>", german)
        made = client.post("/console/signals/decide", data={"signal": signal, "state": "confirmed"})
        one = client.get(made.headers["location"]).text
        assert FLASHES["decided"] in one
        assert 'value="confirmed"' not in one
        client.post("/console/signals/decide", data={"signal": signal, "owner": "Kim"})
        assert "Kim takes care of it" in client.get("/console/signals").text
        exported = client.get("/console/signals/export", params={"state": "confirmed"})
        (row,) = csv.DictReader(io.StringIO(exported.text))
        assert (row["text"], row["owner"], row["state"]) == (f"'{QUOTE}", "Kim", "confirmed")
        assert (row["quote"], row["document"]) == (f"'{QUOTE}", "Notes")
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


def test_a_chart_shows_by_week_what_was_said_of_what_is_chosen(alone: RunningWeb) -> None:
    found(alone)
    with alone.services.store.database.write() as connection:
        connection.execute(sa.update(signal_quotes).values(said_at=now - 10 * 86_400))
    with comes_in(alone) as client:
        page = client.get("/console/signals").text
        other = client.get("/console/signals", params={"owner": "Nobody"}).text
    assert "Quotes in each of the last 8 weeks" in page
    assert 'aria-label="Quotes by week, the oldest first: 0, 0, 0, 0, 0, 0, 1, 0"' in page
    row = re.search(r'<th scope="row">risk</th>(.*?)</tr>', page)
    assert row
    assert re.findall("<td>(.)</td>", row[1]) == [*"00000010"]
    assert "Quotes in each of the last" not in other


@pytest.mark.usefixtures("with_slack")
def test_a_scan_is_added_run_and_removed(alone: RunningWeb) -> None:
    found(alone)
    board = alone.services.api.signals
    with comes_in(alone) as client:
        form = {"title": "Mondays", "schedule": "every Monday", "zone": "Europe/Berlin", "digest": ["slack", "mail"]}
        assert client.post("/console/signals/scan", data=form).headers["location"].endswith("flash=added")
        page = client.get("/console/signals").text
        assert "Mondays" in page
        assert "every Monday at 08:00 (Europe/Berlin)" in page
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


def test_a_wrong_value_comes_back_in_the_filled_form_beside_its_field(alone: RunningWeb) -> None:
    found(alone)
    (source,) = alone.services.api.signals.sources("local", alone.settings.local_person)
    given = {"title": "Boilers", "focus": "heating", "source": source.id, "digest": "mail", "shared": "true"}
    wrong = {"schedule": "whenever", "zone": "Mars/Base", "channel": "?"}
    with comes_in(alone) as client:
        for name, value in wrong.items():
            answer = client.post("/console/signals/scan", data={**given, name: value})
            page = answer.text
            assert answer.status_code == 422
            assert f'id="scan-{name}-wrong"' in page
            assert re.search(rf'<input id="scan-{name}" name="{name}" value="{re.escape(value)}"', page)
            assert 'value="Boilers"' in page
            assert 'value="heating"' in page
            assert f'value="{source.id}" checked' in page
            assert 'value="mail" checked' in page
            assert 'name="shared" value="true" checked' in page
            assert "Go home" not in page
        assert len(alone.services.api.signals.scans("local", alone.settings.local_person)) == 1


def test_a_scan_without_a_title_is_called_after_what_it_scans(alone: RunningWeb) -> None:
    store, person = alone.services.store, alone.settings.local_person
    for title in ("Handbook", "Support mails"):
        source_store(store).add(Source("", "local", person, "folder", title))
    with comes_in(alone) as client:
        client.post("/console/signals/scan", data={"title": " "})
    (made,) = alone.services.api.signals.scans("local", person)
    assert made.scan.title == "Handbook, Support mails"


def test_a_scan_that_has_not_run_has_not_found_nothing(alone: RunningWeb) -> None:
    found(alone)
    board, person = alone.services.api.signals, alone.settings.local_person
    with comes_in(alone) as client:
        client.post("/console/signals/scan", data={"title": "Second"})
        second = next(known.scan for known in board.scans("local", person) if known.scan.title == "Second")
        before = client.get("/console/signals", params={"scan": second.id}).text
        client.post("/console/signals/run", data={"scan": second.id})
        running = client.get("/console/signals", params={"scan": second.id}).text
    assert ("Has not run yet." in before, "Nothing like this was found" in before) == (True, False)
    assert ("being looked through" in running, "Nothing like this was found" in running) == (True, False)


def test_a_quote_of_a_document_without_a_link_opens_at_its_place(alone: RunningWeb) -> None:
    _, signal = found(alone)
    with comes_in(alone) as client:
        page = client.get("/console/signals/signal", params={"signal": signal}).text
        (address,) = re.findall(r'href="(/console/signals/passage[^"]+)"', page)
        opened = client.get(html.unescape(address)).text
        assert "<mark>=The boiler &lt;b&gt;may&lt;/b&gt; fail soon.</mark>" in opened
        assert f'href="/console/signals/signal?signal={signal}"' in opened
        gone = client.get("/console/signals/passage", params={"signal": signal, "quote": "1-0"})
        assert gone.status_code == 404


def test_a_digest_that_was_not_delivered_is_shown_with_its_scan(alone: RunningWeb) -> None:
    scan, _ = found(alone)
    board = alone.services.api.signals
    board.change(replace(board.own_scan("local", alone.settings.local_person, scan), digest=DigestWish(mail=True)))
    with comes_in(alone) as client:
        assert "was not delivered" not in client.get("/console/signals").text
        lose_digest(alone.services.store, board.scans("local", alone.settings.local_person)[0].scan, LOST)
        page = client.get("/console/signals").text
    assert "Its last digest was not delivered: No mailbox is there. Connect one." in page


@pytest.mark.usefixtures("with_slack")
def test_a_scan_is_paused_and_changed_and_keeps_what_it_found(alone: RunningWeb) -> None:
    scan, signal = found(alone)
    board, owner = alone.services.api.signals, ("local", alone.settings.local_person)
    source = board.own_scan(*owner, scan).source_ids[0]
    with comes_in(alone) as client:
        form = {
            "scan": scan,
            "title": "Boilers",
            "schedule": "every Monday",
            "zone": "Europe/Berlin",
            "digest": "slack",
        }
        changed = client.post("/console/signals/scan", data={**form, "source": source, "focus": "heating"})
        assert changed.headers["location"].endswith("flash=changed")
        (known,) = board.scans(*owner)
        now = known.scan
        assert (now.id, now.title, now.focus, now.schedule) == (scan, "Boilers", "heating", "monday 08:00")
        assert (now.source_ids, now.digest.slack) == ((source,), True)
        assert signal in client.get("/console/signals").text
        filled_in = client.get("/console/signals", params={"edit": scan}).text
        assert 'value="heating"' in filled_in
        assert f'value="{source}" checked' in filled_in
        assert client.post("/console/signals/scan", data={**form, "schedule": "sometimes"}).status_code == 422
        assert 'name="active" value="false"' in client.get("/console/signals").text
        client.post("/console/signals/pause", data={"scan": scan, "active": "false"})
        paused = client.post("/console/signals/pause", data={"scan": scan, "active": "false"})  # pressed twice
        assert paused.headers["location"].endswith("flash=paused")
        assert board.scans(*owner)[0].due_at is None
        assert "<strong>paused</strong>" in client.get("/console/signals").text
        client.post("/console/signals/pause", data={"scan": scan, "active": "true"})
        assert board.scans(*owner)[0].due_at is not None


def test_who_changes_a_scan_of_others_sources_keeps_them(alone: RunningWeb) -> None:
    scan, _ = found(alone)
    board, owner = alone.services.api.signals, ("local", alone.settings.local_person)
    (own,) = board.own_scan(*owner, scan).source_ids
    theirs = add_source(alone.services.store, person="bob")
    board.scanner.scans.change(replace(board.own_scan(*owner, scan), source_ids=(theirs.id,)))
    with comes_in(alone) as client:
        client.post("/console/signals/scan", data={"scan": scan, "title": "Boilers"})
        assert board.own_scan(*owner, scan).source_ids == (theirs.id,)
        client.post("/console/signals/scan", data={"scan": scan, "title": "Boilers", "source": own})
        assert board.own_scan(*owner, scan).source_ids == (own, theirs.id)
        sources = source_store(alone.services.store)
        lease = sources.claim(own, lease_seconds=60.0)
        assert lease
        sources.forget(lease)
        assert 'name="title"' in client.get("/console/signals", params={"edit": scan}).text


def test_signals_are_filtered_and_shown_page_by_page(alone: RunningWeb) -> None:
    _, signal = found(alone)  # said in 1970
    with comes_in(alone) as client:
        assert signal in client.get("/console/signals", params={"since": "1960-01-01"}).text
        assert signal not in client.get("/console/signals", params={"since": "2026-11-23"}).text
        assert client.get("/console/signals", params={"since": "yesterday"}).status_code == 422
        exported = client.get("/console/signals/export", params={"since": "2026-11-23"})
        assert len(exported.text.splitlines()) == 1
        source = alone.services.api.signals.sources("local", alone.settings.local_person)[0].id
        for name, seen, unseen in (("source", source, "x"), ("severity", "2", "3"), ("owner", "", "Kim")):
            assert signal in client.get("/console/signals", params={name: seen}).text
            assert signal not in client.get("/console/signals", params={name: unseen}).text
        assert client.get("/console/signals", params={"severity": "4"}).status_code == 422
        assert "severity=2" in client.get("/console/signals", params={"severity": "2"}).text  # the file holds the same
        assert "Less important ones" not in client.get("/console/signals").text
        board, store = alone.services.api.signals, alone.services.store
        scan = board.scans("local", alone.settings.local_person)[0].scan
        with store.database.read() as connection:
            item_id, kept = connection.exec_driver_sql("SELECT id, content_hash FROM source_item").one()
        names = [" ".join(random.Random(number).choices(WORDS, k=6)) for number in range(MAX_SHOWN + 20)]
        more = [ScanFinding("risk", name, name, item_id, 0, 2_000.0 + at) for at, name in enumerate(names)]
        board.scanner.signals.put(scan, {(item_id, 0): kept}, more, None)
        first = client.get("/console/signals", params={"kind": "risk"}).text
        address = re.findall(r'href="(/console/signals\?start=[^"]+)">Less', first)[0]
        second = client.get(html.unescape(address)).text
        shown = [set(re.findall(r"signals/signal\?signal=([^\"]+)", page)) for page in (first, second)]
        assert (len(shown[0]), bool(shown[1]), shown[0] & shown[1]) == (MAX_SHOWN, True, set())
        assert "Less important ones" not in second
        assert "More important ones" in second


def test_a_source_of_a_colleague_that_the_visitor_reads_is_offered_and_scanned(alone: RunningWeb) -> None:
    store, person = alone.services.store, alone.settings.local_person
    read, other = (
        source_store(store).add(Source("", "local", "bob", "slack", name)) for name in ("#support", "#board")
    )
    source_store(store).add(Source("", "local", person, "folder", "Notes"))
    fill(
        store,
        read,
        [written("talk", "Soup.", access="members")],
        [AccessList("members", frozenset({person_principal("local", person)}))],
    )
    with comes_in(alone) as client:
        page = client.get("/console/signals").text
        assert ("#support" in page, "#board" in page) == (True, False)
        added = client.post("/console/signals/scan", data={"title": "Weekly", "source": read.id})
        assert added.headers["location"].endswith("flash=added")
        assert client.post("/console/signals/scan", data={"title": "Board", "source": other.id}).status_code == 404
        asked = client.get("/console/ask").text
        assert f'value="{read.id}"' in asked
        assert f'value="{other.id}"' not in asked
