import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.answers import find_answer
from core.writing.grounded.briefing import brief_to_sentences
from core.writing.grounded.grammar import apply, propose
from core.writing.grounded.spelling import corrections
from core.writing.grounded.trimming import trim
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPES = load_recipes()
MEETING = (
    "Ana: The printer on floor two is broken again. Can somebody call the service?\n"
    "Ben: I will call them tomorrow. Until then please use the one on floor one.\n"
    "Ana: And the invoice of $1,200 must be paid by Friday.\n"
    "Ben: Carla will do that."
)


def run(name: str, ask: ScriptedAsk | None = None, **given: str) -> PlanResult:
    recipe = RECIPES[name]
    return PLANS[recipe.plan](recipe, validate_inputs(recipe, given), ask or ScriptedAsk(""))


def test_a_reply_thanks_in_the_models_words_and_asks_the_owner_for_the_rest() -> None:
    ask = ScriptedAsk("Thank you for your message about the report.")
    result = run("reply", ask, message="Could you send me the report by Friday?", sender_name="Ana", owner_name="Tom")
    assert result.text.split("\n\n") == [
        "Hi Ana,", "Thank you for your message about the report.", "[[Could you send me the report by Friday?]]",
        "Best regards,\nTom",
    ]  # fmt: skip
    assert not result.skeleton


@pytest.mark.parametrize(
    "written",
    ["Thank you for your message about the invoice of 300 euros.", "Thank you for your message about Berta.",
     "I will send the report.", "Thank you for your message about my plans to help.", ""],
)  # fmt: skip
def test_words_of_thanks_that_do_not_hold_are_replaced_by_the_subject(written: str) -> None:
    result = run("reply", ScriptedAsk(written), message="The report is late. What now?", subject="Re: Report")
    assert "Thank you for your message about “Report”." in result.text
    assert "[[What now?]]" in result.text
    assert not result.skeleton


def test_where_nothing_is_asked_and_the_model_finds_no_words_the_reply_is_a_skeleton() -> None:
    result = run("reply", ScriptedAsk(""), message="The report is late.", subject="Re: Report")
    assert "Thank you for your message about “Report”.\n\n[[What do you want to reply?]]" in result.text
    assert result.skeleton
    assert result.reason


def test_each_thing_asked_is_a_gap_without_the_name_it_calls_and_a_remark_is_none() -> None:
    message = (
        "Michelle -- per our talk, please prepare a new agreement.\n\nPlease note that the payment was made.\n\n"
        "Gary could you call Frank?\n\nPlease let me know when it is ready and I'll arrange the rest."
    )
    result = run("reply", ScriptedAsk(""), message=message, subject="Agreement")
    assert [one.question for one in result.gaps] == [
        "Per our talk, please prepare a new agreement.", "Could you call Frank?",
        "Let me know when it is ready and I'll arrange the rest.",
    ]  # fmt: skip


def test_the_model_that_speaks_of_its_examples_is_given_the_word_to_begin_with() -> None:
    ask = ScriptedAsk(" the new price list.", " the new price list.", " the new price list.", " on the roof.")
    result = run("reply", ask, message="The heating on the roof is broken. The heating is old.", subject="Heating")
    assert "Thank you for your message about the heating on the roof." in result.text


def test_a_reply_answers_from_the_thread_what_the_thread_says() -> None:
    thread = "The kick-off meeting is on 5 May in room 204. See you there."
    result = run("reply", message="When is the kick-off meeting again?", thread=thread)
    assert "The kick-off meeting is on 5 May in room 204." in result.text
    assert result.gaps == ()


def test_a_question_without_that_kind_of_fact_in_the_thread_stays_open() -> None:
    assert find_answer("When is the kick-off meeting?", "The kick-off meeting will be fun.") == ""
    assert find_answer("When is the kick-off meeting?", "Is the kick-off meeting on 5 May?") == ""
    assert find_answer("Can you come to the kick-off meeting?", "The kick-off meeting is on 5 May.") == ""


def test_an_instruction_is_worded_by_the_model_and_stands_as_a_gap_when_that_fails() -> None:
    said = run("reply", ScriptedAsk("Thursday suits me."), message="Can you come?", instruction="agree, Thursday")
    assert "Thursday suits me." in said.text
    failed = run("reply", ScriptedAsk("See you at 9:45!"), message="Can you come?", instruction="agree, Thursday")
    assert "[[agree, Thursday]]" in failed.text
    assert failed.skeleton


def test_a_reply_that_does_not_say_what_it_was_told_to_is_none() -> None:
    told = {"message": "Can we meet on Thursday?", "instruction": "decline, there is no budget for a new printer"}
    unsaid = run("reply", ScriptedAsk("I am sorry for the misunderstanding."), **told)
    assert "[[decline, there is no budget for a new printer]]" in unsaid.text
    assert unsaid.reason == "The model did not say what it was told to say."
    said = run("reply", ScriptedAsk("Sadly, we have no budget for a new printer."), **told)
    assert not said.skeleton


def test_a_german_reply_is_made_without_the_small_model() -> None:
    ask = ScriptedAsk("Thanks!")
    result = run("reply", ask, message="Können Sie mir bitte die Rechnung schicken? Sie ist nicht da.")
    assert "[[Können Sie mir bitte die Rechnung schicken?]]" in result.text
    assert ask.asked == []


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


@pytest.mark.parametrize(
    ("brief", "text"),
    [
        ("tell Anna the meeting moves to Thursday 3 pm", "The meeting moves to Thursday 3 pm."),
        ("ask support when order 4711-22 will arrive", "Could you please tell me when order 4711-22 will arrive?"),
        ("thank him for the visit; ask for a price", "Thank you for the visit. Could you please send a price?"),
        ("ask whether she can come", "Could you please tell me whether you can come?"),
        ("Write an email to Tom: decline the dinner", "Unfortunately, I have to decline the dinner."),
        ("Rules:\n- badge needed", "Rules:\n- badge needed"),
    ],
)
def test_a_brief_becomes_sentences_to_its_reader(brief: str, text: str) -> None:
    assert brief_to_sentences(brief) == text


def test_a_new_message_has_a_subject_greeting_and_every_fact() -> None:
    result = run(
        "compose", brief="remind Maria that invoice INV-7 over $1,200 is due on Friday", recipient_name="Maria"
    )
    assert result.subject == "Invoice INV-7 over $1,200 is due on Friday"
    assert "Hi Maria,\n\nI would like to remind you that invoice INV-7 over $1,200 is due on Friday." in result.text


def test_trimming_leaves_the_statement() -> None:
    assert trim("Well, I think that it was really late (again).") == "It was late."
    assert trim("Actually.") == "Actually."
