"""A mailbox at a fake provider and the real process tree: web, worker, scheduler and Valkey are processes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import pytest

from core.job import Job
from core.settings import Settings
from core.store import Store, open_store
from integrations.cli.processes.process_tree import RunningTree
from tests.fakes.microsoft.ledger import Ledger
from tests.fakes.openai_replies import Answer, Json
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.mail.imap.mails import follow_up, question
from tests.processes.commands import WAIT_SECONDS, kill_part, part_name, processes_of
from tests.processes.tended import tended_tree
from tests.servers.valkey import free_port

ADDRESS = "bob@example.org"
# The fakes let their owner write in place of the first sentence, or above it.
WRITTEN = "Thank you for your message. Lunch on Tuesday is fine."
OWN_WORDS = "I would rather meet on Friday."

Seen = TypeVar("Seen", bound="SeenDraft")


class SeenDraft(Protocol):
    """A draft as its owner sees it."""

    @property
    def text(self) -> str: ...

    @property
    def in_reply_to(self) -> str: ...


class Mail(Protocol):
    """A mail in the inbox, as its owner sees it."""

    @property
    def message_id(self) -> str: ...

    @property
    def is_read(self) -> bool: ...


class Box(Protocol[Seen]):
    """A mailbox at a fake, as its owner uses it."""

    @property
    def drafts(self) -> list[Seen]: ...

    def receive(self, data: bytes) -> Mail: ...

    def edits(self, draft: Seen, text: str) -> object: ...


class Fake(Protocol):
    """A fake provider."""

    @property
    def ledger(self) -> Ledger: ...

    def before(self, pattern: str, act: Callable[[], object]) -> None: ...


@dataclass
class Street(Generic[Seen]):
    """A person with a mailbox, and Inlaid as it runs in production.

    `stores` is the request by which our text comes to be in a draft, `killed` how many workers were killed. The model
    answers while `writes` is set.
    """

    fake: Fake
    box: Box[Seen]
    stores: str
    settings: Settings
    store: Store
    tree: RunningTree
    writes: threading.Event
    killed: int = 0

    def receive(self, thread: int, *, is_later: bool = False) -> Mail:
        """Let the first question of a thread come, or a later one."""
        if is_later:
            data = follow_up(ADDRESS, thread + 1).replace(b"<question1@", b"<question%d@" % thread)
        else:
            data = question(ADDRESS, number=thread)
        return self.box.receive(data.replace(b"Subject: Lunch", b"Subject: Lunch %d" % thread))

    def written(self) -> list[str]:
        """Return the mails that drafts with our text answer."""
        return [draft.in_reply_to for draft in self.box.drafts if WRITTEN in draft.text]

    def jobs(self) -> Sequence[Job]:
        """Return the jobs that there are."""
        return self.store.jobs.list(person="bob")

    def has_settled(self) -> bool:
        """Whether nothing is left to do for them."""
        return all(job.has_ended for job in self.jobs())

    def kill_workers_that_store(self, times: int) -> None:
        """Kill -9 the worker that stores a draft, before it hears that it is there; so often, each time another."""

        def kill() -> None:
            if any(part_name(process) == "worker" for process in processes_of(self.settings.home)):
                kill_part(self.settings.home, "worker")
                self.killed += 1
            # Else this request is another one of a worker that is dead by now.
            if self.killed < until:
                self.fake.before(self.stores, kill)

        until = self.killed + times
        self.fake.before(self.stores, kill)


@contextmanager
def open_street(home: Path, fake: Fake, box: Box[Seen], stores: str, **environment: str) -> Iterator[Street[Seen]]:
    """Run the tree with short leases and this environment."""
    port = free_port()
    writes = threading.Event()
    writes.set()

    def answer(_body: Json) -> Answer:
        writes.wait(WAIT_SECONDS)
        return Answer(WRITTEN)

    with OpenAIServer() as model, pytest.MonkeyPatch.context() as patch:
        model.respond = answer
        for name, value in {**environment, "INLAID_HOME": str(home)}.items():
            patch.setenv(name, value)
        settings = Settings(
            home=home,
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            model_url=model.url,
            lease_seconds=1.5,
            sweep_seconds=0.5,
            resend_seconds=1.0,
            cache_seconds=0,  # every job is to reach the model
            worker_threads=1,  # so that a kill leaves drafts for the next one
            _env_file=None,
        )
        with tended_tree(settings, web=True) as tree:
            store = open_store(tree.settings)
            yield Street(fake, box, stores, tree.settings, store, tree, writes)
            store.close()
