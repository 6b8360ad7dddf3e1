"""The fake as a whole: one tenant with its people, one app, Entra and Graph on one port."""

import ssl
import threading
import uuid
from collections.abc import Callable
from fnmatch import fnmatchcase
from itertools import count
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

from tests.fakes.microsoft import batch, delta, drive, groups, mail, profiles, sites, subscriptions
from tests.fakes.microsoft.certificates import authority_file
from tests.fakes.microsoft.drives import Drives
from tests.fakes.microsoft.entra import AppRegistration, Entra
from tests.fakes.microsoft.faults import Faults
from tests.fakes.microsoft.graph import GraphFront
from tests.fakes.microsoft.keys import SigningKeys
from tests.fakes.microsoft.ledger import Ledger
from tests.fakes.microsoft.mailboxes import Mailbox
from tests.fakes.microsoft.outbox import Outbox
from tests.fakes.microsoft.people import Person
from tests.fakes.microsoft.server import Listener
from tests.fakes.microsoft.wire import Answer, Request, Routes
from tests.fakes.slack.clock import Clock

VERSION = "/v1.0"


class FakeMicrosoft:
    """A tenant that lives as long as the block lasts."""

    def __init__(self, port: int = 0) -> None:
        self.tenant = str(uuid.uuid4())
        self.clock = Clock()
        self.ledger = Ledger()
        self.faults = Faults()
        self.keys = SigningKeys()
        self.app = AppRegistration(str(uuid.uuid4()), "secret~of.the_app")
        self.entra = Entra(self, self.app)
        self.people: list[Person] = []
        self.refused_tokens: set[str] = set()
        self.reach: set[str] | None = None
        self.lock = threading.RLock()
        self.outbox = Outbox()
        self.subscriptions: list[subscriptions.Subscription] = []
        self.rounds = delta.Rounds()
        self.drives = Drives()
        self.sites: list[sites.Site] = []
        self.groups: dict[str, set[str]] = {}
        self.group_names: dict[str, str] = {}
        self.shares: dict[str, set[str]] = {}
        self._mailboxes: dict[str, Mailbox] = {}
        self._numbers = count(1)
        self._acts: list[tuple[str, Callable[[], object]]] = []
        routes = Routes()
        profiles.add_profiles(routes)
        groups.add_groups(routes)
        mail.add_mail(routes)
        delta.add_delta(routes)
        subscriptions.add_subscriptions(routes)
        drive.add_drive(routes)
        sites.add_sites(routes)
        routes.add("POST", "/$batch", batch.answer_batch)
        self.graph = GraphFront(self, routes)
        self._listener = Listener(port, self)

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.stop()
        self.outbox.close()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._listener.server_address[1]}"

    @property
    def authority(self) -> str:
        """What INLAID_MICROSOFT_AUTHORITY has to be."""
        return f"{self.url}/{self.tenant}"

    @property
    def graph_url(self) -> str:
        """What INLAID_MICROSOFT_GRAPH_URL has to be."""
        return self.url + VERSION

    def environment(self) -> dict[str, str]:
        """Return the variables that point Inlaid here."""
        return {
            "SSL_CERT_FILE": str(authority_file()),
            "INLAID_MICROSOFT_TENANT_ID": self.tenant,
            "INLAID_MICROSOFT_CLIENT_ID": self.app.client_id,
            "INLAID_MICROSOFT_CLIENT_SECRET": self.app.secret,
            "INLAID_MICROSOFT_AUTHORITY": self.authority,
            "INLAID_MICROSOFT_GRAPH_URL": self.graph_url,
        }

    def client_context(self) -> ssl.SSLContext:
        """Return what a client has to trust."""
        return ssl.create_default_context(cafile=str(authority_file()))

    def person(self, address: str, name: str = "") -> Person:
        """Return somebody of the tenant, new when the address is."""
        with self.lock:
            found = self.find_person(address)
            if found is None:
                found = Person(self, address, name or address.partition("@")[0].title())
                self.people.append(found)
            return found

    def find_person(self, name: str) -> Person | None:
        """Return whom an object id or one of their addresses means."""
        wanted = name.casefold()
        with self.lock:
            return next(
                (
                    person
                    for person in self.people
                    if wanted in {person.oid, person.address.casefold()}
                    or f"smtp:{wanted}" in {proxy.casefold() for proxy in person.proxy_addresses}
                ),
                None,
            )

    def mailbox(self, person: Person) -> Mailbox:
        """Return somebody's mailbox."""
        with self.lock:
            return self._mailboxes.setdefault(person.oid, Mailbox(person))

    def site(self, path: str, *libraries: str) -> sites.Site:
        """Make a site with its libraries."""
        made = sites.Site(path)
        for name in libraries or ("Documents",):
            drive = self.drives.library(f"{path}/{name}".replace("/", "-").replace(" ", "-"))
            shown = "Shared Documents" if name == "Documents" else name
            drive.name, drive.address = name, f"{made.address}/{quote(shown)}"
            made.drives.append(drive)
        self.sites.append(made)
        return made

    def share(self, mailbox: Person, *members: Person) -> None:
        """Let these people, and nobody else, into a mailbox that is not their own (full access in Exchange)."""
        self.shares[mailbox.oid] = {member.oid for member in members}

    def group(self, *people: Person, name: str = "") -> str:
        """Make a group of Entra, and return its id."""
        key = str(uuid.uuid4())
        self.group_names[key] = name
        self.groups[key] = {person.oid for person in people}
        return key

    def next_number(self) -> int:
        """Return a number that was not given before."""
        return next(self._numbers)

    def link(self, request: Request, changes: dict[str, str], *, only: bool = False) -> str:
        """Return the address of a request with other parameters; with `only` nothing but these."""
        query = urlencode({**({} if only else request.query), **changes})
        return f"{self.url}{request.path}?{query}"

    def is_in_reach(self, person: Person) -> bool:
        """Whether the app's own permissions reach a mailbox; a test limits them by `reach`, a set of addresses."""
        return self.reach is None or person.address in self.reach

    def before(self, pattern: str, act: Callable[[], object]) -> None:
        """Let something happen once, just before the next request of a pattern such as `PATCH */messages/*`."""
        self._acts.append((pattern, act))

    def answer(self, request: Request) -> Answer:
        """Answer a request, whatever it is for."""
        for pattern, act in list(self._acts):
            if fnmatchcase(f"{request.method} {request.path}", pattern):
                self._acts.remove((pattern, act))
                act()
        if request.path.startswith(f"{VERSION}/"):
            return self.graph.answer(request, request.path.removeprefix(VERSION))
        if request.path.startswith(drive.CONTENT):
            return drive.answer_content(self, request)
        return self.entra.answer(request)
