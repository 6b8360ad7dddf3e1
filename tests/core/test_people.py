"""Who is who: linked by addresses that are vouched for, never across tenants, and nobody of elsewhere."""

import pytest

from core.insight.learning.rule_store import RuleStore
from core.insight.learning.style_rules import RuleEvidence, StyleRule
from core.people import SLACK_MEMBER, Identity, People, shared_mailbox
from core.store import Store

TENANT, OTHER = "4f80db28-4452-4cf2-aa21-9d7956f317fa", "00000000-0000-4000-8000-000000000009"
ANN = Identity("local", "ann@example.com")


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


@pytest.fixture
def people(store: Store) -> People:
    return People(store.records, slack=("T1", "E1"), tenants=(TENANT, OTHER))


def member(store: Store, team: str, user: str, **known: object) -> None:
    store.records.put(SLACK_MEMBER, team, user, {"email": "Ann@Example.com", "belongs": True, **known}, person=user)


def test_one_person_has_the_names_of_every_door(store: Store, people: People) -> None:
    member(store, "T1", "U1")
    people.remember(TENANT, "oid", "Ann@example.com")
    assert people.identity("T1", "U1") == people.identity(TENANT, "oid") == ANN
    assert set(people.names("T1", "U1")) == {
        ("T1", "U1"), (TENANT, "oid"), ("local", ANN.person),
    }  # fmt: skip
    assert set(people.names(TENANT, "oid")) == set(people.names("T1", "U1"))


def test_by_an_address_alone_nobody_becomes_somebody_of_another_tenant(people: People) -> None:
    people.remember(TENANT, "oid", ANN.person)
    people.remember(OTHER, "else", ANN.person)
    assert people.identity(OTHER, "else") == Identity(OTHER, "else")
    assert people.names(OTHER, "else") == [(OTHER, "else")]
    assert (OTHER, "else") not in people.names(TENANT, "oid")


def test_who_has_an_address_now_is_who_signed_in_with_it_last(people: People) -> None:
    people.remember(TENANT, "left", ANN.person)
    people.remember(TENANT, "came", ANN.person)
    assert people.identity(TENANT, "came") == ANN
    assert people.identity(TENANT, "left") != ANN


@pytest.mark.parametrize(
    ("team", "known"),
    [
        ("T2", {}),
        ("T2", {"enterprise_user": {"enterprise_id": "E2"}}),
        ("T1", {"belongs": False}),
        ("T1", {"belongs": False, "enterprise_user": {"enterprise_id": "E1"}}),
    ],
)
def test_nobody_of_another_company_is_believed(
    store: Store, people: People, team: str, known: dict[str, object]
) -> None:
    member(store, team, "U1", **known)
    assert people.identity(team, "U1") == Identity(team, "U1")
    people.remember("11111111-1111-4111-8111-111111111111", "oid", ANN.person)
    assert people.names_of(ANN) == [("local", ANN.person)]


def test_a_workspace_of_an_own_organisation_is_own_after_slack_was_last_asked(store: Store, people: People) -> None:
    member(store, "T9", "U1", enterprise_user={"enterprise_id": "E1"})
    assert people.identity("T9", "U1") == ANN
    store.records.delete(SLACK_MEMBER, "T9")
    assert people.identity("T9", "U1") == ANN
    assert people.is_own("T9", "U1")
    assert not people.is_own("T9", "U2")
    assert not people.is_own("T2", "U1")


def test_a_workspace_that_is_own_no_more_is_believed_no_more(store: Store, people: People) -> None:
    member(store, "T1", "U1")
    people.identity("T1", "U1")
    now = People(store.records, slack=("T7",))
    assert now.identity("T1", "U1") == Identity("T1", "U1")
    assert now.names_of(ANN) == [("local", ANN.person)]


def test_what_somebody_decided_before_they_were_linked_stays_theirs(store: Store, people: People) -> None:
    learned = RuleStore(store, people)
    proof = {"state": "enabled", "surfaces": [], "learnt_at": 0.0}
    evidence = dict.fromkeys(RuleEvidence.__dataclass_fields__, 1)
    for name, wish in (("oid", StyleRule("no_exclamation")), (ANN.person, StyleRule("no_emoji"))):
        data = {"key": wish.key, "wish": vars(wish), "evidence": evidence, **proof}
        store.records.put("preference", TENANT, f"{name}/{wish.key}", data, person=name)
    learned.share_examples(Identity(TENANT, "oid"), shares=True)
    people.remember(TENANT, "oid", ANN.person)
    assert {rule.kind for rule in learned.enabled(people.identity(TENANT, "oid"))} == {"no_exclamation", "no_emoji"}
    assert learned.shares_examples(ANN)
    assert store.records.list("preference", workspace=TENANT) == []


@pytest.mark.parametrize("person", [shared_mailbox(ANN.person), "SHARED:Ann@example.com"])
def test_the_person_of_a_shared_mailbox_has_no_address_and_no_door_makes_anybody_them(
    store: Store, people: People, person: str
) -> None:
    people.remember(TENANT, "oid", ANN.person)
    assert people.addresses("local", person) == []
    assert not people.is_same(("local", person), ANN)
    people.remember(TENANT, "eve", person)
    member(store, "T1", "U9", email=person)
    for name in ((TENANT, "eve"), ("T1", "U9")):
        assert people.addresses(*name) == []
        assert not people.is_same(name, ("local", person))
