import pytest

from core.policies.rules import Group, matches


@pytest.mark.parametrize(
    ("name", "listed", "is_on"),
    [
        ("reply", ("summarize", "reply"), True),
        ("reply", ("rep*",), True),
        ("Reply", ("reply",), False),
        ("reply", (), False),
        ("ada@example.com", ("*@example.com",), True),
        ("[x]", ("[x]",), True),
    ],
)
def test_a_name_is_on_a_list_as_it_is_or_by_a_star(name: str, listed: tuple[str, ...], is_on: bool) -> None:
    assert matches(name, listed) is is_on


def test_addresses_of_members_are_kept_in_small_letters_and_other_names_as_they_are() -> None:
    group = Group(members=("Ada@Example.COM", "T1/U1", "*"))
    assert group.members == ("ada@example.com", "T1/U1", "*")
