"""Every surface of the table can be made, and every target that adapters share finds one."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from core.drafts import Draft
from core.errors import DocumentError, InputError, OutageError
from core.job import DocumentTarget, DriveTarget, Job, JobRequest, ParagraphsTarget, Target, TemplateTarget
from core.runner.retries import RETRY_SECONDS, RetryBudget
from core.runner.runner import Runner
from core.settings import Settings
from core.sources.formats import SUFFIXES
from core.sources.model import Passage
from core.store import Store, open_store
from core.surfaces import CONNECTOR_GROUP, ENTRY_POINT_GROUP
from integrations.documents.drive import DriveSurface
from integrations.documents.surface import DocumentSurface, TemplateSurface
from integrations.mail.accounts.mailboxes import mail_providers
from integrations.mail.accounts.new_mail import NewMailSurface, NewMailTarget
from integrations.mail.graph.groups import GROUP_KIND
from integrations.mail.mailbox.account import MailOwner
from integrations.registry import (
    CONNECTORS,
    IMPORTING,
    MAIL_GROUPS_KIND,
    MAILBOX_KINDS,
    READ,
    READERS,
    SLACK_POSTS_KIND,
    SURFACES,
    Connectors,
    Surfaces,
    read_file,
)
from integrations.slack.delivery.posting import PENDING_KIND
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.surface import SlackSurface
from integrations.word.surface import WordSurface
from tests.in_memory import MemorySurface
from tests.integrations.documents.letters import letter
from tests.memory_events import MemoryEvents


@pytest.fixture
def job(settings: Settings) -> Job:
    store = open_store(settings)
    stored = store.jobs.add(JobRequest("rewrite", {"text": "Hi"}, "api", "ann"))[0]
    store.close()
    return stored


@pytest.mark.parametrize("name", SURFACES)
def test_each_surface_is_made_with_what_it_is_given_and_once(job: Job, name: str) -> None:
    surfaces = Surfaces()
    made = surfaces.of(replace(job, surface=name))
    assert made is not None
    assert surfaces.of(replace(job, surface=name)) is made


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (DocumentTarget(), DocumentSurface),
        (TemplateTarget(), TemplateSurface),
        (ParagraphsTarget(), WordSurface),
        (DriveTarget("https://example.com", "token"), DriveSurface),
        (NewMailTarget(MailOwner("local", "ann"), ()), NewMailSurface),
    ],
)
def test_a_shared_target_finds_its_surface(job: Job, target: Target, kind: type) -> None:
    assert isinstance(Surfaces().of(replace(job, delivery=target.to_json())), kind)


def test_an_answer_in_slack_is_delivered_by_slack(job: Job) -> None:
    target = SlackTarget(ReplyTarget("T1", channel="C1"), mail=True, read={"ts": "1"}, asked_ts="2", again=1)
    stored = {"team": "T1", "channel": "C1", "mail": True, "read": {"ts": "1"}, "asked_ts": "2", "again": 1}
    assert target.to_json() == stored
    assert SlackTarget.from_json(stored) == target
    assert isinstance(Surfaces().of(replace(job, surface="slack", delivery=stored)), SlackSurface)


@pytest.mark.parametrize("name", READ)
def test_reading_the_job_is_the_delivery_for_those_who_fetch_it(job: Job, name: str) -> None:
    assert Surfaces().of(replace(job, surface=name)) is None


@dataclass
class Workers:
    """Workers of one installation, on which not the same packages lie."""

    store: Store
    settings: Settings
    ahead_seconds: float = 0.0

    def bring(self, job_id: str, surfaces: Surfaces) -> Job:
        """Have a worker with these surfaces run a job that is due."""
        with self.store.database.write() as connection:
            connection.exec_driver_sql("UPDATE job SET not_before = 0, lease_until = NULL")
        budget = RetryBudget(3, clock=lambda: time.time() + self.ahead_seconds)
        runner = Runner(self.store, self.settings, MemoryEvents(), write, surfaces.of, 60.0, budget)
        runner.run(job_id)
        return self.store.jobs.get(job_id)


def write(job: Job, _further: object, _progress: object) -> Draft:
    return Draft(recipe=job.recipe, text="Done")


@pytest.fixture
def workers(settings: Settings, sqlite_store: Store) -> Workers:
    return Workers(sqlite_store, settings)


def test_a_job_waits_for_a_worker_that_has_its_surface(workers: Workers) -> None:
    ours = MemorySurface()
    asked = workers.store.jobs.add(JobRequest("rewrite", {"text": "Hi"}, "notes", "ann"))[0]
    for _ in range(4):
        job = workers.bring(asked.id, Surfaces())
        assert (job.state, job.attempts) == ("queued", 0)
    assert workers.bring(asked.id, Surfaces({"notes": ours})).state == "delivered"
    assert ours.delivered == [("ready", "Done")]


def test_a_job_whose_surface_nobody_has_fails_in_the_end_and_says_which(workers: Workers) -> None:
    asked = workers.store.jobs.add(JobRequest("rewrite", {"text": "Hi"}, "notez", "ann"))[0]
    workers.bring(asked.id, Surfaces())
    workers.ahead_seconds = RETRY_SECONDS
    job = workers.bring(asked.id, Surfaces())
    assert job.state == "failed"
    assert "'notez'" in (job.error or {})["message"]


def test_a_result_whose_surface_is_gone_is_kept_and_not_called_delivered(workers: Workers) -> None:
    broken = MemorySurface(failures=[OutageError("Notes are down.")])
    asked = workers.store.jobs.add(JobRequest("rewrite", {"text": "Hi"}, "notes", "ann"))[0]
    assert workers.bring(asked.id, Surfaces({"notes": broken})).state == "ready"
    assert workers.bring(asked.id, Surfaces()).state == "ready"
    workers.ahead_seconds = RETRY_SECONDS
    job = workers.bring(asked.id, Surfaces())
    assert (job.state, job.draft) == ("failed", Draft(recipe="rewrite", text="Done"))
    assert "'notes'" in (job.error or {})["message"]


def test_a_surface_that_is_there_already_goes_before_the_table(job: Job) -> None:
    ours = MemorySurface()
    assert Surfaces({"slack": ours}).of(replace(job, surface="slack")) is ours


@pytest.mark.parametrize("name", CONNECTORS)
def test_each_connector_is_made_once_and_under_its_name(name: str) -> None:
    connectors = Connectors()
    made = connectors.of(name)
    assert made.name == name
    assert connectors.of(name) is made
    assert name in connectors.names()


def test_an_unknown_connector_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="wiki") as refusal:
        Connectors().of("wiki")
    assert "folder" in refusal.value.fix


@pytest.mark.parametrize("group", [CONNECTOR_GROUP, ENTRY_POINT_GROUP])
def test_what_another_package_adds_is_imported_under_the_lock(
    job: Job, group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = f"other_{group.rpartition('.')[2]}"
    (tmp_path / f"{module}-1.dist-info").mkdir()
    (tmp_path / f"{module}-1.dist-info" / "entry_points.txt").write_text(f"[{group}]\nother = {module}:was_free\n")
    (tmp_path / f"{module}.py").write_text(
        "from tests.integrations.test_registry import is_free\nseen = is_free()\nwas_free = lambda: seen\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    made = Connectors().of("other") if group == CONNECTOR_GROUP else Surfaces().of(replace(job, surface="other"))
    assert str(made) == "False"
    assert is_free()


def is_free() -> bool:
    """Whether another thread could import now."""

    def take() -> bool:
        if taken := IMPORTING.acquire(blocking=False):
            IMPORTING.release()
        return taken

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(take).result()


def test_every_format_has_a_reader() -> None:
    assert set(READERS) == set(SUFFIXES.values())


def test_a_file_is_read_by_what_it_is_and_not_by_what_it_is_called() -> None:
    assert read_file(b"# Leave\n\n26 days.", "handbook.md").sections == [Passage("26 days.", "Leave")]
    assert read_file(letter("26 days."), "handbook.txt").sections == [Passage("26 days.")]
    assert "This is a text, and no .pdf file" in read_file(b"26 days.", "handbook.pdf").remark


@pytest.mark.parametrize("file_name", ["a.docx", "a.eml", "a.md", "a.csv"])
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(file_name: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_file(b"PK\x03\x04word/document.xml", file_name)
    assert isinstance(refusal.value, DocumentError)
    assert refusal.value.fix


def test_a_worker_knows_the_kinds_of_records_that_integrations_keep(settings: Settings) -> None:
    store = open_store(settings)
    kinds = [provider.accounts.kind for provider in mail_providers(store.records, settings)]
    store.close()
    assert sorted(kinds) == sorted(MAILBOX_KINDS)
    assert (MAIL_GROUPS_KIND, SLACK_POSTS_KIND) == (GROUP_KIND, PENDING_KIND)
