"""Documents of a drive, through the real client against the fake: written back once, and never over others' work."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from core.drafts import Draft, Edit
from core.errors import (
    ConflictError,
    CredentialError,
    DocumentError,
    ForbiddenError,
    InputError,
    NotFoundError,
    OutageError,
    SourceChanged,
)
from core.job import Job, JobRequest
from core.ports import SurfaceContext
from core.settings import load_settings
from core.store import Store, open_store
from integrations.documents.drive import SCOPES, DriveFiles, DriveSurface, saved_of
from integrations.graph.client import Graph
from integrations.graph.errors import LockedError
from integrations.graph.sign_in import make_sign_in
from integrations.graph.transport import make_http
from tests.fakes.microsoft import AnswerLost, FakeMicrosoft, Person, Refused, Reset
from tests.fakes.microsoft.drives import DriveFile
from tests.fakes.microsoft.fixture import microsoft
from tests.in_memory import StoredTarget
from tests.integrations.documents.letters import letter, revision_count, texts

__all__ = ["microsoft"]


@dataclass(frozen=True)
class Working:
    """What a worker would do, one step at a time."""

    store: Store
    surface: DriveSurface
    assertion: str

    @property
    def context(self) -> SurfaceContext:
        return SurfaceContext(load_settings(), self.store.jobs, self.store.records, self.store.effects)

    def begin(self, file: DriveFile, **delivery: Any) -> Job:
        """Store and claim a job on a file, and read the file."""
        told = {"kind": "drive", "link": file.link, "assertion": self.assertion, **delivery}
        job, _ = self.store.jobs.add(JobRequest("proofread", {}, "word", "bob", target=StoredTarget(told)))
        claimed = self.store.leases.claim(job.id, lease_seconds=60)
        assert claimed
        return claimed

    def write(self, job: Job, text: str = "The house is red.") -> Job:
        """Read the document and store a draft that changes its first paragraph."""
        first = self.surface.prepare(job, self.context)["paragraphs"][0]
        edit = Edit(id=first["id"], hash=first["hash"], text=text)
        return self.store.leases.finish(job, Draft(job_id=job.id, recipe="proofread", edits=(edit,)))

    def deliver(self, job: Job) -> None:
        self.surface.deliver(job, self.context)


@pytest.fixture
def bob(microsoft: FakeMicrosoft) -> Person:
    person = microsoft.person("bob@example.org", "Bob Ray")
    person.consented.update(SCOPES)
    return person


@pytest.fixture
def file(microsoft: FakeMicrosoft, bob: Person) -> DriveFile:
    return microsoft.drives.of(bob).put("Letter.docx", letter("The house is read.", "It is old."))


@pytest.fixture
def store(microsoft: FakeMicrosoft) -> Iterator[Store]:
    del microsoft  # its settings have to be in force
    opened = open_store(load_settings())
    yield opened
    opened.close()


@pytest.fixture
def working(microsoft: FakeMicrosoft, bob: Person, store: Store) -> Iterator[Working]:
    assertion = microsoft.entra.tokens.for_api(bob)
    with make_http() as http:
        token = make_sign_in(load_settings(), store.records).on_behalf_of(assertion, SCOPES)
        files: Callable[[Any, Any], DriveFiles] = lambda _job, _records: DriveFiles(  # noqa: E731
            Graph(microsoft.graph_url, token, http=http, wait=lambda _seconds: None)
        )
        yield Working(store, DriveSurface(files), assertion)


def test_the_result_is_a_new_version_with_tracked_changes(working: Working, file: DriveFile) -> None:
    before = file.data
    job = working.write(working.begin(file))

    working.deliver(job)

    assert texts(file.data) == ["The house is red.", "It is old."]
    assert revision_count(file.data) == 2
    assert file.versions == [before]
    assert saved_of(job, working.store.effects) == {
        "name": "Letter.docx", "link": file.link, "is_copy": False, "reason": ""
    }  # fmt: skip


def test_work_is_done_again_on_the_new_version(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    file.write(letter("The house is read.", "It is old.", "And large."))
    with pytest.raises(SourceChanged):
        working.deliver(job)
    working.store.leases.work_again(job)
    claimed = working.store.leases.claim(job.id, lease_seconds=60)
    assert claimed

    again = working.write(claimed)
    working.deliver(again)

    assert texts(file.data) == ["The house is red.", "It is old.", "And large."]


def test_a_new_name_alone_is_no_change(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    file.changes += 1

    working.deliver(job)

    assert revision_count(file.data) == 2


def test_a_draft_without_changes_writes_nothing(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file), text="The house is read.")

    working.deliver(job)

    assert file.versions == []
    assert saved_of(job, working.store.effects)["link"] == file.link


def test_a_failed_job_writes_nothing(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    failed = working.store.leases.fail(job, ConflictError("over"))

    working.deliver(failed)

    assert file.versions == []


def test_a_second_delivery_writes_nothing(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    working.deliver(job)

    working.deliver(job)

    assert len(file.versions) == 1


@pytest.mark.parametrize("fault", [AnswerLost(), Reset()], ids=["answer lost", "never arrived"])
def test_a_write_whose_answer_was_lost_is_found_again(
    working: Working, microsoft: FakeMicrosoft, file: DriveFile, fault: AnswerLost | Reset
) -> None:
    job = working.write(working.begin(file))
    microsoft.faults.add("PUT */content", fault)

    try:
        working.deliver(job)
    except (SourceChanged, OutageError):
        working.deliver(job)

    assert len(file.versions) == 1
    assert texts(file.data) == ["The house is red.", "It is old."]


def test_a_copy_lies_beside_the_file(working: Working, microsoft: FakeMicrosoft, bob: Person, file: DriveFile) -> None:
    job = working.write(working.begin(file, save="copy"))
    microsoft.faults.add("PUT /drive-content/*", AnswerLost())

    with pytest.raises(OutageError):
        working.deliver(job)
    working.deliver(job)

    saved = saved_of(job, working.store.effects)
    copies = [one for one in microsoft.drives.of(bob).files.values() if one is not file]
    assert saved["is_copy"]
    assert [one.name for one in copies] == [saved["name"]] == [f"Letter (Inlaid {job.id[:8]}).docx"]
    assert file.versions == []
    assert texts(copies[0].data) == ["The house is red.", "It is old."]


def test_somebody_elses_save_is_never_written_over(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    theirs = letter("The house is read.", "It is old.", "And large.")
    file.write(theirs)

    with pytest.raises(SourceChanged, match=r"Letter\.docx"):
        working.deliver(job)

    assert file.data == theirs


def test_a_save_in_the_last_moment_is_not_written_over(
    working: Working, microsoft: FakeMicrosoft, file: DriveFile
) -> None:
    job = working.write(working.begin(file))
    microsoft.faults.add("PUT */content", Refused(412, "notAllowed", "entityTagDoesNotMatch"))

    with pytest.raises(SourceChanged):
        working.deliver(job)

    assert file.versions == []


def test_a_file_that_is_open_in_word_gets_a_copy_and_the_reason(
    working: Working, microsoft: FakeMicrosoft, bob: Person, file: DriveFile
) -> None:
    job = working.write(working.begin(file))
    file.lock = "open"

    working.deliver(job)

    saved = saved_of(job, working.store.effects)
    assert saved["is_copy"]
    assert "open" in saved["reason"]
    assert file.versions == []
    assert len(microsoft.drives.of(bob).files) == 2


def test_a_file_that_is_open_fails_with_what_to_do_when_no_copy_is_wanted(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file, save="same"))
    file.lock = "open"

    with pytest.raises(LockedError) as raised:
        working.deliver(job)

    assert "copy" in raised.value.fix


def test_a_file_that_may_only_be_read_gets_a_copy(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    file.is_read_only = True

    working.deliver(job)

    assert "read" in saved_of(job, working.store.effects)["reason"]


MEGABYTE = 2**20


def test_a_large_file_goes_up_in_pieces(working: Working, microsoft: FakeMicrosoft, bob: Person) -> None:
    large = letter("The house is read.", "It is old.", filler_bytes=12 * MEGABYTE)
    file = microsoft.drives.of(bob).put("Large.docx", large)
    job = working.write(working.begin(file))

    working.deliver(job)

    assert texts(file.data) == ["The house is red.", "It is old."]
    assert len(microsoft.ledger.find("PUT /drive-content/upload/*")) == 2


def test_the_app_reaches_nothing_that_the_person_does_not(
    working: Working, microsoft: FakeMicrosoft, bob: Person, file: DriveFile
) -> None:
    bob.consented.clear()

    with pytest.raises(CredentialError, match="consent"):
        working.surface.prepare(working.begin(file), working.context)


def test_a_link_to_nothing_is_not_found(working: Working, file: DriveFile) -> None:
    job = working.begin(file)
    gone = {**job.delivery, "link": "https://example-my.sharepoint.com/personal/x/Documents/Gone.docx"}

    with pytest.raises(NotFoundError):
        working.surface.prepare(replace(job, delivery=gone), working.context)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": "Sheet.xlsx"}, DocumentError),
        ({"is_malware": True}, ForbiddenError),
        ({"data": b"not a document"}, DocumentError),
        ({"data": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)}, DocumentError),
    ],
    ids=["another kind", "quarantine", "damaged", "encrypted or labelled"],
)
def test_what_cannot_be_worked_on_is_refused_with_the_reason(
    working: Working, file: DriveFile, change: dict[str, object], refusal: type[Exception]
) -> None:
    for name, value in change.items():
        setattr(file, name, value)

    with pytest.raises(refusal):
        working.surface.prepare(working.begin(file), working.context)


@pytest.mark.parametrize("link", ["http://example.com/x.docx", "file:///etc/passwd", "Letter.docx", "https://", ""])
def test_what_is_no_link_is_refused(working: Working, file: DriveFile, link: str) -> None:
    job = working.begin(file)

    with pytest.raises(InputError, match="link"):
        working.surface.prepare(replace(job, delivery={**job.delivery, "link": link}), working.context)
