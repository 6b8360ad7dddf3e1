"""Random worlds of Slack served by our own code: from the payload over access, worker and people to what may be read.

Nothing of ours is replaced: installations, members, people and sources are in a real store, and Slack's `users.info`
is answered over HTTP with what the world shows.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import sqlalchemy as sa
from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Bot

from core.errors import InlaidError
from core.job import Job, JobRequest
from core.people import load_people
from core.ports import SurfaceContext
from core.recipes.loader import load_recipes
from core.recipes.model import Recipe
from core.settings import Settings
from core.sources.search import load_sources
from core.store import Store, open_store
from core.store.tables import jobs, people, records, sign_ins
from integrations.slack.access import members_only, own_draft_only
from integrations.slack.client.installations import KIND as INSTALLATION_KIND
from integrations.slack.client.installations import RecordInstallationStore
from integrations.slack.client.members import KIND as MEMBER_KIND
from integrations.slack.context import EMPTY_ACK, Ack, AppContext, make_context
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest, read_request
from integrations.slack.surface import SlackSurface
from tests.core.sources.making import add_document
from tests.integrations.slack.random_worlds import Company, World, make_world, shown_user

OWN_TENANT, OTHER_TENANT = "4f80db28-4452-4cf2-aa21-9d7956f317fa", "00000000-0000-4000-8000-000000000009"
ANN = "ann@example.com"
SHARED, PRIVATE = "The bonus of the sales team is 4 percent.", "The bonus of Ann Archer is 9 percent."
QUESTION = "How large is the bonus?"


@dataclass(frozen=True)
class Served:
    """As whom a request was served, under which names, and what it may read."""

    workspace: str
    person: str
    names: frozenset[tuple[str, str]]
    passages: tuple[str, ...]


def is_one_of_us(world: World) -> bool:
    """Whether the person who acts may be served at all, by what is true in the world."""
    actor = world.actor
    is_guest = actor.kind in {"guest", "single guest"}
    return actor.company is world.company and actor.is_active and (not is_guest or actor.id in world.listed)


def address_of(world: World) -> str:
    """Return the address in the profile of who acts: in a third of the worlds Ann's, whoever it is."""
    return (ANN, f"{world.actor.id.lower()}@example.com", "")[int(world.actor.id[1:]) % 3]


def leaks(world: World, served: Served) -> list[str]:
    """Return what somebody got who must not."""
    found = []
    is_ann = world.actor.company is world.company and address_of(world) == ANN
    own = {(team, world.actor.id) for team in world.actor.company.ids} | {("local", "")}
    own |= {("local", address_of(world))} if world.actor.company is world.company else set()
    own |= {(OWN_TENANT, "ann")} if is_ann else set()
    if not is_one_of_us(world) and world.actor.company is world.company:
        found.append(f"a {world.actor.kind} of the company is served")
    if SHARED in served.passages and world.actor.company is not world.company:
        found.append("a stranger reads what the company shares")
    if PRIVATE in served.passages and not is_ann:
        found.append("somebody reads what is Ann's alone")
    return [*found, *(f"{name} is somebody else's" for name in served.names - own)]


