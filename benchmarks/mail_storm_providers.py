"""The three providers of `benchmarks.mail_storm`: a real Dovecot, and fakes of Microsoft 365 and Gmail over HTTPS."""

import os
import random
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from unittest.mock import patch

from core.errors import NotFoundError
from core.settings import Settings
from core.store import Store, open_store
from core.system.subprocesses import ReservedPort
from integrations.cli.processes.process_tree import RunningTree, process_tree
from integrations.mail.gmail.accounts import GmailAccount, Google
from integrations.mail.gmail.sign_in import SCOPES as GMAIL_SCOPES
from integrations.mail.gmail.sign_in import Tokens
from integrations.mail.graph.accounts import SCOPES, GraphAccount, GraphAccounts
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.mailbox.account import MailboxAccount
from integrations.mail.mailbox.triage_records import TriageRecords
from tests.fakes.google import FakeGoogle
from tests.fakes.google import Mailbox as GmailBox
from tests.fakes.microsoft import AnswerLost, FakeMicrosoft, Reset
from tests.fakes.microsoft import Storm as NoticeStorm
from tests.fakes.microsoft.faults import Faults
from tests.fakes.microsoft.mailboxes import Mailbox
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.servers.cut_line import CutLine
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot

StartTree = Callable[[], AbstractContextManager[RunningTree]]
USER, OWNER = "bob.ray@example.org", "Bob Ray"
CHANGE = "I have changed this line."
# Of the notices of Microsoft so many are lost and doubled, and they come in groups of changed order.
LOST, DOUBLED, GROUP = 0.2, 0.33, 25


@dataclass
class Scene(ABC):
    """A mailbox at a provider, our processes, and what they have stored."""

    tree: RunningTree
    store: Store
    account: MailboxAccount
    chance: random.Random = field(default_factory=lambda: random.Random(4))

    def judged(self) -> int:
        """Return how many mails were decided about."""
        return len(TriageRecords(self.store.records, self.account).newest())

    def is_done(self, mails: int) -> bool:
        """Whether so many were, and nothing is left to do."""
        found = TriageRecords(self.store.records, self.account).newest()
        return len(found) >= mails and all(self._has_ended(record.job) for record in found if record.job)

    def _has_ended(self, job: str) -> bool:
        try:
            return self.store.jobs.get(job).has_ended
        except NotFoundError:
            return True

    @abstractmethod
    def receive(self, data: bytes) -> None:
        """Let a mail come."""

    @abstractmethod
    def drafts(self) -> list[bytes]:
        """Return the drafts as MIME."""

    @abstractmethod
    def edit_drafts(self) -> None:
        """Change all drafts as their owner does."""

    @abstractmethod
    def cut(self) -> None:
        """Break a connection, before or after the provider has done what was asked."""

    @abstractmethod
    def sends(self) -> int:
        """Return how often anybody tried to send."""

    def is_ready(self) -> bool:
        """Whether notices come."""
        return True

    def troubled(self) -> AbstractContextManager[object]:
        """Let notices get lost and come late for as long as the block lasts."""
        return nullcontext()


@dataclass
class DovecotScene(Scene):
    """A real Dovecot behind a line that is cut."""

    server: Dovecot = field(kw_only=True)
    line: CutLine = field(kw_only=True)

    def receive(self, data: bytes) -> None:
        self.server.receive(data, user=USER)

    def drafts(self) -> list[bytes]:
        return [data for data, _ in self.server.messages(self.server.drafts, USER)]

    def edit_drafts(self) -> None:
        with self.server.client(USER) as client:
            client.select_folder(self.server.drafts)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
            client.delete_messages(list(found))
            client.expunge()
            for draft in found.values():
                client.append(self.server.drafts, changed_by_owner(draft[b"BODY[]"]), flags=(b"\\Draft",))

    def cut(self) -> None:
        self.line.cut()

    def sends(self) -> int:
        return 0  # IMAP cannot


@dataclass
class GraphScene(Scene):
    """Microsoft 365, whose notices get lost, doubled and shuffled."""

    fake: FakeMicrosoft = field(kw_only=True)
    box: Mailbox = field(kw_only=True)
    received: int = 0
    is_troubled: bool = False

    def receive(self, data: bytes) -> None:
        self.box.receive(data)
        self.received += 1
        if self.is_troubled and self.received % GROUP == 0:
            self.fake.outbox.release()
            self.fake.outbox.hold()

    def drafts(self) -> list[bytes]:
        return [draft.as_mime() for draft in self.box.drafts if draft.is_draft]

    def edit_drafts(self) -> None:
        for draft in self.box.drafts:
            self.box.edits(draft, CHANGE)

    def cut(self) -> None:
        break_one(self.fake.faults, "* /v1.0/users/*", self.chance)

    def sends(self) -> int:
        return len(self.fake.ledger.sends)

    def is_ready(self) -> bool:
        return bool(self.fake.subscriptions)

    @contextmanager
    def troubled(self) -> Iterator[object]:
        outbox = self.fake.outbox
        outbox.storm = NoticeStorm(lost=LOST, doubled=DOUBLED, is_shuffled=True, chance=random.Random(7))
        outbox.hold()
        self.is_troubled = True
        yield outbox
        outbox.release()
        # What was lost is found by the reading of the folder every 15 minutes, which is brought forward here.
        GraphAccounts(self.store.records).update_status(self.account, is_behind=True)


