"""An entry of the audit trail, and the chain: each entry holds the hash of the one before it.

The chain covers pseudonyms of persons, mailboxes and addresses, never their names: those stand beside it and can be
deleted without breaking it. Texts and tokens never enter: details are numbers, flags and identifiers.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from core.audit.actions import ACTIONS
from core.text.catalogues import N_
from core.text.forms import consists_of

Outcome = Literal["success", "failure"]
Detail = str | int | bool | Sequence[str]

START = "0" * 64
MAX_NAME_CHARS = 200
MAX_DETAILS = 16
MAX_LISTED = 20
# No blank and no @: no sentence and no email address is a detail.
_IDENTIFIER_MARKS, _MAX_IDENTIFIER_CHARS = "_.:/+=,%*(){}-", 120
WITHHELD = "[withheld]"


@dataclass(frozen=True)
class Name:
    """What may tell who somebody is. `person` owns it: with them it is deleted. `label` is what to show instead."""

    workspace: str
    person: str
    kind: str
    name: str
    label: str = ""


@dataclass(frozen=True)
class Actor:
    """Who does something: a person of a workspace, through a door, from an address where it is known.

    Without a person it is the system itself, or somebody unknown.
    """

    workspace: str
    person: str = ""
    door: str = "system"
    address: str = ""
    label: str = ""

    def named(self) -> Name | None:
        """Return the actor's name."""
        return person_name(self.workspace, self.person, self.label) if self.person else None

    def address_named(self) -> Name | None:
        """Return the name of the address."""
        return Name(self.workspace, self.person, "address", self.address) if self.address else None


@dataclass(frozen=True)
class Thing:
    """What something is done to: a kind, and an identifier or a name that may tell who somebody is."""

    kind: str
    name: str | Name


def person_name(workspace: str, person: str, label: str = "") -> Name:
    """Return the name of a person."""
    return Name(workspace, person, "person", person[:MAX_NAME_CHARS], label[:MAX_NAME_CHARS])


def the_person(workspace: str, person: str) -> Thing:
    """Return a person to whom something is done."""
    return Thing("person", person_name(workspace, person))


@dataclass(frozen=True)
class AuditEvent:
    """Something that was done and is to be written down.

    Args:
        action: a name of `core.audit.actions`.
        actor: who did it.
        thing: to what.
        outcome: whether it succeeded.
        details: numbers, flags and identifiers; what is none of these is withheld.
        workspace: whose administrators see it; by default the actor's.
    """

    action: str
    actor: Actor
    thing: Thing | None = None
    outcome: Outcome = "success"
    details: Mapping[str, object] = field(default_factory=dict)
    workspace: str = ""

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise ValueError(f"{self.action} is not in the vocabulary of the audit trail.")

    def names(self) -> list[Name]:
        """Return the names in it."""
        found = [self.actor.named(), self.actor.address_named(), self.thing.name if self.thing else None]
        return [name for name in found if isinstance(name, Name)]

    def bounded_details(self) -> dict[str, Detail]:
        """Return the details that may stand in an entry."""
        return {name: _bounded(value) for name, value in sorted(self.details.items())[:MAX_DETAILS]}


def _bounded(value: object) -> Detail:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value if consists_of(value, _IDENTIFIER_MARKS, _MAX_IDENTIFIER_CHARS) else WITHHELD
    if isinstance(value, list | tuple):
        return [str(_bounded(str(listed))) for listed in value[:MAX_LISTED]]
    return WITHHELD


@dataclass(frozen=True)
class Entry:
    """One entry. `actor`, `address` and, where it is personal, `thing` are pseudonyms. Times are Unix microseconds."""

    sequence: int
    id: str
    at_microseconds: int
    workspace: str
    actor: str
    door: str
    address: str
    action: str
    thing_kind: str
    thing: str
    outcome: str
    details: str
    previous: str
    hash: str = ""

    def computed_hash(self) -> str:
        """Return SHA-256 over the canonical JSON of all that it says and of the hash before it."""
        fields = asdict(self)
        del fields["hash"]
        return hashlib.sha256(canonical_json(fields).encode()).hexdigest()


