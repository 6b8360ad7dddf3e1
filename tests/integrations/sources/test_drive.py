"""OneDrive and SharePoint as sources, against the fake Microsoft 365, in a real store."""

import pytest

from core.errors import ForbiddenError, InputError, SourceBusy
from core.sources.model import Source
from core.store.claims import keep_claims
from integrations.sources.drive import site_groups, site_path
from tests.fakes.microsoft import THROTTLED, Person, Refused
from tests.fakes.microsoft.sharing import for_person, for_site_group
from tests.integrations.sources.drives import DriveOffice


def test_a_onedrive_is_read_renamed_moved_and_deleted(office: DriveOffice, ann: Person) -> None:
    drive = office.microsoft.drives.of(ann)
    travel = drive.make_folder("Travel")
    plan = drive.put("plan.md", b"We meet in Lisbon.", travel)
    drive.put("logo.png", b"...")
    source = office.add_onedrive(ann)
    assert office.sync(source).stored == 1
    (item,) = office.sources.items.page(source)
    assert (item.change.title, item.change.link) == ("plan.md", plan.link)
    assert item.change.modified_at > 0
    plan.rename("plan-2027.md")
    plan.move(None)
    done = office.sync(source)
    assert (done.stored, office.titles(source)) == (0, {"plan-2027.md"})
    plan.write(b"We meet in Porto.")
    assert office.sync(source).stored == 1
    (hit,) = office.sources.find([office.sources.reader_of(office.microsoft.tenant, ann.oid)], "where do we meet")
    assert hit.text == "We meet in Porto."
    plan.delete()
    assert office.sync(source).removed == 1
    assert office.titles(source) == set()


def test_a_file_of_two_gigabytes_is_left_out_with_words_and_not_asked_for(office: DriveOffice, ann: Person) -> None:
    drive = office.microsoft.drives.of(ann)
    drive.put("film.pdf", b"...").size = 2 * 2**30
    drive.put("virus.md", b"...").is_malware = True
    drive.put("good.md", b"Good.")
    source = office.add_onedrive(ann)
    done = office.sync(source)
    errors = {item.change.title: item.error["message"] for item in office.sources.items.page(source) if item.error}
    assert (done.failed, done.stored) == (2, 1)
    assert "2,048 MB" in errors["film.pdf"]
    assert "malware" in errors["virus.md"]
    assert len(office.microsoft.ledger.find("GET */content")) == 1


def test_throttling_is_waited_for(office: DriveOffice, ann: Person) -> None:
    office.microsoft.drives.of(ann).put("a.md", b"Text.")
    source = office.add_onedrive(ann)
    for pattern in ("GET */delta", "GET */content", "GET */permissions"):
        office.microsoft.faults.add(pattern, THROTTLED, times=2)
    assert office.sync(source).stored == 1
    assert not office.microsoft.faults.waiting


def test_with_a_sign_in_only_what_the_person_sees_is_read_and_read_by_them(
    office: DriveOffice, ann: Person, bob: Person
) -> None:
    site = office.microsoft.site("sites/HR")
    library = site.drives[0]
    library.share(for_person(bob))
    library.put("hidden.md", b"Hidden.")
    seen = library.put("seen.md", b"Seen.")
    seen.share(for_person(ann), for_person(bob))
    source = office.add_site(site.address, ann, signs_in=True)
    office.sync(source)
    assert office.titles(source) == {"seen.md"}
    assert office.readable(ann, source) == {"seen.md"}
    assert office.readable(bob, source) == set(), "whom else it is shared with is not told to Ann"
    seen.share(for_person(bob))
    office.sync(source)
    assert office.titles(source) == set()


def test_groups_of_a_site_reach_nobody_until_somebody_says_who_they_are(
    office: DriveOffice, ann: Person, bob: Person
) -> None:
    site = office.microsoft.site("sites/HR")
    site.drives[0].share(for_site_group("HR Members"), for_site_group("HR Visitors"))
    site.drives[0].put("a.md", b"Text.")
    group = office.microsoft.group(bob)
    keep_claims(office.store.records, office.microsoft.tenant, bob.oid, {group})
    source = office.add_site(site.address, ann)
    assert "HR Members, HR Visitors" in office.connector("sharepoint").check(source)
    office.sync(source)
    assert office.readable(bob, source) == set()
    told = office.add_site(site.address, ann, site_groups=f"HR Members = {group}\n")
    office.sync(told)
    assert office.readable(bob, told) == {"a.md"}
    assert office.readable(ann, told) == set()


def test_a_place_is_checked_before_it_is_added(office: DriveOffice, ann: Person) -> None:
    site = office.microsoft.site("sites/HR")
    connector = office.connector("sharepoint")
    assert connector.check(office.add_site(site.address, ann)).startswith("HR, Documents")
    for address, words in (
        (f"{site.address}/Nowhere", "no such library"),
        ("https://example.sharepoint.com/sites/None", "cannot find this site"),
        (f"{site.drives[0].address}/Nowhere", "no such folder"),
        ("http://example.sharepoint.com/sites/HR", "not the address"),
        ("https://example.sharepoint.com/:f:/s/HR/EabC?e=1", "not the address"),
    ):
        with pytest.raises(InputError, match=words):
            connector.check(office.add_site(address, ann))
    site.is_granted = False
    with pytest.raises(ForbiddenError, match="does not let Inlaid read this site"):
        connector.check(office.add_site(site.address, ann))
    seldom = Source(**{**vars(office.add_site(site.address, ann)), "every_seconds": 0})
    with pytest.raises(InputError, match="read regularly"):
        connector.check(seldom)


def test_addresses_are_taken_as_a_browser_shows_them() -> None:
    view = "https://a.sharepoint.com/sites/HR/Docs/Forms/AllItems.aspx?id=%2Fsites%2FHR%2FDocs%2FA%20B&viewid=1"
    assert site_path(view) == ("a.sharepoint.com", "sites/HR/Docs/A B")
    assert site_path("https://a.sharepoint.com/sites/HR/SitePages/Home.aspx") == ("a.sharepoint.com", "sites/HR")
    assert site_path("https://a.sharepoint.com") == ("a.sharepoint.com", "")


def test_lines_of_site_groups_that_say_no_group_are_refused() -> None:
    def told(text: str) -> dict[str, str]:
        return site_groups(Source("", "t", "p", "sharepoint", "", {"site_groups": text}))

    assert told(" HR Visitors = tenant\n\n") == {"hr visitors": "tenant"}
    for text in ("HR Visitors", "= tenant", "HR Visitors = everybody"):
        with pytest.raises(InputError, match="names no group"):
            told(text)


def test_a_longer_wait_that_microsoft_asks_for_is_no_failure(office: DriveOffice, ann: Person) -> None:
    office.microsoft.drives.of(ann).put("a.md", b"Text.")
    source = office.add_onedrive(ann)
    office.microsoft.faults.add("GET */delta", Refused(429, "TooManyRequests", retry_after_seconds=300), times=1)
    assert isinstance(office.sync(source).error, SourceBusy)
    assert office.status(source).failures == 0
    assert office.sync(source).error is None
