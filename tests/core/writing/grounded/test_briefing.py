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
         "Thank you for fixing the login so fast. Could you write down what you did?"),
        ("decline, too expensive, ask for 12 months", "",
         "Unfortunately, I have to decline. It is too expensive. I would like to ask for 12 months."),
        ("tell Anna the meeting moves to thursday, same room. ask her to bring the figures", "Anna",
         "The meeting moves to Thursday. Same room. Could you please bring the figures?"),
        ("tell him that if it rains, we stay home", "Bob", "If it rains, we stay home."),
        ("Write an email to Tom and ask for the list politely", "", "I would like to ask for the list."),
        ("i dont have the file, bob has it", "Bob", "I don't have the file, Bob has it."),
        ("The office is closed. Take your laptops home.", "", "The office is closed. Take your laptops home."),
        ("bitte Frau Weber um die Rechnung 26 bis freitag", "", "Ich bitte um die Rechnung 26 bis Freitag."),
        ("sag dem team: die Wartung ist am montag", "", "Die Wartung ist am Montag."),
        ("sag ihm, dass die Wartung ausfällt", "", "Es geht darum, dass die Wartung ausfällt."),
        ("dis à l'équipe que la réunion est annulée et demande si mercredi convient", "",
         "La réunion est annulée. Je voudrais savoir si mercredi convient."),
        ("dile a Carmen que las sillas llegan el jueves, serio", "", "Las sillas llegan el jueves."),
        ("say no to the offer from Pavlidis\nfriendly\nmaybe next year again", "",
         "Unfortunately, I have to decline the offer from Pavlidis.\nMaybe next year again."),
        ("tell Stefan the crane comes on thursday at 7, he needs to clear the yard. politely. keep it short", "",
         "The crane comes on Thursday at 7. You need to clear the yard."),
        ("bedank dich bei Frau Klein und schreib, dass die Lieferung gut angekommen ist, nett", "",
         "Vielen Dank. Die Lieferung ist gut angekommen."),
        ("sag Stefan ab, der Termin am dienstag geht nicht, nächste Woche wieder", "",
         "Leider muss ich absagen. Der Termin am Dienstag geht nicht. Nächste Woche wieder."),
        ("Aushang treppenhaus: am montag kommt kein Wasser, bitte vorher Wasser holen, freundlich", "",
         "Am Montag kommt kein Wasser. Bitte vorher Wasser holen."),
        ("dis-lui que la réunion de mardi est annulée et propose jeudi à 10h, poliment", "",
         "La réunion de mardi est annulée. Je propose jeudi à 10h."),
        ("hey can u write Tom that parking is closed on friday", "", "Parking is closed on Friday."),
    ],
)  # fmt: skip
def test_a_brief_is_said_without_its_directions(brief: str, reader: str, text: str) -> None:
    assert say(brief, language_of(brief), reader).text == text


@pytest.mark.parametrize(
    ("brief", "reader", "directed"),
    [
        ("Tell Ann that Bob is ill. Ask whether he can come", "Ann", "Ask whether he can come"),
        ("frag jonas, ob er am freitag kommen kann", "", "frag Jonas, ob er am Freitag kommen kann"),
        ("dis à Paul que le chantier est fermé, demande s'il peut passer mardi", "", "demande s'il peut passer mardi"),
    ],
)  # fmt: skip
def test_what_cannot_be_put_to_the_reader_for_certain_is_a_gap_and_is_told(
    brief: str, reader: str, directed: str
) -> None:
    assert [one.casefold() for one in say(brief, language_of(brief), reader).unsaid] == [directed.casefold()]
    assert compose(brief=brief, recipient_name=reader).skeleton


@pytest.mark.parametrize(
    ("brief", "private"),
    [
        ("decline the offer, max 15k is our limit, don't mention it", ["max 15k is our limit", "don't mention it"]),
        ("ask Maria for the contract. for you only: we are desperate", ["for you only: we are desperate"]),
        ("sag Stefan ab. max 200 euro fürs Essen, nicht erwähnen", ["max 200 euro fürs Essen", "nicht erwähnen"]),
        ("refuse l'offre, ne pas mentionner notre budget de 15 000 €",
         ["ne pas mentionner notre budget de 15 000 €"]),
        ("sag zu, aber erwähne nicht, dass wir noch 15 Stück haben", ["dass wir noch 15 Stück haben"]),
        ("accept, but he must not know that we would pay 15k", ["but he must not know that we would pay 15k"]),
        ("biete 12 Stück an, maximal 15, das darf er nicht wissen", ["maximal 15", "das darf er nicht wissen"]),
        ("say the room is booked, and please don't mention the 15 guests", ["and please don't mention the 15 guests"]),
        ("propose 12 €, on peut monter à 15 €, mais ne le dis pas", ["on peut monter à 15 €", "mais ne le dis pas"]),
        ("ofrece 12, podemos llegar a 15 pero no lo digas", ["podemos llegar a 15", "pero no lo digas"]),
        ("rechaza la oferta. máximo 15k, no lo menciones", ["máximo 15k", "no lo menciones"]),
    ],
)  # fmt: skip
def test_what_is_meant_for_the_writer_alone_never_goes_out_and_is_named(brief: str, private: list[str]) -> None:
    result = compose(brief=brief)
    told = " / ".join(say(brief, language_of(brief)).private)
    assert [one for one in private if one not in told] == []
    assert result.skeleton
    assert not any(word in f"{result.text}{result.subject}" for word in ("15", "200", "desperate", "mention", "erwähn"))


def test_the_first_whom_a_brief_names_is_greeted_and_no_model_is_asked() -> None:
    ask = ScriptedAsk("I quit.")
    result = compose(ask, brief="congratulate Priya on the launch", owner_name="Bob")
    assert result.text == "Hi Priya,\n\n[[What do you want to write?]]\n\nBest regards,\nBob"
    assert ask.asked == []
    assert "no message yet" in result.reason


def test_a_brief_that_greets_is_not_greeted_again() -> None:
    result = compose(brief="Dear all, the office is closed on Friday. We reopen on Monday.", owner_name="Bob")
    assert result.text.startswith("Dear all,\n\nThe office is closed on Friday.")
    assert result.notices == ()


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Unfortunately, I have to decline the offer of Acme for 18,500 euro.", "Offer of Acme for 18,500 euro"),
        ("The slides will be one day late.", "Slides one day late"),
        ("Unfortunately, I have to decline. The crane comes on Thursday.", "Crane on Thursday"),
        ("Am Montag wird das Wasser von 8 bis 12 Uhr abgestellt.", "Wasser am Montag"),
        ("Sommerfest am 12. Juni im Hof, jeder bringt etwas mit.", "Sommerfest am 12. Juni im Hof"),
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


def test_words_written_out_are_the_message_and_keep_every_fact() -> None:
    result = compose(
        brief="The invoice INV-7 over $1,200 is due on Friday. Can you pay it today?", recipient_name="Maria"
    )
    assert "Hi Maria,\n\nThe invoice INV-7 over $1,200 is due on Friday. Can you pay it today?" in result.text
    assert (result.skeleton, result.gaps) == (False, ())


@pytest.mark.parametrize(
    "brief",
    ["no to the offer, friendly", "Friendly. No to the offer of Acme.", "The gift is for him on Friday.",
     "rechaza la oferta con tacto", "Absage an Bewerber, nett", "Answer her that the room is free."],
)  # fmt: skip
def test_notes_are_nobody_s_message(brief: str) -> None:
    result = compose(brief=brief, recipient_name="Maria")
    assert result.skeleton
    assert len(result.gaps) == 1
