"""Groups of people are asked for again where their sign-in is kept."""

from core.store import Store
from core.store.claims import claims_of, keep_claims
from integrations.graph.groups import refresh_groups
from integrations.graph.sign_in import GraphPerson, GraphSignIn
from tests.fakes.microsoft import FakeMicrosoft, Person, Refused


def said(microsoft: FakeMicrosoft, store: Store, person: Person) -> frozenset[str]:
    return claims_of(store.records, [(microsoft.tenant, person.oid)])


def test_who_left_a_group_is_in_it_no_more_though_they_never_sign_in_again(
    microsoft: FakeMicrosoft, store: Store, sign_in: GraphSignIn, bob: Person, signed_in: GraphPerson
) -> None:
    group, other = microsoft.group(bob), microsoft.group(bob)
    keep_claims(store.records, signed_in.tenant, bob.oid, {group})
    refresh_groups(sign_in, store.records, microsoft.tenant)
    assert said(microsoft, store, bob) == {group, other}
    microsoft.groups[group].clear()
    refresh_groups(sign_in, store.records, microsoft.tenant)
    assert said(microsoft, store, bob) == {group, other}, "once an hour is enough"
    store.records.delete("once", microsoft.tenant)
    refresh_groups(sign_in, store.records, microsoft.tenant)
    assert said(microsoft, store, bob) == {other}


def test_whose_account_has_ended_is_in_no_group(
    microsoft: FakeMicrosoft, store: Store, sign_in: GraphSignIn, bob: Person, signed_in: GraphPerson
) -> None:
    keep_claims(store.records, signed_in.tenant, bob.oid, {microsoft.group(bob)})
    bob.changes_password()
    refresh_groups(sign_in, store.records, microsoft.tenant)
    assert said(microsoft, store, bob) == frozenset()


def test_what_cannot_be_asked_now_or_of_whom_nothing_is_kept_stays(
    microsoft: FakeMicrosoft, store: Store, sign_in: GraphSignIn, bob: Person, signed_in: GraphPerson
) -> None:
    ann = microsoft.person("ann@example.org")
    for person in (ann, bob):
        keep_claims(store.records, signed_in.tenant, person.oid, {"g"})
    microsoft.faults.add("POST */oauth2/v2.0/token", Refused(503), times=9)
    refresh_groups(sign_in, store.records, microsoft.tenant)
    assert said(microsoft, store, ann) == said(microsoft, store, bob) == {"g"}
