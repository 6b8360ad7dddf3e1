"""What an audited command is run with, and what its case says; the cases are in `audited_commands`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from core.cached_property import cached_property
from core.job import Job, JobRequest
from core.settings import Settings
from core.store import Store, open_store
from tests.core.audit.written import SECRET
from tests.core.insight.making import finished_job
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal
from tests.integrations.documents.build import document, p, run

BOB = "bob@example.com"
T = TypeVar("T")
Arguments = Sequence[str | Path]


@dataclass
class Bench:
    """A home, and what a command needs besides."""

    settings: Settings
    folder: Path
    terminal: Terminal
    request: pytest.FixtureRequest
    stdin: bytes = b""

    @cached_property
    def store(self) -> Store:
        """The store of the home, opened when it is first needed: a command may have to make it."""
        return open_store(self.settings)

    def outside(self, name: str, kind: type[T]) -> T:
        """Start a server."""
        found = self.request.getfixturevalue(name)
        assert isinstance(found, kind)
        return found

    def file(self, name: str = "text.txt", text: str = f"We meet on Tuesday at 3 pm in room 4 about {SECRET}.") -> Path:
        """Write a file."""
        path = self.folder / name
        path.write_text(text)
        return path

    def word(self, *texts: str) -> Path:
        """Write a Word document."""
        path = self.folder / "given.docx"
        path.write_bytes(document(*(p(run(text)) for text in texts)))
        return path

    def model(self) -> None:
        """Let a model answer."""
        server = self.outside("openai_server", OpenAIServer)
        server.respond = lambda _body: Answer(f"We meet about {SECRET} on Tuesday at 3 pm in room 4.")
        self.request.getfixturevalue("monkeypatch").setenv("INLAID_MODEL_URL", server.url)

    def job(self, person: str = BOB) -> Job:
        """Store a job with a draft."""
        return finished_job(self.store, person=person, inputs={"message": SECRET}, text=f"Hello {SECRET}.")

    def waiting(self) -> Job:
        """Store a job that waits."""
        return self.store.jobs.add(JobRequest("reply", {"message": SECRET}, "api", "ann"))[0]

    def did(self, *arguments: str | Path, stdin: bytes = b"") -> None:
        """Run a command that has to come before."""
        assert self.terminal.run(*arguments, stdin=stdin) == 0, self.terminal.err


@dataclass(frozen=True)
class Case:
    """A command.

    Attributes:
        action: whose entry it leaves.
        prepare: makes what it needs, and returns its arguments.
        workspace: whose administrators see the entry.
        has_thing: whether the entry says to what it was done.
    """

    action: str
    prepare: Callable[[Bench], Arguments] = field(default=lambda _bench: ())
    workspace: str = "local"
    has_thing: bool = True
