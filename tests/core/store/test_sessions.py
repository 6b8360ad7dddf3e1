"""Sessions: begun, listed, ended, and asked after at the provider each hour."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.audit.acting import acting
from core.errors import CredentialError, OutageError
from core.store import Store
from core.store.claims import claims_of
from core.store.sessions import CHECK_SECONDS, LIFE_SECONDS, RETRY_SECONDS, Renewal, SessionPerson, Sessions

ANN = SessionPerson("login.example.com", "ann", "openid", "Ann", "ann@example.com", groups=("staff",), account="r1")


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


class Provider:
    """What is asked about accounts: counts, and answers as it is set."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: Exception | None = None
        self.groups = ("staff", "leads")

    def renew(self, who: SessionPerson) -> SessionPerson:
        self.asked.append(who.account)
        if self.error:
            raise self.error
        return replace(who, groups=self.groups, account=f"r{len(self.asked) + 1}")


def sessions_of(store: Store, renew: Renewal, clock: Clock) -> Sessions:
    return Sessions(store.records, {"openid": renew}, clock=clock)


def test_an_account_is_asked_for_again_after_an_hour_and_not_before(store: Store) -> None:
    clock, provider = Clock(), Provider()
    sessions = sessions_of(store, provider.renew, clock)
    secret = sessions.open(ANN)
    clock.now += CHECK_SECONDS - 1
    assert sessions.find(secret) == ANN
    assert provider.asked == []
    clock.now += 2
    assert sessions.find(secret) == replace(ANN, groups=("staff", "leads"), account="r2")
    assert sessions.find(secret) == replace(ANN, groups=("staff", "leads"), account="r2")
    clock.now += CHECK_SECONDS
    sessions.find(secret)
    assert provider.asked == ["r1", "r2"]


def test_a_session_ends_with_the_account(store: Store) -> None:
    clock, provider = Clock(), Provider()
    sessions = sessions_of(store, provider.renew, clock)
    secret = sessions.open(ANN)
    provider.error = CredentialError("gone", fix="none")
    clock.now += CHECK_SECONDS
    assert sessions.find(secret) is None
    provider.error = None
    assert sessions.find(secret) is None
    assert sessions.of(ANN.workspace, ANN.person) == []


def test_a_provider_that_is_down_ends_nobody_and_is_asked_again_soon(store: Store) -> None:
    clock, provider = Clock(), Provider()
    sessions = sessions_of(store, provider.renew, clock)
    secret = sessions.open(ANN)
    provider.error = OutageError("down", fix="wait")
    clock.now += CHECK_SECONDS
    assert sessions.find(secret) == ANN
    assert sessions.find(secret) == ANN
    assert len(provider.asked) == 1
    clock.now += RETRY_SECONDS
    sessions.find(secret)
    assert len(provider.asked) == 2


def test_of_many_requests_at_once_one_asks(store: Store) -> None:
    clock, provider = Clock(), Provider()
    sessions = sessions_of(store, provider.renew, clock)
    secret = sessions.open(ANN)
    clock.now += CHECK_SECONDS
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: sessions.find(secret), range(24)))
    assert {who.person for who in found if who} == {"ann"}
    assert len(provider.asked) == 1


def test_who_signs_out_while_the_provider_is_asked_stays_signed_out(store: Store) -> None:
    clock = Clock()

    def renew(who: SessionPerson) -> SessionPerson:
        sessions.close(secret)
        return who

    sessions = sessions_of(store, renew, clock)
    secret = sessions.open(ANN)
    clock.now += CHECK_SECONDS
    sessions.find(secret)
    assert sessions.find(secret) is None


def test_the_renewal_cannot_make_somebody_else_of_a_session(store: Store) -> None:
    clock = Clock()
    sessions = sessions_of(store, lambda who: replace(who, person="boss", workspace="elsewhere"), clock)
    secret = sessions.open(ANN)
    clock.now += CHECK_SECONDS
    assert sessions.find(secret) == ANN


def test_asking_again_does_not_lengthen_a_session(store: Store) -> None:
    clock, provider = Clock(), Provider()
    sessions = sessions_of(store, provider.renew, clock)
    secret = sessions.open(ANN)
    clock.now += LIFE_SECONDS - 0.05
    assert sessions.find(secret) is not None
    deadline = time.monotonic() + 5
    while sessions.find(secret) is not None:
        assert time.monotonic() < deadline


@pytest.mark.parametrize("way", ["token", "here", "microsoft", "pane"])
def test_ways_that_no_provider_vouches_for_are_not_asked_after(store: Store, way: str) -> None:
    clock, provider = Clock(), Provider()
    sessions = sessions_of(store, provider.renew, clock)
    who = SessionPerson("local", "ann@example.com", way)  # type: ignore[arg-type]
    secret = sessions.open(who)
    clock.now += 2 * CHECK_SECONDS
    assert sessions.find(secret) == who
    assert provider.asked == []


