"""Random organisations whose people change addresses: nobody becomes somebody else, or gets what is theirs."""

from dataclasses import dataclass, field
from random import Random

from core.store.people.linking import enter, link, merge
from core.store.people.rows import Identity, SignInRow
from tests.in_memory import MemorySignIns

HISTORIES = 120
ACTS = 50
ADDRESSES = [f"a{number}@example.com" for number in range(6)]


@dataclass
class Human:
    """A human with an account in one tenant and some in Slack; the address is the same at all of them."""

    number: int
    tenant: str
    address: str = ""
    slack: list[Identity] = field(default_factory=list)

    @property
    def entra(self) -> Identity:
        return Identity(self.tenant, f"oid{self.number}")


class History:
    """What happens in an organisation of two tenants; Slack's accounts are of people of the first one."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.people = MemorySignIns()
        self.humans = [Human(number, "A" if number < 4 else "B") for number in range(6)]
        for human in self.humans:
            human.address = self.free_address(human)
            if human.tenant == "A":
                human.slack = [Identity(f"T{at}", f"U{human.number}") for at in range(self.random.randint(0, 3))]
        self.owners = {name: human.number for human in self.humans for name in (human.entra, *human.slack)}

    def free_address(self, human: Human) -> str:
        taken = {other.address for other in self.humans if other.tenant == human.tenant and other is not human}
        return self.random.choice([address for address in ADDRESSES if address not in taken])

    def act(self) -> None:
        human = self.random.choice(self.humans)
        what = self.random.random()
        if what < 0.15:
            human.address = self.free_address(human)
        elif what < 0.55 or not human.slack:
            self.people.change(lambda rows: link(rows, human.entra, "entra", address=human.address))
            self.decide(human, human.entra)
        elif what < 0.95:
            name = self.random.choice(human.slack)
            known = self.people.find(name)
            if self.random.random() < 0.2 and known is None:
                self.people.change(lambda rows: enter(rows, name, "slack"))
            elif self.is_settled(human):
                self.people.change(lambda rows: link(rows, name, "slack", address=human.address))
            self.decide(human, name)
        else:
            self.by_hand(human)

    def is_settled(self, human: Human) -> bool:
        """Whether the directory has told of the address, and of whoever had it before, as it does before Slack."""
        known = self.people.find(human.entra)
        holder = self.people.find(Identity("local", human.address))
        theirs = self.people.of(holder.person.id) if holder else []
        return known is not None and known.address == human.address and all(self.owner(one) == human for one in theirs)

    def owner(self, sign_in: SignInRow) -> Human | None:
        number = self.owners.get(sign_in.name)
        found = None if number is None else self.humans[number]
        return found or next((one for one in self.humans if self.is_theirs(one, sign_in)), None)

    def is_theirs(self, human: Human, sign_in: SignInRow) -> bool:
        known = self.people.find(human.entra)
        return known is not None and known.person.id == sign_in.person.id

    def by_hand(self, human: Human) -> None:
        """Have an administrator put together what is one human's."""
        found = [known for name in (human.entra, *human.slack) if (known := self.people.find(name))]
        if len({one.person.id for one in found}) > 1:
            first, other = found[0].person, next(one.person for one in found if one.person.id != found[0].person.id)
            self.people.change(lambda rows: merge(rows, first, other))

    def decide(self, human: Human, name: Identity) -> None:
        if known := self.people.find(name):
            self.people.decided.setdefault(known.person.home, set()).add(str(human.number))

    def check(self) -> None:
        homes: set[Identity] = set()
        for one in self.people.everybody():
            theirs = self.people.of(one.person.id)
            numbers = {self.owners[door.name] for door in theirs if door.name in self.owners}
            assert len(numbers) <= 1, [door.name for door in theirs]
            decided = self.people.decided.get(one.person.home, set())
            assert decided <= {str(number) for number in numbers}, (one.person, decided, numbers)
            homes.add(one.person.home)
            assert one.person.home in {door.name for door in theirs}
        assert {home for home, kept in self.people.decided.items() if kept} <= homes


def test_nobody_becomes_somebody_else_whatever_changes() -> None:
    joined = 0
    for seed in range(HISTORIES):
        history = History(seed)
        for _ in range(ACTS):
            history.act()
            history.check()
        joined += sum(len(history.people.of(one.person.id)) > 2 for one in history.people.everybody())
    assert joined > HISTORIES
