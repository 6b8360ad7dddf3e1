"""Each earlier line stands beside the question that it answers best, and what was said anew before what it replaces."""

from collections.abc import Sequence

import pytest

from core.drafts import Gap
from core.embeddings import WordEmbedder, load_embedder
from core.llm.ports import Embedder
from core.settings import Settings
from core.writing.grounded.asked import Asking
from core.writing.grounded.earlier import Earlier, wanted_in
from core.writing.grounded.lines import Ground
from core.writing.grounded.questions import with_words
from core.writing.grounded.threads import ThreadPeople

PEOPLE = ThreadPeople("Nora Blake", "Tim Hale")


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    found = load_embedder(Settings())
    if isinstance(found, WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    return found


def ground(question: str, thread: str, embedder: Embedder, language: str) -> Ground | None:
    return Earlier(thread, PEOPLE, lambda: embedder, question).answer(question, Asking(language))


@pytest.mark.parametrize(
    ("language", "asked", "first", "then"),
    [
        ("fr", "À quelle heure la famille doit-elle être à la chambre funéraire ?",
         "La famille est attendue à la chambre funéraire dès 13 h 15.",
         "Le curé a un empêchement, la cérémonie est avancée à 14 h. Présence de la famille à 12 h 45."),
        ("es", "¿Cuántas piezas pueden tocar, al final?", "En la sala de los fósiles se pueden tocar nueve piezas.",
         "Corrijo una cosa: podéis tocar siete piezas y no nueve, dos se van a restaurar."),
        ("en", "What time does the coach leave?", "The coach leaves at 9.15 from the library.",
         "Small change: the coach leaves at 8.45 from the library."),
        ("de", "Wann beginnt die Führung?", "Die Führung beginnt um 14.15 Uhr.",
         "Kleine Änderung: Die Führung beginnt um 13.45 Uhr."),
        # What they took back themselves, in other words.
        ("en", "When does the pool open?", "The pool opens on Friday.",
         "All keyholders: the frost got a pipe. Not this Friday, the one after (26th)."),
        ("de", "Bis wann brauchen Sie die Unterlagen?", "Die Unterlagen brauche ich bis zum 20.",
         "Ich muss mich berichtigen: Wir rechnen schon am 18. ab, nicht am 20."),
        ("es", "¿En qué año se casaron los abuelos?", "Los abuelos se casaron el 3 de mayo de 1868.",
         "Perdone, leí mal la partida: no es 1868 sino 1863."),
        ("fr", "À quelle heure peut-on arroser ?", "Arrosage avant 9 h ou après 19 h.",
         "Je vous ai mal renseigné : c'est après 20 h, et plus du tout le matin."),
    ],
)  # fmt: skip
def test_what_was_said_anew_with_another_value_stands_in_the_place_of_the_old(
    embedder: Embedder, language: str, asked: str, first: str, then: str
) -> None:
    thread = f"Nora Blake:\n{first}\n\nPeter Lang:\nOK.\n\nNora Blake:\n{then}"
    found = ground(asked, thread, embedder, language)
    assert found is not None
    assert first not in [line.sentence for line in found.lines]
    assert then.endswith(found.lines[-1].sentence)


def test_a_place_that_is_corrected_is_seen_with_its_correction(embedder: Embedder) -> None:
    then = "Une rectification : le quai nord est en travaux, on embarque au ponton C, derrière la criée."
    thread = f"Nora Blake:\nPour vos 44 élèves : aller 9 h 15 au quai nord, retour 16 h 40.\n\nNora Blake:\n{then}"
    found = ground("Il faut être là à quelle heure ?", thread, embedder, "fr")
    assert found is not None
    assert [line.sentence for line in found.lines][:1] == [then]
    other = "En cas de vent nous annulons la veille avant 18 h et remboursons tout."
    found = ground("On est remboursés si on annule ?", f"Nora Blake:\n{other}\n\nNora Blake:\n{then}", embedder, "fr")
    assert found is not None
    assert [line.sentence for line in found.lines] == [other]


def test_an_older_price_is_seen_behind_the_newer_one_though_only_that_is_asked_about(embedder: Embedder) -> None:
    old = "Pour 65 personnes je vous propose le buffet « Saône » à 27 € TTC par personne : 6 pièces salées, fromage."
    new = "Pardon, je vous ai donné l'ancien tarif : depuis le 1er juin le buffet « Saône » est à 29,50 € TTC."
    found = ground("Pouvez-vous tenir les 27 € ?", f"Nora Blake:\n{old}\n\nNora Blake:\n{new}", embedder, "fr")
    assert found is not None
    assert found.lines[0].sentence == new


@pytest.mark.parametrize(
    ("language", "asked", "first", "message", "then"),
    [
        ("en", "What do we pay per bench?", "We can bring 40 benches at £3.10 per bench.",
         "Only 30 benches are left. I also got the price wrong, it is £3.60 per bench.",
         "I also got the price wrong, it is £3.60 per bench."),
        ("de", "Was kostet der Tisch mit Lieferung?", "Der Tisch kostet mit Lieferung 1.890 Euro.",
         "Vergessen Sie bitte, was ich am Freitag schrieb, ich hatte die falsche Liste. Richtig sind 2.140 Euro.",
         "Richtig sind 2.140 Euro."),
        ("es", "¿A qué cuenta hago la transferencia?", "La cuenta para la transferencia es ES7620770024003102575766.",
         "La cuenta que te di el lunes está cerrada. Usa por favor ES9121000418450200051332.",
         "Usa por favor ES9121000418450200051332."),
        ("en", "When can the driver pick up the gates?", "The driver can pick up the gates on 9 December from 7.",
         "The 9th doesn't work for us after all. Let's say the 14th.", "Let's say the 14th."),
    ],
)  # fmt: skip
def test_a_correction_whose_new_value_has_a_sentence_of_its_own_stands_in_front(
    embedder: Embedder, language: str, asked: str, first: str, message: str, then: str
) -> None:
    found = ground(asked, f"Nora Blake:\n{first}\n\nNora Blake:\n{message}", embedder, language)
    assert found is not None
    said = [line.sentence for line in found.lines]
    assert then in said
    assert first not in said or said.index(then) < said.index(first)


def _beside(embedder: Embedder, thread: str, questions: Sequence[str], language: str) -> list[list[str]]:
    asking = Asking(language)
    wanted = {question: wanted_in(question, "", asking) for question in questions}
    earlier = Earlier(f"Nora Blake:\n{thread}", PEOPLE, lambda: embedder, " ".join(questions), wanted)
    found = [earlier.answer(question, asking) for question in questions]
    return [[line.sentence for line in each.lines] if each else [] for each in found]


@pytest.mark.parametrize(
    ("language", "thread", "asked"),
    [
        ("fr", "Embarquement 20 minutes avant. En cas de vent nous annulons la veille avant 18 h et remboursons tout.",
         {"Il faut être là à quelle heure ?": ["Embarquement 20 minutes avant."],
          "Si on annule pour la météo, on est remboursés ?":
              ["En cas de vent nous annulons la veille avant 18 h et remboursons tout."]}),
        ("es", "Anticipo del 40 % para apartar la madera. El estuche no va incluido; uno bueno sale en $3,200.",
         {"¿El anticipo de cuánto sería en pesos?": ["Anticipo del 40 % para apartar la madera."],
          "¿Trae estuche?": ["El estuche no va incluido; uno bueno sale en $3,200."]}),
    ],
)  # fmt: skip
def test_a_line_stands_beside_the_question_that_it_answers_best(
    embedder: Embedder, language: str, thread: str, asked: dict[str, list[str]]
) -> None:
    assert _beside(embedder, thread, [*asked], language) == [*asked.values()]


def test_what_was_written_first_is_said_to_be_older_where_nothing_says_a_day(embedder: Embedder) -> None:
    first, then = "The book is the 4th edition (the green one).", "Sorry, wrong edition. It is the blue one."
    thread = f"Nora Blake:\n{first}\n\nNora Blake:\n{then}"
    lines = ground("Which edition of the book is it, the green or the blue one?", thread, embedder, "en")
    assert lines is not None
    found = with_words(Gap(place="[[Which?]]", question="Which?"), lines.lines, Asking("en"))
    assert found.question == (
        "Which? \u2013 you wrote: \u201cSorry, wrong edition. It is the blue one.\u201d; "
        "before that: \u201cThe book is the 4th edition (the green one).\u201d"
    )
