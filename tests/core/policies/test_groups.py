"""The groups of a person, for settings that name one."""

import pytest

from core.people import load_people
from core.policies.groups import load_groups
from core.settings import Settings
from core.store import Store

FINANCE = """
[group.finance]
members = ["ann@example.com"]

[group.board]
groups = ["finance"]
"""


def test_groups_are_those_of_the_policies_and_roles(settings: Settings, sqlite_store: Store) -> None:
    (settings.home / "policies.toml").write_text(FINANCE)
    groups = load_groups(settings, sqlite_store.records, load_people(settings, sqlite_store.records))
    assert groups.of("local", "ann@example.com") == {"person", "finance", "board"}
    assert groups.of("local", "bob@example.com") == {"person"}
    assert groups.unknown(["finance", "board", "administrator", "", "fnance"]) == {"fnance"}


@pytest.mark.parametrize("text", ["", "not toml ["])
def test_without_policies_that_can_be_read_no_group_is_known(
    text: str, settings: Settings, sqlite_store: Store
) -> None:
    (settings.home / "policies.toml").write_text(text)
    groups = load_groups(settings, sqlite_store.records, load_people(settings, sqlite_store.records))
    assert groups.unknown(["finance", "analyst"]) == {"finance"}
    assert groups.of("local", "ann@example.com") == {"person"}
