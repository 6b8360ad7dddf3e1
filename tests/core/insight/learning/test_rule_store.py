"""What is learnt from a person: found across surfaces, decided by the person, used in drafts, forgotten."""

import pytest

from core.drafts import Draft, Edit
from core.errors import InputError, NotFoundError, PolicyRefused
from core.insight.learning.personalization import Personalization, apply_rules
from core.insight.learning.rule_store import RuleStore, offer_rules
from core.insight.learning.style_rules import StyleRule
from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import roll_up_all
from core.people import Identity, People
from core.recipes.loader import load_recipes
from core.recipes.model import Example
from core.settings import load_settings
from core.store import Store
from tests.core.insight.learning.identities import ANN
from tests.core.insight.making import finished_job
from tests.policies import FOR_ALL, policies_of

BODY = "Thank you for the note. The order of the desks is on its way!"


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """Return a store on SQLite: what differs between databases is tested with the sums."""
    return sqlite_store


def work(store: Store, rules: CountingRules, times: int = 12) -> None:
    """Let Ann take the exclamation mark out of drafts, half of them in Slack, half in mail."""
    for number in range(times):
        where = {"workspace": "T1", "surface": "slack"} if number % 3 else {"surface": "mail"}
        person = "U1" if number % 3 else ANN.person
        text = f"Case {number}: {BODY}"
        job = finished_job(store, person=person, text=text, **where)
        store.outcomes.add(job, "edited", person=person, distance=None, detail={"text": text.replace("!", ".")})
    roll_up_all(store, rules)


def test_a_wish_is_found_over_all_surfaces_and_waits_for_the_person(
    store: Store, rules: CountingRules, people: People, learned: RuleStore
) -> None:
    assert people.identity("T1", "U1") == ANN
    work(store, rules)
    [offered] = learned.find(ANN)
    assert (offered.rule, offered.state, offered.surfaces) == (
        StyleRule("no_exclamation"),
        "offered",
        ("mail", "slack"),
    )
    assert learned.enabled(ANN) == []
    learned.switch(ANN, offered.key, "enabled")
    assert list(learned.enabled(people.identity("T1", "U1"))) == [StyleRule("no_exclamation")]


def test_what_the_person_has_refused_is_not_offered_again(
    store: Store, rules: CountingRules, learned: RuleStore
) -> None:
    work(store, rules)
    [offered] = learned.find(ANN)
    learned.switch(ANN, offered.key, "disabled")
    assert learned.find(ANN) == []
    assert [one.state for one in learned.all(ANN)] == ["disabled"]


def test_a_wish_is_exported_with_its_proof_and_forgotten(
    store: Store, rules: CountingRules, learned: RuleStore
) -> None:
    work(store, rules)
    [offered] = learned.find(ANN)
    shown = offered.to_json()
    assert shown["words"] == "No exclamation marks."
    assert shown["evidence"]["tried"] == 6
    assert learned.forget(ANN) == 1
    assert list(learned.all(ANN)) == []


def test_everybody_who_edits_is_looked_at_once_a_day(
    store: Store, rules: CountingRules, people: People, learned: RuleStore
) -> None:
    work(store, rules)
    assert offer_rules(store, people) == 1
    learned.forget(ANN)
    assert offer_rules(store, people) == 0


def test_nobody_reaches_the_wishes_of_another(store: Store, rules: CountingRules, learned: RuleStore) -> None:
    work(store, rules)
    [offered] = learned.find(ANN)
    bob = Identity("local", "bob@example.com")
    with pytest.raises(NotFoundError):
        learned.switch(bob, offered.key, "enabled")
    with pytest.raises(NotFoundError):
        learned.forget(bob, offered.key)
    assert list(learned.all(bob)) == []


def test_a_slack_workspace_of_somebody_else_links_nobody(store: Store, people: People) -> None:
    del people
    assert People(store.records, believes_slack=False).identity("T1", "U1") == Identity("T1", "U1")


def test_only_words_can_be_edited(store: Store, rules: CountingRules, learned: RuleStore) -> None:
    work(store, rules)
    [offered] = learned.find(ANN)
    with pytest.raises(InputError):
        learned.edit(ANN, offered.key, old="a", new="b")


