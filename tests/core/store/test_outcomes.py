"""The ledger of effects, files and outcomes, on both databases."""

import pytest

from core.errors import NotFoundError
from core.store import Store
from tests.core.store.test_leases import claimed


def test_an_intention_is_kept_from_the_first_try(store: Store) -> None:
    job = claimed(store)
    assert store.effects.intend(job, "post", {"key": 1}) == ("intended", {"key": 1})
    assert store.effects.intend(job, "post", {"key": 2}) == ("intended", {"key": 1})


def test_a_confirmed_effect_is_found_again(store: Store) -> None:
    job = claimed(store)
    store.effects.intend(job, "post", {})
    store.effects.confirm(job, "post", {"ts": "1.2"})
    assert store.effects.intend(job, "post", {}) == ("confirmed", {"ts": "1.2"})
    assert store.effects.get_detail(job, "post") == {"ts": "1.2"}
    assert store.effects.get_detail(job, "other") == {}


def test_a_file_is_replaced_by_its_second_version(store: Store) -> None:
    job = claimed(store)
    store.effects.put_file(job, "result.docx", b"one")
    store.effects.put_file(job, "result.docx", b"two")
    assert store.effects.get_file(job, "result.docx") == b"two"
    with pytest.raises(NotFoundError):
        store.effects.get_file(job, "other")


def test_an_outcome_is_stored_sealed(store: Store) -> None:
    job = claimed(store)
    store.effects.add_outcome(job, "edited", person="ann", distance=0.25, detail={"text": "canary"})
    with store.database.read() as connection:
        row = connection.exec_driver_sql("SELECT outcome, distance, detail FROM outcome").one()
    assert (row.outcome, row.distance) == ("edited", 0.25)
    assert b"canary" not in bytes(row.detail)
