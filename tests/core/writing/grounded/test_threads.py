"""Summaries, minutes and action items: sentences of the text with who said them, and nothing else."""

import re
import time
from itertools import product

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


def said(line: str) -> list[str]:
    """Return the quotations of a line, without speakers."""
    return [re.sub(r"^- |^(later|später): |\*\*[^*]+\*\*: ", "", part) for part in line.split(" \u2192 ")]


def folded(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold()


@pytest.mark.parametrize(("name", "text"), list(product(("summarize", "minutes"), (OUTAGE, MACHINE))))
def test_every_line_stands_in_the_text_as_it_was_said(name: str, text: str) -> None:
    result = run(name, text)
    lines = [line for line in result.text.splitlines() if line.startswith("- ")]
    assert len(lines) >= 5
    for quotation in (one for line in lines for one in said(re.sub(r" \([^()]+\)$", "", line))):
        for sentence in re.split(r" \u2026 |(?<=[.?!]) |\s\([^()]+\)$", quotation):
            assert folded(sentence) in folded(text), sentence


def test_decision_promise_and_what_is_open_stand_under_their_headings() -> None:
    text = run("summarize", OUTAGE).text
    names = ("Who does what", "Open or disputed", "What else was said")
    tasks, unsettled, said_too = (text.split(f"**{name}**")[1].split("\n\n")[0] for name in names)
    assert "- **Dana**: Let's roll back to 4.11 now." in said_too
    assert "- **Lee**: I'll add a load test before we try again." in tasks
    assert "- **Mo**: Do we refund the failed orders?" in unsettled
    assert "\u2192 **Dana**: That has to be settled with finance." in unsettled


def test_the_later_correction_stands_beside_what_it_corrects() -> None:
    text = run("summarize", OUTAGE).text
    assert "Thursday at 2 pm, I'll send the invite. \u2192 later: **Lee**: Sorry, Thursday I'm out." in text
    assert "\u2192 **Dana**: Friday 2 pm then." in text


def test_the_headings_are_in_the_language_of_the_text() -> None:
    text = run("summarize", MACHINE).text
    assert re.findall(r"\*\*([A-Z][\w, ]+)\*\*\n", text) == [
        "Entschieden", "Wer was tut", "Offen oder strittig", "Was sonst gesagt wurde",
    ]  # fmt: skip
    assert "- **jens**: Ob der monteur am freitag kommt, ist noch offen." in text


def test_a_short_text_is_given_back_with_a_word_about_it() -> None:
    result = run("summarize", "The lift is broken until Friday. Please use the stairs.")
    assert result.text == "The lift is broken until Friday. Please use the stairs."
    assert result.notices == ("The text is short; here it is as it stands.",)
    assert not result.skeleton


def test_what_answers_the_focus_comes_in() -> None:
    text = OUTAGE + "Mo: The garden party needs a permit from the city.\n" + OUTAGE
    assert "garden party" in run("summarize", text, focus="the garden party").text


def test_a_long_thread_is_told_in_a_page() -> None:
    began = time.process_time()
    text = run("summarize", OUTAGE * 20).text
    assert len(text.splitlines()) < 50
    assert time.process_time() - began < 12


def test_minutes_have_participants_tasks_as_data_and_a_topic() -> None:
    result = run("minutes", OUTAGE)
    assert result.text.startswith("## Participants\n\nDana, Lee, Priya, Mo\n\n## ")
    assert "## Who does what\n\n- I'll add a load test before we try again. (Lee)" in result.text
    assert (result.subject or "").startswith("Minutes: ")
    assert [(item.who, item.due) for item in result.items or ()] == [("Lee", ""), ("Dana", "Friday 2 pm")]
    assert (run("minutes", MACHINE).subject or "").startswith("Protokoll: ")


def test_minutes_without_a_conversation_or_tasks_say_so() -> None:
    result = run(
        "minutes", "The office on the second floor was painted. The walls are white, and the windows are clean."
    )
    assert "Participants" not in result.text
    assert "No sentence was recognised as a task." in result.text
    assert result.items == ()


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
        ("Amir", "I'll water the plants."), ("Felix", "I could set up two routers until then."),
    ]  # fmt: skip
    assert items[1].text.endswith("I could set up two routers until then. \u2192 Please order them.")


def test_who_answers_another_question_has_not_accepted_and_who_is_silent_is_asked() -> None:
    text = (
        "Ana: Ben, please order the disk.\nAna: Are the customers told?\nCarl: Not yet. I can write to them on Friday."
    )
    promised, asked = run("actions", text).items or ()
    assert (promised.who, promised.group) == ("Carl", "")
    assert (asked.quote, asked.who) == ("Ben, please order the disk.", "")
    assert asked.group == "Asked, not answered yet"


def test_another_date_that_belongs_to_nothing_before_is_no_correction() -> None:
    text = MACHINE + "anna: die liste hänge ich am montag aus\njens: für die musik haben wir noch niemanden\n"
    lines = run("summarize", text + "murat: nee, mein schwager kann erst freitag und bringt das zelt mit\n").text
    assert "liste hänge ich am montag aus" in lines
    assert not any("liste" in line and "schwager" in line for line in lines.splitlines())


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


@pytest.mark.parametrize("language", sorted(STAND))
def test_what_was_decided_is_the_proposal_that_was_agreed_to(language: str) -> None:
    decided = run("minutes", STAND[language]).text.split("\n## ")[1].splitlines()
    assert len(decided) >= 3, decided
    assert re.search("small|klein|petit|pequeño", decided[2]), decided


