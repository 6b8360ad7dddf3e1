"""What models cost: written once per call, and summed for a person, a workspace and a stretch of time."""

from dataclasses import replace

import sqlalchemy as sa

from core.store import Store
from core.store.rows import now
from core.store.tables import model_calls
from core.store.usage import ModelCall, Spent


def call(person: str = "ann", workspace: str = "w", *, tokens: int = 10, usd: float = 0.5) -> ModelCall:
    return ModelCall("job", workspace, person, "reply", "big", "gpt", False, tokens, 1, usd, 0.2, "ok")


def test_sums_are_kept_apart_by_workspace_and_person(store: Store) -> None:
    store.usage.add([call(), call(), call("bob", tokens=100), call(workspace="other")])
    assert store.usage.spent("w", since=0.0) == Spent(10 + 10 + 100 + 3, 1.5)
    assert store.usage.spent_by([("w", "ann")], since=0.0) == Spent(22, 1.0)
    assert store.usage.spent_by([("w", "ann"), ("other", "ann"), ("w", "cat")], since=0.0) == Spent(33, 1.5)
    assert store.usage.spent_by([("w", "nobody")], since=0.0) == Spent(0, 0.0)


def test_what_was_used_before_does_not_count(store: Store) -> None:
    store.usage.add([call()])
    with store.database.write() as connection:
        connection.execute(sa.update(model_calls).values(created_at=now - 100.0))
        moment = connection.execute(sa.select(now)).scalar_one()
    store.usage.add([call(tokens=4)])
    assert store.usage.spent("w", since=moment - 50.0).tokens == 5
    assert store.usage.spent("w", since=moment - 150.0).tokens == 16


def test_no_calls_are_no_transaction(store: Store) -> None:
    store.usage.add([])
    assert store.usage.spent("w", since=0.0) == Spent(0, 0.0)


def test_a_call_that_a_server_says_nonsense_of_keeps_back_no_other(store: Store) -> None:
    store.usage.add([call(tokens=10**12), call("bob"), replace(call("cat"), model="mini\0")])
    assert store.usage.spent_by([("w", "bob")], since=0.0) == Spent(11, 0.5)
    assert store.usage.spent_by([("w", "ann")], since=0.0).tokens >= 10**9
    assert store.usage.spent("w", since=0.0).usd == 1.5
