"""Action items: sentences of the text with who owes what, and nothing else."""

import re

import pytest

from core.embeddings import load_embedder
from core.recipes.inputs import validate_inputs
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.text.speakers import split_turns
from core.writing.plans import PLANS, PlanOptions, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPES = load_recipes()
OUTAGE = (
    "Dana: Morning all, the shop has been throwing errors since 8:40.\n"
    "Lee: looking\n"
    "Lee: it is the new payment client, it opens a connection per request and the pool runs out\n"
    "Priya: Can we roll back? The campaign mail goes out at 10.\n"
    "Dana: Let's roll back to 4.11 now.\n"
    "Lee: Rollback done, error rate is back to normal.\n"
    "Priya: Should I hold the campaign mail?\n"
    "Dana: No, send it as planned.\n"
    "Lee: I'll add a load test before we try again.\n"
    "Dana: Review of the outage on Thursday at 2 pm, I'll send the invite.\n"
    "Lee: sorry, Thursday I'm out. Friday?\n"
    "Dana: Friday 2 pm then.\n"
    "Mo: Do we refund the failed orders? 31 customers paid twice.\n"
    "Dana: That has to be settled with finance.\n"
)
MACHINE = (
    "anna: moin, die maschine in halle 2 steht seit 6 uhr\n"
    "jens: die pumpe ist kaputt, ersatz kostet 2.340 euro\n"
    "anna: wer sagt dem kunden bescheid?\n"
    "murat: wir könnten die nachtschicht auf maschine 1 legen\n"
    "anna: gut, machen wir so. murat, sagst du den leuten bescheid?\n"
    "murat: ja mach ich gleich\n"
    "anna: ich rufe den kunden an\n"
    "jens: ich kümmere mich um den einbau\n"
    "jens: ob der monteur am freitag kommt, ist noch offen\n"
    "anna: danke euch, dann sehen wir uns morgen früh um sieben in halle 2 und schauen, wie weit wir sind\n"
)


class NeverAsked(ScriptedAsk):
    """A model that nobody may ask."""

    def __call__(self, *arguments: object, **options: object) -> str:
        raise AssertionError("the grounded lane asks no model")


def run(name: str, text: str, **given: str) -> PlanResult:
    recipe = RECIPES[name]
    options = PlanOptions(embedder=lambda: load_embedder(Settings()))
    return PLANS[recipe.plan](recipe, validate_inputs(recipe, {"text": text, **given}), NeverAsked(), options)


def test_promises_and_accepted_requests_are_tasks_with_who_and_when() -> None:
    text = (
        "Ana: The printer is broken. Can you call the service, Ben?\nBen: Will do today before 5 pm.\n"
        "Ana: I'll pay the invoice by Friday.\nCarl: Can somebody water the plants?\n"
        "Dan: Carl, can you clean the desk?\nCarl: Sorry, no, I can't.\n"
    )
    items = run("actions", text).items or ()
    assert [(item.who, item.due) for item in items] == [("Ben", "today before 5 pm"), ("Ana", "by Friday")]
    assert all(item.quote in text for item in items)


def test_done_things_questions_and_permissions_are_no_tasks() -> None:
    text = "Ana: Can you revert it?\nBen: Done, reverted.\nAna: Shall I call Carl?\nBen: What is the time?\nAna: Five."
    assert run("actions", text).items == ()


def test_a_task_whose_thing_was_named_before_is_quoted_with_it() -> None:
    [item] = run("actions", MACHINE.split("anna: ich rufe")[0]).items or ()
    assert item.who == "murat"
    assert item.quote == "murat, sagst du den leuten bescheid?"


def test_the_writer_of_a_mail_owes_what_the_mail_promises() -> None:
    mail = "Hallo Team,\n\nder Kunde will kündigen. Ich schicke ihm bis Freitag ein Angebot.\n\nViele Grüße\nThomas"
    [item] = run("actions", mail).items or ()
    assert (item.who, item.due) == ("Thomas", "bis Freitag")
    assert item.text.endswith("Ich schicke ihm bis Freitag ein Angebot.")


def test_an_offer_and_the_command_that_takes_it_up_are_one_task() -> None:
    text = (
        "Rosa: The line is not live before March.\nFelix: I could set up two routers until then.\n"
        "Rosa: Please order them.\nAmir: I'll water the plants."
    )
    items = run("actions", text).items or ()
    assert [(item.who, item.quote) for item in items] == [
        ("Felix", "I could set up two routers until then."), ("Amir", "I'll water the plants."),
    ]  # fmt: skip
    assert items[0].text.endswith("I could set up two routers until then. \u2192 Rosa: Please order them.")


