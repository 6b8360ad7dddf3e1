"""API tokens: shown once, kept as keyed hashes, for some scopes and some time."""

import hashlib

import pytest
import sqlalchemy as sa

from core.errors import InputError
from core.store import Store
from core.store.purge import purge_person
from core.store.tables import api_tokens


def test_a_token_is_found_by_what_its_holder_sends_and_by_nothing_else(store: Store) -> None:
    token, text = store.tokens.add("local", "ann@example.com", name="ci", scopes=["report", "jobs"], days=30)
    _, other = store.tokens.add("local", "bob@example.com", name="ci", scopes=["jobs"], days=None)
    found = store.tokens.find(text)
    assert found
    assert (found.person, sorted(found.scopes)) == ("ann@example.com", ["jobs", "report"])
    mixed = "_".join([*text.split("_")[:2], other.split("_", 2)[2]])
    for wrong in ("", "inlaid_", text[:-1], text + "x", mixed, text.swapcase(), "inlaid_" + "0" * 12 + "_" + "a" * 43):
        assert store.tokens.find(wrong) is None
    assert store.tokens.list()[-1].last_used_at
    assert store.tokens.revoke(token.id)
    assert store.tokens.find(text) is None
    assert not store.tokens.revoke(token.id)


def test_the_database_holds_neither_the_token_nor_its_bare_hash(store: Store) -> None:
    _, text = store.tokens.add("local", "ann", name="ci", scopes=["jobs"], days=30)
    secret = text.split("_", 2)[2]
    with store.database.read() as connection:
        row = str(connection.execute(sa.select(api_tokens)).one())
    assert secret not in row
    assert hashlib.sha256(secret.encode()).hexdigest() not in row
    assert secret not in str(list(store.audit.walk()))


def test_a_token_ends_by_itself(store: Store) -> None:
    token, text = store.tokens.add("local", "ann", name="ci", scopes=["jobs"], days=1)
    assert store.tokens.holds(token.id)
    with store.database.write() as connection:
        connection.execute(sa.update(api_tokens).values(expires_at=store.database.now_seconds() - 1))
    assert store.tokens.find(text) is None
    assert store.tokens.holds(token.id) is None


def test_making_and_revoking_is_written_down_and_a_purge_revokes(store: Store) -> None:
    _, text = store.tokens.add("local", "ann", name="ci", scopes=["jobs"], days=30)
    assert [one.thing for one in store.audit.walk()] == ["ci (ann)"]  # for whom it is, not who made it
    purge_person(store.records, [("local", "ann")])
    assert store.tokens.find(text) is None
    assert [one.entry.action for one in store.audit.walk()] == ["token.added", "token.revoked", "person.purged"]


@pytest.mark.parametrize(
    "changes",
    [
        {"person": " "},
        {"name": ""},
        {"name": "x" * 61},
        {"scopes": []},
        {"scopes": ["all"]},
        {"days": 0},
        {"days": 9999},
    ],
)
def test_what_cannot_be_a_token_is_refused(store: Store, changes: dict[str, object]) -> None:
    given: dict[str, object] = {"person": "ann", "name": "ci", "scopes": ["jobs"], "days": 30, **changes}
    person = str(given.pop("person"))
    with pytest.raises(InputError):
        store.tokens.add("local", person, **given)  # type: ignore[arg-type]
