"""A mailbox at the fake Microsoft and the real process tree: web, worker, scheduler and Valkey are processes."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from core.settings import Settings
from core.store import Store, open_store
from integrations.cli.processes.process_tree import RunningTree
from integrations.graph.invitations import SIGNED_IN_PATH
from integrations.mail.graph.accounts import GraphAccounts, Microsoft
from integrations.mail.graph.connecting import GraphConnecting, Invitation
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.mailboxes import Mailbox
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.mail.imap.mails import newsletter, question
from tests.processes.commands import kill_part, wait_until
from tests.processes.tended import tended_tree
from tests.servers.valkey import free_port

pytestmark = pytest.mark.processes

ADDRESS = "bob@example.org"
WRITTEN = "Thank you for asking about lunch on Tuesday."


@dataclass
class Street:
    """A person with a mailbox, and Inlaid as it runs in production."""

    fake: FakeMicrosoft
    bob: Person
    settings: Settings
    store: Store
    tree: RunningTree

    @property
    def box(self) -> Mailbox:
        return self.fake.mailbox(self.bob)

    def written(self) -> list[str]:
        """Return the threads whose drafts bear our text."""
        return [one.in_reply_to for one in self.box.drafts if WRITTEN in one.text]

    def has_settled(self) -> bool:
        """Whether nothing is left to do for the jobs that there are."""
        return all(one.has_ended for one in self.store.jobs.list(person="bob"))


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    home, port = tmp_path_factory.mktemp("graph-tree"), free_port()
    with FakeMicrosoft() as fake, OpenAIServer() as model, pytest.MonkeyPatch.context() as patch:
        model.respond = lambda _body: Answer(WRITTEN)
        patch.setenv("INLAID_HOME", str(home))
        patch.setenv("SSL_CERT_FILE", fake.environment()["SSL_CERT_FILE"])
        settings = Settings(
            home=home,
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            model_url=model.url,
            lease_seconds=1.5,
            sweep_seconds=0.5,
            resend_seconds=1.0,
            cache_seconds=0,  # every job is to reach the model
            microsoft_tenant_id=fake.tenant,
            microsoft_client_id=fake.app.client_id,
            microsoft_client_secret=SecretStr(fake.app.secret),
            microsoft_authority=fake.authority,
            microsoft_graph_url=fake.graph_url,
            _env_file=None,
        )
        fake.app.redirect_uris.add(settings.public_url + SIGNED_IN_PATH)
        with tended_tree(settings, web=True) as tree:
            store = open_store(tree.settings)
            yield Street(fake, fake.person(ADDRESS, "Bob Ray"), tree.settings, store, tree)
            store.close()


@pytest.fixture(scope="module")
def connected(street: Street) -> Street:
    """Connect by the link, and wait until a worker has subscribed."""
    microsoft = Microsoft(street.settings, street.store.records)
    page = street.bob.signs_in(GraphConnecting(microsoft).invite(Invitation("bob", "Bob Ray")))
    assert "is connected" in page.text, page.text
    wait_until(lambda: GraphAccounts(street.store.records).status(microsoft.accounts.list()[0]).checked_at > 0)
    return street


def test_a_mail_arrives_and_its_draft_waits_in_the_thread(connected: Street) -> None:
    before, told = len(connected.box.drafts), len(connected.fake.outbox.deliveries)
    source = connected.box.receive(question(ADDRESS, number=1).replace(b": Lunch", b": Lunch one"))
    connected.box.receive(newsletter(ADDRESS))
    wait_until(lambda: "<question1@example.com>" in connected.written())
    wait_until(connected.has_settled)
    assert not source.is_read
    assert len(connected.box.drafts) == before + 1
    assert all(one.status == 202 and not one.is_late for one in connected.fake.outbox.deliveries[told:])
    assert connected.fake.ledger.sends == []


def test_a_worker_killed_between_microsofts_draft_and_our_text_leaves_one(connected: Street) -> None:
    killed: list[str] = []

    def kill_worker() -> None:
        kill_part(connected.settings.home, "worker")
        killed.append("worker")

    connected.fake.before("PATCH */messages/*", kill_worker)
    before = len(connected.box.drafts)
    connected.box.receive(question(ADDRESS, number=2).replace(b": Lunch", b": Lunch two"))
    wait_until(lambda: bool(killed) and connected.has_settled())
    wait_until(lambda: connected.written().count("<question2@example.com>") == 1)
    assert len(connected.box.drafts) == before + 1


def test_a_notice_that_finds_nobody_is_told_again_and_makes_one_draft(connected: Street) -> None:
    """The web process is killed: the notice fails, Microsoft repeats it, and one draft comes."""
    kill_part(connected.settings.home, "web")
    connected.box.receive(question(ADDRESS, number=3).replace(b": Lunch", b": Lunch three"))
    connected.fake.outbox.wait()

    def is_told_again() -> bool:
        connected.fake.outbox.retry()
        return not connected.fake.outbox.failed

    wait_until(is_told_again)
    wait_until(lambda: connected.written().count("<question3@example.com>") == 1)
    wait_until(connected.has_settled)
    assert [one.in_reply_to for one in connected.box.drafts].count("<question3@example.com>") == 1
