"""Briefs: the person's own words, without their directions; what is said of the reader is said to the reader."""

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.briefing import language_of, say
from core.writing.plans import PLANS, PlanResult
from core.writing.subject import subject_line
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["compose"]


def compose(ask: ScriptedAsk | None = None, **given: str) -> PlanResult:
    return PLANS[RECIPE.plan](RECIPE, validate_inputs(RECIPE, given), ask or ScriptedAsk())


@pytest.mark.parametrize(
    ("brief", "reader", "text"),
    [
        ("Tell Ann the plan is ready. Ask whether Monday morning suits her", "Ann Lee",
         "The plan is ready. I would like to ask whether Monday morning suits you."),
        ("thank him for fixing the login so fast and ask if he can write down what he did", "Tom",
         "Thank you for fixing the login so fast.\nCould you write down what you did?"),
        ("decline, too expensive, ask for 12 months", "",
         "Unfortunately, I have to decline.\nIt is too expensive.\nI would like to ask for 12 months."),
        ("tell Anna the meeting moves to thursday, same room. ask her to bring the figures", "Anna",
         "The meeting moves to Thursday.\nSame room.\nCould you please bring the figures?"),
        ("tell him that if it rains, we stay home", "Bob", "If it rains, we stay home."),
        ("Write an email to Tom and ask for the list politely", "", "I would like to ask for the list."),
        ("i dont have the file, bob has it", "Bob", "I don't have the file, Bob has it."),
        ("The office is closed. Take your laptops home.", "", "The office is closed. Take your laptops home."),
        ("bitte Frau Weber um die Rechnung 26 bis freitag", "", "Ich bitte um die Rechnung 26 bis Freitag."),
        ("sag dem team: die Wartung ist am montag", "", "Die Wartung ist am Montag."),
        ("sag ihm, dass die Wartung ausfällt", "", "Es geht darum, dass die Wartung ausfällt."),
        ("dis à l'équipe que la réunion est annulée et demande si mercredi convient", "",
         "La réunion est annulée.\nJe voudrais savoir si mercredi convient."),
        ("dile a Carmen que las sillas llegan el jueves", "", "Las sillas llegan el jueves."),
    ],
)  # fmt: skip
def test_a_brief_is_said_without_its_directions(brief: str, reader: str, text: str) -> None:
    assert say(brief, language_of(brief), reader).text == text


@pytest.mark.parametrize(
    ("brief", "reader"),
    [("Tell Ann that Bob is ill. Ask whether he can come", "Ann"), ("frag Jonas, ob er kommen kann", "Jonas")],
)
def test_what_cannot_be_put_to_the_reader_for_certain_stays_and_is_told(brief: str, reader: str) -> None:
    result = compose(brief=brief, recipient_name=reader)
    (told,) = [one for one in result.notices if "Please reword" in one]
    assert "he can come" in told or "ob er kommen kann" in told


def test_the_first_whom_a_brief_names_is_greeted_and_no_model_is_asked() -> None:
    ask = ScriptedAsk("I quit.")
    result = compose(ask, brief="congratulate Priya on the launch", owner_name="Bob")
    assert result.text == "Hi Priya,\n\nCongratulations on the launch.\n\nBest regards,\nBob"
    assert ask.asked == []
    assert result.notices


def test_a_brief_that_greets_is_not_greeted_again() -> None:
    result = compose(brief="Dear all, the office is closed on Friday. We reopen on Monday.", owner_name="Bob")
    assert result.text.startswith("Dear all,\n\nThe office is closed on Friday.")
    assert result.notices == ()


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Unfortunately, I have to decline the offer of Acme for 18,500 euro.", "Offer of Acme for 18,500 euro"),
        ("The slides will be one day late.", "Slides one day late"),
        ("I am on vacation from 14 to 28 August.", "Vacation from 14 to 28 August"),
        ("Reminder: server maintenance on Thursday, nobody can log in.", "Server maintenance on Thursday"),
        ("Ich bitte um die unterschriebene Rechnung 2026-118.", "Unterschriebene Rechnung 2026-118"),
        ("La réunion de lundi est annulée.", "Réunion de lundi annulée"),
        ("", ""),
    ],
)
def test_a_subject_is_a_headline(text: str, subject: str) -> None:
    assert subject_line(text) == subject
    assert len(subject_line("many words " * 40)) <= 60


def test_a_reminder_holds_every_fact() -> None:
    result = compose(brief="remind Maria that invoice INV-7 over $1,200 is due on Friday", recipient_name="Maria")
    assert result.subject == "Invoice INV-7 over $1,200 due on Friday"
    assert "Hi Maria,\n\nI would like to remind you that invoice INV-7 over $1,200 is due on Friday." in result.text
