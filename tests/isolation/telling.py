"""What is told to others of what only some may read: signals and their counts, digests and replies in a channel.

One source of a member of Slack has items that some people of the world may read, each other ones. Who may is written
down here, and never asked of the code under test.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from core.drafts import Draft, DraftSource
from core.job import DIGEST, Job, JobRequest
from core.ports import SurfaceContext
from core.signals.model import STATES, DigestWish, Scan, SignalFilter
from core.sources.model import AccessList, Source, person_principal
from integrations.signals.digest import DigestSurface
from integrations.slack.delivery.digest import slack_digests
from integrations.slack.delivery.posting import Posting
from integrations.slack.mailbox import no_mailboxes
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from tests.core.signals.scanned import ran, waiting
from tests.core.sources.making import fill, item_store, source_store, written
from tests.isolation.installations import Installation
from tests.isolation.worlds import Door, Somebody, World

TOLD = re.compile(r"zqtold\d+x")
CHANNEL = "C1"
ITEMS = 4
SIGNALS_TOLD, DIGEST_TOLD, REPLY_TOLD = "signals of what others read", "digest in a channel", "reply in a channel"
TELLINGS = (SIGNALS_TOLD, DIGEST_TOLD, REPLY_TOLD)


@dataclass
class Told:
    """What came of it: what somebody got who must not, and what was told to whom it may be."""

    leaks: list[str]
    missed: list[str]
    reached: list[str]


@dataclass(frozen=True)
class Talk:
    """A source of somebody, and by the marker of each item its text, its place and the numbers of its readers."""

    owner: Door
    source: Source
    texts: dict[str, str]
    places: dict[str, str]
    readers: dict[str, frozenset[int]]

    def may_read(self, person: Somebody) -> set[str]:
        """Return the markers of what somebody may read."""
        return {marker for marker, numbers in self.readers.items() if person.number in numbers}


def tell(world: World, installation: Installation) -> Told:
    """Have a scan look through what some may read, its digest be delivered, and a reply that rests on it be posted."""
    told = Told([], [], [])
    doors = [(person, door) for person in world.people for door in person.doors if door.way == "slack"]
    owners = [(person, door) for person, door in doors if not person.is_disabled]
    if not owners:
        return told
    owner, door = world.random.choice(owners)
    talk = _planted(world, installation, door)
    # Who is in the channel with the owner: anybody of the same workspace, or those alone who may read what is told.
    there = [(person, one) for person, one in doors if one.workspace == door.workspace]
    scan = _scanned(world.random, installation, talk)
    _look(world, installation, talk, scan, told)
    visible = talk.may_read(owner)
    for surface, markers in ((DIGEST_TOLD, visible), (REPLY_TOLD, _some(world.random, visible))):
        people = _members(world.random, there, talk, markers, door)
        installation.slack.members = [person.name for _, person in people]
        before = len(installation.slack.calls)
        if surface == DIGEST_TOLD:
            _deliver(installation)
        else:
            _post(installation, talk, markers)
        _judge(talk, surface, (owner, [person for person, _ in people]), installation.slack.calls[before:], told)
    installation.slack.members = None
    return told


def _some(random: Random, markers: Iterable[str]) -> set[str]:
    known = sorted(markers)
    return set(random.sample(known, min(len(known), random.randint(1, 2))))


def _planted(world: World, installation: Installation, owner: Door) -> Talk:
    random, store = world.random, installation.store
    source = source_store(store).add(Source("", owner.workspace, owner.name, "folder", "Talk"))
    readers, texts, lists = dict[str, frozenset[int]](), dict[str, str](), list[AccessList]()
    for number in range(ITEMS):
        people = [person for person in world.people if owner in person.doors or random.random() < 0.5]
        people = [person for person in people if owner not in person.doors or random.random() < 0.8]
        # Who works the scan through by hand here knows its owner by this door alone.
        doors = [owner if owner in person.doors else random.choice(person.doors) for person in people]
        marker = f"zqtold{number}x"
        readers[marker] = frozenset(person.number for person in people)
        texts[marker] = f"RISK: The pump {marker} leaks oil at gate {number // 2 * 31}."
        lists.append(AccessList(marker, frozenset(person_principal(*door.key) for door in doors)))
    fill(store, source, [written(marker, text, access=marker) for marker, text in texts.items()], lists)
    items = item_store(store).known(source, [*texts])
    places = {marker: f"{item.id}/0" for marker, item in items.items()}
    return Talk(owner, source, texts, places, readers)


def _scanned(random: Random, installation: Installation, talk: Talk) -> Scan:
    wish, owner = DigestWish(slack=True, channel=CHANNEL), talk.owner.key
    wanted = Scan("", *owner, "Weekly", (talk.source.id,), schedule="monday 08:00", digest=wish)
    scan = installation.services.api.signals.add(replace(wanted, is_shared=random.random() < 0.7))
    ran(installation.store, scan)
    return scan


def _look(world: World, installation: Installation, talk: Talk, scan: Scan, told: Told) -> None:
    """Have everybody look at what the scan found, and at its digest."""
    board, wanted = installation.services.api.signals, SignalFilter(states=STATES, scan_ids=(scan.id,))
    for person in world.people:
        door, may = world.random.choice(person.doors), talk.may_read(person)
        found = board.find(*door.key, wanted, quotes=ITEMS)
        said = repr([board.get(*door.key, signal.id) for signal in found])
        if any(known.scan.id == scan.id for known in board.scans(*door.key)):
            said += repr(board.digest(scan, door.key))
        seen, count = set(TOLD.findall(said)), sum(signal.count for signal in found)
        if not seen <= may or count > len(may):
            told.leaks.append(f"{SIGNALS_TOLD}: {door} sees {sorted(seen - may)}, {count} of {len(may)}")
        if seen:
            told.reached.append(SIGNALS_TOLD)
        elif may and talk.owner in person.doors:
            told.missed.append(f"{SIGNALS_TOLD}: the owner {door} sees nothing")


def _members(
    random: Random, there: Sequence[tuple[Somebody, Door]], talk: Talk, markers: set[str], owner: Door
) -> list[tuple[Somebody, Door]]:
    """Return who is in the channel, the owner among them."""
    others = [(person, door) for person, door in there if door != owner]
    if random.random() < 0.5:
        chosen = [(person, door) for person, door in others if markers <= talk.may_read(person)]
    else:
        chosen = random.sample(others, random.randint(0, len(others)))
    return [*chosen, *((person, door) for person, door in there if door == owner)]


def _deliver(installation: Installation) -> None:
    store, surface = installation.store, DigestSurface(slack_digests, no_mailboxes)
    context = SurfaceContext(installation.settings, store.jobs, store.records, store.effects)
    for job in waiting(store, DIGEST):
        claimed = store.leases.claim(job.id, lease_seconds=60)
        assert claimed
        surface.deliver(store.leases.finish(claimed, surface.compose(claimed, context)), context)


def _post(installation: Installation, talk: Talk, markers: set[str]) -> None:
    sources = [
        DraftSource(number=number, title="Talk", quote=said, supports=said, place=talk.places[marker], kind="source")
        for number, marker in enumerate(sorted(markers), 1)
        if (said := talk.texts[marker])
    ]
    draft = Draft(recipe="reply", text=" ".join(source.quote for source in sources) or "Yes.", sources=tuple(sources))
    place = ReplyTarget(talk.owner.workspace, talk.owner.organisation, CHANNEL)
    job = _delivered(installation, talk.owner, place, draft)
    posting = Posting.of(installation.services.slack)
    posting.keep(job, channel=CHANNEL, thread_ts="", place={**place.to_json(), "job": job.id})
    posting.post(job)


def _delivered(installation: Installation, owner: Door, place: ReplyTarget, draft: Draft) -> Job:
    leases = installation.store.leases
    given, target = {"message": "Is it open?"}, SlackTarget(place)
    job = installation.store.jobs.add(JobRequest("reply", given, "slack", *owner.key[::-1], target=target))[0]
    claimed = leases.claim(job.id, lease_seconds=60)
    assert claimed
    return leases.delivered(leases.finish(claimed, draft))


def _judge(
    talk: Talk, surface: str, people: tuple[Somebody, Sequence[Somebody]], calls: Sequence[str], told: Told
) -> None:
    """What the channel gets is for all who are in it; what anybody else gets is for the owner alone."""
    owner, members = people
    for is_public, said in _messages(calls):
        seen = set(TOLD.findall(said))
        for person in members if is_public else [owner]:
            if not seen <= talk.may_read(person):
                told.leaks.append(f"{surface}: {sorted(seen)} is told to {person.doors}")
        if seen and is_public:
            told.reached.append(surface)


def _messages(calls: Sequence[str]) -> Iterator[tuple[bool, str]]:
    for call in calls:
        method, _, sent = call.partition(" ")
        if method.startswith("chat."):
            yield f'"{CHANNEL}"' in sent and method != "chat.postEphemeral", sent
