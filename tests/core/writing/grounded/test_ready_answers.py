"""Which answers may be picked by a click: none that accepts what its gap does not show, none that hurts."""

import re

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.recipes.render import validate_inputs
from core.settings import Settings
from core.text.catalogues import speaking
from core.writing.grounded.passages import passages_value
from core.writing.plans import PLANS
from core.writing.result import PlanOptions
from tests.core.writing.grounded.scripted_ask import ScriptedAsk
from tests.core.writing.grounded.test_reply import RECIPE, reply


@pytest.mark.parametrize(
    ("first", "second", "yes"),
    [
        ("Could you bring the ladder on Friday?", "And may Rita park her van in the yard?", "Yes"),
        ("Können Sie die Leiter am Freitag mitbringen?", "Und darf Rita ihren Wagen im Hof abstellen?", "Ja"),
        ("Pouvez-vous apporter l'échelle vendredi ?", "Et Rita peut-elle garer son camion dans la cour ?", "Oui"),
        ("¿Puede usted traer la escalera el viernes?", "¿Y puede Rita aparcar la furgoneta en el patio?", "Sí"),
    ],
)
def test_a_yes_is_offered_where_nothing_else_is_asked(first: str, second: str, yes: str) -> None:
    (one,) = reply(message=first).gaps
    assert any(choice.startswith(yes) for choice in one.choices)
    between = "Robin. " * 40
    both = reply(message=f"{first}\n\n{between}\n\n{second}").gaps
    assert [gap.choices for gap in both] == [(), ()]


@pytest.mark.parametrize(
    "message",
    [
        "Just so you know, it is cancer, caught early. There is nothing you have to do.",
        "Zur Information: Es ist Krebs, früh erkannt. Es gibt nichts zu tun.",
        "Pour information, c'est un cancer, pris tôt. Il n'y a rien à faire.",
        "Para su información: es un cáncer, cogido a tiempo. No hay nada que hacer.",
    ],
)
def test_nobody_thanks_for_news_of_an_illness_by_a_click(message: str) -> None:
    gaps = reply(message=message).gaps
    assert not any(gap.choices for gap in gaps)
    assert re.search("canc|krebs|cánc", " ".join(gap.question for gap in gaps), re.I)


def test_news_of_an_illness_is_promised_no_answer() -> None:
    message = "Please keep to yourself until Monday that it is a tumour. Will you take my case over?"
    (asked,) = reply(message=message).gaps
    assert "tumour" in asked.question
    assert asked.choices == ()


def test_what_weighs_stands_with_what_is_asked_of_it() -> None:
    message = "One of us has an allergy to hazelnuts. Please make sure that nothing in the order holds any."
    (asked,) = reply(message=message).gaps
    assert "hazelnuts" in asked.question


def test_no_day_is_accepted_where_it_is_asked_when_something_was_done() -> None:
    message = (
        "We propose three dates:\n\nTuesday 7 October, 9 am\nThursday 16 October, 2 pm\n\nPlease tell me whether the "
        "bar was built, and on which date. Please tell me which date suits."
    )
    gaps = reply(message=message).gaps
    assert any("bar" in gap.question for gap in gaps)
    assert not any("October" in choice for gap in gaps for choice in gap.choices)


LOGGED = (
    "Hi Ann,\n\nhere is the weekend for the book.\nWater was 34 degrees. The sling with the fraying strap is at the "
    "bottom of the pile. It smelt of chlorine in the cupboard with both pumps off, so I shut the door on it. A hearing "
    "aid was lost and found. The new thermometer is in your drawer.\n\nDov"
)


def test_a_danger_is_shown_where_nothing_is_asked_and_nobody_thanks_for_it_by_a_click() -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("the embedded model is not here")
    options = PlanOptions(embedder=lambda: embedder)
    given = validate_inputs(RECIPE, {"message": LOGGED, "sender_name": "Dov Hale", "owner_name": "Ann Lee"})
    result = PLANS[RECIPE.plan](RECIPE, given, ScriptedAsk(""), options)
    assert "fraying strap" in " ".join(gap.question for gap in result.gaps)
    assert not any(gap.choices for gap in result.gaps)


@pytest.mark.parametrize(
    "message",
    [
        "You are on the desk on Monday and on Wednesday. Do you want to drop the Monday or the Wednesday?",
        "We could run the course on Tuesday or Friday. Which one shall we cancel?",
        "Which of them would you skip?\n- Monday 7 December\n- Friday 11 December",
        "Soll am Montag oder am Mittwoch die Probe ausfallen?",
        "Wir hätten am Dienstag oder am Freitag Zeit. Welchen Termin sollen wir streichen?",
        "Préférez-vous annuler le cours du lundi ou du mercredi ?",
        "On est là le mardi 8 ou le jeudi 10. Quel jour faut-il supprimer ?",
        "¿Prefieres saltarte el lunes o el miércoles?",
        "Estamos libres el martes o el jueves. ¿Qué día quitamos?",
        "I had asked for Monday and Friday, not or. Which van comes?",
        "Ich hatte Montag und Freitag geschrieben, nicht Montag oder Freitag. Wer kommt?",
        "J'avais demandé lundi et vendredi, pas lundi ou vendredi. Qui vient ?",
        "Pedí lunes y viernes, no lunes o viernes. ¿Quién viene?",
        "Das ginge:\n- Mo 7.12. ab 8 Uhr, aber nur, wenn Sie bis Donnerstag zusagen und der Kran bis dahin frei ist, "
        "sonst müssen wir es leider ganz anders angehen und planen\n- Do 10.12. vormittags\n- Fr 18.12. nachmittags",
    ],
)
def test_no_day_is_accepted_that_is_to_be_dropped_was_only_reported_or_stands_in_a_longer_list(message: str) -> None:
    result = reply(message=message)
    days = re.compile(
        r"\b(?:mon|tues|wednes|fri)day|(?:mon|diens|frei)tag|mittwoch|\b(?:mo|do|fr) |(?:lun|mar|mercre|jeu|vendre)di|"
        r"lunes|martes|miércoles|jueves|viernes",
        re.I,
    )
    assert not [choice for gap in result.gaps for choice in gap.choices if days.search(choice)]
    shown = " ".join([result.text, *(gap.question for gap in result.gaps)])
    assert all(day in shown for day in re.findall(r"\d\d?\.12", message))