def test_wishes_change_text_alternatives_and_only_new_words_of_a_document() -> None:
    rules = (StyleRule("no_exclamation"),)
    draft = Draft(recipe="r", text="Yes!", alternatives=("No!",))
    changed = apply_rules(draft, rules, {})
    assert (changed.text, changed.alternatives) == ("Yes.", ("No.",))
    assert changed.notices == ("As you wish: No exclamation marks.",)
    edits = (Edit(id="1", hash="h", text="New!"), Edit(id="2", hash="h", text="Old! New!"))
    document = apply_rules(Draft(recipe="r", edits=edits), rules, {"1": "Old.", "2": "Old!"})
    assert [edit.text for edit in document.edits or ()] == ["New.", "Old! New!"]
    assert apply_rules(draft, (), {}) is draft


def test_a_wish_never_empties_a_draft() -> None:
    draft = Draft(recipe="r", text="I hope this helps.")
    assert apply_rules(draft, (StyleRule("no_courtesies"),), {}) == draft


def test_larger_models_are_told_wishes_and_examples_as_plain_words() -> None:
    recipe = load_recipes()["reply"]
    hostile = StyleRule("replace", "{{ 7 * 7 }}", "{% raw %}")
    with_examples = Personalization(examples=(Example(user="u", assistant="a"),), rules=(hostile,)).with_examples(
        recipe
    )
    assert with_examples.prompt.system == recipe.prompt.system
    assert with_examples.prompt.examples[-2] == Example(user="u", assistant="a", is_own=True)
    assert "{{ 7 * 7 }}" in with_examples.prompt.examples[-1].user


def test_other_lessons_are_other_drafts() -> None:
    assert Personalization().digest() != Personalization(rules=(StyleRule("no_emoji"),)).digest()
    assert Personalization(variant="brief").digest() != Personalization().digest()


def test_stored_rules_are_read_and_written_under_their_first_name(store: Store, people: People) -> None:
    evidence = {"tried": 6, "better": 6, "worse": 0, "before": 0.2, "after": 0.0}
    stored = {
        "key": "k1", "wish": {"kind": "no_emoji", "old": "", "new": ""}, "state": "offered", "evidence": evidence,
        "surfaces": ["mail"], "learnt_at": 5.0, "changed_by_hand": False,
    }  # fmt: skip
    store.records.put("preference", ANN.workspace, f"{ANN.person}/k1", stored, person=ANN.person)
    learned = RuleStore(store, people)
    assert [found.rule for found in learned.all(ANN)] == [StyleRule("no_emoji")]
    learned.switch(ANN, "k1", "enabled")
    record = store.records.get("preference", ANN.workspace, f"{ANN.person}/k1")
    assert record is not None
    assert record.data == {**stored, "state": "enabled"}


NO_LEARNING = f"{FOR_ALL}learning = false\n"


def test_where_learning_is_switched_off_nothing_is_found_used_shared_or_enabled(
    store: Store, rules: CountingRules, people: People, learned: RuleStore
) -> None:
    work(store, rules)
    [offered] = learned.find(ANN)
    learned.switch(ANN, offered.key, "enabled")
    learned.share_examples(ANN, shares=True)
    off = RuleStore(store, people, policies_of(store, NO_LEARNING))
    assert off.find(ANN) == []
    assert off.enabled(ANN) == []
    assert off.shares_examples(ANN) is False
    for act in (lambda: off.switch(ANN, offered.key, "enabled"), lambda: off.share_examples(ANN, shares=True)):
        with pytest.raises(PolicyRefused, match="Learning from your work is not allowed by the rule learning"):
            act()
    off.switch(ANN, offered.key, "disabled")
    off.share_examples(ANN, shares=False)


def test_what_was_learnt_before_learning_was_switched_off_is_deleted(
    store: Store, rules: CountingRules, people: People, learned: RuleStore
) -> None:
    work(store, rules)
    assert len(learned.find(ANN)) == 1
    assert offer_rules(store, people, policies_of(store, NO_LEARNING)) == 0
    assert list(learned.all(ANN)) == []


def test_a_workspace_without_learning_counts_for_its_people_at_every_door(
    store: Store, rules: CountingRules, people: People
) -> None:
    work(store, rules)
    assert people.identity("T1", "U1") == ANN
    settings = load_settings().model_copy(update={"slack_workspaces": ("T1",)})
    off = RuleStore(store, people, policies_of(store, "[workspace.T1]\nlearning = false\n", settings))
    assert off.find(ANN) == []
    assert off.may_learn(Identity("local", "bob@example.com"))