def test_a_day_that_was_moved_soon_after_is_not_told_as_what_else_was_said() -> None:
    text = (
        "maya: hey, printer on 3rd floor is dead again\noli: ok I can call them. contract number?\n"
        "maya: its on the sticker, 44-812\noli: found it. calling\noli: they can come thursday 9\n"
        "maya: thursday is the board meeting, can they do friday?\noli: asking\noli: friday 8:30 works\n"
        "maya: perfect, friday then. tariq can you let them in? you're early anyway\ntariq: sure\n"
        "oli: should we also get toner?\nmaya: no, we still have two boxes\n"
    )
    told = run("minutes", text).text
    assert "Friday 8:30 works." in told
    assert not any("hursday 9" in line and "Friday" not in line and "friday" not in line for line in told.splitlines())


@pytest.mark.parametrize("name", ["summarize", "minutes", "actions"])
def test_without_the_embedded_model_sentences_are_told_apart_by_their_words(name: str) -> None:
    recipe = RECIPES[name]
    result = PLANS[recipe.plan](recipe, validate_inputs(recipe, {"text": MACHINE}), NeverAsked())
    told = result.text or " ".join(item.text for item in result.items or ())
    assert "sagst du den leuten bescheid? \u2192 " in told


CORRECTED = [
    (
        "Ruth: Point one, the open day. We said Saturday the 9th of May, but the hall is booked by the choir.\n"
        "Dev: What about Sunday the 10th?\nRuth: Sunday works for the hall. Ok, Sunday the 10th it is.\n"
        "Helen: I can print the posters, I need the final text by the 20th though.\n"
        "Dev: I'll send you the text on Friday.\nRuth: Point two, the boiler. The plumber quoted 4,800 pounds.\n"
        "Helen: Could we wait until autumn?\nRuth: No, the insurance only covers us if it is replaced before July.\n"
        "Dev: I don't want to sign that without a second quote.\nRuth: Then we leave it open until we have one.\n",
        "the 9th of May",
        "Sunday the 10th it is",
    ),
    (
        "Marta: Primer tema, la mudanza de la oficina. El casero nos deja entrar el 1 de julio.\n"
        "Iván: Yo preferiría el 15, a principios de mes tenemos el cierre.\n"
        "Marta: Tienes razón. Lo dejamos en el 15 entonces.\nPilar: ¿Y quién habla con la empresa de mudanzas?\n"
        "Iván: Ya he pedido un presupuesto, son 2.300 euros.\nMarta: Me parece caro. Pide otro, por favor.\n"
        "Iván: Vale, lo tengo para el miércoles.\nPilar: Yo cambio la dirección en el banco y en Hacienda.\n"
        "Marta: Ah, y el casero acaba de escribir: no es el 15, nos da las llaves el 17 de julio.\n",
        "Lo dejamos en el 15",
        "el 17 de julio",
    ),
    (
        "Birgit: Der Vermieter will, dass wir bis 30. September aus dem Lager raus sind.\n"
        "Malte: Das neue Lager ist erst ab 15. September frei, das sind zwei Wochen für alles.\n"
        "Svenja: Machbar, wenn wir am Wochenende arbeiten.\nMalte: Von mir aus. Dann aber mit Spedition.\n"
        "Birgit: Gut, dann sagen wir dem Vermieter zu. Malte, holst du drei Angebote von Speditionen ein?\n"
        "Malte: Ja, bis Mittwoch.\nBirgit: Super. Punkt zwei, der Betriebsausflug.\nMalte: Harz ist billiger.\n"
        "Birgit: Dann verschieben wir das auf nächste Woche.\n"
        "Malte: Ach so, Korrektur: Ich bin Mittwoch gar nicht da, die Angebote kommen Donnerstag.\n",
        "bis Mittwoch",
        "die Angebote kommen Donnerstag",
    ),
]


@pytest.mark.parametrize(("text", "earlier", "later"), CORRECTED)
def test_what_was_said_first_is_never_told_without_what_was_said_later(text: str, earlier: str, later: str) -> None:
    told = run("summarize", text).text.splitlines()
    assert any(later in line for line in told)
    assert all(later in line for line in told if earlier.casefold() in line.casefold())


def test_a_thread_that_was_written_down_in_its_order_is_read_in_it() -> None:
    mails = (
        "From: Ann Lee\nTo: Bob Ray\nDate: 3 June\nSubject: Pallets\n\nCan you take 24 pallets?\n\n"
        "From: Bob Ray\nTo: Ann Lee\nDate: 4 June\nSubject: Re: Pallets\n\nOnly 16.\n"
    )
    assert [turn.speaker for turn in split_turns(mails)] == ["Ann Lee", "Bob Ray"]


def test_a_question_at_the_end_of_a_line_has_its_answer() -> None:
    text = (
        "Nadia: La chaudière devait être livrée le 2 mai et nous n'avons toujours rien reçu. Les locataires sont sans "
        "eau chaude depuis six jours. Quand arrive-t-elle ?\n"
        "Luc: Le camion est tombé en panne et la chaudière est repartie au dépôt. La livraison est prévue le 8 mai.\n"
        "Nadia: Le 8 est férié, l'installateur ne travaille pas. Le 9 au matin, est-ce possible ?\n"
        "Luc: Le 9 entre 8 h et 10 h, c'est confirmé. Pouvez-vous nous donner le code de l'immeuble ?\n"
        "Nadia: Le code est le 41B7. Je demande une remise pour le retard, comme prévu à l'article 6 du contrat.\n"
    )
    told = run("summarize", text).text.splitlines()
    assert all("confirmé" in line for line in told if "est-ce possible" in line)
    assert any("confirmé" in line for line in told)
