"""Who becomes one person and who does not; the same in SQLite, PostgreSQL and memory."""

from collections.abc import Iterator

import pytest

from core.errors import InputError
from core.settings import Settings
from core.store import Store, open_store
from core.store.people.linking import enter, link, merge, split
from core.store.people.rows import Identity, Person, SignIns
from core.store.people.store import SignInStore
from tests.in_memory import MemorySignIns
from tests.servers.postgres import with_server

TENANT, OTHER = "4f80db28-4452-4cf2-aa21-9d7956f317fa", "00000000-0000-4000-8000-000000000009"
ANN, NEW = "ann@example.com", "ann.new@example.com"


class Decided:
    """What people decided, in whichever store; `by` is a name."""

    def __init__(self, sign_ins: SignIns, store: Store | None) -> None:
        self._sign_ins, self._store = sign_ins, store

    def decide(self, what: str, by: Identity) -> None:
        if self._store:
            self._store.records.put("preference", by.workspace, f"{by.person}/{what}", what, person=by.person)
        else:
            assert isinstance(self._sign_ins, MemorySignIns)
            self._sign_ins.decided.setdefault(by, set()).add(what)

    def of(self, by: Identity) -> set[str]:
        if self._store is None:
            assert isinstance(self._sign_ins, MemorySignIns)
            return self._sign_ins.decided.get(by, set())
        return {
            record.data
            for record in self._store.records.list("preference", workspace=by.workspace, person=by.person)
            if record.key == f"{by.person}/{record.data}"
        }


@pytest.fixture(params=["sqlite", "postgresql", "memory"])
def kept(request: pytest.FixtureRequest, settings: Settings) -> Iterator[tuple[SignIns, Store | None]]:
    if request.param == "memory":
        yield MemorySignIns(), None
        return
    if request.param == "postgresql":
        settings = with_server(settings, request.getfixturevalue("postgres_url"))
    store = open_store(settings)
    yield SignInStore(store.database, store.records.cipher), store
    store.close()


@pytest.fixture
def people(kept: tuple[SignIns, Store | None]) -> SignIns:
    return kept[0]


@pytest.fixture
def decided(kept: tuple[SignIns, Store | None]) -> Decided:
    return Decided(*kept)


def entra(people: SignIns, oid: str, address: str, tenant: str = TENANT) -> Person:
    return people.change(lambda rows: link(rows, Identity(tenant, oid), "entra", address=address))


def slack(people: SignIns, user: str, address: str, team: str = "T1") -> Person:
    return people.change(lambda rows: link(rows, Identity(team, user), "slack", address=address))


def openid(people: SignIns, subject: str, address: str) -> Person:
    return people.change(lambda rows: link(rows, Identity("login.example.com", subject), "openid", address=address))


def whose(people: SignIns, workspace: str, subject: str) -> str:
    known = people.find(Identity(workspace, subject))
    assert known
    return known.person.id


def test_a_person_with_three_slack_accounts_and_microsoft_is_one(people: SignIns, decided: Decided) -> None:
    decided.decide("no emoji", Identity("T2", "U2"))
    people.change(lambda rows: enter(rows, Identity("T2", "U2"), "slack"))
    found = [slack(people, f"U{number}", ANN, f"T{number}") for number in (1, 2, 3)]
    found.append(entra(people, "oid", ANN))
    assert len({one.id for one in found}) == 1
    home = found[0].home
    assert home == Identity("local", ANN)
    assert decided.of(home) == {"no emoji"}
    assert decided.of(Identity("T2", "U2")) == set()
    names = {one.name for one in people.of(found[0].id)}
    assert names == {Identity("local", ANN), Identity(TENANT, "oid"), *(Identity(f"T{n}", f"U{n}") for n in (1, 2, 3))}


def test_two_tenants_never_become_one_by_an_address(people: SignIns) -> None:
    first, second = entra(people, "oid", ANN), entra(people, "oid", ANN, OTHER)
    assert first.id != second.id
    assert entra(people, "oid", ANN, OTHER).id == second.id
    assert slack(people, "U1", ANN).id == first.id
    # Neither when one of them changes to an address of the other's, nor through Slack.
    entra(people, "oid", NEW, OTHER)
    slack(people, "U1", NEW)
    assert whose(people, TENANT, "oid") != whose(people, OTHER, "oid")


@pytest.mark.parametrize("first", ["entra", "openid"])
def test_the_openid_provider_and_microsoft_never_become_one_by_an_address(people: SignIns, first: str) -> None:
    holder = entra(people, "oid", ANN) if first == "entra" else openid(people, "sub", ANN)
    other = openid(people, "sub", ANN) if first == "entra" else entra(people, "oid", ANN)
    assert other.id != holder.id
    assert slack(people, "U1", ANN).id == holder.id
    people.change(lambda rows: merge(rows, holder, other))
    assert whose(people, TENANT, "oid") == whose(people, "login.example.com", "sub") == holder.id
    assert {entra(people, "oid", ANN).id, openid(people, "sub", ANN).id} == {holder.id}


def test_an_address_that_another_account_of_the_provider_gets_brings_nothing_of_before(
    people: SignIns, decided: Decided
) -> None:
    left = openid(people, "left", ANN)
    decided.decide("no emoji", left.home)
    came = openid(people, "came", ANN)
    assert came.id != left.id
    assert decided.of(came.home) == set()
    assert whose(people, "login.example.com", "left") == left.id