@dataclass
class GmailScene(Scene):
    """Gmail, which tells of changes through Pub/Sub at most once a second."""

    fake: FakeGoogle = field(kw_only=True)
    box: GmailBox = field(kw_only=True)

    def receive(self, data: bytes) -> None:
        self.box.receive(data)

    def drafts(self) -> list[bytes]:
        return [draft.data for draft in self.box.drafts]

    def edit_drafts(self) -> None:
        for draft in self.box.drafts:
            self.box.replace_draft(self.box.draft_of(draft), changed_by_owner(draft.data), draft.thread)

    def cut(self) -> None:
        break_one(self.fake.faults, "* /gmail/*", self.chance)

    def sends(self) -> int:
        return len(self.fake.ledger.sends)

    def is_ready(self) -> bool:
        return bool(self.fake.pubsub.watches) and self.fake.pubsub.pulls > 0


def changed_by_owner(draft: bytes) -> bytes:
    """Return a draft with its owner's line above its text, whatever it says, as a plain-text mail program saves it."""
    message = message_from_bytes(draft, policy=SMTP)
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    message.clear_content()
    message.set_content(f"{CHANGE}\n\n{text}")
    return message.as_bytes()


def break_one(faults: Faults, pattern: str, chance: random.Random) -> None:
    """Let the next request fail. While none comes faults do not pile up: many at once would be an outage."""
    if not faults.waiting:
        faults.add(pattern, chance.choice((Reset(), AnswerLost())))


@contextmanager
def _opened(*, web: bool, **environment: str) -> Iterator[tuple[Store, StartTree]]:
    """Open a store, and return what starts the processes on it."""
    with (
        patch.dict(os.environ, environment),
        tempfile.TemporaryDirectory(prefix="inlaid-storm-") as home,
        OpenAIServer() as model,
    ):
        model.respond = lambda _body: Answer("Thank you for asking about lunch.")
        reserved = ReservedPort()
        port = reserved.number
        reserved.close()
        settings = Settings(
            home=Path(home), model_url=model.url, lease_seconds=2.0, sweep_seconds=0.5, resend_seconds=1.0,
            max_attempts=20, port=port, public_url=f"http://127.0.0.1:{port}" if web else "",
        )  # fmt: skip
        store = open_store(settings)
        yield store, lambda: process_tree(settings, web=web)
        store.close()


@contextmanager
def running_dovecot_scene() -> Iterator[DovecotScene]:
    """Run all that a storm at Dovecot needs for as long as the block lasts."""
    with running_dovecot() as server, CutLine(server.port, lambda: False) as line, _opened(web=False) as (store, tree):
        account = ImapAccount("127.0.0.1", line.port, USER, PASSWORD, "none", "bob", address=USER, owner_name=OWNER)
        Accounts(store.records).save(account)
        with tree() as running:
            yield DovecotScene(running, store, account, server=server, line=line)


@contextmanager
def running_graph_scene() -> Iterator[GraphScene]:
    """The same at Microsoft 365."""
    with FakeMicrosoft() as fake:
        fake.app.application.update(SCOPES)
        with _opened(web=True, **fake.environment()) as (store, tree):
            box, account = fake.mailbox(fake.person(USER, OWNER)), GraphAccount(USER, "bob", owner_name=OWNER)
            GraphAccounts(store.records).save(account)
            with tree() as running:
                yield GraphScene(running, store, account, fake=fake, box=box)


@contextmanager
def running_gmail_scene() -> Iterator[GmailScene]:
    """The same at Gmail."""
    with FakeGoogle() as fake, _opened(web=False, **fake.environment(), **fake.pubsub.environment()) as (store, tree):
        bob, account = fake.person(USER, OWNER), GmailAccount(USER, "bob", owner_name=OWNER)
        google = Google(Settings(), store.records)
        tokens = Tokens(fake.access_token(bob, *GMAIL_SCOPES), "none", time.time() + 3600)
        google.tokens.save(account.workspace, account.name, account.person, tokens)
        google.accounts.save(account)
        with tree() as running:
            yield GmailScene(running, store, account, fake=fake, box=fake.mailbox(bob))


PROVIDERS: Mapping[str, Callable[[], AbstractContextManager[Scene]]] = {
    "dovecot": running_dovecot_scene,
    "microsoft": running_graph_scene,
    "gmail": running_gmail_scene,
}
