"""Signals from the sources to what a person sees: scanning, merging, rights, decisions, and whatever comes between."""

import random
import time
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from core.drafts import Draft, Item
from core.errors import ForbiddenError, InputError, NotFoundError, PolicyRefused
from core.signals.model import Scan, SignalFilter
from core.signals.scanning import JOB_ITEMS, SignalsTarget, kind_of
from core.sources.items import ItemWrite
from core.sources.model import AccessList, ItemChange, Passage, Reader, Source, person_principal
from core.store import Store
from tests.core.signals.scanned import add_scan, begin, board_of, scanned, work
from tests.core.sources.making import ALL, add_source, fill, item_store, lease_of, source_store, written
from tests.policies import FOR_ALL, refusals, rules_of

BOILER = "RISK: The boiler in the north wing may fail soon."
BOILER_AGAIN = "RISK: The boiler in the north wing may well fail quite soon."
COFFEE = "IDEA: We could sell coffee at the reception."
EVERYTHING = SignalFilter()


def only(*people: str, key: str = "some") -> AccessList:
    return AccessList(key, frozenset(person_principal("local", person) for person in people))


def test_findings_become_signals_with_what_they_rest_on(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("minutes", BOILER, COFFEE), written("memo", BOILER_AGAIN, "Nothing else.")])
    scan = add_scan(store, source)
    assert scanned(store, scan) == 1
    boiler, coffee = board_of(store).find("local", "ann")
    assert (boiler.kind, boiler.count, boiler.items, boiler.state) == ("risk", 2, 2, "open")
    assert coffee.kind == "idea"
    assert boiler.rank > coffee.rank
    whole = board_of(store).get("local", "ann", boiler.id)
    assert {quote.quote for quote in whole.quotes} == {BOILER, BOILER_AGAIN}
    assert {(quote.title, quote.link) for quote in whole.quotes} == {
        ("Minutes", "file:///minutes"),
        ("Memo", "file:///memo"),
    }
    assert whole.reasons == ("a risk",)
    assert sum(whole.trend) == 0  # both were written long ago


def test_a_quote_opens_at_its_place(store: Store) -> None:
    source = add_source(store)
    report = [Passage("Nothing to tell.", place="page=1"), Passage(BOILER, place="page=2")]
    page = [Passage(f"News of the week.\n\n{COFFEE}", place="ideas")]
    fill(
        store,
        source,
        [
            ItemWrite(ItemChange("report", "1", "all", "Report", "https://x.example/report.pdf", 1_000.0), report, "r"),
            ItemWrite(ItemChange("page", "1", "all", "Page", "https://x.example/news", 1_000.0), page, "p"),
        ],
    )
    assert scanned(store, add_scan(store, source)) == 1
    links = {quote.link for signal in board_of(store).find("local", "ann") for quote in signal.quotes}
    assert links == {
        "https://x.example/report.pdf#page=2",
        "https://x.example/news#ideas:~:text=IDEA%3A%20We%20could%20sell%20coffee%20at%20the%20reception.",
    }


def test_what_was_looked_through_is_not_again_until_it_changes(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("minutes", BOILER), written("memo", COFFEE)])
    scan = add_scan(store, source)
    assert scanned(store, scan) == 1
    assert scanned(store, scan) == 0
    fill(store, source, [written("memo", "IDEA: We could sell tea.", version="2")])
    (job,) = begin(store, scan)
    work(store, job)
    assert {signal.text for signal in board_of(store).find("local", "ann")} == {
        BOILER.partition(": ")[2],
        "We could sell tea.",
    }
    fill(store, source, [written("memo", COFFEE, version="3")])
    assert scanned(store, scan) == 1
    assert COFFEE.partition(": ")[2] in {signal.text for signal in board_of(store).find("local", "ann")}
    fill(store, source, [written("memo", "IDEA: We could sell tea.", version="4")])
    assert scanned(store, scan) == 1
    assert "We could sell tea." in {signal.text for signal in board_of(store).find("local", "ann")}


def test_a_scan_that_is_killed_anywhere_goes_on_with_nothing_twice(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written(f"m{number}", f"RISK: Pump {number * 7919} leaks oil.") for number in range(100)])
    scan = add_scan(store, source)
    first = begin(store, scan)
    assert len(first) == 100 // JOB_ITEMS + 1
    work(store, first[0])
    # Killed here; whoever begins again finds the jobs that wait, and stores none twice.
    again = begin(store, scan)
    assert {job.id for job in again} == {job.id for job in first[1:]}
    # Killed after storing what was found, before that was noted: it is found once more, and is the same.
    claimed = store.leases.claim(again[0].id, lease_seconds=60)
    assert claimed
    for job in again[1:]:
        work(store, job)
    before = len(board_of(store).find("local", "ann", EVERYTHING, limit=1000))
    store.leases.release(claimed)
    work(store, again[0])
    work_again = board_of(store).find("local", "ann", EVERYTHING, limit=1000)
    assert (before, len(work_again)) == (60, 100)
    assert all(signal.count == 1 for signal in work_again)
    assert begin(store, scan) == []