def test_who_answers_another_question_has_not_accepted_and_who_is_silent_is_asked() -> None:
    text = (
        "Ana: Ben, please order the disk.\nAna: Are the customers told?\nCarl: Not yet. I can write to them on Friday."
    )
    promised, asked = run("actions", text).items or ()
    assert (promised.who, promised.group) == ("Carl", "")
    assert (asked.quote, asked.who) == ("Ben, please order the disk.", "")
    assert asked.group == "Asked, not answered yet"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Could you please send me the list of November 1, 2001 and of December 1, 2001?", ""),
        ("Bitte schick mir die Zahlen seit Montag.", ""),
        ("Please send me the agreement by November 1, 2001.", "by November 1, 2001"),
        ("Bitte schick mir die Zahlen bis Montag.", "bis Montag"),
    ],
)
def test_only_a_deadline_is_until_when(text: str, due: str) -> None:
    assert [item.due for item in run("actions", text).items or ()] == [due]


def test_what_has_to_be_done_by_nobody_in_particular_is_nobodys_task() -> None:
    text = "Pablo: La cámara no enfría.\nLucía: Hay que llamar al técnico. Yo lo llamo esta tarde.\nMarta: Vale.\n"
    assert [item.who for item in run("actions", text).items or ()] == ["Lucía"]


STAND = {
    "en": (
        "Ann: The stand at the fair costs 6,000 euros, the small stand 4,200.\nBo: Let's take the small stand.\n"
        "Cy: Fine by me.\nAnn: Bo, can you book the stand?\nBo: I'm away until Monday, can you do that, Cy?\n"
        "Cy: Sure.\nAnn: I'll send the brochure on Monday.\nBo: Monday's a holiday.\nAnn: Tuesday, sorry.\n"
        "Cy: I could ask the caterer.\nAnn: No need, the caterer is booked already.\n"
    ),
    "de": (
        "Ann: Der große Stand auf der Messe kostet 6.000 Euro, der kleine Stand 4.200.\nBo: Dann nehmen wir den "
        "kleinen Stand.\nCy: Einverstanden.\nAnn: Bo, buchst du den Stand?\nBo: Ich bin bis Montag weg, kannst du das "
        "übernehmen, Cy?\nCy: Klar.\nAnn: Ich schicke den Flyer am Montag.\nBo: Montag ist Feiertag.\n"
        "Ann: Dienstag, sorry.\nCy: Ich könnte den Caterer fragen.\nAnn: Nicht nötig, der Caterer ist schon gebucht.\n"
    ),
    "fr": (
        "Ann: Le grand stand au salon coûte 6 000 euros, le petit stand 4 200.\nBo: On prend le petit stand.\n"
        "Cy: D'accord.\nAnn: Bo, tu réserves le stand ?\nBo: Je suis absent jusqu'à lundi, tu peux le faire, Cy ?\n"
        "Cy: Oui, pas de souci.\nAnn: J'envoie la brochure lundi.\nBo: Lundi est férié.\nAnn: Mardi, pardon.\n"
        "Cy: Je pourrais appeler le traiteur.\nAnn: Pas la peine, le traiteur est déjà réservé.\n"
    ),
    "es": (
        "Ann: El stand grande de la feria cuesta 6.000 euros, el stand pequeño 4.200.\nBo: Nos quedamos con el stand "
        "pequeño.\nCy: Vale.\nAnn: Bo, ¿reservas el stand?\nBo: Estoy fuera hasta el lunes, ¿puedes hacerlo tú, Cy?\n"
        "Cy: Sí, claro.\nAnn: Yo mando el folleto el lunes.\nBo: El lunes es festivo.\nAnn: El martes, perdón.\n"
        "Cy: Podría llamar al catering.\nAnn: No hace falta, el catering ya está reservado.\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(STAND))
def test_who_hands_a_task_on_does_not_have_it_and_the_last_day_counts(language: str) -> None:
    items = run("actions", STAND[language]).items or ()
    assert [item.who for item in items] == ["Cy", "Ann"], items
    assert not re.search("lun|mon", items[1].due, re.I), items[1]
    assert re.search("mar|die|tue", items[1].due, re.I), items[1]


def test_without_the_embedded_model_sentences_are_told_apart_by_their_words() -> None:
    recipe = RECIPES["actions"]
    result = PLANS[recipe.plan](recipe, validate_inputs(recipe, {"text": MACHINE}), NeverAsked())
    told = result.text or " ".join(item.text for item in result.items or ())
    assert "sagst du den leuten bescheid? \u2192 " in told


def test_a_thread_that_was_written_down_in_its_order_is_read_in_it() -> None:
    mails = (
        "From: Ann Lee\nTo: Bob Ray\nDate: 3 June\nSubject: Pallets\n\nCan you take 24 pallets?\n\n"
        "From: Bob Ray\nTo: Ann Lee\nDate: 4 June\nSubject: Re: Pallets\n\nOnly 16.\n"
    )
    assert [turn.speaker for turn in split_turns(mails)] == ["Ann Lee", "Bob Ray"]
