"""A scan by a schedule, asked for in Slack."""

import pytest

from core.signals.board import load_board
from core.sources.model import AccessList, Source, person_principal
from integrations.slack.listeners.scans import reads_as_scan
from tests.core.sources.making import fill, source_store
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scan every monday", True),
        ("scan #support, Shared inbox every weekday at 7:30", True),
        ("Scan Support every day", True),
        ("scan this text for risks", False),
        ("scan every word of it that somebody wrote", False),
        ("scan The pump fails every night", False),
        ("scan every banana", True),
        ("scan #support every banana", True),
        ("scan every 3rd moon", True),
        ("scan every monday at 99", True),
        ("scan daily at 99", True),
        ("scan alle Risiken im Vertrag", False),
        ("scan each clause for risks", False),
        ("scan each on its own", False),
        ("scan Weekday rota is wrong", False),
        ("scan chaque clause du contrat", False),
        ("scan cada punto del contrato", False),
        ("scan jeden Montag", True),
        ("scan #support werktags 7:30", True),
        ("scan Support täglich 9:00", True),
        ("rewrite every monday", False),
    ],
)
def test_only_a_schedule_makes_a_scan_of_it(text: str, expected: bool) -> None:
    assert reads_as_scan(text) is expected


@pytest.mark.parametrize("words", ["every banana", "#support every 3rd moon", "every monday at 99"])
def test_of_a_schedule_that_is_not_understood_it_is_said_what_is_and_nothing_is_kept(
    office: Office, words: str
) -> None:
    source_store(office.store).add(Source("", office.acme.id, office.ada.id, "folder", "#support"))
    office.ada.slash("/inlaid", f"scan {words}", channel=office.general)
    told = office.last(office.ada, office.general).text
    assert f"“{words.removeprefix('#support ')}” is no schedule, so nothing was set up." in told
    assert "/inlaid scan every monday" in told
    assert (
        load_board(office.settings, office.store.records, office.store.jobs).scans(office.acme.id, office.ada.id) == []
    )
    assert office.queued == []


def test_several_sources_are_scanned_in_the_time_of_who_asks(office: Office) -> None:
    known = {"id": office.ada.id, "team_id": office.acme.id, "tz": "Asia/Tokyo"}
    office.store.records.put("slack_member", office.acme.id, office.ada.id, known)
    for title in ("#support", "Shared inbox", "Other"):
        source_store(office.store).add(Source("", office.acme.id, office.ada.id, "folder", title))
    office.ada.slash("/inlaid", "scan #support and shared inbox every Monday")
    board = load_board(office.settings, office.store.records, office.store.jobs)
    (status,) = board.scans(office.acme.id, office.ada.id)
    scan = status.scan
    assert (scan.title, scan.schedule, scan.zone) == ("#support, Shared inbox", "monday 08:00", "Asia/Tokyo")
    assert (len(scan.source_ids), scan.digest.slack, scan.is_shared) == (2, True, False)
    told = office.last(office.ada, office.ada.dm).text
    assert "every Monday at 08:00 (Asia/Tokyo)" in told
    assert "in your messages with me" in told
    assert "Signals page" not in told


def test_a_second_scan_of_the_same_sources_takes_the_place_of_the_first(office: Office) -> None:
    for title in ("#support", "Other"):
        source_store(office.store).add(Source("", office.acme.id, office.ada.id, "folder", title))
    office.settings = office.settings.model_copy(update={"public_url": "https://inlaid.example"})
    office.ada.slash("/inlaid", "scan #support every Monday")
    office.ada.slash("/inlaid", "scan Other every Monday")
    office.ada.slash("/inlaid", "scan #support every weekday at 8")
    board = load_board(office.settings, office.store.records, office.store.jobs)
    found = {(status.scan.title, status.scan.schedule) for status in board.scans(office.acme.id, office.ada.id)}
    assert found == {("#support", "weekdays 08:00"), ("Other", "monday 08:00")}
    assert "in place of your scan before" in office.last(office.ada, office.ada.dm).text


