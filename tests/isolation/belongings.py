"""What the people of a world have: jobs, documents, mailboxes, wishes, sources, tokens, sessions. All of it is marked.

A marker is a word that occurs nowhere else. It says whose it is, and whether it is a text, which its owner alone may
see, or a name, which whoever looks after its workspace sees too.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field, replace
from functools import cache

from slack_sdk.oauth.installation_store import Bot

from core.audit.acting import acting
from core.drafts import Draft
from core.insight.learning.rule_store import RuleStore
from core.insight.learning.style_rules import StyleRule
from core.job import DocumentTarget, Job, JobRequest
from core.people import Identity, People, load_people
from core.sources.search import Sources
from core.sources.sync import Sync
from core.sources.uploads import Upload
from core.store.sessions import SessionPerson, Sessions, session_id
from core.store.tokens import SCOPES
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from integrations.mail.triage.weighing import TriageDecision
from integrations.slack.client.installations import RecordInstallationStore
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from tests.core.signals.scanned import known_signal
from tests.core.sources.making import read_markdown
from tests.integrations.documents.build import document, p, run
from tests.isolation.installations import Installation
from tests.isolation.worlds import FOREIGN_TEAM, GRID, GRID_TEAM, OWN_TEAM, ROOT, Actor, Door, Somebody, World

MARKER = re.compile(r"zq(text|name)x(\d+)x(\d+)x")


@dataclass
class Belongings:
    """What somebody has, as far as requests are about it."""

    jobs: dict[tuple[str, str], list[Job]] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    mailboxes: list[ImapAccount] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    tokens: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    sessions: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    # The ids of a scan, and of what it found.
    signal: tuple[str, str] = ("", "")

    @property
    def all_jobs(self) -> list[Job]:
        """Every job, whatever the door."""
        return [job for jobs in self.jobs.values() for job in jobs]


@dataclass
class Planted:
    """The belongings of everybody, and for each marker whose it is and in which workspace."""

    of: dict[int, Belongings] = field(default_factory=dict)
    markers: dict[str, tuple[Somebody, tuple[str, ...]]] = field(default_factory=dict)
    of_mailboxes: set[str] = field(default_factory=set)

    def mark(self, kind: str, person: Somebody, *workspaces: str) -> str:
        """Return a new marker, `text` or `name`, of something that is kept in a workspace, or known in several."""
        marker = f"zq{kind}x{person.number}x{len(self.markers)}x"
        self.markers[marker] = (person, workspaces)
        return marker


def leaked(world: World, planted: Planted, actor: Actor | None, said: str, *, by_session: bool = False) -> list[str]:
    """Return the markers in something that was said to somebody who must not read them."""
    found = []
    for match in MARKER.finditer(said):
        owner, workspaces = planted.markers.get(match[0], (None, ()))
        is_in = actor is not None and not actor.person.is_disabled
        # On one person's machine every mailbox is that person's.
        is_machines = world.kind == "alone" and (match[0] in planted.of_mailboxes and actor and actor.door.name == ROOT)
        if actor and is_in and ((owner and actor.person.number == owner.number) or is_machines):
            continue
        is_name = match[1] == "name"
        if (
            actor
            and is_in
            and is_name
            and any(world.administers(actor, workspace, by_session=by_session) for workspace in workspaces)
        ):
            continue
        found.append(match[0])
    return found


def enter_everybody(world: World, installation: Installation) -> People:
    """Have everybody come in by their doors, and an administrator put them together and tell them apart."""
    people = load_people(installation.settings, installation.store.records)
    if world.kind == "several":
        for team, organisation in ((OWN_TEAM, ""), (FOREIGN_TEAM, ""), (GRID_TEAM, GRID)):
            bot = Bot(
                enterprise_id=organisation or None, team_id=team, bot_token=f"xoxb-{team}", bot_id="B1",
                bot_user_id="U1", is_enterprise_install=False, installed_at=1.0,
            )  # fmt: skip
            RecordInstallationStore(installation.store.records).save_bot(bot)
    for person in world.before:
        # A token of an address stands for it by itself only when it was there before a door said the address.
        for door in sorted(person.doors, key=lambda door: door.way != "local"):
            _come_in(installation, people, person, door)
    for one, other in world.merged:
        people.merge(people.find("/".join(one.key)), people.find("/".join(other.key)))
    for door in world.told_apart:
        people.split(*door.key)
    return people


def _come_in(installation: Installation, people: People, person: Somebody, door: Door) -> None:
    if door.way in {"entra", "openid"}:
        people.remember(*door.key, door.address, "openid" if door.way == "openid" else "entra")
    elif door.way == "slack":
        installation.slack.people[door.name] = (person, door.name, door.workspace)
        context = installation.services.slack
        context.members(door.workspace, door.organisation).get(door.name)
        people.meet(*door.key)
    else:
        people.enter(*door.key, "local", vouched_by="token")


def plant(world: World, installation: Installation, people: People) -> Planted:
    """Give everybody what they have."""
    planted = Planted()
    for person in world.people:
        has = planted.of[person.number] = Belongings()
        count = 2 if world.random.random() < 0.4 else 1
        doors = world.random.sample(person.doors, min(count, len(person.doors)))
        for door in doors:
            _plant_jobs(installation, planted, person, door)
            _let_in(installation, planted, person, door)
        title, quote = (planted.mark(kind, person, doors[0].workspace) for kind in ("name", "text"))
        board = installation.services.api.signals
        has.signal = known_signal(board, installation.store, doors[0].key, title, quote)
        _plant_decisions(installation, planted, person, people)
        if world.random.random() < 0.5:
            title = planted.mark("name", person, doors[0].workspace)
            source = installation.sources.uploads.source_for(*doors[0].key)
            installation.sources.uploads.put(source, [Upload(f"{title}.md", b"text", title)])
            has.sources.append(source.id)
        if world.random.random() < 0.6:
            has.mailboxes.append(_plant_mailbox(installation, planted, person, doors[0]))
    for person in world.people:
        if person.is_disabled:
            people.disable(people.find("/".join(person.doors[0].key)))
    return planted


def _plant_jobs(installation: Installation, planted: Planted, person: Somebody, door: Door) -> None:
    """A job with a draft and a document, and one that waits."""
    store, has = installation.store, planted.of[person.number]

    def text() -> str:
        return planted.mark("text", person, door.workspace)

    surface, target = "api", DocumentTarget()
    slack = SlackTarget(ReplyTarget(door.workspace, door.organisation, "C1"))
    files = {DocumentTarget.DOCUMENT_FILE: docx(text())}
    request = JobRequest("rewrite", {"text": text()}, surface, door.name, door.workspace, target=target, blobs=files)
    waiting = JobRequest("rewrite", {"text": text()}, surface, door.name, door.workspace)
    if door.way == "slack":
        request = JobRequest("rewrite", {"text": text()}, "slack", door.name, door.workspace, target=slack)
    job = store.jobs.add(request)[0]
    claimed = store.leases.claim(job.id, lease_seconds=60)
    assert claimed
    if door.way != "slack":
        store.effects.put_file(claimed, DocumentTarget.RESULT_FILE, docx(text()))
    job = store.leases.finish(claimed, Draft(recipe="rewrite", text=f"Hello {text()}, see you at three."))
    job = store.leases.delivered(job)
    store.outcomes.add(job, "rejected", person=door.name, distance=None, detail={"reason": text()})
    has.jobs[door.key] = [job, store.jobs.add(waiting)[0]]


def _let_in(installation: Installation, planted: Planted, person: Somebody, door: Door) -> None:
    """A token for everything, and a session as the door gives one."""
    store, has = installation.store, planted.of[person.number]
    name = planted.mark("name", person, door.workspace)
    token, shown = store.tokens.add(*door.key, name=name, scopes=SCOPES, days=1)
    has.tokens[door.key] = (token.id, shown)
    who = SessionPerson(
        *door.key, "token", address=door.address if door.way == "local" else "", proof=f"inlaid_{token.id}"
    )
    if door.way == "entra":
        who = SessionPerson(*door.key, "microsoft", address=door.address, groups=person.groups)
    elif door.way == "openid":
        who = SessionPerson(*door.key, "openid", address=door.address, groups=person.groups)
    device, label = planted.mark("text", person, door.workspace), planted.mark("name", person, door.workspace)
    with acting("console"):
        secret = Sessions(store.records).open(replace(who, name=label), device=device)
    has.sessions[door.key] = (session_id(secret), secret)


def _plant_decisions(installation: Installation, planted: Planted, person: Somebody, people: People) -> None:
    """A wish and a team."""
    door, store = person.doors[0], installation.store
    home: Identity = people.identity(*door.key)
    rule = StyleRule("replace", planted.mark("text", person, home.workspace), "good")
    data = {
        "key": rule.key, "wish": {"kind": rule.kind, "old": rule.old, "new": rule.new}, "state": "offered",
        "evidence": {"tried": 12, "better": 12, "worse": 0, "before": 0.2, "after": 0.1}, "surfaces": ["api"],
        "learnt_at": 1.0, "changed_by_hand": False,
    }  # fmt: skip
    store.records.put("preference", home.workspace, f"{home.person}/{rule.key}", data, person=home.person)
    assert [found.key for found in RuleStore(store, people).all(home)] == [rule.key], (person, home)
    planted.of[person.number].rules.append(rule.key)
    team = planted.mark("name", person, home.workspace, *(known.workspace for known in person.doors))
    store.records.put("team", home.workspace, home.person, team, person=home.person)


def _plant_mailbox(installation: Installation, planted: Planted, person: Somebody, door: Door) -> ImapAccount:
    """A mailbox whose server cannot be reached, with a decision about a mail in it."""
    records = installation.store.records
    user = f"{planted.mark('name', person, door.workspace)}@mail.example.com"
    account = ImapAccount(
        "127.0.0.1", 9, user, planted.mark("text", person, door.workspace), "none", door.name,
        address=user, workspace=door.workspace,
    )  # fmt: skip
    Accounts(records).save(account)
    subject = planted.mark("text", person, door.workspace)
    planted.of_mailboxes |= {subject}
    decision = TriageDecision(needs_reply=True, rule="asked", reason="It asks.").model_dump(mode="json")
    decided = TriageRecord(account.name, 1, decision, subject, "x@y.com")
    TriageRecords(records, account).put(f"{account.name}:1", decided)
    return account


@cache
def _blank() -> bytes:
    return document(p(run("MARKER")))


def docx(marker: str) -> bytes:
    """Return a Word document that says the marker."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_blank())) as blank, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in blank.namelist():
            archive.writestr(name, blank.read(name).replace(b"MARKER", marker.encode()))
    return made.getvalue()


def plant_source(world: World, planted: Planted, sources: Sources, person: Somebody) -> None:
    """Give somebody a document that answers to them may rest on."""
    door = world.random.choice(person.doors)
    text = f"The bonus is {planted.mark('text', person, door.workspace)} percent."
    source = sources.uploads.source_for(*door.key)
    sources.uploads.put(source, [Upload("bonus.md", text.encode(), "Bonus")])
    done = Sync(sources.store, sources.items, sources.indexer, lambda _name: sources.uploads, read_markdown).work(
        source.id
    )
    assert done
    assert done.error is None
