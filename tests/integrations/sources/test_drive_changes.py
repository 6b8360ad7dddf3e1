"""What changes in a drive, and who may read it, from the wire to the rows of the store."""

import os
import tracemalloc

import pytest
import sqlalchemy as sa

from core.errors import CredentialError, ForbiddenError, NotFoundError
from core.sources.model import Source
from core.store.claims import keep_claims
from core.store.tables import access_lists
from tests.fakes.microsoft import Person, Refused
from tests.fakes.microsoft.sharing import by_link, for_claim, for_group, for_person
from tests.integrations.sources.drives import DriveOffice


def test_a_folder_of_a_drive_is_read_alone(office: DriveOffice, ann: Person) -> None:
    drive = office.microsoft.drives.of(ann)
    inner = drive.make_folder("Inner", drive.make_folder("Team"))
    drive.put("private.md", b"Mine.")
    shared = drive.put("shared.md", b"Ours.", inner)
    source = office.add_onedrive(ann, folder="Team")
    office.sync(source)
    assert office.titles(source) == {"shared.md"}
    drive.put("new.md", b"New.", inner)
    shared.move(None)
    office.sync(source)
    assert office.titles(source) == {"new.md"}


def test_a_folder_that_is_deleted_or_moved_out_takes_what_is_in_it(office: DriveOffice, ann: Person) -> None:
    drive = office.microsoft.drives.of(ann)
    top = drive.make_folder("Top")
    inner, gone = drive.make_folder("Inner", top), drive.make_folder("Gone", top)
    for folder, name in ((inner, "a.md"), (gone, "b.md"), (top, "c.md")):
        drive.put(name, b"Text.", folder)
    source = office.add_onedrive(ann, folder="Top")
    office.sync(source)
    gone.delete()
    office.sync(source)
    assert office.titles(source) == {"a.md", "c.md"}
    inner.move(None)
    done = office.sync(source)
    assert (office.titles(source), done.stored) == ({"c.md"}, 0)


def test_names_within_a_folder_that_come_before_it_are_read(office: DriveOffice, ann: Person, bob: Person) -> None:
    drive = office.microsoft.drives.of(ann)
    folder = drive.make_folder("A")
    for number in range(30):
        folder = drive.make_folder(f"B{number}", folder)
        drive.put(f"{number}.md", b"Text.", folder)
    folder.share(for_person(bob))
    drive.is_shuffled = True
    source = office.add_onedrive(ann)
    office.sync(source)
    assert len(office.titles(source)) == 30
    assert office.readable(bob, source) == {"29.md"}


def test_a_position_that_microsoft_forgot_begins_again(office: DriveOffice, ann: Person) -> None:
    drive = office.microsoft.drives.of(ann)
    drive.put("kept.md", b"Kept.")
    gone = drive.put("gone.md", b"Gone.")
    source = office.add_onedrive(ann)
    office.sync(source)
    gone.delete()
    office.microsoft.drives.tokens.clear()
    done = office.sync(source)
    assert done.error is None
    assert (office.titles(source), done.stored) == ({"kept.md"}, 0)


def test_an_outage_stops_the_slice_and_the_next_goes_on(office: DriveOffice, ann: Person) -> None:
    office.microsoft.drives.of(ann).put("a.md", b"Text.")
    source = office.add_onedrive(ann)
    office.microsoft.faults.add("GET */permissions", Refused(503), times=10)
    done = office.sync(source)
    assert done.error
    assert done.error.retryable
    office.microsoft.faults.clear()
    assert office.sync(source).stored == 1


