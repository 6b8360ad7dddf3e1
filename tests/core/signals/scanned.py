"""Scans that are worked through by hand: what a worker does with a job, without one."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.drafts import Draft, Item
from core.errors import InlaidError
from core.job import Job
from core.people import People
from core.signals.board import DigestTarget, SignalBoard
from core.signals.model import Scan, ScanFinding
from core.signals.runs import digest_key
from core.signals.scanning import Scanner, scan_request
from core.signals.scans import ScanStore
from core.signals.store import SignalStore
from core.sources.model import AccessList, Source, person_principal
from core.store import Store
from core.store.tables import source_items
from core.store.tables.signals import signals
from tests.core.sources.making import fill, item_store, reader_of, source_store, written

LOOKED_FOR = {"RISK": "risk", "IDEA": "idea", "COMPLAINT": "complaint"}


def board_of(store: Store) -> SignalBoard:
    """Return the signals of a store, compared by words alone."""
    database, cipher = store.database, store.records.cipher
    scans = ScanStore(database, cipher)
    found = SignalStore(database, cipher, scans, reader_of(store))
    scanner = Scanner(scans, found, source_store(store), item_store(store), reader_of(store))
    return SignalBoard(scanner, People(store.records), store.records, store.jobs)


def add_scan(store: Store, *sources: Source, person: str = "ann", is_shared: bool = False, schedule: str = "") -> Scan:
    """Add a scan."""
    ids = tuple(source.id for source in sources)
    return board_of(store).add(Scan("", "local", person, "Weekly", ids, is_shared=is_shared, schedule=schedule))


def begin(store: Store, scan: Scan) -> Sequence[Job]:
    """Begin a scan and return the jobs that it takes now."""
    return board_of(store).begin(scan, "text", lambda request: store.jobs.add(request)[0]).jobs


def work(store: Store, job: Job, board: SignalBoard | None = None) -> None:
    """Do a job as a worker does: each line that names a kind in capitals is a finding."""
    claimed = store.leases.claim(job.id, lease_seconds=60)
    assert claimed
    board = board or board_of(store)
    text = str(board.inputs(claimed)["text"])
    items = tuple(
        Item(text=line.partition(": ")[2], quote=line, kind=kind)
        for line in text.splitlines()
        for word, kind in LOOKED_FOR.items()
        if line.startswith(word)
    )
    ready = store.leases.finish(claimed, Draft(recipe=job.recipe, items=items))
    assert ready.draft
    board.keep(ready, ready.draft)
    store.leases.delivered(ready)


def scanned(store: Store, scan: Scan) -> int:
    """Do a scan to its end, and return how many jobs it took."""
    jobs = begin(store, scan)
    for job in jobs:
        work(store, job)
    return len(jobs)


def known_signal(board: SignalBoard, store: Store, owner: tuple[str, str], title: str, quote: str) -> tuple[str, str]:
    """Have a scan of a document that its owner alone may read find something; return the ids of scan and signal."""
    workspace, person = owner
    source = source_store(store).add(Source("", workspace, person, "folder", title))
    readers = AccessList("own", frozenset({person_principal(workspace, person)}))
    fill(store, source, [written("notes", quote, access="own")], [readers])
    scan = board.scanner.scans.add(Scan("", workspace, person, title, (source.id,)))
    # By their rows: a world has several of them, and whether they are found is for those to say who ask afterwards.
    its_item = sa.select(source_items.c.id, source_items.c.content_hash).where(source_items.c.source_id == source.id)
    with store.database.read() as connection:
        item = connection.execute(its_item).one()
    finding = ScanFinding("risk", quote, quote, item.id, 0, 1_000.0)
    board.scanner.signals.put(scan, {(item.id, 0): item.content_hash}, [finding], None)
    with store.database.read() as connection:
        found = connection.execute(sa.select(signals.c.id).where(signals.c.scan_id == scan.id)).scalar_one()
    return scan.id, found


def ran(store: Store, scan: Scan, board: SignalBoard | None = None) -> None:
    """Have a run of a scan by its schedule come to its end, without its digest being delivered."""
    board = board or board_of(store)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE signal_scan SET due_at = 5 WHERE due_at IS NOT NULL")
    assert scan.id in [taken.id for taken in board.scanner.scans.take_due(10)]
    board.go_on(lambda _scan: "text", lambda request: store.jobs.add(request)[0])
    for job in waiting(store, "signals"):
        work(store, job, board)
    board.go_on(lambda _scan: "text", lambda request: store.jobs.add(request)[0])


def lose_digest(store: Store, scan: Scan, why: InlaidError) -> None:
    """Have a digest of a scan end without being delivered."""
    request = scan_request(scan, {}, digest_key(scan, 5.0), DigestTarget(scan.id, 5.0), "background")
    claimed = store.leases.claim(store.jobs.add(request)[0].id, lease_seconds=60)
    assert claimed
    store.leases.fail(claimed, why)


def waiting(store: Store, surface_name: str) -> list[Job]:
    """Return the jobs that wait, of those that end in one place."""
    return [job for job in store.jobs.list(state="queued", limit=500) if job.surface_name == surface_name]
