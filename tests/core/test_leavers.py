"""What somebody who leaves has open ends at once, on every door, and nothing of others."""

import pytest

from core.errors import ForbiddenError, NotFoundError
from core.job import JobRequest
from core.leavers import Ended, disable_person, find_leaver
from core.people import People
from core.sources.model import Source
from core.sources.store import SourceStore
from core.store import Store
from core.store.sessions import SessionPerson, Sessions
from core.store.tokens import TokenStore
from tests.core.insight.making import finished_job

TENANT = "tenant-1"


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


@pytest.fixture
def people(store: Store) -> People:
    """Ann, who signed in at Microsoft and in Slack with one address, and Bob."""
    known = People(store.records, believes_slack=True, tenants=[TENANT])
    known.remember(TENANT, "oid-ann", "ann@example.com")
    known.remember(TENANT, "oid-bob", "bob@example.com")
    store.records.put("slack_member", "T1", "U1", {"email": "ann@example.com"}, person="U1")
    known.meet("T1", "U1")
    return known


def open_things(store: Store) -> None:
    """Give Ann and Bob a session, a token, a job that waits and one that has ended."""
    for person in ("ann", "bob"):
        Sessions(store.records).open(SessionPerson(TENANT, f"oid-{person}", "microsoft"))
        TokenStore(store.records).add("local", f"{person}@example.com", name="x", scopes=["jobs"], days=None)
        workspace, key = ("T1", "U1") if person == "ann" else (TENANT, "oid-bob")
        store.jobs.add(JobRequest("reply", {"message": "Hi"}, "api", key, workspace=workspace))
        finished_job(store, person=key, workspace=workspace)


def test_all_that_is_open_ends_and_nothing_of_others(store: Store, people: People) -> None:
    open_things(store)
    assert disable_person(store, people, people.find("ann@example.com")) == Ended(sessions=1, tokens=1, jobs=1)
    assert [job.state for job in store.jobs.list(workspace="T1", person="U1")] == ["delivered", "cancelled"]
    assert [job.state for job in store.jobs.list(workspace=TENANT, person="oid-bob")] == ["delivered", "queued"]
    assert [one.person for one in TokenStore(store.records).list()] == ["bob@example.com"]
    assert len(Sessions(store.records).of(TENANT, "oid-bob")) == 1
    assert disable_person(store, people, people.find("ann@example.com")) == Ended(0, 0, 0)


def test_what_is_read_with_their_sign_in_is_read_no_more(store: Store, people: People) -> None:
    kept = SourceStore(store.database, store.records.cipher)
    added = [
        kept.add(Source("", TENANT, person, "onedrive", "Files", options, every_seconds=3600))
        for person, options in (
            ("oid-ann", {"account": "a"}),
            ("oid-ann", {"path": "/srv"}),
            ("oid-bob", {"account": "b"}),
        )
    ]
    assert disable_person(store, people, people.find("ann@example.com")).sources == 1
    stands = [kept.get(source.id) for source in added]
    assert [status.source.state for status in stands] == ["paused", "active", "active"]
    assert stands[0].due_at is None


def test_every_door_is_shut_until_it_is_opened_again(store: Store, people: People) -> None:
    disable_person(store, people, people.find("ann@example.com"))
    for name in ((TENANT, "oid-ann"), ("T1", "U1"), ("local", "Ann@Example.com")):
        with pytest.raises(ForbiddenError, match="ended"):
            people.require_enabled(*name)
    people.require_enabled(TENANT, "oid-bob")
    people.require_enabled("local", "nobody")
    assert people.find("ann@example.com").is_disabled
    assert [one.title for one in people.everybody() if one.is_disabled] == ["ann@example.com"]
    assert people.enable(people.find("ann@example.com"))
    assert not people.enable(people.find("ann@example.com"))
    done = [shown.entry.action for shown in store.audit.walk()]
    assert [action for action in done if action.startswith("person.") and action.endswith("abled")] == [
        "person.disabled", "person.enabled",
    ]  # fmt: skip
    people.require_enabled("T1", "U1")


def test_a_new_door_of_the_same_person_is_shut_too(store: Store, people: People) -> None:
    disable_person(store, people, people.find("ann@example.com"))
    store.records.put("slack_member", "T1", "U9", {"email": "ann@example.com"}, person="U9")
    people.meet("T1", "U9")
    assert people.is_disabled("T1", "U9")


def test_putting_together_and_telling_apart_opens_no_door(store: Store, people: People) -> None:
    disable_person(store, people, people.find("ann@example.com"))
    people.merge(people.find("bob@example.com"), people.find("ann@example.com"))
    assert people.is_disabled(TENANT, "oid-bob")
    people.split("T1", "U1")
    assert people.is_disabled("T1", "U1")


def test_who_has_but_an_unused_token_can_be_shut_out(store: Store, people: People) -> None:
    _, text = TokenStore(store.records).add("local", "cara@example.com", name="x", scopes=["jobs"], days=None)
    with pytest.raises(NotFoundError):
        find_leaver(store, people, "cara@example.org")
    assert disable_person(store, people, find_leaver(store, people, "local/cara@example.com")).tokens == 1
    assert TokenStore(store.records).find(text) is None
    assert people.is_disabled("local", "cara@example.com")


def test_an_address_in_capitals_is_that_of_the_same_tokens(store: Store, people: People) -> None:
    tokens = TokenStore(store.records)
    for name in ("new", "earlier"):
        tokens.add("local", "Cara@example.com", name=name, scopes=["jobs"], days=None)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE api_token SET person = 'Cara@Example.com' WHERE name = 'earlier'")
    assert disable_person(store, people, find_leaver(store, people, "Cara@Example.com")).tokens == 2


def test_who_comes_in_by_a_token_of_the_environment_is_known_from_then_on(store: Store, people: People) -> None:
    assert people.let_in("local", "Dan@example.com") == ("local", "dan@example.com")
    disable_person(store, people, people.find("dan@example.com"))
    with pytest.raises(ForbiddenError, match="ended"):
        people.let_in("local", "dan@example.com")