def canonical_json(value: object) -> str:
    """Return JSON with sorted keys and no blanks, the same on every machine; there are no fractions in it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


@dataclass(frozen=True)
class ShownEntry:
    """An entry with the names behind its pseudonyms, as far as they are still known."""

    entry: Entry
    actor: str
    address: str
    thing: str

    @property
    def title(self) -> str:
        """What was done, in words."""
        return ACTIONS[self.entry.action].title if self.entry.action in ACTIONS else self.entry.action

    @property
    def is_unknown_visitor(self) -> bool:
        """Whether it was done by somebody who came to a door and did not come in, and not by Inlaid itself."""
        return not self.entry.actor and self.entry.action == "access.refused"

    @property
    def who(self) -> str:
        """Who did it, in words."""
        return self.actor or (N_("an unknown visitor") if self.is_unknown_visitor else N_("system"))

    @property
    def at_seconds(self) -> float:
        """When, in Unix seconds."""
        return self.entry.at_microseconds / 1_000_000

    def to_json(self) -> dict[str, Any]:
        """Return it as commands print it."""
        entry = self.entry
        return {
            "sequence": entry.sequence,
            "at": datetime.fromtimestamp(self.at_seconds, UTC).isoformat(timespec="milliseconds"),
            "workspace": entry.workspace,
            "actor": {"id": entry.actor, "name": self.actor},
            "door": entry.door,
            "address": self.address,
            "action": entry.action,
            "thing": {"kind": entry.thing_kind, "id": entry.thing, "name": self.thing},
            "outcome": entry.outcome,
            "details": json.loads(entry.details),
            "hash": entry.hash,
        }


@dataclass(frozen=True)
class ChainHead:
    """Where a chain ends. Kept outside, it proves later that nothing up to it was changed or cut off."""

    sequence: int = 0
    hash: str = START

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


@dataclass(frozen=True)
class Verification:
    """What a check of the chain found: `problems` is empty when every entry is as it was written."""

    count: int
    head: ChainHead
    problems: Sequence[str]


def said_by(event: AuditEvent, pseudonyms: Mapping[Name, str]) -> dict[str, str]:
    """Return what an entry says of an event, without its id, its time and its place in the chain."""
    actor, address = event.actor.named(), event.actor.address_named()
    thing = event.thing.name if event.thing else ""
    return {
        "workspace": event.workspace or event.actor.workspace,
        "actor": pseudonyms[actor] if actor else "",
        "door": event.actor.door,
        "address": pseudonyms[address] if address else "",
        "action": event.action,
        "thing_kind": event.thing.kind if event.thing else "",
        "thing": pseudonyms[thing] if isinstance(thing, Name) else thing[:MAX_NAME_CHARS],
        "outcome": event.outcome,
        "details": canonical_json(event.bounded_details()),
    }


def chained(said: Iterable[Mapping[str, Any]], head: ChainHead) -> Iterator[Entry]:
    """Yield the entries that follow on a head; each says the fields of `said_by`, `id` and `at_microseconds`."""
    for fields in said:
        entry = Entry(**fields, sequence=head.sequence + 1, previous=head.hash)
        entry = replace(entry, hash=entry.computed_hash())
        head = ChainHead(entry.sequence, entry.hash)
        yield entry


def verify(
    entries: Iterable[Entry], *, start: ChainHead, head: ChainHead, known: ChainHead | None = None
) -> Verification:
    """Check a chain.

    Args:
        entries: all that are kept, in their order.
        start: what comes before the first.
        head: where the database says that it ends.
        known: a head that was kept outside.
    """
    at, count, problems = start, 0, list[str]()
    has_known = known is None or known == start
    for entry in entries:
        count += 1
        if entry.sequence != at.sequence + 1:
            problems.append(f"Between {at.sequence} and {entry.sequence} entries are missing.")
        elif entry.previous != at.hash:
            problems.append(f"Entry {entry.sequence} does not follow on the one before it.")
        if entry.computed_hash() != entry.hash:
            problems.append(f"Entry {entry.sequence} was changed.")
        at = ChainHead(entry.sequence, entry.hash)
        has_known = has_known or at == known
    if at != head:
        problems.append(f"The trail ends with entry {at.sequence}, but {head.sequence} were written.")
    if not has_known:
        problems.append(_lost(known, start))
    return Verification(count, head, problems)


def _lost(known: ChainHead | None, start: ChainHead) -> str:
    sequence = known.sequence if known else 0
    if sequence < start.sequence:
        return f"Entry {sequence} was deleted after its time; take a newer head."
    return f"Entry {sequence} is not the one that was noted: the trail was cut off or rewritten."


def parse_head(text: str) -> ChainHead | None:
    """Return the head that `ChainHead.__str__` wrote, or None if it is not one."""
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip())
    return ChainHead(int(found[1]), found[2]) if found else None
