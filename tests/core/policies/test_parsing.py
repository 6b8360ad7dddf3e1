"""What an administrator reads when their policies cannot be used, and what is noticed although they can."""

import pytest

from core.errors import PolicyError
from core.policies.parsing import parse_policies, warnings_of


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "is empty"),
        ("# only a remark\n\n", 1, "is empty"),
        ('[group.a]\nmembers = ["a@b.c"\n', 2, "is not valid TOML on line 2: "),
        ('ask = "x"\n[group.a\n', 2, "is not valid TOML on line 2: "),
        ("[group.a]\n\nrecipe = {}\n", 3, "group.a.recipe: unknown key; did you mean recipes?"),
        ("[group.a]\nrecipes = { alow = [] }\n", 2, "group.a.recipes.alow: unknown key; did you mean allow?"),
        ('[[group]]\nname = "staff"\n', 1, "group: write [group.NAME], not [[group]]"),
        ("[[installation]]\nlearning = true\n", 1, "installation: write [installation], not [[installation]]"),
        ('[group.a]\nlearning = "no"\n', 2, "group.a.learning: input should be a valid boolean, got 'no'"),
        (
            '[group.a.budget]\ntokens_per_day = "5"\n',
            2,
            "group.a.budget.tokens_per_day: input should be a valid integer",
        ),
        ("[group.a.budget]\nusd_per_day = -1\n", 2, "group.a.budget.usd_per_day"),
        ('[group.a]\nmembers = ["ada"]\n', 2, "'ada' is not a person; write an address"),
        ('[group."a b"]\ntitle = "x"\n', 1, "group.a b"),
        ("[workspace]\nT1 = 5\n", 2, "workspace.T1"),
        (
            '[group.c]\n[group.a]\ngroups = ["b"]\n[group.b]\ngroups = ["a"]\n',
            3,
            "group.a.groups: a includes b includes a; take one of these out",
        ),
        ('[group.a]\ngroups = ["a"]\n', 2, "a includes a"),
    ],
)
def test_bad_policies_are_refused_with_line_key_and_fix(text: str, line: int, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policies(text, "policies.toml")
    assert caught.value.line == line
    assert words in caught.value.message
    assert "policies.toml" in caught.value.message
    assert "?." not in caught.value.message
    assert caught.value.fix


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policies("[group.a]\nlearning = 1\n[group.b]\nlearnin = true\n", "policies.toml")
    assert "line 2: group.a.learning" in caught.value.message
    assert "line 4: group.b.learnin: unknown key; did you mean learning?" in caught.value.message


def test_half_of_a_file_is_never_taken_for_the_whole() -> None:
    """Wherever the writing stopped within the last statement, the file is refused."""
    whole = '[installation.recipes]\nallow = ["reply", "summarize"]\n'
    for length in range(whole.index("=") + 1, len(whole) - 2):
        with pytest.raises(PolicyError):
            parse_policies(whole[:length], "policies.toml")


def test_groups_may_include_groups_by_many_ways() -> None:
    """A group that is reached by two ways is no cycle, and a long chain is no recursion."""
    text = '[group.a]\ngroups = ["b", "c"]\n[group.b]\ngroups = ["d"]\n[group.c]\ngroups = ["d"]\n[group.d]\n'
    assert [*parse_policies(text, "p").group] == ["a", "b", "c", "d"]
    chain = "".join(f'[group.g{number}]\ngroups = ["g{number + 1}"]\n' for number in range(3000))
    assert len(parse_policies(chain + "[group.g3000]\n", "p").group) == 3001


def test_what_bears_no_name_is_warned_of_with_the_nearest() -> None:
    text = """\
[installation]
models = { deny = ["gpt-5"], regions = ["ue"] }
[group.finance]
members = ["*"]
groups = ["controling"]
recipes = { allow = ["sumarize", "tr*"] }
[group.controlling]
"""
    file = parse_policies(text, "p")
    known = {"recipes": ["summarize", "reply"], "models": ["small", "gpt-4"], "regions": ["eu"]}
    found = [(warning.line, warning.text) for warning in warnings_of(file, text, known)]
    assert found == [
        (5, "group.finance.groups: there is no group controling; did you mean controlling?"),
        (7, "group.controlling: nobody is in it; give it claims, members, roles or groups"),
        (2, "installation.models.deny: there is no model gpt-5; did you mean gpt-4?"),
        (2, "installation.models.regions: there is no region ue; known are eu"),
        (6, "group.finance.recipes.allow: there is no recipe sumarize; did you mean summarize?"),
    ]


def test_a_surface_that_is_not_here_is_warned_of_and_the_other_rules_hold() -> None:
    text = '[group.a]\nmembers = ["*"]\nsurfaces = { deny = ["mattermost", "slakc", "w*"] }\n'
    file = parse_policies(text, "p")
    assert file.group["a"].surfaces.deny == ("mattermost", "slakc", "w*")
    found = [warning.text for warning in warnings_of(file, text, {"surfaces": ["slack", "word"]})]
    assert found == [
        "group.a.surfaces.deny: there is no surface mattermost; known are slack, word",
        "group.a.surfaces.deny: there is no surface slakc; did you mean slack?",
    ]


def test_names_are_not_looked_at_where_there_is_no_list_of_them() -> None:
    text = '[installation]\nsources = { deny = ["wiki"] }\n'
    assert warnings_of(parse_policies(text, "p"), text, {}) == []


def test_fifty_thousand_members_may_be_listed() -> None:
    listed = ",\n".join(f'"member{number}@example.com"' for number in range(50_000))
    file = parse_policies(f"[group.all]\nmembers = [\n{listed}\n]\n", "p")
    assert len(file.group["all"].members) == 50_000
