"""Which sections hold for a person, and what these say together."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import PolicyRefused
from core.policies.parsing import parse_policies
from core.policies.resolution import NO_POLICY, PersonFacts, PersonPolicy, PolicySet
from core.policies.rules import Rules

ADA = PersonFacts(
    "T1",
    addresses=frozenset({"ada@example.com"}),
    names=frozenset({"T1/U1", "tenant/oid"}),
    claims=frozenset({"Finance"}),
    roles=frozenset({"person", "analyst"}),
)


@dataclass(frozen=True)
class Endpoint:
    name: str
    model: str = ""
    region: str = ""
    is_local: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.name, self.model)))


def policy(text: str, facts: PersonFacts = ADA) -> PersonPolicy:
    return PolicySet(parse_policies(text, "p")).of(facts)


def groups(found: PersonPolicy) -> dict[str, str]:
    return {section.name: section.because for section in found.sections if section.level == "group"}


def test_without_policies_everything_is_allowed() -> None:
    for found in (NO_POLICY, policy("[installation]"), policy('[group.a]\nmembers=["bob@x.y"]\nrecipes={allow=[]}')):
        assert found.recipe("compose") is None
        assert found.surface("slack") is None
        assert found.model(Endpoint("gpt")) is None
        assert found.mailbox("imap", "ada@example.com") is None
        assert found.source("wiki") is None
        assert found.learning() is None
        assert found.tokens_per_day() is None


@pytest.mark.parametrize(
    ("given_by", "because"),
    [
        ('claims = ["Sales", "Finance"]', "claim Finance"),
        ('members = ["Ada@Example.com"]', "member ada@example.com"),
        ('members = ["*@example.com"]', "member *@example.com"),
        ('members = ["T1/U1"]', "member T1/U1"),
        ('members = ["*"]', "member *"),
        ('roles = ["analyst"]', "role analyst"),
        ('members = ["*@ample.com", "bob@example.com"]\nclaims = ["finance"]\nroles = ["author"]', None),
    ],
)
def test_a_person_is_in_a_group_by_claim_address_or_role(given_by: str, because: str | None) -> None:
    assert groups(policy(f"[group.a]\n{given_by}\n")).get("a") == because


def test_who_is_in_a_group_is_in_those_that_include_it() -> None:
    text = '[group.all]\ngroups=["money"]\n[group.money]\ngroups=["fin"]\n[group.fin]\nclaims=["Finance"]\n[group.x]\n'
    assert groups(policy(text)) == {"all": "includes money", "money": "includes fin", "fin": "claim Finance"}


def test_a_denial_wins_over_what_others_allow() -> None:
    text = '[group.a]\nmembers=["*"]\nrecipes={allow=["*"]}\n[group.b]\nmembers=["*"]\nrecipes={deny=["compose"]}\n'
    refused = policy(text).recipe("compose")
    assert refused
    assert refused.to_json()["rule"] == "group.b.recipes.deny"
    assert policy(text).recipe("reply") is None


def test_the_lists_of_all_groups_are_one_and_each_level_narrows() -> None:
    text = """
[installation]
recipes = { allow = ["reply", "summarize", "title"] }
[workspace.T1]
recipes = { allow = ["reply", "summarize", "compose"] }
[group.a]
members = ["*"]
recipes = { allow = ["reply", "compose"] }
[group.b]
members = ["*"]
recipes = { allow = ["summarize", "title"] }
[group.c]
members = ["*"]
"""
    found = policy(text)
    allowed = {name for name in ("reply", "summarize", "title", "compose", "scan") if found.recipe(name) is None}
    assert allowed == {"reply", "summarize"}
    why = {name: refusal.to_json()["rule"] for name in ("title", "compose") if (refusal := found.recipe(name))}
    assert why == {"title": "workspace.T1.recipes.allow", "compose": "installation.recipes.allow"}


def test_the_rules_of_a_workspace_hold_for_what_comes_through_it() -> None:
    text = '[workspace.T1]\nsurfaces = { deny = ["slack"] }\n'
    assert policy(text).surface("slack")
    assert policy(text, PersonFacts("T2")).surface("slack") is None


def test_models_are_allowed_by_name_region_and_place() -> None:
    local, europe = Endpoint("small", is_local=True), Endpoint("gpt-eu", "gpt-5", "eu")
    america, nowhere = Endpoint("gpt-us", "gpt-5", "us"), Endpoint("other")
    everywhere = [local, europe, america, nowhere]

    def allowed(rules: str) -> list[str]:
        found = policy(f"[installation]\nmodels = {{ {rules} }}\n")
        return [endpoint.name for endpoint in everywhere if found.model(endpoint) is None]

    assert allowed('regions = ["eu"]') == ["small", "gpt-eu"]
    assert allowed("local_only = true") == ["small"]
    assert allowed('allow = ["gpt-5"]') == ["gpt-eu", "gpt-us"]
    assert allowed('deny = ["gpt-*"]') == ["small", "other"]
    assert allowed("regions = []") == ["small"]


def test_a_mailbox_is_known_by_kind_and_address() -> None:
    text = '[group.a]\nmembers=["*"]\nmailboxes = { allow = ["graph", "*@example.com"] }\n'
    assert policy(text).mailbox("imap", "Ada@Example.com") is None
    assert policy(text).mailbox("graph", "x@else.where") is None
    assert policy(text).mailbox("imap", "x@else.where")


def test_of_budgets_the_largest_of_the_groups_and_the_smallest_of_the_levels_holds() -> None:
    text = """
