"""Random libraries whose sharing changes between the syncs: nobody ever reads more than Microsoft lets them.

INLAID_DRIVE_WORLDS says how many; `python -m pytest tests/scenarios/test_drive_sharing.py` with 500 takes some minutes.
"""

import os
import random
from dataclasses import dataclass, field

import pytest

from core.sources.model import Source
from core.store.claims import keep_claims
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.drives import Drive, DriveFile
from tests.fakes.microsoft.fixture import microsoft
from tests.fakes.microsoft.sharing import Grant, by_link, for_claim, for_group, for_person, for_site_group
from tests.integrations.sources.drives import DriveOffice

__all__ = ["microsoft"]

WORLDS = int(os.environ.get("INLAID_DRIVE_WORLDS", "12"))
ROUNDS = 4
MAX_ACTS = 5


@dataclass
class Library:
    """A library of a random world, with those who work in it."""

    office: DriveOffice
    seed: int
    people: list[Person] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        fake = self.office.microsoft
        self.people = [fake.person(f"p{number}@example.org") for number in range(4)]
        self.groups = [fake.group(*self._some(self.people)) for _ in range(2)]
        self.site = fake.site(f"sites/w{self.seed}")
        self.drive: Drive = self.site.drives[0]
        self.drive.tells_sharing = self.random.choice(["kept", "kept", "ignored", "refused"])
        self.drive.is_shuffled = self.random.random() < 0.3
        self.drive.share(*self._grants())
        for _ in range(6):
            self._act_make()
        for _ in range(4):
            self._act_share()

    def sync(self, source: Source) -> None:
        """Read the library, once everybody has signed in anew and a day has begun."""
        for person in self.people:
            theirs = {group for group, members in self.office.microsoft.groups.items() if person.oid in members}
            keep_claims(self.office.store.records, self.office.microsoft.tenant, person.oid, theirs)
        self.office.now += 13 * 3600
        assert self.office.sync(source).error is None

    def act(self) -> None:
        """Change something, as people do."""
        acts = (self._act_make, self._act_share, self._act_share, self._act_inherit, self._act_move, self._act_delete,
                self._act_share_root, self._act_change_group)  # fmt: skip
        for _ in range(self.random.randint(1, MAX_ACTS)):
            self.random.choice(acts)()

    def may_read(self, person: Person) -> set[str]:
        """Return what Microsoft lets somebody read."""
        groups = self.office.microsoft.groups

        def reaches(file: DriveFile) -> bool:
            return any(grant.reaches(person, groups) for grant in self.drive.grants_of(file))

        return {entry.name for entry in self.drive.living() if not entry.is_folder and reaches(entry)}

    def _some(self, people: list[Person]) -> list[Person]:
        return self.random.sample(people, self.random.randint(0, 2))

    def _grants(self) -> list[Grant]:
        person = self.random.choice(self.people)
        everybody = f"c:0-.f|rolemanager|spo-grid-all-users/{self.office.microsoft.tenant}"
        makers = (
            lambda: for_person(person), lambda: for_person(person, "owner"),
            lambda: for_group(self.random.choice(self.groups)), lambda: for_site_group("Members"),
            lambda: by_link("users", self._some(self.people)), lambda: by_link("organization"),
            lambda: by_link("organization", link={"preventsDownload": True}),
            lambda: by_link("anonymous", hasPassword=True), lambda: for_claim(everybody),
        )  # fmt: skip
        return [self.random.choice(makers)() for _ in range(self.random.randint(0, 2))]

    def _folder(self) -> DriveFile | None:
        return self.random.choice([None, *(entry for entry in self.drive.living() if entry.is_folder)])

    def _entry(self) -> DriveFile:
        return self.random.choice(self.drive.living())

    def _act_make(self) -> None:
        folder = self._folder()
        if self.random.random() < 0.4 or not self.drive.files:
            folder = self.drive.make_folder(f"F{self.drive.number}", folder)
        self.drive.put(f"{self.drive.number}.md", b"Text.", folder)

    def _act_share(self) -> None:
        self._entry().share(*self._grants())

    def _act_inherit(self) -> None:
        self._entry().inherit()

    def _act_move(self) -> None:
        entry, target = self._entry(), self._folder()
        if target not in (entry, *self.drive.within(entry)):
            entry.move(target)

    def _act_delete(self) -> None:
        if len(self.drive.living()) > 4:
            self._entry().delete()
        self._act_make()

    def _act_share_root(self) -> None:
        self.drive.share(*self._grants())

    def _act_change_group(self) -> None:
        group = self.random.choice(self.groups)
        self.office.microsoft.groups[group] = {person.oid for person in self._some(self.people)}


@pytest.mark.parametrize("seed", range(WORLDS))
def test_everybody_reads_what_microsoft_lets_them_after_each_sync(microsoft: FakeMicrosoft, seed: int) -> None:
    office = DriveOffice(microsoft)
    library = Library(office, seed)
    source = office.add_site(library.site.address, microsoft.person("admin@example.org"))
    for _ in range(ROUNDS):
        library.sync(source)
        allowed = {person.oid: library.may_read(person) for person in library.people}
        read = {person.oid: office.readable(person, source) for person in library.people}
        assert read == allowed
        assert office.readable(microsoft.person("admin@example.org"), source) <= set.union(*allowed.values(), set())
        library.act()
        # Until the next sync nobody reads what they could not read before.
        assert {person.oid: office.readable(person, source) for person in library.people} == allowed
    office.close()
