"""A scan quotes what is at stake in a conversation by kind, or what bears on a question."""

from core.drafts import Item
from core.embeddings import load_embedder
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.settings import Settings
from core.writing.plans import PLANS
from core.writing.result import PlanOptions
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["scan"]
EMBEDDER = load_embedder(Settings())
TALK = (
    "Ana: We could rent out the hall on weekends.\n"
    "Ben: A brewery offered us 4,000 euros a year for its name on the wall. "
    "The oven might fail before the party, and then we have no food.\n"
    "Ana: The fence costs 90 euros, by the way.\n"
    "Ben: I will call the electrician on Monday."
)


def scan(text: str, focus: str = "", *, plan: str = "scan") -> tuple[Item, ...]:
    values = validate_inputs(RECIPE, {"text": text, "focus": focus})
    return PLANS[plan](RECIPE, values, ScriptedAsk(), PlanOptions(embedder=lambda: EMBEDDER)).items or ()


def test_signals_are_quoted_by_kind_with_who_says_them() -> None:
    found = {(item.group, item.who, item.quote) for item in scan(TALK)}
    assert found >= {
        ("What may go wrong", "Ben", "The oven might fail before the party, and then we have no food."),
        ("Opportunities and ideas", "Ana", "We could rent out the hall on weekends."),
        ("Opportunities and ideas", "Ben", "A brewery offered us 4,000 euros a year for its name on the wall."),
        ("Promises", "Ben", "I will call the electrician on Monday."),
    }


def test_many_messages_have_their_deadlines_and_ideas_told_apart() -> None:
    text = TALK + "\nAna: The tax return has to be filed by 31 May."
    found = {(item.kind, item.group, item.quote) for item in scan(text, plan="scan-messages")}
    assert found >= {
        ("idea", "Ideas", "We could rent out the hall on weekends."),
        ("deadline", "Deadlines", "The tax return has to be filed by 31 May."),
        ("commitment", "Promises", "I will call the electrician on Monday."),
    }
    assert "deadline" not in {item.kind for item in scan(text)}


def test_what_was_said_later_stands_with_a_promise_of_one_text_alone() -> None:
    text = "Ben: I will send the offer on Monday.\nAna: Fine.\nBen: I will send the offer on Friday, not on Monday."
    one_text, messages = ({item.text for item in scan(text, plan=plan)} for plan in ("scan", "scan-messages"))
    assert any("Friday" in said and "Monday" in said for said in one_text)
    assert not any("Friday" in said and "Monday" in said for said in messages)


def test_a_question_brings_what_bears_on_it_word_for_word() -> None:
    items = scan(TALK, "What does the fence cost?")
    assert "The fence costs 90 euros, by the way." in [item.quote for item in items]
    assert all(item.quote in TALK for item in items)


def test_nothing_found_is_an_empty_list() -> None:
    assert scan("The sun shines. We had lunch.") == ()


def test_what_somebody_takes_on_stands_with_what_was_asked() -> None:
    [item] = scan("Nadine: Der Drucker druckt nur Streifen, rufst du den Service an?\nHolger: mach ich\n")[-1:]
    assert (item.group, item.who) == ("Zusagen", "Holger")
    assert item.text.endswith("rufst du den Service an? \u2192 Holger: Mach ich.")
