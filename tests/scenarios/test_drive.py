"""A document in a drive of the fake Microsoft and the real process tree: a link is posted, the file gets changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from core.settings import Settings
from integrations.documents.drive import SCOPES
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.drives import Drive, DriveFile
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.documents.letters import letter, revision_count, texts
from tests.processes.commands import kill_part, wait_until
from tests.processes.tended import tended_tree
from tests.servers.valkey import free_port

pytestmark = pytest.mark.processes

WRONG, RIGHT = "We recieve the letter tomorrow.", "We receive the letter tomorrow."
ADDED = "The office is closed on Friday."


def _corrected(asked: str) -> str:
    """What a model answers: the paragraph, or each of two by its number."""
    return f"[1] {RIGHT}\n[2] {ADDED}" if ADDED in asked else RIGHT


@dataclass
class Library:
    """A person with a drive, and Inlaid as it runs in production."""

    fake: FakeMicrosoft
    settings: Settings
    bob: Person
    client: httpx.Client

    @property
    def drive(self) -> Drive:
        return self.fake.drives.of(self.bob)

    def post(self, file: DriveFile, **form: Any) -> str:
        """Post the link of a file, and return the job's id."""
        asked = {"link": file.link, "recipe": "proofread", **form}
        answer = self.client.post("/api/v1/documents/drive", json=asked)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def saved(self, job_id: str) -> dict[str, Any]:
        """Wait until the job has ended, and return where its result is."""

        def state() -> str:
            job = self.client.get(f"/api/v1/jobs/{job_id}")
            assert job.status_code == 200, job.text
            return str(job.json()["state"])

        wait_until(lambda: state() in {"delivered", "failed", "cancelled"})
        answer = self.client.get(f"/api/v1/jobs/{job_id}/saved")
        assert answer.status_code == 200, (answer.text, self.client.get(f"/api/v1/jobs/{job_id}").text)
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home, port = tmp_path_factory.mktemp("drive-tree"), free_port()
    with FakeMicrosoft() as fake, OpenAIServer() as model, pytest.MonkeyPatch.context() as patch:
        model.respond = lambda body: Answer(_corrected(body["messages"][-1]["content"]))
        patch.setenv("INLAID_HOME", str(home))
        patch.setenv("SSL_CERT_FILE", fake.environment()["SSL_CERT_FILE"])
        settings = Settings(
            home=home,
            port=port,
            model_url=model.url,
            lease_seconds=1.5,
            sweep_seconds=0.5,
            resend_seconds=1.0,
            requests_per_minute=0,  # it is asked again every 20 ms, for as long as a worker needs to start
            microsoft_tenant_id=fake.tenant,
            microsoft_client_id=fake.app.client_id,
            microsoft_client_secret=SecretStr(fake.app.secret),
            microsoft_authority=fake.authority,
            microsoft_graph_url=fake.graph_url,
            _env_file=None,
        )
        bob = fake.person("bob@example.org", "Bob Ray")
        bob.consented.update(SCOPES)
        proof = {"Authorization": f"Bearer {fake.entra.tokens.for_api(bob)}"}
        with (
            tended_tree(settings, web=True) as tree,
            httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=proof, timeout=20) as client,
        ):
            yield Library(fake, tree.settings, bob, client)


def test_the_file_of_a_link_gets_tracked_changes_as_a_new_version(library: Library) -> None:
    file = library.drive.put("Plain.docx", letter(WRONG))
    before = file.data

    saved = library.saved(library.post(file))

    assert saved == {"name": "Plain.docx", "link": file.link, "is_copy": False, "reason": ""}
    assert texts(file.data) == [RIGHT]
    assert revision_count(file.data) == 2
    assert file.versions == [before]


def test_what_somebody_saved_meanwhile_is_kept_and_worked_on(library: Library) -> None:
    file = library.drive.put("Busy.docx", letter(WRONG))
    theirs = letter(WRONG, ADDED)
    library.fake.before("PUT */content", lambda: file.write(theirs))

    saved = library.saved(library.post(file))

    assert not saved["is_copy"]
    assert texts(file.data) == [RIGHT, ADDED]
    assert file.versions[0] == theirs
    assert len(file.versions) == 2


def test_a_file_that_is_open_elsewhere_gets_a_copy_beside_it(library: Library) -> None:
    file = library.drive.put("Open.docx", letter(WRONG))
    file.lock = "open in Word"
    before = file.data

    saved = library.saved(library.post(file))

    copy = library.drive.named(saved["name"])
    assert saved["is_copy"]
    assert "Open.docx is open or checked out" in saved["reason"]
    assert copy is not None
    assert texts(copy.data) == [RIGHT]
    assert (file.data, file.versions) == (before, [])


def test_a_worker_killed_between_upload_and_note_leaves_one_version(library: Library) -> None:
    """The worker dies with its request on the way: Microsoft writes, and nobody hears that it did."""
    file = library.drive.put("Killed.docx", letter(WRONG))
    killed: list[str] = []

    def kill_worker() -> None:
        kill_part(library.settings.home, "worker")
        killed.append("worker")

    library.fake.before("PUT */content", kill_worker)

    saved = library.saved(library.post(file))

    assert killed == ["worker"]
    assert not saved["is_copy"]
    assert texts(file.data) == [RIGHT]
    assert len(file.versions) == 1