class WorldServer:
    """Serves one world after the other.

    Args:
        settings: of the installation, without Slack's.
        store: where everything is.
        url: where `users.info` is answered.
    """

    def __init__(self, settings: Settings, store: Store, url: str) -> None:
        self._settings = settings.model_copy(update={"slack_api_url": url, "microsoft_tenants": TENANTS})
        self._store = store
        self._recipes: Mapping[str, Recipe] = load_recipes(settings.recipes_dir)
        for person, text in (("", SHARED), (ANN, PRIVATE)):
            add_document(load_sources(settings, store), text[:20], text, person=person)

    def serve(self, world: World) -> Served | None:
        """Return as whom the request of a world is served; None: it is refused."""
        settings = self._settings_of(world)
        self._begin(world, settings)
        context = make_context(settings, self._store, self._recipes, self._submit, lambda _work: None)
        request = self._let_in(context, world)
        if request is None:
            return None
        target = SlackTarget(ReplyTarget(request.team, request.enterprise, "C1"))
        asked = JobRequest("ask", {"question": QUESTION}, "slack", request.user, request.team, target=target)
        job = self._submit(asked)
        surface = SlackSurface(self._recipes)
        try:
            surface.prepare(job, SurfaceContext(settings, self._store.jobs, self._store.records, self._store.effects))
        except InlaidError:
            return None
        sources = load_sources(settings, self._store)
        names = sources.people.names(job.workspace, job.person)
        found = sources.find([sources.reader_of(job.workspace, job.person)], QUESTION, limit=5)
        sources.index.close()
        return Served(
            job.workspace,
            job.person,
            frozenset((name.workspace, name.person) for name in names),
            tuple(one.text for one in found),
        )

    def _let_in(self, context: AppContext, world: World) -> SlackRequest | None:
        let_in: list[SlackRequest] = []

        def handle(_context: AppContext, request: SlackRequest, _job: Job | None = None) -> Ack:
            let_in.append(request)
            return EMPTY_ACK

        try:
            request = read_request(world.body)
            if world.kind == "button":
                workspace, organisation, person = world.own_draft
                target = SlackTarget(ReplyTarget(workspace, organisation))
                job = self._submit(JobRequest("rewrite", {"text": "Hi."}, "slack", person, workspace, target=target))
                own_draft_only(handle)(context, request, job.id)
            else:
                members_only(handle)(context, request)
        except InlaidError:
            return None
        return let_in[0]

    def _submit(self, request: JobRequest) -> Job:
        return self._store.jobs.add(request)[0]

    def _settings_of(self, world: World) -> Settings:
        own = (world.company.organisation,) if world.company.organisation else tuple(world.company.workspaces)
        chosen: dict[str, Any] = {"slack_people": world.listed, "slack_workspaces": own}
        if world.is_one_token:
            chosen = {"slack_people": world.listed, "slack_bot_token": SecretStr(token_of(world, world.company))}
        return self._settings.model_copy(update=chosen)

    def _begin(self, world: World, settings: Settings) -> None:
        """Forget the world of before; install the app, and let Ann and her namesake elsewhere sign in at Microsoft."""
        forgotten = records.c.kind.in_((INSTALLATION_KIND, MEMBER_KIND))
        with self._store.database.write() as connection:
            for table in (jobs, sign_ins, people):
                connection.execute(sa.delete(table))
            connection.execute(sa.delete(records).where(forgotten))
        known = load_people(settings, self._store.records)
        known.remember(OWN_TENANT, "ann", ANN)
        known.remember(OTHER_TENANT, "namesake", ANN)
        if not world.is_one_token:
            for company in world.companies:
                self._install(world, company)

    def _install(self, world: World, company: Company) -> None:
        store = RecordInstallationStore(self._store.records)
        places = [(team, False) for team in company.installed_in]
        places += [("", True)] if company.is_org_wide else []
        for team, is_org_wide in places:
            bot = Bot(
                enterprise_id=company.organisation or None,
                team_id=team or None,
                bot_token=token_of(world, company),
                bot_id="B1",
                bot_user_id="U1",
                is_enterprise_install=is_org_wide,
                installed_at=1.0,
            )
            store.save_bot(bot)


TENANTS = (OWN_TENANT, OTHER_TENANT)


def token_of(world: World, company: Company) -> str:
    """Return the bot token of a company."""
    return f"xoxb-{world.companies.index(company)}"


class _Members(ThreadingHTTPServer):
    """Answers `users.info` as a world shows its people."""

    world: World
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        assert isinstance(self.server, _Members)
        world = self.server.world
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())
        company = world.companies[int(self.headers["Authorization"].rpartition("-")[2])]
        asked_for = sent.get("team_id", [world.workspace])[0]
        user = shown_user(world, company, asked_for)
        answer: dict[str, Any] = {"ok": False, "error": "user_not_found"}
        if user and sent["user"] == [world.actor.id]:
            answer = {"ok": True, "user": user | {"profile": {"email": address_of(world)}}}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def _answering() -> Iterator[tuple[_Members, str]]:
    server = _Members(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}/api/"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Result:
    """What came out of many worlds: `served` and `refused` count them."""

    leaks: list[str]
    refused_colleagues: list[str]
    served: int = 0
    refused: int = 0
    read_shared: int = 0
    read_private: int = 0


def serve_worlds(settings: Settings, seeds: range) -> Result:
    """Serve the world of each seed, and return what leaked."""
    store = open_store(settings)
    result = Result([], [])
    with _answering() as (members, url):
        server = WorldServer(settings, store, url)
        for seed in seeds:
            world = members.world = make_world(seed)
            served = server.serve(world)
            if served is None:
                result.refused += 1
                continue
            result.served += 1
            result.read_shared += SHARED in served.passages
            result.read_private += PRIVATE in served.passages
            result.leaks += [f"{seed}: {world.kind} of a {world.actor.kind}: {leak}" for leak in leaks(world, served)]
            if is_one_of_us(world) and SHARED not in served.passages:
                result.refused_colleagues.append(f"{seed}: {world.kind} does not find what the company shares")
    store.close()
    return result