def test_a_pane_opened_again_in_one_browser_has_one_session_and_shares_it_with_nobody(store: Store) -> None:
    clock = Clock()
    sessions = Sessions(store.records, clock=clock)
    ann, ben = replace(ANN, way="here", groups=()), replace(ANN, way="here", groups=(), person="ben", name="Ben")
    browser, other_browser, bens = (sessions.open(who) for who in (ann, ann, ben))
    pane, _ = sessions.open_pane(browser, ann, device="Chrome")
    clock.now += 60
    assert sessions.open_pane(browser, ann, device="Chrome") == (pane, LIFE_SECONDS - 60)
    assert sessions.find(pane) == replace(ann, way="pane")
    secrets = {pane, sessions.open_pane(other_browser, ann)[0], sessions.open_pane(bens, ben)[0]}
    # The same browser, should its sign-in ever be somebody else's or by another token.
    secrets |= {sessions.open_pane(browser, who)[0] for who in (ben, replace(ann, proof="other"))}
    assert len(secrets) == 5
    found = [sessions.find(secret) for secret in secrets]
    assert sorted(who.person for who in found if who) == ["ann", "ann", "ann", "ben", "ben"]


def test_a_pane_whose_session_was_ended_gets_another_and_the_ended_secret_stays_out(store: Store) -> None:
    sessions = Sessions(store.records)
    here = replace(ANN, way="here", groups=())
    browser = sessions.open(here)
    ended, _ = sessions.open_pane(browser, here)
    sessions.close(ended)
    anew, seconds = sessions.open_pane(browser, here)
    assert (anew != ended, seconds) == (True, LIFE_SECONDS)
    assert sessions.find(ended) is None
    assert sessions.find(anew) == replace(here, way="pane")


def test_the_session_of_a_pane_ends_with_the_sign_in_of_its_browser(store: Store) -> None:
    sessions = Sessions(store.records)
    here = replace(ANN, way="here", groups=())
    browser = sessions.open(here)
    pane, _ = sessions.open_pane(browser, here)
    assert sessions.find(pane)
    sessions.close(browser)
    assert sessions.find(pane) is None


def test_sessions_are_listed_newest_first_and_only_their_person_ends_them(store: Store) -> None:
    clock = Clock()
    sessions = Sessions(store.records, clock=clock)
    first = sessions.open(ANN, device="Firefox " * 50)
    clock.now += 1
    second = sessions.open(ANN, device="Edge")
    assert next(one.device for one in sessions.of(ANN.workspace, "ann")) == "Edge"
    listed = sessions.of(ANN.workspace, "ann")
    assert not sessions.revoke(ANN.workspace, "bob", listed[0].id)
    assert not sessions.revoke("elsewhere", "ann", listed[0].id)
    assert sessions.revoke(ANN.workspace, "ann", listed[0].id)
    assert sessions.find(second) is None
    assert sessions.find(first) == ANN
    assert sessions.find("guess") is None
    assert sessions.find("") is None


def test_the_groups_of_the_sign_in_stay_with_the_person_and_follow_each_check(store: Store) -> None:
    clock, provider = Clock(), Provider()
    sessions = sessions_of(store, provider.renew, clock)
    secret = sessions.open(ANN)
    name = (ANN.workspace, ANN.person)
    assert claims_of(store.records, [name]) == {"staff"}
    clock.now += CHECK_SECONDS
    sessions.find(secret)
    assert claims_of(store.records, [name]) == {"staff", "leads"}
    provider.error = CredentialError("gone", fix="none")
    clock.now += CHECK_SECONDS
    assert sessions.find(secret) is None
    assert claims_of(store.records, [name]) == {"staff", "leads"}


def test_who_came_by_a_token_says_nothing_of_their_groups(store: Store) -> None:
    sessions = Sessions(store.records)
    sessions.open(SessionPerson("tenant", "oid", "microsoft", groups=("Finance",), account="a"))
    sessions.open(SessionPerson("tenant", "oid", "microsoft"))
    sessions.open(SessionPerson("tenant", "oid", "token"))
    assert claims_of(store.records, [("tenant", "oid")]) == {"Finance"}


def test_who_looks_after_the_workspace_of_somebody_sees_that_they_signed_in(store: Store) -> None:
    with acting("console"):
        Sessions(store.records).open(ANN)
    [entry] = [shown.entry for shown in store.audit.walk() if shown.entry.action == "session.opened"]
    assert entry.workspace == ANN.workspace
