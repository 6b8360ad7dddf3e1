"""Channels of the office as sources: read by the real engine, found by the real search, in one process."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.errors import SourceBusy
from core.people import load_people
from core.sources.items import StoredItem
from core.sources.management import SourceManager
from core.sources.model import Hit, Source
from core.sources.search import Sources
from core.sources.store import SourceStatus
from core.sources.sync import Slice, Sync
from core.sources.terms import load_term_keys
from integrations.registry import read_file
from integrations.slack.sources.connector import SlackConnector
from tests.core.sources.making import item_store, reader_of, source_store
from tests.fakes.slack.person import Person
from tests.fakes.slack.world import Channel
from tests.integrations.slack.conftest import Office
from tests.memory_index import MemoryPassageIndex


@dataclass
class Library:
    """What is known of the channels of an office. `now` is our clock, in Unix seconds."""

    office: Office
    now: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        store = self.office.store
        self.sources = Sources(
            source_store(store), item_store(store), reader_of(store), MemoryPassageIndex(),
            load_term_keys(store.records.cipher), load_people(self.office.settings, store.records), store.records,
        )  # fmt: skip
        self.restart()

    def restart(self) -> None:
        """Forget what a process remembers."""
        self.connector = SlackConnector(self.office.store.records, self.office.settings, lambda: self.now)
        self.manager = SourceManager(self.sources, lambda _name: self.connector)
        self.sync = Sync(
            self.sources.store, self.sources.items, self.sources.indexer, lambda _name: self.connector, read_file
        )

    def add(self, channel: Channel, person: Person | None = None) -> Source:
        """Add a channel, as a person in Slack or as an administrator does."""
        team = self.office.acme.id
        options = {"channel": channel.id, "team": team}
        workspace, owner = (team, person.id) if person else ("local", "admin")
        status, _ = self.manager.add(Source("", workspace, owner, "slack", "", {**options}, every_seconds=3600))
        return status.source

    def read(self, source: Source, *, waits: int = 0) -> Slice:
        """Read a source to its end; `waits` is how often Slack may ask to wait, and its clock then goes on."""
        for _ in range(1000):
            done = self.sync.work(source.id)
            assert done is not None
            if isinstance(done.error, SourceBusy) and waits:
                waits -= 1
                self.office.slack.clock.advance(done.error.retry_after_seconds)
            elif not done.more:
                return done
        raise AssertionError("it does not end")

    def later(self, seconds: float = 3600) -> None:
        """Let time pass, until a channel is asked about again."""
        self.now += seconds

    def status(self, source: Source) -> SourceStatus:
        """Return how a source stands."""
        return self.sources.store.get(source.id)

    def items(self, source: Source) -> dict[str, StoredItem]:
        """Return the items of a source by their title."""
        return {item.change.title: item for item in self.sources.items.page(source, limit=1000)}

    def texts(self, source: Source) -> dict[str, str]:
        """Return what is known, by the title of each item."""
        found = self.items(source)
        reader = self.sources.reader
        return {
            title: "\n".join(passage.text for passage in reader.all_of(source.workspace, item.id))
            for title, item in found.items()
        }

    def finds(self, person: Person, question: str) -> Sequence[Hit]:
        """Return what a person of Slack finds."""
        return self.sources.find([self.sources.reader_of(person.user.team.id, person.id)], question)
