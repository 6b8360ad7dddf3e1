"""Accepted work as training data: with consent, without names, held out by person."""

import json
import re

import pytest

from core.insight.export.files import as_items, card_markdown, data_card, jsonl, split_by_person
from core.insight.export.pairs import AcceptedWork, Exporter
from core.insight.learning.rule_store import RuleStore
from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import roll_up_all
from core.people import Identity, People
from core.recipes.loader import load_recipes
from core.store import Store
from tests.core.insight.making import finished_job

MESSAGE = """Dear Bob,

please send the desks to 12 Elm Tree Road, 80331 München, or to Lindenstraße 14. My number is +49 89 4711 0815 9,
my card is DE89 3704 0044 0532 0130 00, and https://intranet.keller.example/miriam?id=77 has the plan. MIRIAM and
Miriam's brother Tobias Ackermann ask too: miriam.keller@keller.example.

Regards
Miriam Keller"""


USED = """Hi Miriam,

The desks go to Tobias Ackermann on Friday; call +49 89 4711 0815 9.

Best regards
Bob Starling"""


PLANTED = r"miriam|keller|tobias|ackermann|starling|bob|4711|0815|0532|elm tree|münchen|lindenstr|intranet"


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


@pytest.fixture
def people(store: Store) -> People:
    return People(store.records, believes_slack=True)


def work(store: Store, people: People, rules: CountingRules, *sharing: str) -> AcceptedWork:
    for person in sharing:
        RuleStore(store, people).share_examples(Identity("local", person), shares=True)
    roll_up_all(store, rules)
    return Exporter(store, people, load_recipes()).collect()


def used(store: Store, person: str, message: str = MESSAGE, text: str = USED, number: int = 0) -> None:
    given = {"message": f"{message}\nCase {number}", "sender_name": "Miriam Keller", "owner_name": "Bob Starling"}
    job = finished_job(store, person=person, inputs=given, text="A first draft.")
    store.outcomes.add(job, "edited", person=person, distance=None, detail={"text": text})


def test_nothing_is_exported_without_consent(store: Store, people: People, rules: CountingRules) -> None:
    used(store, "bob.starling@example.com")
    found = work(store, people, rules)
    assert (found.pairs, found.people_without_consent) == ([], 1)
    assert len(work(store, people, rules, "bob.starling@example.com").pairs) == 1


def test_nothing_personal_is_left_in_any_file(store: Store, people: People, rules: CountingRules) -> None:
    used(store, "bob.starling@example.com")
    used(store, "miriam.keller@example.com", number=2)
    found = work(store, people, rules, "bob.starling@example.com", "miriam.keller@example.com")
    split = split_by_person(found.pairs)
    assert (len(split.train), len(split.held_out)) == (1, 1)
    card = data_card(found, split)
    whole = (jsonl(found.pairs) + json.dumps(card).encode() + card_markdown(card).encode()).decode()
    assert re.findall(PLANTED, whole, re.I) == []
    assert "Friday" in whole


def test_the_pair_is_what_the_recipe_asks_and_what_was_used(store: Store, people: People, rules: CountingRules) -> None:
    used(store, "bob.starling@example.com")
    [pair] = work(store, people, rules, "bob.starling@example.com").pairs
    line = json.loads(jsonl([pair]))
    roles = [message["role"] for message in line["messages"]]
    assert (roles[0], roles[1:]) == ("system", ["user", "assistant"] * (len(roles) // 2))
    assert "The desks go to " in line["messages"][-1]["content"]
    assert "greeting line" in line["messages"][-2]["content"]
    [item] = as_items([pair])
    assert (item.recipe, item.references) == ("reply", (pair.used,))


def test_the_same_work_gives_the_same_files_and_each_pair_once(
    store: Store, people: People, rules: CountingRules
) -> None:
    for text in (USED, USED.replace("Friday", "Monday")):
        used(store, "bob.starling@example.com", text=text)
    first = work(store, people, rules, "bob.starling@example.com")
    assert first.left_out == {"duplicate": 1}
    assert b"Monday" in jsonl(first.pairs)
    assert jsonl(first.pairs) == jsonl(work(store, people, rules).pairs)


def test_gaps_are_no_text_to_learn_from(store: Store, people: People, rules: CountingRules) -> None:
    used(store, "bob.starling@example.com", text="It comes [[When does it come?]]")
    assert work(store, people, rules, "bob.starling@example.com").left_out == {"has gaps or is too long": 1}
