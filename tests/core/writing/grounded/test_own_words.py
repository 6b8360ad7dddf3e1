"""What a person wrote out to its reader is the message; notes, directions and remarks for the writer are none."""

import pytest

from core.errors import ModelTooSmall
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.text.catalogues import speaking
from core.writing.grounded.own_words import as_message
from core.writing.grounded.passages import GroundPassage, passages_value
from core.writing.lanes import needs_writer
from core.writing.plans import PLANS, PlanResult
from core.writing.subject import NO_SUBJECT
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["compose"]


def compose(**given: str) -> PlanResult:
    return PLANS[RECIPE.plan](RECIPE, validate_inputs(RECIPE, given), ScriptedAsk())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("The office is closed. Take your laptops home.", "The office is closed. Take your laptops home."),
        ("i can't come on Monday, Tuesday is fine", "I can't come on Monday, Tuesday is fine."),
        ("that's fine", "That's fine."),
        ("das ist ok", "Das ist ok."),
        ("ich komme am Montag, so früh geht es nicht", "Ich komme am Montag, so früh geht es nicht."),
        ("we'll send the contract tomorrow", "We'll send the contract tomorrow."),
        ("Tuesday lunch works, 12:30 at Luigi's.", "Tuesday lunch works, 12:30 at Luigi's."),
        ("ich kann am Montag leider nicht kommen", "Ich kann am Montag leider nicht kommen."),
        ("Die Wartung ist am Montag. Bitte speichern Sie vorher.",
         "Die Wartung ist am Montag. Bitte speichern Sie vorher."),
        ("je ne peux pas venir lundi, mardi me va bien", "Je ne peux pas venir lundi, mardi me va bien."),
        ("Las sillas llegan el jueves por la mañana.", "Las sillas llegan el jueves por la mañana."),
    ],
)  # fmt: skip
def test_what_is_written_out_to_its_reader_is_the_message(text: str, message: str) -> None:
    assert as_message(text) == ("", message)


def test_a_mail_without_a_language_is_greeted_in_one_of_its_recipe() -> None:
    english = RECIPE.model_copy(update={"languages": ("en",)})
    values = validate_inputs(RECIPE, {"brief": "Pizza 12:30 Luigi.", "recipient_name": "Ann", "owner_name": "Bob"})
    with speaking("de"):
        begins = [PLANS[RECIPE.plan](recipe, values, ScriptedAsk()).text.split()[0] for recipe in (RECIPE, english)]
    assert begins == ["Hallo", "Hi"]


def test_a_few_words_are_in_the_language_of_what_they_answer() -> None:
    assert as_message("está bien", "es") == ("", "Está bien.")
    assert as_message("c'est bon pour moi", "fr") == ("", "C'est bon pour moi.")


@pytest.mark.parametrize(
    "notes",
    [
        "Tell Ann the plan is ready.", "tell him that if it rains, we stay home", "decline, too expensive",
        "thank him for fixing the login so fast", "Write an email to Tom and ask for the list politely.",
        "no to the offer, friendly", "Friendly. No to the offer of Acme.", "The gift is for him on Friday.",
        "Answer her that the room is free.", "I can pay 12k. Max 15k is our limit, don't mention it.",
        "Resent just now. Right, so be nice but firm, this is 8 weeks late and I cannot start till it is paid.",
        "We accept, but he must not know that we would pay 15k.",
        "The room is booked, and please don't mention the guests.",
        "I would like the contract. For you only: we are desperate.", "yes but friendly",
        "sag dem Team: die Wartung ist am Montag", "Absage an Bewerber, nett", "lehne ab, zu teuer",
        "Wir bieten 12 Stück an, maximal 15, das darf er nicht wissen.",
        "Ich komme gern, aber erwähne nicht die Feier.",
        "dis à l'équipe que la réunion est annulée", "Refuse l'offre, ne pas mentionner notre budget de 15 000 €.",
        "Je propose 12 €, on peut monter à 15 €, mais ne le dis pas.",
        "dile a Carmen que las sillas llegan el jueves, serio", "Rechaza la oferta. Máximo 15k, no lo menciones.",
        "rechaza la oferta con tacto", "",
    ],
)  # fmt: skip
def test_notes_directions_and_remarks_for_the_writer_are_no_message(notes: str) -> None:
    assert as_message(notes) == ("", "")
    assert needs_writer(RECIPE, {"brief": notes})


def test_notes_need_a_larger_model_and_say_so() -> None:
    with pytest.raises(ModelTooSmall, match="“New message” needs a larger model"):
        compose(brief="congratulate Priya on the launch", owner_name="Bob")


def test_a_message_that_greets_is_not_greeted_again() -> None:
    result = compose(brief="Dear all, the office is closed on Friday. We reopen on Monday.", owner_name="Bob")
    assert result.text.startswith("Dear all,\n\nThe office is closed on Friday.")


def test_the_message_keeps_every_fact() -> None:
    result = compose(
        brief="The invoice INV-7 over $1,200 is due on Friday. Can you pay it today?", recipient_name="Maria"
    )
    assert "Hi Maria,\n\nThe invoice INV-7 over $1,200 is due on Friday. Can you pay it today?" in result.text
    assert (result.skeleton, result.gaps) == (False, ())
    assert not needs_writer(RECIPE, {"brief": "The invoice is due on Friday. Can you pay it today?"})


def test_a_gap_of_the_brief_that_bears_the_name_of_a_fact_gets_it() -> None:
    brief = "Dear Ana, you can book a time here: [[booking link]]. We are open [[opening hours]]."
    fact = GroundPassage(0, "booking link", "", "https://x.example/b", kind="fact")
    result = compose(brief=brief, owner_name="Bob", passages=passages_value([fact]))
    assert "book a time here: https://x.example/b. We are open [[opening hours]]." in result.text
    assert [source.title for source in result.sources] == ["booking link"]


def test_a_message_that_names_no_matter_has_no_subject_and_says_so() -> None:
    result = compose(brief="I will not come tomorrow. Sorry about that.", owner_name="Bob")
    assert result.subject == ""
    assert result.notices == (NO_SUBJECT,)
    assert compose(brief="The office is closed on Friday. We reopen on Monday.").notices == ()