ask = "it@example.com"
[installation]
budget = { tokens_per_day = 900 }
[group.a]
members = ["*"]
budget = { tokens_per_day = 100, usd_per_day = 1 }
[group.b]
members = ["*"]
title = "Bees"
budget = { tokens_per_day = 500 }
"""
    tokens, usd = policy(text).tokens_per_day(), policy(text).usd_per_day()
    assert tokens
    assert (tokens.most, tokens.rule) == (500, "budget.tokens_per_day of the group Bees")
    assert usd
    assert (usd.most, usd.ask) == (1.0, "it@example.com")


@pytest.mark.parametrize(
    ("ask", "asked"),
    [("", "your administrator"), ('ask = "it@x.y"\n', "it@x.y"), ('ask = "it@x.y"\n|ask = "fin@x.y"\n', "fin@x.y")],
)
def test_the_sentence_names_rule_group_and_whom_to_ask(ask: str, asked: str) -> None:
    top, _, own = ask.partition("|")
    text = f'{top}[group.finance]\ntitle = "Finance"\nmembers = ["*"]\n{own}recipes = {{ deny = ["compose"] }}\n'
    refused = policy(text).recipe("compose")
    assert refused
    error = refused.error()
    assert isinstance(error, PolicyRefused)
    assert error.message == (
        f"The recipe compose is not allowed by the rule recipes.deny of the group Finance; ask {asked}."
    )
    assert error.fix


def test_learning_is_off_where_any_section_says_so() -> None:
    text = '[installation]\nlearning = true\n[group.a]\nmembers=["*"]\nlearning = false\n'
    refused = policy(text).learning()
    assert refused
    assert refused.section.key == "group.a"


NAMES = ["reply", "title", "scan"]
RULES = st.fixed_dictionaries(
    {"allow": st.none() | st.sets(st.sampled_from(NAMES)), "deny": st.sets(st.sampled_from(NAMES))}
)


@given(st.lists(st.tuples(st.sampled_from(["installation", "workspace", "group"]), RULES), max_size=6))
def test_one_more_denial_never_allows_anything(rules: list[tuple[str, dict[str, set[str] | None]]]) -> None:
    """As the page says it: nothing denied is allowed, and each level that has lists allows what is allowed."""
    lines, seen = [], set()
    for number, (level, names) in enumerate(rules):
        section = {"installation": "installation", "workspace": "workspace.T1"}.get(level, f"group.g{number}")
        if section in seen:
            continue
        seen.add(section)
        kept = {key: sorted(value) for key, value in names.items() if value is not None}
        members = 'members = ["*"]\n' if level == "group" else ""
        lines.append(f"[{section}]\n{members}[{section}.recipes]\n" + "".join(f"{k} = {v}\n" for k, v in kept.items()))
    text = "\n".join(lines) or "[installation]"
    found = policy(text)
    for name in NAMES:
        file = parse_policies(text, "p")
        levels: list[list[Rules]] = [[file.installation], [*file.workspace.values()], [*file.group.values()]]
        is_denied = any(name in part.recipes.deny for level in levels for part in level)
        lists = [[p.recipes.allow for p in level if p.recipes.allow is not None] for level in levels]
        is_listed = all(any(name in allow for allow in level) for level in lists if level)
        assert (found.recipe(name) is None) is (not is_denied and is_listed)


def test_grounds_are_off_where_any_section_says_so() -> None:
    text = '[installation]\ngrounds = true\n[group.a]\nmembers=["*"]\ngrounds = false\n'
    refused = policy(text).grounds()
    assert refused is not None
    assert refused.key == "group.a.grounds"
    assert policy("[installation]\n").grounds() is None