def test_an_item_that_goes_takes_its_quotes_along(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("minutes", BOILER), written("memo", BOILER_AGAIN)])
    scanned(store, add_scan(store, source))
    fill(store, source, [ItemWrite(ItemChange("memo"))])
    (boiler,) = board_of(store).find("local", "ann")
    assert boiler.items == 1
    fill(store, source, [ItemWrite(ItemChange("minutes"))])
    assert board_of(store).find("local", "ann", EVERYTHING) == []


def test_a_source_that_is_being_removed_shows_nothing(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("minutes", BOILER)])
    scanned(store, add_scan(store, source))
    source_store(store).change(
        type(source)(**{**{name: getattr(source, name) for name in source.__dataclass_fields__}, "state": "removing"})
    )
    assert board_of(store).find("local", "ann", EVERYTHING) == []


def test_a_decision_is_kept_and_the_matter_does_not_come_back(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("minutes", BOILER)])
    scan = add_scan(store, source)
    scanned(store, scan)
    board = board_of(store)
    (boiler,) = board.find("local", "ann")
    decided = board.decide("local", "ann", boiler.id, "dismissed", owner="Kim")
    assert (decided.state, decided.owner) == ("dismissed", "Kim")
    fill(store, source, [written("memo", BOILER_AGAIN)])
    scanned(store, scan)
    assert board.find("local", "ann") == []
    (same,) = board.find("local", "ann", SignalFilter(states=("dismissed",)))
    assert (same.id, same.count, same.owner) == (boiler.id, 2, "Kim")
    with pytest.raises(InputError, match="is no state"):
        board.decide("local", "ann", boiler.id, "burnt")
    entries = [shown.entry for shown in store.audit.walk() if shown.entry.action == "signal.decided"]
    assert len(entries) == 1
    assert "boiler" not in repr(entries).casefold()


def test_a_model_says_how_grave_it_is_beside_the_rules(store: Store) -> None:
    source = add_source(store)
    secret = "RISK: The boiler in the north wing may fail soon, and the gas main with it."
    fill(store, source, [written("open", BOILER), written("board", secret, access="some")], [ALL, only("ann")])
    scan = add_scan(store, source, is_shared=True)
    (job,) = begin(store, scan)
    claimed = store.leases.claim(job.id, lease_seconds=60)
    assert claimed
    judged = {"kind": "risk", "severity_why": "Two wings would be cold."}
    items = (
        Item(text=BOILER, quote=BOILER, **{**judged, "severity": "low"}),
        Item(text=BOILER, quote=secret, **{**judged, "severity": "high", "severity_why": "Gas may leak."}),
    )
    ready = store.leases.finish(claimed, Draft(recipe=job.recipe, items=items, model="big-70b"))
    assert ready.draft
    board_of(store).keep(ready, ready.draft)
    (for_ann,) = board_of(store).find("local", "ann")
    assert (for_ann.severity, for_ann.by_rule) == (3, 2)
    assert for_ann.grounds == "Gas may leak (big-70b); by rule medium: a risk"
    assert for_ann.to_json()["judgement"] == {"severity": "high", "why": "Gas may leak.", "by": "big-70b"}
    # Whoever may not read that quote does not see what was said of it.
    (for_bob,) = board_of(store).find("local", "bob")
    assert (for_bob.severity, for_bob.grounds) == (1, "Two wings would be cold (big-70b); by rule medium: a risk")


def test_decisions_rank_what_is_open_and_what_comes_later(store: Store) -> None:
    source = add_source(store)
    late, full = "COMPLAINT: The parcel came late again.", "COMPLAINT: The car park is full every morning."
    fill(store, source, [written("late", late), written("full", full)])
    scan = add_scan(store, source)
    scanned(store, scan)
    board = board_of(store)
    by_text = {signal.text: signal.id for signal in board.find("local", "ann")}
    board.decide("local", "ann", by_text[late.partition(": ")[2]], "dismissed")
    board.decide("local", "ann", by_text[full.partition(": ")[2]], "confirmed")
    new = [
        "COMPLAINT: Some parcel from Lyon arrived far too late for us.",
        "COMPLAINT: The car park at gate nine is full.",
    ]
    fill(store, source, [written("a", new[0]), written("b", new[1])])
    scanned(store, scan)
    first, second = board.find("local", "ann", SignalFilter(states=("open",)))
    assert (first.text, second.text) == (new[1].partition(": ")[2], new[0].partition(": ")[2])
    assert first.rank > second.rank


