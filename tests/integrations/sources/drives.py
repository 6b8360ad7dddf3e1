"""Sources at a fake Microsoft 365, read by real connectors into a real store, and what somebody may read of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from core.settings import Settings, load_settings
from core.sources.cutting import cut_sections
from core.sources.model import FileText, Passage, Source
from core.sources.search import Sources, load_sources
from core.sources.store import SourceStatus
from core.sources.sync import Slice, Sync
from core.store import Store, open_store
from integrations.graph.sign_in import GraphPerson, make_sign_in
from integrations.sources.drive import OWN_SCOPES, SITE_SCOPES, OneDriveConnector, SharePointConnector
from tests.fakes.microsoft import FakeMicrosoft, Person

REDIRECT_URI = "http://127.0.0.1:9/graph/signed-in"


@dataclass
class DriveOffice:
    """An installation whose sources are at a fake Microsoft 365. `now` is what the connectors take for the time."""

    microsoft: FakeMicrosoft
    store: Store = field(init=False)
    sources: Sources = field(init=False)
    now: float = 1_764_000_000.0

    def __post_init__(self) -> None:
        self.store = open_store(self.settings)
        self.sources = load_sources(self.settings, self.store)
        self.microsoft.app.redirect_uris.add(REDIRECT_URI)
        self.microsoft.app.application.add("Sites.Selected")

    @property
    def settings(self) -> Settings:
        """Those of the process."""
        return load_settings()

    def connector(self, name: str) -> OneDriveConnector:
        """Return a connector of a name that waits for nothing."""
        made = SharePointConnector if name == "sharepoint" else OneDriveConnector
        return made(self.store.records, clock=lambda: self.now, wait=lambda _seconds: None)

    def signs_in(self, person: Person, scopes: tuple[str, ...] = OWN_SCOPES) -> GraphPerson:
        """Let somebody sign in, so that their drive can be read."""
        sign_in = make_sign_in(self.settings, self.store.records)
        flow = sign_in.begin(scopes, REDIRECT_URI)
        return sign_in.finish(flow, person.answers(flow["auth_uri"]))

    def add_onedrive(self, person: Person, **options: str) -> Source:
        """Add somebody's OneDrive with their sign-in."""
        signed_in = self.signs_in(person)
        return self._add("onedrive", person, {"account": signed_in.account, "tenant": signed_in.tenant, **options})

    def add_site(self, address: str, by: Person, *, signs_in: bool = False, **options: str) -> Source:
        """Add a place of a site, read by the app itself or with somebody's sign-in."""
        signed_in = self.signs_in(by, SITE_SCOPES) if signs_in else None
        theirs = {"account": signed_in.account, "tenant": signed_in.tenant} if signed_in else {}
        return self._add("sharepoint", by, {"site": address, **theirs, **options})

    def _add(self, connector: str, person: Person, options: dict[str, str]) -> Source:
        source = Source("", self.microsoft.tenant, person.oid, connector, "Files", dict(options), every_seconds=3600)
        return self.sources.store.add(source)

    def sync(self, source: Source, *, is_stopping: Callable[[], bool] = lambda: False) -> Slice:
        """Read a source until nothing waits, or it breaks off; return the last slice."""
        store, items, indexer = self.sources.store, self.sources.items, self.sources.indexer
        work = Sync(store, items, indexer, self.connector, read_text, is_stopping=is_stopping)
        while True:
            done = work.work(source.id)
            assert done
            if not done.more or is_stopping():
                return done

    def status(self, source: Source) -> SourceStatus:
        """Return how a source stands."""
        return self.sources.store.get(source.id)

    def titles(self, source: Source) -> set[str]:
        """Return what is held, whoever may read it."""
        return {item.change.title for item in self.sources.items.page(source, limit=10_000)}

    def readable(self, person: Person, source: Source) -> set[str]:
        """Return what of a source somebody may read now."""
        reader = self.sources.reader_of(self.microsoft.tenant, person.oid)
        mine = self.sources.items.access_ids([reader])
        return {item.change.title for item in self.sources.items.page(source, limit=10_000) if item.access_id in mine}

    def close(self) -> None:
        """Close what is open."""
        self.sources.index.close()
        self.store.close()


def read_text(data: bytes, file_name: str) -> FileText:
    """Read a file as the text that it is, whatever its name says."""
    del file_name
    assert cut_sections([Passage(data.decode())])
    return FileText([Passage(data.decode())])
