"""Each clause of notes stands beside the gap of what it answers, word for word, and none in the draft."""

import re
from dataclasses import replace

import pytest

from core.drafts import MAX_GAP_CHARS, Gap, find_gaps, gap
from core.embeddings import local_embedder
from core.writing.grounded.asked import Asking
from core.writing.grounded.directions import DirectionPart
from core.writing.grounded.noted import PLACED, notice_of, place_notes


def _part(question: str, *, is_told: bool = False) -> DirectionPart:
    one = Gap(place=gap(question), question=question, choices=("Yes.", "No."))
    return DirectionPart(one.place, gap=one, asked=question, is_told=is_told)


def _placed(told: str, *asked: str, language: str = "en", spoken: str = "") -> list[DirectionPart]:
    asking = Asking(language, "formal")
    return place_notes([_part(one) for one in asked], told, spoken or language, asking, local_embedder)


def _notes(placed: list[DirectionPart]) -> list[str]:
    return [one.notes for one in placed]


def _beside(part: DirectionPart) -> str:
    assert part.gap is not None
    return part.gap.question


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
    assert [one.text for one in placed] == [gap(question) for question in asked]


def test_notes_in_another_language_stand_at_what_they_mean() -> None:
    asked = ["Ist die Wohnung schon frei?", "Gibt es in der Nähe einen Arzt?"]
    placed = _placed("doctor: dr. hinrichs 300m. flat ready from 4pm", *asked, language="de", spoken="en")
    assert _notes(placed) == ["flat ready from 4pm", "doctor: dr. hinrichs 300m."]
    assert _beside(placed[0]) == "Ist die Wohnung schon frei? Ihre Notiz: flat ready from 4pm"


def test_what_fits_nothing_clearly_stands_in_a_gap_of_its_own_at_the_end() -> None:
    placed = _placed("blue one. price 40", "What is the price?", "When does it open?", "Who is the driver?")
    assert _notes(placed)[0] == "price 40"
    placed = _placed("price 40. pssst, dont tell them he is ill", "What is the price?", "When does it open?")
    assert _notes(placed) == ["price 40.", "", "pssst, dont tell them he is ill"]
    assert placed[-1].text == "[[What else you noted]]"
    assert _beside(placed[-1]) == "What else you noted \u2013 Your note: pssst, dont tell them he is ill"


def test_a_note_that_is_left_stands_at_the_nearest_question_without_one() -> None:
    placed = _placed("price 40. mind the dog", "What is the price?", "Does your hound bite?")
    assert _notes(placed) == ["price 40.", "mind the dog"]


@pytest.mark.parametrize(
    ("language", "told", "first"),
    [
        ("en", "price 40. so sorry", "so sorry"),
        ("de", "preis 40. ehrlich entschuldigen", "ehrlich entschuldigen"),
        ("fr", "prix 40. désolée vraiment", "désolée vraiment"),
        ("es", "precio 40. perdón de verdad", "perdón de verdad"),
    ],
)
def test_thanks_and_apologies_come_first(language: str, told: str, first: str) -> None:
    asked = {"de": "Was ist der Preis?", "fr": "Quel est le prix ?", "es": "¿Cuál es el precio?"}
    placed = _placed(told, asked.get(language, "What is the price?"), "Abc def ghi?", language=language)
    assert placed[0].notes == first
    assert any(one.notes.rstrip(".").endswith("40") for one in placed)


def test_what_the_reader_is_to_be_asked_comes_last_and_a_wish_about_tone_nowhere() -> None:
    told = "ask what size the back is. back is fine, keep it v short"
    placed = _placed(told, "Is the back all right?", "When is it?")
    assert _notes(placed) == ["back is fine", "", "ask what size the back is."]


def test_a_clause_leaves_its_sentence_only_for_a_question_whose_word_it_says() -> None:
    asked = ("Who sews them?", "Is the braid golden?", "What is the price?")
    placed = _placed("price 40, the workshop abroad, that stays between the two. braid silver", *asked)
    assert _notes(placed)[1:] == ["braid silver", "price 40, the workshop abroad, that stays between the two."]


