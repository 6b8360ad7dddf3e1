"""An answer from a thread shows what was written later in place of what it quotes."""

from collections.abc import Sequence

import pytest

from core.drafts import Item
from core.recipes.loader import load_recipes
from core.writing.grounded.corrections import Thread, with_corrections, with_what_follows
from core.writing.grounded.passages import GroundPassage, passages_value
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

ASKED = {"en": "What is new?", "de": "Was ist neu?", "fr": "Quoi de neuf ?", "es": "¿Qué hay de nuevo?"}


def thread(*texts: str) -> list[GroundPassage]:
    """Return messages as passages, by Kim and Lou in turn."""
    names, links = ["Kim", "Lou"], [f"https://acme.example/p{number}" for number in range(len(texts))]
    return [
        GroundPassage(number + 1, who, link, text, document=link, kind="file", speaker=who)
        for number, (text, link) in enumerate(zip(texts, links, strict=True))
        for who in [names[number % 2]]
    ]


def ask(question: str, *texts: str) -> PlanResult:
    return PLANS["answer"](
        load_recipes()["answer"], {"question": question, "passages": passages_value(thread(*texts))}, ScriptedAsk()
    )


@pytest.mark.parametrize(
    ("language", "first", "between", "later"),
    [
        ("en", "The rehearsal is on Tuesday at 5 p.m.", "Fine with me.", "Postponed to 6 p.m."),
        ("en", "The rehearsal is on Tuesday at 5 p.m.", "Could we do it at 6?", "Yes, moved it to 6 p.m."),
        ("en", "The rehearsal is on Tuesday.", "I have choir then.", "Then we meet on Wednesday instead."),
        ("en", "The lorry comes at 15:00.", "Who opens the gate?", "sorry, 14:00, not 15:00"),
        ("en", "The lorry comes at 15:00.", "Who opens the gate?", "The lorry comes at 14:00 now."),
        ("en", "The lorry comes at 15:00.", "The exam begins at 9.", "Oops, I meant 14:00, not 15:00."),
        ("en", "The seminar is in room Birch.", "Is that upstairs?", "Change of plan: room Maple."),
        ("en", "We meet in the canteen.", "See you.", "Sorry, in the library instead."),
        ("en", "The printer costs 480 euros.", "Fine.", "Correction: it will cost 520 euros."),
        ("en", "Thirty chairs are ordered: 30 for hall B.", "Fine.", "Actually 45, not 30."),
        ("en", "The excursion is on 8 May.", "I look forward to it.", "The excursion is cancelled, too few people."),
        ("de", "Die Probe ist am Dienstag um 17 Uhr.", "Passt.", "Verlegt auf 18 Uhr."),
        ("de", "Die Probe ist am Dienstag um 17 Uhr.", "Passt.", "Wir fangen doch erst um 18 Uhr an."),
        ("de", "Die Probe ist am Dienstag.", "Da kann ich nicht.", "Gut, wir verschieben es auf Mittwoch."),
        ("de", "Der Lkw kommt um 15:00 Uhr.", "Wer macht auf?", "Sorry, 14:00, nicht 15:00."),
        ("de", "Das Seminar ist im Raum Birke.", "Ist das oben?", "Planänderung: Raum Ahorn."),
        ("de", "Der Drucker kostet 480 Euro.", "Gut.", "Korrektur: 520 Euro."),
        ("de", "Der Ausflug ist am 8. Mai.", "Ich freue mich.", "Der Ausflug fällt aus."),
        ("fr", "La répétition est mardi à 17 h.", "D'accord.", "Reportée à 18 h."),
        ("fr", "La répétition est mardi.", "Je ne peux pas.", "Alors plutôt mercredi."),
        ("fr", "Le camion arrive à 15 h.", "Qui ouvre ?", "Pardon, 14 h, pas 15 h."),
        ("fr", "Le séminaire est dans la salle Bouleau.", "D'accord.", "Changement : salle Érable."),
        ("fr", "L'imprimante coûte 480 euros.", "Bien.", "Finalement ce sera 520 euros."),
        ("fr", "L'excursion est le 8 mai.", "Super.", "L'excursion est annulée."),
        ("es", "El ensayo es el martes a las 17:00.", "Vale.", "Lo pasamos a las 18:00."),
        ("es", "El ensayo es el martes.", "No puedo.", "Entonces mejor el miércoles."),
        ("es", "El camión llega a las 15:00.", "¿Quién abre?", "Perdón, 14:00, no 15:00."),
        ("es", "El seminario es en la sala Abedul.", "Vale.", "Cambio de planes: sala Arce."),
        ("es", "La impresora cuesta 480 euros.", "Bien.", "Al final serán 520 euros."),
    ],
)
def test_what_takes_the_place_of_a_line_is_found(language: str, first: str, between: str, later: str) -> None:
    assert Thread(thread(first, between, later), ASKED[language]).later(0, first) == [(2, later)]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("The rehearsal is on Tuesday at 5 p.m.", "The dentist moved my appointment to 6 p.m."),
        ("The rehearsal is on Tuesday at 5 p.m.", "Could we do it at 6 p.m. instead?"),
        ("The rehearsal is on Tuesday at 5 p.m.", "The printer was moved to the cellar."),
        ("The rehearsal is on Tuesday at 5 p.m.", "The excursion is cancelled."),
        ("The rehearsal is on Tuesday at 5 p.m.", "Sorry, I was asleep."),
        ("The printer costs 480 euros.", "The flyers now cost 90 euros."),
        ("Die Probe ist am Dienstag um 17 Uhr.", "Der Zahnarzt hat meinen Termin auf 18 Uhr verlegt."),
        ("La répétition est mardi à 17 h.", "Le dentiste a déplacé mon rendez-vous à 18 h."),
        ("El ensayo es el martes a las 17:00.", "El dentista me ha pasado la cita a las 18:00."),
    ],
)
def test_what_is_about_something_else_takes_the_place_of_nothing(first: str, later: str) -> None:
    assert Thread(thread(first, "Good.", later)).later(0, first) == []


