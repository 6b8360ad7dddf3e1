"""The ledger of effects and files, on both databases."""

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