def test_a_time_stays_with_its_day_and_an_ordinal_with_what_it_counts() -> None:
    told = "akteneinsicht ja, di 8.12. 14h mit br. bahn 2. kl."
    asked = ("Kann ich die Akte einsehen?", "Wie kommen Sie, mit der Bahn?")
    assert _notes(_placed(told, *asked, language="de")) == ["akteneinsicht ja, di 8.12. 14h mit br.", "bahn 2. kl."]


@pytest.mark.parametrize(
    "told",
    [
        "zip was our fault sorry. she wrote a review - ask nicely?? no actually don't mention. price 40",
        "price 40. zip was our fault, i never said that",
    ],
)
def test_what_only_warns_stays_with_what_stands_before_it(told: str) -> None:
    placed = _placed(told, "What about the zip?", "What is the price?", "Who said that?")
    warned = next(one.notes for one in placed if "mention" in one.notes or "never said" in one.notes)
    assert "review" in warned or "fault" in warned


def test_a_doubtful_note_is_rather_offered_to_a_question_that_has_none() -> None:
    asked = ("What does the cello cost?", "If it's me I need to know where I'm sleeping", "Is lunch there?")
    placed = _placed("cello 40. ibis booked. lunch yes", *asked)
    assert _notes(placed) == ["cello 40.", "ibis booked.", "lunch yes"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "price 40, not a penny under 35, off the record"),
        ("de", "preis 40, wegen klage, darüber reden wir nicht. gerücht: um gottes willen nein"),
        ("fr", "prix 40. le maire est pour mais chut"),
        ("es", "precio 40, él quiere otro... mejor calladitos"),
        ("en", "ja 40, so sorry, she is a [pain]]"),
    ],
)
def test_no_word_of_a_note_stands_in_the_draft(language: str, told: str) -> None:
    """Which words are private, no rule can tell."""
    placed = _placed(told, "What is it for?", "Who is he?", language=language)
    draft = {*re.findall(r"\w+", " ".join(one.text for one in placed).casefold())}
    assert not {*re.findall(r"[^\W\d]{4,}|\d+", told.casefold())} & draft


def test_the_owner_is_told_all_of_their_notes() -> None:
    assert notice_of("price 40.\nkeep it short") == PLACED.format(notes="price 40. keep it short")


def test_a_gap_with_a_note_has_no_ready_answers_and_neither_has_another() -> None:
    placed = _placed("price 40", "What is the price?", "Do you open on Sunday?")
    assert [one.gap and one.gap.choices for one in placed] == [(), ()]


def test_what_a_message_only_tells_is_listed_where_a_note_is_of_it() -> None:
    parts = [_part("What is the price?"), replace(_part("The oven is broken", is_told=True))]
    asking = Asking("en", "formal")
    assert len(place_notes(parts, "price 40", "en", asking, local_embedder)) == 1
    assert len(place_notes(parts, "price 40. oven is mended", "en", asking, local_embedder)) == 2


def test_of_a_note_that_is_too_long_the_end_is_cut_and_not_the_question() -> None:
    question = f"{'What is the price of the large one and of the small one, ' * 3}please?"
    note = "40 euros for " + "the small one and the large one, " * 8
    (one,) = _placed(note, question)
    assert [found.place for found in find_gaps(one.text)] == [one.text]
    assert _beside(one).startswith(f"{question} Your note: 40 euros")
    assert len(_beside(one)) <= MAX_GAP_CHARS


def test_without_a_model_words_alone_place_notes() -> None:
    asking = Asking("en", "formal")
    parts = [_part("What is the deposit?"), _part("Is the hall free?")]
    placed = place_notes(parts, "hall is free. deposit 40", "en", asking, None)
    assert _notes(placed) == ["deposit 40", "hall is free."]


def test_a_reader_who_is_called_by_the_given_name_is_not_addressed_formally() -> None:
    asking = Asking("de", "familiar")
    placed = place_notes([_part("Kommst du?")], "ja, um 8", "de", asking, None)
    assert _beside(placed[0]) == "Kommst du? Deine Notiz: ja, um 8"
