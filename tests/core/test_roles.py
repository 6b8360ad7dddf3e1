"""Roles by group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.roles import ROLES, Grant, Roles, parse_grant, roles_of, sees_all_figures

WRITTEN = ("administrator=it", "administrator@T1=leads", "analyst=controlling", "author=editors")
GRANTS = tuple(map(parse_grant, WRITTEN))


def test_a_grant_is_read() -> None:
    assert parse_grant(" author = Editors of EMEA ") == Grant("author", "Editors of EMEA")
    assert parse_grant("administrator@T1=g=1") == Grant("administrator", "g=1", "T1")


@pytest.mark.parametrize("wrong", ["", "author", "author=", "king=it", "author@T1=x", "administrator@=x", "=x"])
def test_what_is_no_grant_says_how_one_is_written(wrong: str) -> None:
    with pytest.raises(ValueError, match="role"):
        parse_grant(wrong)


def test_everybody_may_come_in_where_no_group_is_named_for_it() -> None:
    assert roles_of([], GRANTS) == Roles(frozenset({"person"}))
    staff = (*GRANTS, Grant("person", "staff"))
    assert roles_of([], staff) is None
    assert roles_of(["elsewhere"], staff) is None
    assert roles_of(["staff"], staff) == Roles(frozenset({"person"}))
    assert roles_of(["editors"], staff) == Roles(frozenset({"person", "author"}))


def test_an_administrator_of_one_workspace_is_none_of_another_and_one_of_all_is_of_all() -> None:
    assert roles_of(["leads"], GRANTS) == Roles(frozenset({"person", "administrator"}), frozenset({"T1"}))
    assert roles_of(["leads", "it"], GRANTS) == Roles(frozenset({"person", "administrator"}))


@given(st.sets(st.sampled_from(["it", "leads", "controlling", "editors", "x"])))
def test_more_groups_never_take_a_role_away(groups: set[str]) -> None:
    found = roles_of(groups, GRANTS)
    assert found is not None
    for group in groups:
        fewer = roles_of(groups - {group}, GRANTS)
        assert fewer is not None
        assert fewer.held <= found.held <= set(ROLES)


def test_fifty_thousand_groups_are_no_trouble() -> None:
    many = frozenset(f"group-{number}" for number in range(50_000)) | {"editors"}
    assert roles_of(many, GRANTS) == Roles(frozenset({"person", "author"}))


def test_everybody_sees_all_figures_until_a_group_is_named_for_it() -> None:
    assert sees_all_figures((), GRANTS[:2], is_administrator=False)
    assert not sees_all_figures({"person", "author"}, GRANTS, is_administrator=False)
    assert sees_all_figures({"analyst"}, GRANTS, is_administrator=False)
    assert sees_all_figures((), GRANTS, is_administrator=True)
