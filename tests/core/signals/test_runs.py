"""Runs of scans by their schedule: each ends once, with one digest, whenever it is killed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.errors import ForbiddenError, InputError, NotFoundError, SourceBusy
from core.job import Job, JobRequest
from core.people import Identity
from core.signals.model import DigestWish, Scan
from core.store import Store
from tests.core.signals.scanned import begin, board_of, lose_digest, ran, waiting, work
from tests.core.sources.making import add_source, fill, written

BOILER = "RISK: The boiler in the north wing may fail soon."


def scheduled(store: Store, wish: DigestWish = DigestWish(slack=True)) -> Scan:  # noqa: B008 - frozen
    source = add_source(store)
    fill(store, source, [written("minutes", BOILER)])
    return board_of(store).add(Scan("", "local", "ann", "Weekly", (source.id,), schedule="monday 08:00", digest=wish))


def make_due(store: Store) -> None:
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE signal_scan SET due_at = 5 WHERE due_at IS NOT NULL")


def go_on(store: Store) -> None:
    board_of(store).go_on(lambda _scan: "text", lambda request: store.jobs.add(request)[0])


def states(store: Store) -> list[str]:
    with store.database.read() as connection:
        return [*connection.exec_driver_sql("SELECT state FROM signal_run ORDER BY began_at").scalars()]


def test_a_run_ends_with_one_digest_however_often_each_step_is_done(store: Store) -> None:
    scheduled(store)
    make_due(store)
    board_of(store).scanner.scans.take_due(10)
    assert states(store) == ["due"]
    go_on(store)
    go_on(store)
    assert states(store) == ["running"]
    (part,) = waiting(store, "signals")
    # Its time comes again while it runs: it is not begun a second time.
    make_due(store)
    board_of(store).scanner.scans.take_due(10)
    assert len(states(store)) == 1
    work(store, part)
    go_on(store)
    assert states(store) == ["ended"]
    (digest,) = waiting(store, "digest")
    assert "boiler" not in repr(digest)
    go_on(store)
    assert [job.id for job in waiting(store, "digest")] == [digest.id]


def test_a_run_that_somebody_began_ends_with_a_digest_as_one_of_the_schedule_does(store: Store) -> None:
    scan = scheduled(store)
    assert len(begin(store, scan)) == 1
    assert states(store) == ["due"]
    # Asked for once more, and its time comes meanwhile: it is one run.
    begin(store, scan)
    make_due(store)
    board_of(store).scanner.scans.take_due(10)
    go_on(store)
    assert states(store) == ["running"]
    (part,) = waiting(store, "signals")
    work(store, part)
    go_on(store)
    (digest,) = waiting(store, "digest")
    assert states(store) == ["ended"]
    told = board_of(store).digest(scan, ("local", "ann"), until=float(digest.delivery["began_at"]))
    assert told.headline == "Weekly: 1 new."
    # What is looked through by hand with nothing new to say tells that, too.
    assert list(begin(store, scan)) == []
    go_on(store)
    go_on(store)
    assert len(waiting(store, "digest")) == 2


def test_a_digest_goes_to_a_channel_by_its_name_once_that_was_found(store: Store) -> None:
    asked: list[tuple[list[Identity], str]] = []

    def find(names: Sequence[Identity], named: str) -> str:
        asked.append(([*names], named))
        return "C123"

    source = add_source(store)
    wish = DigestWish(slack=True, channel="#support")
    scan = Scan("", "local", "ann", "Weekly", (source.id,), digest=wish)
    with pytest.raises(InputError, match="by their name") as refused:
        board_of(store).add(scan)
    assert "C0123ABCD" in refused.value.fix
    made = replace(board_of(store), find_channel=find).add(scan)
    assert made.digest == DigestWish(slack=True, channel="C123", channel_name="#support")
    assert asked == [([Identity("local", "ann")], "#support")]


def test_a_scan_is_changed_while_slack_is_away_unless_its_channel_is_another(store: Store) -> None:
    def is_away(_names: Sequence[Identity], _named: str) -> str:
        raise SourceBusy("Slack does not answer.", fix="Try again.")

    wish = DigestWish(slack=True, channel="#support")
    scan = Scan("", "local", "ann", "Weekly", (add_source(store).id,), digest=wish)
    made = replace(board_of(store), find_channel=lambda _names, _named: "C123").add(scan)
    board = replace(board_of(store), find_channel=is_away)
    board.change(replace(made, title="Boilers", digest=wish))
    now = board.scanner.scans.get(made.id).scan
    assert (now.title, now.digest) == ("Boilers", made.digest)
    with pytest.raises(SourceBusy):
        board.change(replace(made, digest=replace(wish, channel="#sales")))


def test_a_run_that_is_killed_between_its_steps_goes_on(store: Store) -> None:
    scan = scheduled(store)

    class Killed(BaseException):
        pass

    def killed(_request: JobRequest) -> Job:
        raise Killed

    make_due(store)
    board = board_of(store)
    board.scanner.scans.take_due(10)
    with pytest.raises(Killed):
        board.go_on(lambda _scan: "text", killed)
    go_on(store)
    for part in waiting(store, "signals"):
        work(store, part)
    with pytest.raises(Killed):
        board.go_on(lambda _scan: "text", killed)
    assert states(store) == ["told"]
    go_on(store)
    assert len(waiting(store, "digest")) == 1
    assert len(board.runs.told(scan)) == 1


def test_without_a_wish_nothing_is_sent_and_the_page_has_it_all_the_same(store: Store) -> None:
    scan = scheduled(store, DigestWish())
    ran(store, scan)
    assert waiting(store, "digest") == []
    assert board_of(store).digest(scan, ("local", "ann")).headline == "Weekly: 1 new."


def test_what_cannot_be_begun_ends_and_holds_up_no_other(store: Store) -> None:
    scheduled(store)
    make_due(store)
    board_of(store).scanner.scans.take_due(10)

    def refused(_scan: Scan) -> str:
        raise ForbiddenError("No.", fix="No.")

    board_of(store).go_on(refused, lambda request: store.jobs.add(request)[0])
    assert states(store) == ["ended"]


def test_old_runs_are_forgotten_and_all_goes_with_the_scan(store: Store) -> None:
    scan = scheduled(store, DigestWish())
    for _ in range(6):
        ran(store, scan)
    assert len(states(store)) == 4
    board_of(store).remove(scan)
    assert states(store) == []


def test_why_the_last_digest_was_not_delivered_is_known_until_the_next_one_is(store: Store) -> None:
    scan = scheduled(store)
    board = board_of(store)
    assert [status.digest_error for status in board.scans("local", "ann")] == [None]
    lose_digest(store, scan, NotFoundError("You have never used Inlaid in Slack.", fix="Open the app."))
    (status,) = board.scans("local", "ann")
    assert status.digest_error == {
        "code": "not_found",
        "message": "You have never used Inlaid in Slack.",
        "fix": "Open the app.",
    }
    assert status.to_json()["digest_error"] == status.digest_error
    ran(store, scan)
    assert [status.digest_error for status in board.scans("local", "ann")] == [None]


def test_a_digest_to_a_slack_that_is_not_set_up_is_refused_and_an_old_wish_hinders_no_change(store: Store) -> None:
    scan = scheduled(store)
    board = replace(board_of(store), has_slack=False)
    with pytest.raises(InputError, match="Slack is not set up"):
        board.add(replace(scan, id=""))
    board.change(replace(scan, title="Boilers"))
    board.change(replace(scan, digest=DigestWish(mail=True)))
    with pytest.raises(InputError, match="Slack is not set up"):
        board.change(scan)
    assert [(status.scan.title, status.scan.digest.slack) for status in board.scans("local", "ann")] == [
        ("Weekly", False)
    ]