def test_an_address_that_changes_takes_nothing_away(people: SignIns, decided: Decided) -> None:
    before = entra(people, "oid", ANN)
    slack(people, "U1", ANN)
    decided.decide("no emoji", before.home)
    after = entra(people, "oid", NEW)
    assert after.id == before.id
    assert slack(people, "U1", NEW).id == before.id
    assert decided.of(after.home) == {"no emoji"}


def test_an_address_that_slack_changes_first_comes_together_again(people: SignIns, decided: Decided) -> None:
    decided.decide("no emoji", entra(people, "oid", ANN).home)
    slack(people, "U1", ANN)
    apart = slack(people, "U1", NEW)  # perhaps the account is somebody else's now
    decided.decide("short", apart.home)
    together = entra(people, "oid", NEW)
    assert together.id == whose(people, "T1", "U1")
    assert decided.of(together.home) == {"no emoji", "short"}


def test_an_address_that_another_account_of_the_tenant_gets_brings_nothing_of_before(
    people: SignIns, decided: Decided
) -> None:
    left = entra(people, "left", ANN)
    decided.decide("no emoji", left.home)
    came = entra(people, "came", ANN)
    assert came.id != left.id
    assert decided.of(came.home) == set()
    known = people.find(Identity(TENANT, "left"))
    assert known
    assert known.person.id == left.id
    assert decided.of(known.person.home) == {"no emoji"}
    assert whose(people, "local", ANN) == came.id


def test_an_address_that_was_given_up_is_good_for_somebody_new(people: SignIns, decided: Decided) -> None:
    ann = entra(people, "oid", ANN)
    decided.decide("no emoji", ann.home)
    entra(people, "oid", NEW)
    new = slack(people, "U9", ANN)
    assert new.id != ann.id
    assert decided.of(new.home) == set()
    known = people.find(Identity(TENANT, "oid"))
    assert known
    assert decided.of(known.person.home) == {"no emoji"}


def test_an_api_token_of_an_address_is_the_persons(people: SignIns) -> None:
    token = people.change(lambda rows: enter(rows, Identity("local", ANN), "local", vouched_by="token"))
    assert entra(people, "oid", ANN).id == slack(people, "U1", ANN).id == token.id


def test_an_administrator_puts_together_and_tells_apart(people: SignIns, decided: Decided) -> None:
    ann, other = entra(people, "oid", ANN), slack(people, "U1", "private@example.net")
    decided.decide("no emoji", other.home)
    people.change(lambda rows: merge(rows, ann, other))
    assert whose(people, "T1", "U1") == ann.id
    assert decided.of(ann.home) == {"no emoji"}
    # What Slack says later does not undo it.
    assert slack(people, "U1", "else@example.net").id == ann.id
    alone = people.change(lambda rows: split(rows, Identity("T1", "U1")))
    assert alone.id != ann.id
    assert slack(people, "U1", ANN).id == alone.id
    assert decided.of(alone.home) == set()
    with pytest.raises(InputError):
        people.change(lambda rows: merge(rows, ann, ann))
    with pytest.raises(InputError):
        people.change(lambda rows: split(rows, Identity("T1", "U1")) and split(rows, Identity("T7", "U7")))


def test_the_sign_in_that_a_person_began_with_can_be_told_apart(people: SignIns, decided: Decided) -> None:
    first = people.change(lambda rows: enter(rows, Identity("T1", "U1"), "slack"))
    second = people.change(lambda rows: enter(rows, Identity("T2", "U2"), "slack"))
    decided.decide("no emoji", first.home)
    people.change(lambda rows: merge(rows, first, second))
    alone = people.change(lambda rows: split(rows, Identity("T1", "U1")))
    rest = people.find(Identity("T2", "U2"))
    assert rest
    assert alone.id != rest.person.id
    assert decided.of(rest.person.home) == {"no emoji"}
    assert decided.of(alone.home) == set()


def test_the_only_door_of_a_person_is_not_told_apart_from_the_address_that_it_says(
    people: SignIns, decided: Decided
) -> None:
    """What they decided would be nobody's."""
    ann = slack(people, "U1", ANN)
    decided.decide("no emoji", ann.home)
    with pytest.raises(InputError, match="only sign-in"):
        people.change(lambda rows: split(rows, Identity("T1", "U1")))
    assert slack(people, "U1", ANN).id == ann.id
    assert decided.of(ann.home) == {"no emoji"}
    # With another door there is somebody whose it stays.
    entra(people, "oid", ANN)
    alone = people.change(lambda rows: split(rows, Identity("T1", "U1")))
    assert alone.id != ann.id
    assert decided.of(ann.home) == {"no emoji"}


def test_who_is_forgotten_is_nobody_any_more(people: SignIns) -> None:
    ann, bob = entra(people, "oid", ANN), slack(people, "U2", "bob@example.com")
    people.forget([one.name for one in people.of(ann.id)])
    assert people.at_home(ann.home) is None
    assert {one.person.id for one in people.everybody()} == {bob.id}


def test_what_fails_half_way_changes_nothing(people: SignIns) -> None:
    def fail(rows: object) -> None:
        enter(rows, Identity("T1", "U1"), "slack")  # type: ignore[arg-type]
        raise InputError("No.")

    with pytest.raises(InputError):
        people.change(fail)
    assert people.find(Identity("T1", "U1")) is None
    assert people.everybody() == []
