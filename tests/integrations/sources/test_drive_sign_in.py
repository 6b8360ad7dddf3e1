"""Adding a drive by a link: who signs in, whose drive it is then, and how long the tokens are kept."""

from dataclasses import replace

import pytest

from core.connect_links import Question
from core.errors import ForbiddenError, InputError, NotFoundError
from core.people import load_people
from core.sources.management import SourceManager
from core.sources.model import Source
from integrations.graph.invitations import SIGNED_IN_PATH
from integrations.graph.tokens import KIND as TOKENS_KIND
from integrations.sources.drive_sign_in import DriveSignIns
from tests.fakes.microsoft import Person
from tests.integrations.sources.drives import DriveOffice

PUBLIC_URL = "http://127.0.0.1:9"


@pytest.fixture
def sign_ins(office: DriveOffice) -> DriveSignIns:
    office.microsoft.app.redirect_uris.add(PUBLIC_URL + SIGNED_IN_PATH)
    settings = office.settings.model_copy(update={"public_url": PUBLIC_URL})
    manager = SourceManager(office.sources, office.connector)
    people = load_people(settings, office.store.records)
    return DriveSignIns(settings, manager, people)


def source_of(office: DriveOffice, person: str, workspace: str = "", **options: object) -> Source:
    workspace = workspace or office.microsoft.tenant
    return Source("", workspace, person, "onedrive", "My files", dict(options), every_seconds=3600)


def follow(sign_ins: DriveSignIns, link: str, person: Person) -> str:
    """Open a link, sign in, and return what the page says then; a question is answered with yes, and said so."""
    links = sign_ins.links
    begun = links.begin(link.partition("ticket=")[2])
    found = links.finish(links.lay_aside(person.answers(begun.auth_uri)), begun.browser)
    if isinstance(found, Question):
        return f"{found.address}? Yes. " + links.answer(found.key, begun.browser, is_meant=True)
    return found


def tokens(office: DriveOffice) -> int:
    return len(office.store.records.list(TOKENS_KIND))


def test_whoever_a_source_is_for_signs_in_and_it_is_read(
    office: DriveOffice, sign_ins: DriveSignIns, ann: Person
) -> None:
    office.microsoft.drives.of(ann).put("a.md", b"Text.")
    link = sign_ins.invite(source_of(office, ann.oid))
    assert "My files is connected: the whole OneDrive" in follow(sign_ins, link, ann)
    assert ann.consented == {"Files.Read"}
    (status,) = office.sources.store.list()
    office.sync(status.source)
    assert office.readable(ann, status.source) == {"a.md"}
    with pytest.raises(NotFoundError, match="used or has expired"):
        follow(sign_ins, link, ann)


def test_somebody_elses_drive_is_refused_and_nothing_of_them_is_kept(
    office: DriveOffice, sign_ins: DriveSignIns, ann: Person, bob: Person
) -> None:
    link = sign_ins.invite(source_of(office, bob.oid))
    with pytest.raises(ForbiddenError, match="for somebody else"):
        follow(sign_ins, link, ann)
    assert (office.sources.store.list(), tokens(office)) == ([], 0)
    assert "is connected" in follow(sign_ins, link, bob)


def test_who_is_known_elsewhere_by_the_same_address_is_the_same(
    office: DriveOffice, sign_ins: DriveSignIns, ann: Person
) -> None:
    assert "is connected" in follow(sign_ins, sign_ins.invite(source_of(office, ann.address, "local")), ann)


def test_the_person_at_this_machine_signs_in_as_whoever_they_say_that_they_are(
    office: DriveOffice, sign_ins: DriveSignIns, ann: Person
) -> None:
    said = follow(sign_ins, sign_ins.invite(source_of(office, sign_ins.settings.local_person, "local")), ann)
    assert said.startswith(f"{ann.address}? Yes. ")
    assert "is connected" in said


def test_a_folder_that_is_not_there_adds_nothing_and_the_link_is_good_on(
    office: DriveOffice, sign_ins: DriveSignIns, ann: Person
) -> None:
    link = sign_ins.invite(source_of(office, ann.oid, folder="Travel"))
    with pytest.raises(NotFoundError, match="no such folder"):
        follow(sign_ins, link, ann)
    assert tokens(office) == 0
    office.microsoft.drives.of(ann).make_folder("Travel")
    assert "My files is connected: Travel" in follow(sign_ins, link, ann)


def test_what_is_read_without_a_sign_in_is_not_added_so(office: DriveOffice, sign_ins: DriveSignIns) -> None:
    with pytest.raises(InputError, match="without a sign-in"):
        sign_ins.invite(replace(source_of(office, "me", "local"), connector="folder"))


def test_tokens_go_with_the_last_source_and_other_sign_ins_are_not_touched(
    office: DriveOffice, sign_ins: DriveSignIns, ann: Person
) -> None:
    drive = office.microsoft.drives.of(ann)
    drive.put("a.md", b"Text.", drive.make_folder("Travel"))
    for folder in ("", "Travel"):
        follow(sign_ins, sign_ins.invite(source_of(office, ann.oid, folder=folder)), ann)
    office.signs_in(ann)
    assert tokens(office) == 2
    for left, status in zip((2, 1), office.sources.store.list(), strict=True):
        assert office.sync(status.source).error is None
        sign_ins.manager.remove(status)
        office.sync(status.source)
        assert tokens(office) == left
