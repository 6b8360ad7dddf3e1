"""Each clause of notes stands in the gap of what it answers, word for word; a remark that is private in none."""

from dataclasses import replace

import pytest

from core.drafts import GAP, Gap, find_gaps, gap
from core.embeddings import local_embedder
from core.writing.grounded.asked import Asking
from core.writing.grounded.directions import DirectionPart
from core.writing.grounded.noted import BESIDE, HIDDEN, PLACED, Placed, place_notes


def _part(question: str, *, is_told: bool = False) -> DirectionPart:
    one = Gap(place=gap(question), question=question, choices=("Yes.", "No."))
    return DirectionPart(one.place, gap=one, asked=question, is_told=is_told)


def _placed(told: str, *asked: str, language: str = "en", spoken: str = "") -> Placed:
    asking = Asking(language, "formal")
    return place_notes([_part(one) for one in asked], told, spoken or language, asking, local_embedder)


def _notes(placed: Placed) -> list[str]:
    return [one.notes for one in placed.parts]


@pytest.mark.parametrize(
    ("language", "told", "asked", "notes"),
    [
        ("en", "sunday callout £145. coming 12.30. hay out",
         ["Can you come today?", "Should I take his hay away?", "What is the call-out on a Sunday?"],
         ["coming 12.30.", "hay out", "sunday callout £145."]),
        ("de", "f-jugend macht uwe. mail reicht. beitrag zurück geht nicht",
         ["Reicht die Mail als Kündigung?", "Krieg ich den Beitrag zurück?", "Wer übernimmt die F-Jugend?"],
         ["mail reicht.", "beitrag zurück geht nicht", "f-jugend macht uwe."]),
        ("fr", "granit +1 150 €. évacuation comprise",
         ["Le plan de travail en granit, c'est combien ?", "L'évacuation est-elle comprise ?"],
         ["granit +1 150 €.", "évacuation comprise"]),
        ("es", "parking no hay, mejor el metro. taquilla desde las 19h",
         ["¿Se pueden recoger en taquilla?", "¿Hay parking?"],
         ["taquilla desde las 19h", "parking no hay, mejor el metro."]),
    ],
)  # fmt: skip
def test_each_clause_stands_at_what_it_answers(language: str, told: str, asked: list[str], notes: list[str]) -> None:
    placed = _placed(told, *asked, language=language)
    assert _notes(placed) == notes
    assert placed.notices == (PLACED,)


def test_notes_in_another_language_stand_at_what_they_mean() -> None:
    asked = ["Ist die Wohnung schon frei?", "Gibt es in der Nähe einen Arzt?"]
    placed = _placed("doctor: dr. hinrichs 300m. flat ready from 4pm", *asked, language="de", spoken="en")
    assert _notes(placed) == ["flat ready from 4pm", "doctor: dr. hinrichs 300m."]
    assert placed.parts[0].text == "[[Ist die Wohnung schon frei? Ihre Notiz: flat ready from 4pm]]"


def test_what_fits_nothing_clearly_stands_beside_the_draft_once() -> None:
    placed = _placed("blue one. price 40", "What is the price?", "When does it open?", "Who is the driver?")
    assert _notes(placed)[0] == "price 40"
    placed = _placed("xyzzy", "What is the price?", "What is the prices?")
    assert _notes(placed) == ["", ""]
    assert placed.notices == (BESIDE.format(notes="xyzzy"),)


@pytest.mark.parametrize(
    ("language", "told", "hidden"),
    [
        ("en", "price 40. the jig was wrong. don't tell him", "the jig was wrong. don't tell him"),
        ("en", "price 40. the waitress has been spoken to - leave that out", "the waitress has been spoken to"),
        ("de", "preis 40. kunze hat den anruf vergessen, das darf nicht rein", "kunze hat den anruf vergessen"),
        ("de", "preis 40. (die alte übertreibt, nicht reinschreiben)", "die alte übertreibt"),
        ("fr", "prix 40. pièce d'occasion (surtout pas le dire)", "pièce d'occasion"),
        ("fr", "prix 40. le maire est pour mais chut", "le maire est pour mais chut"),
        ("es", "precio 40. q no se entere q la otra canceló", "q no se entere q la otra canceló"),
        # A mark of another language than the one that was told from so few words.
        ("de", "preis 40. don't tell him that kunze forgot", "don't tell him that kunze forgot"),
    ],
)  # fmt: skip
def test_a_private_remark_stands_in_no_gap(language: str, told: str, hidden: str) -> None:
    placed = _placed(told, "What is the price?", language=language, spoken="en" if "don't" in told else "")
    assert "40" in placed.parts[0].notes
    assert hidden not in placed.parts[0].text
    assert hidden in placed.hidden
    assert placed.notices[0] == HIDDEN.format(notes=placed.hidden)


def test_a_gap_with_a_note_has_no_ready_answers_and_neither_has_another() -> None:
    placed = _placed("price 40", "What is the price?", "Do you open on Sunday?")
    assert [one.gap and one.gap.choices for one in placed.parts] == [(), ()]


def test_what_a_message_only_tells_is_listed_where_a_note_is_of_it() -> None:
    parts = [_part("What is the price?"), replace(_part("The oven is broken", is_told=True))]
    asking = Asking("en", "formal")
    assert len(place_notes(parts, "price 40", "en", asking, local_embedder).parts) == 1
    assert len(place_notes(parts, "price 40. oven is mended", "en", asking, local_embedder).parts) == 2


def test_of_a_gap_that_would_be_too_long_the_note_is_cut_and_stands_beside_whole() -> None:
    question = f"{'What is the price of the large one and of the small one, ' * 3}please?"
    note = "40 euros for " + "the small one and the large one, " * 8
    placed = _placed(f"{note}[as usual]", question)
    one = placed.parts[0]
    assert one.gap is not None
    assert GAP.fullmatch(one.text)
    assert [found.place for found in find_gaps(one.text)] == [one.gap.place]
    assert one.text.startswith(f"[[{question} Your note: 40 euros")
    assert "(as usual)" in placed.notices[0]


def test_without_a_model_words_alone_place_notes() -> None:
    asking = Asking("en", "formal")
    parts = [_part("What is the deposit?"), _part("Is the hall free?")]
    placed = place_notes(parts, "hall is free. deposit 40", "en", asking, None)
    assert _notes(placed) == ["deposit 40", "hall is free."]


def test_a_reader_who_is_called_by_the_given_name_is_not_addressed_formally() -> None:
    asking = Asking("de", "familiar")
    placed = place_notes([_part("Kommst du?")], "ja, um 8", "de", asking, None)
    assert placed.parts[0].text == "[[Kommst du? Deine Notiz: ja, um 8]]"