def test_nobody_sees_of_a_signal_what_they_may_not_read(store: Store) -> None:
    source = add_source(store)
    secret = "RISK: The boiler in the north wing may fail soon; the bill is 90,000 euros."
    items = [written("open", BOILER), written("board", secret, access="some"), written("last", secret, access="some")]
    fill(store, source, items, [ALL, only("ann")])
    scanned(store, add_scan(store, source, is_shared=True))
    (for_ann,) = board_of(store).find("local", "ann")
    (for_bob,) = board_of(store).find("local", "bob")
    assert (for_ann.items, for_bob.items) == (3, 1)
    assert for_ann.severity == 3
    assert for_bob.reasons == ("a risk",)
    told = repr(board_of(store).get("local", "bob", for_bob.id))
    assert "90,000" not in told
    assert "Board" not in told
    both = Reader(frozenset({person_principal("local", "bob"), "organisation"}))
    assert board_of(store).find("local", "ann", others=[both])[0].items == 1


def test_a_scan_that_is_not_shared_is_its_owners(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("open", BOILER)])
    scan = add_scan(store, source)
    scanned(store, scan)
    board = board_of(store)
    assert board.find("local", "bob", EVERYTHING) == []
    with pytest.raises(NotFoundError):
        board.get("local", "bob", board.find("local", "ann")[0].id)
    with pytest.raises(NotFoundError):
        board.own_scan("local", "bob", scan.id)
    shared = add_scan(store, source, is_shared=True)
    with pytest.raises(ForbiddenError):
        board.own_scan("local", "bob", shared.id)


def test_a_scan_reads_with_the_rights_of_its_owner(store: Store) -> None:
    source = add_source(store)
    items = [written("open", COFFEE), written("board", BOILER, access="some")]
    fill(store, source, items, [ALL, only("ann")])
    scanned(store, add_scan(store, source, person="bob", is_shared=True))
    assert [signal.kind for signal in board_of(store).find("local", "ann", EVERYTHING)] == ["idea"]
    hidden = add_source(store, "ann", title="Board")
    fill(store, hidden, [written("board", BOILER, access="some")], [only("ann")])
    with pytest.raises(NotFoundError):
        add_scan(store, hidden, person="bob")


def test_a_right_that_is_withdrawn_after_planning_is_withdrawn(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("open", COFFEE), written("board", BOILER, access="some")], [ALL, only("ann", "bob")])
    scan = add_scan(store, source, person="bob", is_shared=True)
    (job,) = begin(store, scan)
    item_store(store).write(lease_of(store, source), [], [only("ann")])
    work(store, job)
    assert [signal.kind for signal in board_of(store).find("local", "ann", EVERYTHING)] == ["idea"]


def test_a_failed_job_is_tried_again_by_the_next_scan(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("open", BOILER)])
    scan = add_scan(store, source)
    (job,) = begin(store, scan)
    claimed = store.leases.claim(job.id, lease_seconds=60)
    assert claimed
    store.leases.delivered(store.leases.fail(claimed, InputError("No.", fix="No.")))
    (again,) = begin(store, scan)
    assert (again.id, again.state) == (job.id, "queued")


def test_a_long_item_is_looked_through_in_parts(store: Store) -> None:
    source = add_source(store)
    texts = [f"{'word ' * 150}\nRISK: Pump {number * 7919} leaks oil." for number in range(30)]
    fill(store, source, [written("report", *texts)])
    scan = add_scan(store, source)
    jobs = begin(store, scan)
    assert len(jobs) > 3
    for job in jobs:
        assert len(SignalsTarget.from_json(job.delivery).parts) == 1
        work(store, job)
    assert len(board_of(store).find("local", "ann", EVERYTHING)) == 30
    fill(store, source, [written("report", *texts[:3], version="2")])
    scanned(store, scan)
    assert len(board_of(store).find("local", "ann", EVERYTHING)) == 3


def test_scans_come_at_their_time_one_worker_each(store: Store) -> None:
    source = add_source(store)
    add_scan(store, source)
    scan = add_scan(store, source, schedule="daily 08:00")
    board = board_of(store)
    assert board.scanner.scans.take_due(10) == []
    due = board.scanner.scans.get(scan.id).due_at
    assert due
    assert due > time.time()
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE signal_scan SET due_at = 5 WHERE due_at IS NOT NULL")
    assert [taken.id for taken in board.scanner.scans.take_due(10)] == [scan.id]
    assert board.scanner.scans.take_due(10) == []
    board.set_active(scan, is_active=False)
    assert board.scanner.scans.get(scan.id).due_at is None
    board.remove(scan)
    assert [status.scan.id for status in board.scans("local", "ann")] != [scan.id]


