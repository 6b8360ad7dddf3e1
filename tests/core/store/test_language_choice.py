import pytest

from core.errors import InputError
from core.people import Identity
from core.store import Store
from core.store.language_choice import choose_language, chosen_language

ANN, BOB = Identity("local", "ann"), Identity("local", "bob")


def test_nobody_has_chosen_at_first(store: Store) -> None:
    assert chosen_language(store.records, ANN) == ""


def test_a_choice_is_its_person_s_alone_and_can_be_taken_back(store: Store) -> None:
    choose_language(store.records, ANN, "de")
    assert (chosen_language(store.records, ANN), chosen_language(store.records, BOB)) == ("de", "")
    choose_language(store.records, ANN, "")
    assert chosen_language(store.records, ANN) == ""


def test_a_language_without_a_catalogue_cannot_be_chosen(store: Store) -> None:
    choose_language(store.records, ANN, "de")
    with pytest.raises(InputError, match="not there"):
        choose_language(store.records, ANN, "tlh")
    assert chosen_language(store.records, ANN) == "de"


def test_a_language_whose_catalogue_has_gone_counts_as_none(store: Store) -> None:
    store.records.put("language_choice", "local", "ann", {"language": "tlh"}, person="ann")
    assert chosen_language(store.records, ANN) == ""
