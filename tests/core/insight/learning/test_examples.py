"""Past work as examples: like the text at hand, own first, that of others without names."""

import pytest

from core.insight.learning.examples import Examples, PastWork, most_alike
from core.insight.learning.rule_store import RuleStore
from core.insight.report.counting_rules import CountingRules, Teams
from core.insight.report.rollup import roll_up_all
from core.people import Identity, People
from core.recipes.loader import load_recipes
from core.recipes.model import Example
from core.store import Store
from tests.core.insight.learning.identities import ANN
from tests.core.insight.making import finished_job


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """Return a store on SQLite: what differs between databases is tested with the sums."""
    return sqlite_store


def test_examples_are_alike_and_own_ones_come_first(
    store: Store, rules: CountingRules, people: People, learned: RuleStore
) -> None:
    recipe = load_recipes()["reply"]
    topics = ("the delivery of the desks to the third floor", "the invoice for the workshop", "holidays in summer")
    for topic in topics:
        given = {"message": f"Hello, I ask about {topic}. When is it?"}
        job = finished_job(store, person=ANN.person, inputs=given, text=f"Hi Tom,\n\nAbout {topic}.\n\nRegards\nAnn")
        store.outcomes.add(job, "accepted", person=ANN.person, distance=0.0, detail={})
    roll_up_all(store, rules)
    asking = finished_job(store, person=ANN.person)
    experience = Examples(store, people, learned).experience(ANN, "local", recipe)
    text = "Where are the desks? The delivery to the third floor"
    found = experience.examples(recipe, [text], besides=asking.id)
    assert [one.assistant for one in found] == [
        "Hi Tom,\n\nAbout the delivery of the desks to the third floor.\n\nRegards\nAnn"
    ]
    assert "<<<" in found[0].user


def test_a_past_mail_is_shown_without_the_signature_that_code_put_there(
    store: Store, rules: CountingRules, people: People, learned: RuleStore
) -> None:
    given = {"message": "Hello, I ask about the delivery of the desks to the third floor. When is it?"}
    mail = "Hi Tom,\n\nThe desks arrive soon.\n\nRegards\nAnn"
    for outcome in ("accepted", "edited"):
        text = f"{mail}\nExample Ltd\nDublin"
        job = finished_job(store, person=ANN.person, inputs=given, text=text, signature="Example Ltd\nDublin")
        used = {} if outcome == "accepted" else {"text": text.replace("soon", "now")}
        store.outcomes.add(job, outcome, person=ANN.person, distance=0.0 if not used else 0.05, detail=used)
    roll_up_all(store, rules)
    recipe = load_recipes()["reply"]
    found = Examples(store, people, learned).experience(ANN, "local", recipe)
    assert {work.used for work in found.own} == {mail, mail.replace("soon", "now")}


def test_chat_messages_are_examples_for_chat_messages_and_mails_for_mails(
    store: Store, rules: CountingRules, people: People, learned: RuleStore
) -> None:
    given = {"message": "I ask about the delivery of the desks to the third floor. When is it?"}
    for surface, text in (
        ("slack", "The desks arrive soon."),
        ("mail", "Hi Tom,\n\nThe desks arrive soon.\n\nRegards"),
    ):
        job = finished_job(store, person=ANN.person, inputs=given, text=text, surface=surface)
        store.outcomes.add(job, "accepted", person=ANN.person, distance=0.0, detail={})
    roll_up_all(store, rules)
    recipe, text = load_recipes()["reply"], "Where are the desks? The delivery to the third floor"
    experience = Examples(store, people, learned).experience(ANN, "local", recipe)
    [chat] = experience.examples(recipe, [text], besides="", is_chat=True)
    [mail] = experience.examples(recipe, [text], besides="")
    assert (chat.assistant, "is a chat message" in chat.user) == ("The desks arrive soon.", True)
    assert (mail.assistant[:7], "is a chat message" in mail.user) == ("Hi Tom,", False)


def test_others_work_is_an_example_only_with_consent_in_ones_team_and_without_names(
    store: Store, people: People, learned: RuleStore
) -> None:
    team = Teams(store.records)
    rules = CountingRules(team.of, {}, lambda _draft: 0.0, lambda _model: True)
    team.assign("local", [ANN.person, "bob@example.com"], "sales")
    given = {"message": "Dear Bob, when is the delivery of the desks to the third floor?\n\nRegards\nMiriam Keller"}
    job = finished_job(store, person="bob@example.com", inputs=given, text="The desks arrive soon, Miriam.")
    store.outcomes.add(job, "accepted", person="bob@example.com", distance=0.0, detail={})
    roll_up_all(store, rules)
    recipe, text = load_recipes()["reply"], "Where are the desks? The delivery to the third floor"
    asking = finished_job(store, person=ANN.person)
    examples = Examples(store, people, learned)

    def found_for_ann() -> tuple[Example, ...]:
        return examples.experience(ANN, "local", recipe).examples(recipe, [text], besides=asking.id)

    assert found_for_ann() == ()
    learned.share_examples(Identity("local", "bob@example.com"), shares=True)
    [found] = found_for_ann()
    assert "Miriam" not in found.user + found.assistant
    team.assign("local", [ANN.person], "support")
    assert found_for_ann() == ()


def test_little_in_common_is_no_example() -> None:
    works = [PastWork("Invoices of the bank", "Yes.", is_own=True)]
    assert most_alike("Holidays in summer", works, 2) == []
    assert most_alike("Invoices", [], 2) == []