def test_a_library_is_read_by_the_app_and_each_person_reads_what_is_theirs(
    office: DriveOffice, ann: Person, bob: Person
) -> None:
    cem = office.microsoft.person("cem@example.org")
    site = office.microsoft.site("sites/HR", "Documents", "Policies")
    group = office.microsoft.group(bob)
    library = site.drives[1]
    library.share(for_group(group))
    secret = library.make_folder("Secret")
    secret.share(for_person(cem))
    library.put("leave.md", b"26 days of leave.")
    pay = library.put("pay.md", b"Pay bands.", secret)
    open_file = library.put("open.md", b"Open to all here.", secret)
    open_file.share(by_link("organization"))
    keep_claims(office.store.records, office.microsoft.tenant, bob.oid, {group})
    source = office.add_site(f"{site.address}/Policies/Forms/AllItems.aspx", ann)
    office.sync(source)
    assert office.readable(bob, source) == {"leave.md", "open.md"}
    assert office.readable(cem, source) == {"pay.md", "open.md"}
    assert office.readable(ann, source) == {"open.md"}
    stored = office.status(source).passages
    secret.share(for_group(group))
    pay.share(for_person(ann))
    done = office.sync(source)
    assert (done.stored, office.status(source).passages) == (0, stored)
    assert office.readable(bob, source) == {"leave.md", "open.md"}
    assert office.readable(cem, source) == {"open.md"}
    assert office.readable(ann, source) == {"pay.md", "open.md"}
    pay.inherit()
    office.sync(source)
    assert office.readable(bob, source) == {"leave.md", "open.md", "pay.md"}


def test_rights_of_the_library_are_read_again_though_no_item_has_changed(
    office: DriveOffice, ann: Person, bob: Person
) -> None:
    site = office.microsoft.site("sites/HR")
    site.drives[0].share(for_person(bob))
    site.drives[0].put("a.md", b"Text.")
    source = office.add_site(site.address, ann)
    office.sync(source)
    assert office.readable(bob, source) == {"a.md"}
    site.drives[0].grants.clear()
    office.sync(source)
    assert office.readable(bob, source) == set()


@pytest.mark.parametrize("tells", ["ignored", "refused"])
def test_where_graph_tells_nothing_of_sharing_each_file_is_asked_for_its_own(
    office: DriveOffice, ann: Person, bob: Person, tells: str
) -> None:
    site = office.microsoft.site("sites/HR")
    library = site.drives[0]
    library.tells_sharing = tells
    library.share(for_person(bob))
    library.put("open.md", b"Open.")
    hidden = library.put("hidden.md", b"Hidden.")
    hidden.share(for_person(ann))
    source = office.add_site(site.address, ann)
    office.sync(source)
    assert office.readable(bob, source) == {"open.md"}
    hidden.inherit()
    office.sync(source)
    assert office.readable(bob, source) == {"open.md", "hidden.md"}
    library.grants.clear()  # nothing tells of it
    office.now += 13 * 3600
    office.sync(source)
    assert office.readable(bob, source) == set()


def test_where_permissions_cannot_be_read_the_owner_alone_reads(office: DriveOffice, ann: Person, bob: Person) -> None:
    site = office.microsoft.site("sites/HR")
    site.drives[0].share(for_person(bob))
    site.drives[0].put("a.md", b"Text.")
    site.drives[0].hides_permissions = True
    source = office.add_site(site.address, ann)
    assert "nobody but you" in office.connector("sharepoint").check(source)
    office.sync(source)
    assert office.readable(bob, source) == set()
    assert office.readable(ann, source) == {"a.md"}


def test_everybody_but_external_people_is_everybody_of_the_tenant(
    office: DriveOffice, ann: Person, bob: Person
) -> None:
    site = office.microsoft.site("sites/HR")
    site.drives[0].share(for_claim(f"c:0-.f|rolemanager|spo-grid-all-users/{office.microsoft.tenant}"))
    site.drives[0].put("a.md", b"Text.")
    source = office.add_site(site.address, ann)
    office.sync(source)
    assert office.readable(bob, source) == {"a.md"}
    stranger = office.sources.reader_of("11111111-2222-3333-4444-555555555555", bob.oid)
    assert not office.sources.items.access_ids([stranger])


def test_a_site_that_is_taken_away_is_read_by_nobody_and_comes_back(
    office: DriveOffice, ann: Person, bob: Person
) -> None:
    site = office.microsoft.site("sites/HR")
    site.drives[0].share(for_person(bob))
    site.drives[0].put("a.md", b"Text.")
    source = office.add_site(site.address, ann)
    office.sync(source)
    site.is_granted = False
    assert isinstance(office.sync(source).error, ForbiddenError)
    assert office.readable(bob, source) == set()
    assert office.titles(source) == {"a.md"}
    office.now += 13 * 3600
    assert isinstance(office.sync(source).error, ForbiddenError)
    site.is_granted = True
    assert office.sync(source).error is None
    assert office.readable(bob, source) == {"a.md"}


