"""What a request is about: somebody's things by their ids, or ids of the same form that nothing has."""

import uuid
from dataclasses import dataclass

from tests.isolation.belongings import Belongings
from tests.isolation.worlds import World


@dataclass(frozen=True)
class Target:
    """What a request is about: the ids of somebody's things, or ids that nothing has."""

    job: str
    mailbox: str
    person: str
    rule: str
    token: str
    session: str
    source: str
    person_key: tuple[str, str]
    scan: str
    signal: str

    @property
    def ids(self) -> tuple[str, ...]:
        """All of them, as they may be repeated in an answer."""
        return (
            self.job,
            self.mailbox,
            self.rule,
            self.token,
            self.session,
            self.scan,
            self.signal,
            self.source,
            "/".join(self.person_key),
            *self.person_key,
        )


def things_of(world: World, has: Belongings, *, has_ended: bool = False) -> Target:
    """Return somebody's things, with `has_ended` a job that does not wait: the stream of its events ends."""
    door = world.random.choice(sorted(has.jobs))
    return Target(
        (has.jobs[door][0] if has_ended else world.random.choice(has.jobs[door])).id,
        has.mailboxes[0].name if has.mailboxes else "nobody@nowhere.example.com",
        door[1],
        has.rules[0],
        has.tokens[door][0],
        has.sessions[door][0],
        has.sources[0] if has.sources else f"{world.random.getrandbits(128):032x}",
        door,
        *has.signal,
    )


def things_of_nobody(world: World) -> Target:
    """Return ids that nothing has, of the same form."""
    random = world.random
    name = f"{random.randrange(10**9)}@nowhere.example.com"
    return Target(
        str(uuid.UUID(int=random.getrandbits(128), version=4)), name, name, f"{random.getrandbits(48):012x}",
        f"{random.getrandbits(48):012x}", f"{random.getrandbits(256):064x}", f"{random.getrandbits(128):032x}",
        ("local", name), name, name,
    )  # fmt: skip
