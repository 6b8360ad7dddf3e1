"""The four kinds of mailbox for the contract tests, each with what its owner does in it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from core.job import Job, JobRequest
from core.settings import Settings
from core.store import Store, open_store
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.triage_records import TriageRecord
from tests.integrations.mail.gmail.conftest import desk, google, seated
from tests.integrations.mail.graph.conftest import connected, door, microsoft, office
from tests.integrations.mail.imap.conftest import mailbox
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.mailbox.rigs import MARK, DovecotRig, GmailRig, GraphRig, MemoryRig, Rig

__all__ = [
    "MARK",
    "DovecotRig",
    "GmailRig",
    "GraphRig",
    "MemoryRig",
    "Rig",
    "connected",
    "desk",
    "door",
    "google",
    "mailbox",
    "microsoft",
    "office",
    "seated",
]


@pytest.fixture(params=["memory", "dovecot", "microsoft", "gmail"])
def rig(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Rig]:
    """Connect a mailbox that nobody has used, of each provider in turn."""
    if request.param == "dovecot":
        yield DovecotRig(request.getfixturevalue("mailbox"))
    elif request.param == "microsoft":
        yield GraphRig(request.getfixturevalue("connected"))
    elif request.param == "gmail":
        yield GmailRig(request.getfixturevalue("seated"))
    else:
        store = open_store(settings)
        made = MemoryRig(store)
        made.provider.accounts.save(made.account)
        yield made
        store.close()


ASKED = "Hi Ann,\n\ncould you send me the floor plan of the new office?\n\nBob"


def submit(rig: Rig) -> Callable[[JobRequest], Job]:
    return lambda request: rig.store.jobs.add(request)[0]


def sync(rig: Rig) -> list[TriageRecord]:
    return rig.provider.sync(rig.account, submit(rig))


def answer_new(rig: Rig) -> list[Job]:
    return [rig.run(record.job) for record in sync(rig) if record.job]


def placed(rig: Rig, job: Job) -> str:
    return str(rig.store.effects.get_detail(job, "draft").get("placed"))


def outcomes(rig: Rig) -> list[str]:
    """Look for outcomes, and return all that are known."""
    settle_drafts(rig.store, rig.provider, rig.account)
    found = rig.store.effects.outcomes.acts_of([job.id for job in rig.store.jobs.list()])
    return sorted(act.outcome for acts in found.values() for act in acts)


def want(rig: Rig, preferences: Preferences) -> None:
    save_preferences(rig.store.records, rig.account.workspace, rig.account.name, preferences, person="bob")


def own_mail(rig: Rig, *, days: float, number: int) -> None:
    """File a mail that the owner sent so many days ago."""
    at = datetime.now(UTC) - timedelta(days=days)
    data = question("x@example.org", body=ASKED, number=number, date=at)
    data = data.replace(b"From: Ann Lee <ann.lee@example.com>", f"From: Bob Ray <{rig.address}>".encode())
    rig.file_sent(data.replace(b"To: Bob Ray <x@example.org>", b"To: Ann Lee <ann.lee@example.com>"), at)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()
