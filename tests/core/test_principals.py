"""Principals tell apart who may read."""

from core.principals import EVERYBODY, address_principal, group_principal, person_principal, workspace_principal


def test_the_same_name_of_another_kind_or_place_is_another_principal() -> None:
    made = [
        EVERYBODY,
        workspace_principal("T1"),
        person_principal("T1", "ann"),
        person_principal("T2", "ann"),
        address_principal("ann"),
        group_principal("T1", "ann"),
        group_principal("T2", "ann"),
    ]
    assert len(set(made)) == len(made)


def test_an_address_is_one_however_it_is_written() -> None:
    assert address_principal(" Ann@Example.org ") == address_principal("ann@example.org")