def test_a_channel_that_a_colleague_added_is_scanned_by_its_members_alone(office: Office) -> None:
    ann = office.acme.person("Ann")
    channel = source_store(office.store).add(Source("", office.acme.id, office.grace.id, "slack", "#support"))
    members = AccessList("C1", frozenset({person_principal(office.acme.id, office.ada.id)}))
    fill(office.store, channel, [], [members])
    for person in (office.ada, ann):
        person.slash("/inlaid", "scan #support every monday")
    board = load_board(office.settings, office.store.records, office.store.jobs)
    (status,) = board.scans(office.acme.id, office.ada.id)
    assert status.scan.source_ids == (channel.id,)
    assert board.scans(office.acme.id, ann.id) == []
    told = office.last(ann, ann.dm).text
    assert "no source called #support" in told
    assert "Choose from these: none yet." in told


def test_who_has_added_no_source_is_told_what_they_can_do_in_slack(office: Office) -> None:
    office.ada.slash("/inlaid", "scan every monday", channel=office.general)
    told = office.last(office.ada, office.general).text
    assert "/inlaid use this channel" in told
    channel = source_store(office.store).add(Source("", office.acme.id, office.grace.id, "slack", "#support"))
    members = AccessList("C1", frozenset({person_principal(office.acme.id, office.ada.id)}))
    fill(office.store, channel, [], [members])
    office.ada.slash("/inlaid", "scan every monday", channel=office.general)
    offered = office.last(office.ada, office.general).text
    assert "/inlaid scan #support every monday" in offered
    assert "inlaid sources" not in told + offered


def _scanning(office: Office, *titles: str) -> dict[str, bool]:
    """Have sources scanned where titles are given; return which scans hold."""
    for title in titles:
        source_store(office.store).add(Source("", office.acme.id, office.ada.id, "folder", title))
        office.ada.slash("/inlaid", f"scan {title} every monday")
    board = load_board(office.settings, office.store.records, office.store.jobs)
    return {status.scan.title: status.scan.is_active for status in board.scans(office.acme.id, office.ada.id)}


@pytest.mark.parametrize("words", ["stop scan", "Stop scanning!", "scan stop", "scan never", "Suchlauf beenden"])
@pytest.mark.parametrize("is_command", [True, False])
def test_words_end_the_scans_of_who_says_them(office: Office, words: str, is_command: bool) -> None:
    assert _scanning(office, "#support", "Other") == {"#support": True, "Other": True}
    assert "/inlaid stop scan" in office.last(office.ada, office.ada.dm).text
    if is_command:
        office.ada.slash("/inlaid", words)
    else:
        office.ada.writes_to_app(words)
    assert _scanning(office) == {"#support": False, "Other": False}
    said = office.last(office.ada, office.ada.dm).text
    assert "no longer look through #support" in said
    assert "`/inlaid scan Other every Monday at 08:00`" in said
    assert office.queued == []


def test_words_that_name_a_source_end_the_scan_of_it_alone(office: Office) -> None:
    _scanning(office, "#support", "Other")
    office.grace.writes_to_app("stop scan")
    assert "nothing was stopped" in office.last(office.grace, office.grace.dm).text
    office.ada.slash("/inlaid", "stop scan other")
    assert _scanning(office) == {"#support": True, "Other": False}
    office.ada.slash("/inlaid", "stop scan #sales")
    assert "nothing was stopped" in office.last(office.ada, office.ada.dm).text
    office.ada.slash("/inlaid", "scan Other every monday")
    assert _scanning(office) == {"#support": True, "Other": True}


def test_the_button_below_the_answer_ends_the_scan(office: Office) -> None:
    _scanning(office, "#support", "Other")
    answers = [message for message in office.ada.sees(office.ada.dm) if button_labels(message) == ["Stop this scan"]]
    office.ada.click(answers[0], "stop_scan")
    assert _scanning(office) == {"#support": False, "Other": True}
    assert "no longer look through #support" in office.last(office.ada, office.ada.dm).text
    board = load_board(office.settings, office.store.records, office.store.jobs)
    for status in board.scans(office.acme.id, office.ada.id):
        board.remove(status.scan)
    office.ada.click(answers[1], "stop_scan")
    assert "not there any more" in office.last(office.ada, office.ada.dm).text
    assert office.slack.ledger.refusals == []
