"""A document in a drive of the fake Microsoft 365, and a way to bring a job on it through by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from core.drafts import Draft, Edit
from core.job import Job, JobRequest
from core.ports import SurfaceContext
from core.settings import load_settings
from core.store import Store, open_store
from integrations.documents.drive.files import DriveFiles
from integrations.documents.drive.surface import SCOPES, DriveSurface
from integrations.graph.client import Graph
from integrations.graph.sign_in import make_sign_in
from integrations.graph.transport import make_http
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.drives import DriveFile
from tests.fakes.microsoft.fixture import microsoft
from tests.in_memory import StoredTarget
from tests.integrations.documents.drive.letters import letter

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