@pytest.mark.parametrize(
    "said",
    [
        ("Please order the tent today.", "On it.", "Ordered."),
        ("Can you order the tent today?", "Done."),
        ("I'll order the tent tomorrow.", "Great.", "The tent is ordered."),
        ("Kannst du das Zelt bestellen?", "Ist schon erledigt!"),
        ("Bitte schick die Liste an Frau Meier.", "Mache ich.", "Hab ich geschickt."),
        ("Peux-tu commander la tente aujourd'hui ?", "C'est fait."),
        ("¿Puedes pedir la carpa hoy?", "Ya está pedida."),
    ],
)
def test_below_what_was_to_be_done_stands_that_it_is_done(said: Sequence[str]) -> None:
    assert Thread(thread(*said)).later(0, said[0]) == [(len(said) - 1, said[-1])]


@pytest.mark.parametrize(
    "said",
    [
        ("Please order the tent today.", "Not done yet."),
        ("Please order the tent today.", "It will be done tomorrow."),
        ("Please order the tent today.", "Ordered?"),
        ("Please order the tent today.", "The invoice is paid."),
        ("Please order the tent today.", "Who calls the band?", "Done."),
        ("Please order the tent. Please call the band, too.", "Done."),
        ("The tent costs 300 euros.", "Paid."),
        ("Kannst du das Zelt bestellen?", "Noch nicht erledigt."),
        ("Peux-tu commander la tente ?", "Pas encore fait."),
        ("¿Puedes pedir la carpa hoy?", "Todavía no está hecho."),
    ],
)
def test_what_is_not_surely_done_is_not_said_to_be(said: Sequence[str]) -> None:
    assert Thread(thread(*said)).later(0, said[0]) == []


def test_a_finding_in_a_talk_stands_with_what_settles_it() -> None:
    demo, tent = "The demo is on 3 December at 10 a.m.", "Please order the tent today."
    talk = f"Kim: {demo}\nLou: {tent}\nKim: Ordered.\nLou: The demo is at 11 a.m. instead."
    found = with_what_follows([Item(text=demo, quote=demo), Item(text=tent, quote=tent), Item(text="No quote")], talk)
    assert [item.text for item in found] == [
        f"{demo} \u2192 Lou: The demo is at 11 a.m. instead.",
        f"{tent} \u2192 Kim: Ordered.",
        "No quote",
    ]


def test_a_text_that_nobody_speaks_in_stays_as_it_is() -> None:
    text = "The demo is on 3 December at 10 a.m. It was moved to 11 a.m."
    items = [Item(text="The demo is on 3 December at 10 a.m.", quote="The demo is on 3 December at 10 a.m.")]
    assert with_what_follows(items, text) == items


def test_what_is_corrected_twice_is_shown_as_it_was_written() -> None:
    first = "The rehearsal in the chapel is at 5 p.m."
    result = ask("When is the rehearsal in the chapel?", first, "Moved to 6 p.m.", "Sorry, 7 p.m., not 6 p.m.")
    assert [line.partition(": ")[2] for line in result.text.splitlines()[-3:]] == [
        f"“{first}” [1]",
        "“Moved to 6 p.m.” [2]",
        "“Sorry, 7 p.m., not 6 p.m.” [3]",
    ]


@pytest.mark.parametrize(
    ("question", "first", "later", "shown"),
    [
        ("What does the printer cost?", "The printer costs 480 euros.", "Correction: 520 euros.", "Later, Lou"),
        ("Was kostet der Drucker?", "Der Drucker kostet 480 Euro.", "Korrektur: 520 Euro.", "Später, Lou"),
        ("Combien coûte l'imprimante ?", "L'imprimante coûte 480 euros.", "Pardon, 520 euros.", "Plus tard, Lou"),
        ("¿Cuánto cuesta la impresora?", "La impresora cuesta 480 euros.", "Perdón, 520 euros.", "Más tarde, Lou"),
    ],
)
def test_below_an_answer_stands_what_was_written_later_with_its_speaker(
    question: str, first: str, later: str, shown: str
) -> None:
    result = ask(question, first, later)
    assert not result.skeleton
    assert result.text.splitlines()[1:] == [f"{shown}: “{later}” [2]"]
    assert [source.quote for source in result.sources] == [first, later]


def test_of_a_long_thread_what_corrects_a_chosen_message_is_kept() -> None:
    said = thread("The rehearsal is at 5 p.m.", "Good.", "Fine.", "Moved to 6 p.m.", "Thanks.")
    assert [passage.text for passage in with_corrections(said[:1], said, "")] == [said[0].text, "Moved to 6 p.m."]


def test_documents_are_not_taken_for_a_thread() -> None:
    value = passages_value([("Plan", "", "The rehearsal is at 5 p.m."), ("Notes", "", "Moved to 6 p.m.")])
    result = PLANS["answer"](
        load_recipes()["answer"], {"question": "When is the rehearsal?", "passages": value}, ScriptedAsk()
    )
    assert "Moved to" not in result.text