def test_consent_that_is_withdrawn_leaves_the_source_to_its_owner(
    office: DriveOffice, ann: Person, bob: Person
) -> None:
    drive = office.microsoft.drives.of(ann)
    drive.share(for_person(bob))
    drive.put("a.md", b"Text.")
    source = office.add_onedrive(ann)
    office.sync(source)
    assert office.readable(bob, source) == {"a.md"}
    ann.withdraws_consent()
    error = office.sync(source).error
    assert isinstance(error, CredentialError)
    assert error.fix
    assert (office.readable(bob, source), office.readable(ann, source)) == (set(), {"a.md"})


def test_a_folder_of_a_source_that_is_deleted_is_read_by_nobody(office: DriveOffice, ann: Person) -> None:
    drive = office.microsoft.drives.of(ann)
    top = drive.make_folder("Top")
    drive.put("a.md", b"Text.", drive.make_folder("Inner", top))
    source = office.add_onedrive(ann, folder="Top/Inner")
    office.sync(source)
    top.delete()
    assert isinstance(office.sync(source).error, NotFoundError)
    assert office.readable(ann, source) == set()


def test_a_source_that_is_removed_while_it_is_read_leaves_nothing(office: DriveOffice, ann: Person) -> None:
    drive = office.microsoft.drives.of(ann)
    for number in range(120):
        drive.put(f"{number}.md", b"Text.")
    source = office.add_onedrive(ann)
    store = office.sources.store

    def remove() -> None:
        store.change(Source(**{**vars(source), "state": "removing"}))

    office.microsoft.before("GET */content", remove)
    office.sync(source)
    office.sync(source)
    assert office.titles(source) == set()
    with pytest.raises(NotFoundError):
        store.get(source.id)


def test_a_sync_that_is_killed_anywhere_goes_on_and_leaves_the_same(office: DriveOffice, ann: Person) -> None:
    drive = office.microsoft.drives.of(ann)
    drives = [drive.put(f"{number}.md", f"Text {number}.".encode()) for number in range(40)]
    source = office.add_onedrive(ann)
    for stops_after in range(0, 60, 7):
        left = iter(range(stops_after))
        office.sync(source, is_stopping=lambda left=left: next(left, None) is None)  # type: ignore[misc]
    office.sync(source)
    assert office.titles(source) == {file.name for file in drives}
    assert not office.status(source).errors


def test_what_was_told_of_rights_holds_for_a_day_only(office: DriveOffice, ann: Person, bob: Person) -> None:
    drive = office.microsoft.drives.of(ann)
    drive.share(for_person(bob))
    drive.put("a.md", b"Text.")
    source = office.add_onedrive(ann)
    office.sync(source)
    with office.store.database.read() as connection:
        ends = connection.execute(sa.select(access_lists.c.believed_until)).scalars().all()
    now = office.store.database.now_seconds()
    assert [pytest.approx(end - now, abs=60) for end in ends if end] == [86_400] * len(ends)
    with office.store.database.write() as connection:
        connection.execute(sa.update(access_lists).values(believed_until=now - 1))
    assert office.readable(bob, source) == set()
    office.sync(source)
    assert office.readable(bob, source) == {"a.md"}


def test_a_library_of_many_items_is_named_in_little_memory(office: DriveOffice, ann: Person) -> None:
    """INLAID_DRIVE_ITEMS says how many; what 100,000 take is in the README beside the connectors."""
    count = int(os.environ.get("INLAID_DRIVE_ITEMS", "4000"))
    drive = office.microsoft.site("sites/Big").drives[0]
    folders = [drive.make_folder(f"F{number}") for number in range(count // 20)]
    for number in range(count):
        drive.put(f"{number}.md", b"Text.", folders[number % len(folders)])
    folders[0].share(for_person(ann))
    source = office.add_site("https://example.sharepoint.com/sites/Big", ann)
    connector, cursor, named = office.connector("sharepoint"), "", 0
    tracemalloc.start()
    while True:
        page = connector.changes(source, cursor)
        named, cursor = named + len(page.changes), page.cursor
        if page.is_last:
            break
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (named, page.is_complete) == (count, True)
    assert len(office.microsoft.ledger.find("GET */permissions")) == 2
    assert len(cursor) < 100 * len(folders)
    assert peak_bytes < 64 * 2**20