@pytest.mark.parametrize(
    ("message", "day"),
    [
        ("Could you drop the keys off on Monday or on Wednesday?", "Monday"),
        ("Would Monday or Wednesday suit you? We have to move the old date.", "Monday"),
        ("Passt Ihnen der Montag oder der Mittwoch? Wir müssen den alten Termin verschieben.", "Montag"),
        ("Est-ce que lundi ou mercredi vous conviendrait ? Il faut déplacer le rendez-vous.", "lundi"),
        ("¿Le viene bien el lunes o el miércoles? Hay que cambiar la cita.", "lunes"),
    ],
)
def test_a_day_that_is_offered_is_still_accepted_by_a_click(message: str, day: str) -> None:
    assert any(day in choice for gap in reply(message=message).gaps for choice in gap.choices)


@pytest.mark.parametrize(
    "message",
    [
        "Do you agree to the new terms?", "Will you sign the waiver by Monday?",
        "May I assume you cancel the contract?",
        "Could you send me the password of the account?", "Können Sie den Aufpreis übernehmen?",
        "Acceptez-vous l'avenant ?", "¿Puede garantizar la entrega?",
        "There is a gas leak in the hall. Can you come on Monday?",
    ],
)  # fmt: skip
def test_no_click_accepts_what_binds_or_passes_over_a_danger(message: str) -> None:
    assert not any(gap.choices for gap in reply(message=message).gaps)


@pytest.mark.parametrize("message", ["Kannst du Becker anrufen?", "Kannst du kommen?", "Rufst du Becker an?"])
def test_a_message_too_short_to_show_its_language_is_answered_in_that_of_its_reader(message: str) -> None:
    with speaking("de"):
        (gap,) = reply(message=message).gaps
    assert gap.choices[0].startswith("Ja")


@pytest.mark.parametrize(
    ("message", "first", "second"),
    [
        ("Can you join on Thursday? And do you need a room?",
         "“Can you join on Thursday?” \u2013 Yes, gladly.", "“And do you need a room?” \u2013 No."),
        ("Kannst du am Donnerstag kommen? Brauchst du einen Raum?",
         "„Kannst du am Donnerstag kommen?“ \u2013 Ja, gern.", "„Brauchst du einen Raum?“ \u2013 Nein."),
        ("Peux-tu venir jeudi ? As-tu besoin de la salle ?",
         "« Peux-tu venir jeudi ? » \u2013 Oui, volontiers.", "« As-tu besoin de la salle ? » \u2013 Non."),
        ("¿Puedes venir el jueves? ¿Necesitas la sala?",
         "«¿Puedes venir el jueves?» \u2013 Sí, con mucho gusto.", "«¿Necesitas la sala?» \u2013 No."),
    ],
)  # fmt: skip
def test_each_question_of_a_short_chat_message_has_ready_answers_that_name_it(
    message: str, first: str, second: str
) -> None:
    one, other = reply(message=message, chat="yes").gaps
    assert (first in one.choices, second in other.choices) == (True, True)
    assert [gap.choices for gap in reply(message=message).gaps] == [(), ()]


@pytest.mark.parametrize(
    "message",
    [
        "Can you come on Monday? Is the gas leak in the hall fixed?",
        "Can you come on Monday? Do you pay the 40 euros?",
        "Can you come on Monday? Do you agree to the new terms?",
        "Can you come on Monday? Do you need a room, if it rains?",
        "Can you come on Monday? Do you need a room? The old one is not free.\n\nThe boss wants it in writing. " * 3,
        "Which hall is it? Who takes the minutes?",
    ],
)
def test_no_question_of_a_chat_message_is_answered_by_a_click_where_another_may_change_it(message: str) -> None:
    assert not any(gap.choices for gap in reply(message=message, chat="yes").gaps)


def test_no_click_takes_an_alert_out_of_a_draft() -> None:
    passages = passages_value([("Handbook", "", "On Sundays nothing is collected before noon.")])
    asked = "What time do you collect on Sunday?"
    message = f"{asked} There is a gas smell near the big heater but we have just opened the flap, it is fine."
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("no embedded model here")
    given = validate_inputs(RECIPE, {"message": message, "passages": passages})
    result = PLANS[RECIPE.plan](RECIPE, given, ScriptedAsk(""), PlanOptions(embedder=lambda: embedder))
    (alert,) = (gap for gap in result.gaps if gap.is_alert)
    assert "gas smell" in alert.question
    assert "before noon" in alert.question
    assert alert.choices == ()


@pytest.mark.parametrize(
    ("beside", "is_offered"), [("Wir sind jetzt 155 statt 140 Personen.", False), ("Wir freuen uns schon.", True)]
)
def test_no_click_passes_over_another_number(beside: str, is_offered: bool) -> None:
    (asked,) = reply(message=f"Können Sie uns beliefern? {beside}").gaps
    assert bool(asked.choices) is is_offered
