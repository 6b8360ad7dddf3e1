import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.answers import find_answer
from core.writing.grounded.grammar import apply, propose
from core.writing.grounded.spelling import corrections
from core.writing.grounded.trimming import trim
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPES = load_recipes()


def run(name: str, ask: ScriptedAsk | None = None, **given: str) -> PlanResult:
    recipe = RECIPES[name]
    return PLANS[recipe.plan](recipe, validate_inputs(recipe, given), ask or ScriptedAsk(""))


def test_a_question_without_that_kind_of_fact_in_the_thread_stays_open() -> None:
    assert find_answer("When is the kick-off meeting?", "The kick-off meeting will be fun.") == ""
    assert find_answer("When is the kick-off meeting?", "Is the kick-off meeting on 5 May?") == ""
    assert find_answer("Can you come to the kick-off meeting?", "The kick-off meeting is on 5 May.") == ""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("We will recieve teh report.", "We will receive the report."),
        ("This is an test.", "This is a test."),
        ("A apple fell.", "An apple fell."),
        ("It is the the end.", "It is the end."),
        ("We should of gone.", "We should have gone."),
        ("Ask for a seperator.", "Ask for a separator."),
    ],
)
def test_faults_are_corrected(wrong: str, right: str) -> None:
    assert run("proofread", text=wrong).text == right


@pytest.mark.parametrize(
    "sound",
    [
        "Huw and Ratzel met near Millingen aan de Rijn.",
        "Run `recieve_mail()` in C:\\teh\\path or see http://exampel.org/recieve.",
        "RabbitMQ and HTTPX need an HTTP proxy.",
        "[[Wich date?]] is open.",
        "The the_value is indecomposable.",
        "",
    ],
)
def test_sound_sentences_names_code_and_gaps_are_left_alone(sound: str) -> None:
    assert apply(sound, propose(sound)) == sound


def test_each_correction_is_named_and_other_languages_stay() -> None:
    assert run("proofread", text="We recieve it.").notices == ("recieve → receive: “recieve” is misspelt.",)
    german = run("proofread", text="Der Brif ist da und wir haben ihn nicht gelesen.")
    assert german.text.startswith("Der Brif")
    assert "de" in german.notices[0]


def test_the_likeliest_word_comes_first() -> None:
    assert corrections("brillant")[0] == "brilliant"
    assert corrections("xqzvkjw") == []


def test_trimming_leaves_the_statement() -> None:
    assert trim("Well, I think that it was really late (again).") == "It was late."
    assert trim("Actually.") == "Actually."