def test_a_scan_of_several_sources_comes_in_the_time_of_its_owner(store: Store) -> None:
    store.records.put("slack_member", "T1", "U1", {"id": "U1", "tz": "Asia/Tokyo", "belongs": True}, person="U1")
    support, mails = (
        source_store(store).add(Source("", "T1", "U1", "folder", title)) for title in ("Support", "Mails")
    )
    fill(store, support, [written("a", BOILER)])
    fill(store, mails, [written("b", COFFEE)])
    board = board_of(store)
    asked = Scan("", "T1", "U1", "Weekly", (support.id, mails.id), schedule="every Monday")
    scan = board.add(asked)
    assert (scan.schedule, scan.zone) == ("monday 08:00", "Asia/Tokyo")
    (known,) = board.scans("T1", "U1")
    assert known.due_at
    due = datetime.fromtimestamp(known.due_at, ZoneInfo("Asia/Tokyo"))
    assert (due.weekday(), due.hour) == (0, 8)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE signal_scan SET due_at = 5")
    (taken,) = board.scanner.scans.take_due(10)
    assert taken.source_ids == (support.id, mails.id)
    assert board.scanner.scans.get(scan.id).due_at == pytest.approx(known.due_at, abs=8 * 86_400)
    assert board.add(replace(asked, zone="Europe/Berlin")).zone == "Europe/Berlin"


@pytest.mark.parametrize("ids", [(), ("no such source",)])
def test_a_scan_of_nothing_is_refused(store: Store, ids: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        board_of(store).add(Scan("", "local", "ann", "Weekly", ids))


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (Item(text="x", kind="risk", group="Was schiefgehen kann"), "risk"),
        (Item(text="Opportunity: a new market"), "opportunity"),
        (Item(text="Two words: no label", group="Prices"), "prices"),
        (Item(text="Nothing says"), "finding"),
    ],
)
def test_a_kind_is_what_the_recipe_says(item: Item, kind: str) -> None:
    assert kind_of(item) == kind


def test_in_random_worlds_nobody_sees_more_than_they_may_read(store: Store) -> None:
    dice = random.Random(7)
    people = ["ann", "bob", "cyd"]
    sources = [add_source(store, owner) for owner in people]
    readable: dict[str, set[str]] = {person: set() for person in people}
    for number in range(40):
        allowed = dice.sample(people, dice.randint(0, 3))
        marker = f"marker{number}x"
        item = written(f"i{number}", f"RISK: Pump {marker} leaks oil at gate {number * 31}.", access=f"a{number}")
        fill(store, dice.choice(sources), [item], [only(*allowed, key=f"a{number}")])
        for person in allowed:
            readable[person].add(marker)
    for owner in people:
        scan = add_scan(store, *(source for source in sources if source.person == owner), person=owner, is_shared=True)
        scanned(store, scan)
    for person in people:
        board = board_of(store)
        told = repr([board.get("local", person, signal.id) for signal in board.find("local", person, EVERYTHING)])
        seen = {f"marker{number}x" for number in range(40) if f"marker{number}x" in told}
        assert seen <= readable[person]
        assert seen or not readable[person]


def test_a_scan_asks_the_policies_for_its_sources(store: Store) -> None:
    open_source, denied = add_source(store), add_source(store)
    fill(store, open_source, [written("minutes", COFFEE)])
    fill(store, denied, [written("secret", BOILER)])
    scan = add_scan(store, open_source, denied)
    scanned(store, scan)
    board = replace(board_of(store), rules=rules_of(store, f'{FOR_ALL}sources = {{ deny = ["{denied.id}"] }}\n'))
    assert [signal.kind for signal in board.find("local", "ann")] == ["idea"]
    fill(store, denied, [written("secret", "RISK: The roof leaks.", version="2")])
    assert board.begin(scan, "text", lambda request: store.jobs.add(request)[0]).jobs == []
    with pytest.raises(PolicyRefused, match=r"rule sources\.deny of the group all"):
        board.add(Scan("", "local", "ann", "Weekly", (open_source.id, denied.id)))
    only_denied = board_of(store).add(Scan("", "local", "ann", "Secret", (denied.id,)))
    with pytest.raises(PolicyRefused):
        board.begin(only_denied, "text", lambda request: store.jobs.add(request)[0])
    assert {(who, thing, rule) for who, _door, thing, rule in refusals(store)} == {
        ("ann", denied.id, "group.all.sources.deny")
    }
