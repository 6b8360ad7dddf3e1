"""Budgets, and the book of calls: what is written down for each call, and what is refused before it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from core.errors import CredentialError, LimitError
from core.llm.budget import DAY_SECONDS, Spending
from core.llm.models_file import Budgets
from core.policies.parsing import parse_policies
from core.policies.resolution import PersonFacts, PolicySet
from core.store import Store
from core.store.usage import ModelCall
from tests.core.runner.routing import Site, open_site
from tests.fakes import openai_replies as replies

TEXT = "The meeting is on Tuesday at 3 pm in room 4."
REWORDED = "We meet on Tuesday at 3 pm in room 4."
PRICED = {"usd_per_million_input_tokens": 1e6, "usd_per_million_output_tokens": 2e6}


@dataclass
class Clock:
    now: float

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def site(sqlite_store: Store) -> Iterator[Site]:
    yield from open_site(sqlite_store)


def spending(site: Site, **limits: object) -> Spending:
    return Spending(site.store.usage, Budgets.model_validate(limits), flush_seconds=0.0)


def call(person: str = "ann", *, tokens: int = 100, usd: float = 1.0) -> ModelCall:
    return ModelCall("job", "local", person, "reply", "big", "gpt", False, tokens, 0, usd, 0.1, "ok")


def test_each_call_is_written_down_with_its_cost_and_without_text(site: Site) -> None:
    site.add("first", local=False, **PRICED).script(replies.Refuse(503))
    site.add("second").script(REWORDED)
    draft = site.write("rewrite", {"text": TEXT}, spending=spending(site))
    failed, answered = site.calls()
    assert (failed["endpoint"], failed["result"], failed["output_tokens"], failed["usd"]) == (
        "first", "model_outage", 0, 0.0,
    )  # fmt: skip
    assert (answered["endpoint"], answered["model"], answered["result"]) == ("second", "second-model", "ok")
    assert (answered["is_local"], failed["is_local"]) == (1, 0)
    assert answered["job_id"] == draft.job_id
    assert (answered["person"], answered["workspace"], answered["recipe"]) == ("ann", "local", "rewrite")
    assert answered["output_tokens"] == draft.usage.output_tokens == len(REWORDED.split())
    assert "Tuesday" not in str(site.calls())


def test_the_price_reaches_the_draft(site: Site) -> None:
    site.add("first", **PRICED).script(REWORDED)
    draft = site.write("rewrite", {"text": TEXT}, spending=spending(site))
    [written] = site.calls()
    assert draft.usage.usd == written["usd"] == draft.usage.input_tokens + 2.0 * draft.usage.output_tokens


def test_an_endpoint_that_is_left_alone_for_a_wrong_key_is_written_down_only_as_often_as_it_was_asked(
    site: Site,
) -> None:
    server = site.add("first")
    server.respond = lambda _body: replies.Refuse(401)
    pipeline = site.pipeline(spending=spending(site))
    for _ in range(6):
        with pytest.raises(CredentialError):
            pipeline.generate(site.job("rewrite", {"text": TEXT}), {}, site.diary)
    assert 0 < len(site.calls()) == len(server.chats) < 6


def test_an_endpoint_that_is_left_alone_costs_no_call(site: Site) -> None:
    site.add("first").respond = lambda _body: replies.Refuse(429, retry_after_seconds=60)
    site.add("second").respond = lambda _body: replies.Answer(REWORDED)
    pipeline = site.pipeline(spending=spending(site))
    for _ in range(2):
        pipeline.generate(site.job("rewrite", {"text": TEXT}), {}, site.diary)
    assert [call["endpoint"] for call in site.calls()] == ["first", "second", "second"]


@pytest.mark.parametrize("limit", ["person_tokens_per_day", "workspace_tokens_per_day"])
def test_a_spent_budget_is_told_with_the_time_when_it_renews(site: Site, limit: str) -> None:
    server = site.add("first")
    server.respond = lambda _body: replies.Answer(REWORDED)
    pipeline = site.pipeline(spending=spending(site, **{limit: 10}))
    assert pipeline.generate(site.job("rewrite", {"text": TEXT}), {}, site.diary).text == REWORDED
    with pytest.raises(LimitError, match="00:00 UTC") as caught:
        pipeline.generate(site.job("rewrite", {"text": f"{TEXT} Again."}), {}, site.diary)
    assert "10 tokens a day" in caught.value.message
    assert len(server.chats) == 1


def test_when_the_money_is_spent_a_model_that_costs_nothing_still_works(site: Site) -> None:
    costly = site.add("costly", **PRICED)
    costly.respond = lambda _body: replies.Answer(REWORDED)
    site.add("free").respond = lambda _body: replies.Answer(REWORDED)
    pipeline = site.pipeline(spending=spending(site, person_usd_per_day=1))
    models = [pipeline.generate(site.job("rewrite", {"text": TEXT}), {}, site.diary).model for _ in range(2)]
    assert models == ["costly-model", "free-model"]


def test_budgets_are_each_persons_own_and_a_workspace_may_have_others(site: Site) -> None:
    spent = spending(site, person_tokens_per_day=50, workspaces={"rich": {"person_tokens_per_day": 1000}})
    spent.note(call())
    spent.require("local", "bob", is_priced=True)
    with pytest.raises(LimitError):
        spent.require("local", "ann", is_priced=True)
    spent.require("rich", "ann", is_priced=True)


def test_what_other_processes_spend_counts_within_seconds(site: Site) -> None:
    clock = Clock(20_000 * DAY_SECONDS + 100.0)
    mine = Spending(site.store.usage, Budgets(workspace_usd_per_day=0.5), clock, flush_seconds=0.0)
    mine.require("local", "ann", is_priced=True)
    # Rows bear the time of the database, so this one is of today in any case.
    site.store.usage.add([call("bob")])
    mine.require("local", "ann", is_priced=True)
    clock.now += 6
    with pytest.raises(LimitError):
        mine.require("local", "ann", is_priced=True)


def test_a_new_day_begins_at_midnight_utc(site: Site) -> None:
    # The day after tomorrow by this clock: what the database has of today lies before it.
    clock = Clock(4_000_000_000.0)
    budget = Spending(site.store.usage, Budgets(person_tokens_per_day=50), clock, flush_seconds=0.0)
    site.store.usage.add([call()])
    budget.require("local", "ann", is_priced=False)
    clock.now = 0.0
    with pytest.raises(LimitError):
        budget.require("local", "ann", is_priced=False)


def test_a_database_that_is_down_loses_no_call(site: Site) -> None:
    spent = spending(site)
    with site.store.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE model_call RENAME TO away")
    spent.note(call())
    spent.flush()
    with site.store.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO model_call")
    spent.flush()
    assert len(site.calls()) == 1


NAMES = [("T1", "U1"), ("local", "ann"), ("tenant", "oid")]


def of_a_person(site: Site, budgets: Budgets, policy: str = "", clock: Clock | None = None) -> Spending:
    """Return the spending where all of `NAMES` are one person, under policies."""
    people = PolicySet(parse_policies(policy or "[installation]", "policies.toml"))
    return Spending(
        site.store.usage,
        budgets,
        clock or Clock(time.time()),
        flush_seconds=0.0,
        names=lambda workspace, person: NAMES if (workspace, person) in NAMES else [(workspace, person)],
        policy=lambda workspace, person: people.of(PersonFacts(workspace, names=frozenset({f"{workspace}/{person}"}))),
    )


def by(workspace: str, person: str, tokens: int = 60) -> ModelCall:
    return ModelCall("job", workspace, person, "reply", "big", "gpt", False, tokens, 0, 1.0, 0.1, "ok")


def test_a_person_has_one_budget_whatever_their_doors(site: Site) -> None:
    spent = of_a_person(site, Budgets(person_tokens_per_day=100))
    spent.require("T1", "U1", is_priced=False)
    spent.note(by("T1", "U1"))
    spent.require("tenant", "oid", is_priced=False)
    spent.note(by("tenant", "oid"))
    for name in NAMES:
        with pytest.raises(LimitError, match="100 tokens a day"):
            spent.require(*name, is_priced=False)
    spent.require("T1", "U2", is_priced=False)
    # Another process reads the same from the database.
    with pytest.raises(LimitError):
        of_a_person(site, Budgets(person_tokens_per_day=100)).require("local", "ann", is_priced=False)


EVERYBODY = '[group.all]\nmembers = ["*"]\n'


@pytest.mark.parametrize(
    ("file", "policy", "words"),
    [
        ({}, "budget = { tokens_per_day = 50 }", "50 tokens a day is used up by the rule budget.tokens_per_day of the"),
        ({}, "budget = { usd_per_day = 0.5 }", "0.50 USD a day is used up by the rule budget.usd_per_day of the group"),
        ({"person_tokens_per_day": 50}, "budget = { tokens_per_day = 5000 }", "50 tokens a day is used up."),
        ({"person_tokens_per_day": 5000}, "budget = { tokens_per_day = 50 }", "50 tokens a day is used up by the rule"),
        ({"person_tokens_per_day": 0}, "budget = { tokens_per_day = 0 }", "0 tokens a day is used up by the rule"),
    ],
)
def test_of_models_file_and_policies_the_smaller_budget_holds(
    site: Site, file: dict[str, int], policy: str, words: str
) -> None:
    spent = of_a_person(site, Budgets.model_validate(file), f'ask = "it@example.com"\n{EVERYBODY}{policy}\n')
    spent.note(by("local", "ann"))
    with pytest.raises(LimitError) as caught:
        spent.require("local", "ann", is_priced=True)
    assert words in caught.value.message
    assert ("ask it@example.com." in caught.value.message) is ("rule" in words)
    assert "00:00 UTC" in caught.value.fix


def test_a_policy_may_give_more_than_the_usual_number_of_a_file_that_says_none(site: Site) -> None:
    spent = of_a_person(site, Budgets(), f"{EVERYBODY}budget = {{ tokens_per_day = 9000000 }}\n")
    spent.note(by("local", "ann", tokens=6_000_000))
    spent.require("local", "ann", is_priced=True)
    with pytest.raises(LimitError, match="5,000,000 tokens a day is used up"):
        of_a_person(site, Budgets()).require("local", "ann", is_priced=True)
