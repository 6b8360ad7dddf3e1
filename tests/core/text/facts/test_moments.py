"""Dates and times in a text."""

import pytest

from core.text.facts import extract_facts


def readings(text: str, language: str, kind: str) -> list[str]:
    return [reading for fact in extract_facts(text, language).items if fact.kind == kind for reading in fact.readings]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "We meet on 9 June 2026.", "2026-06-09"),
        ("en", "Due 2026-06-09.", "2026-06-09"),
        ("de", "Wir treffen uns am 9. Juni 2026.", "2026-06-09"),
        ("fr", "Rendez-vous le 9 juin 2026.", "2026-06-09"),
        ("es", "Nos vemos el 9 de junio de 2026.", "2026-06-09"),
    ],
)
def test_a_day_is_read_in_the_words_of_its_language(language: str, text: str, day: str) -> None:
    assert day in readings(text, language, "date")


@pytest.mark.parametrize(
    ("language", "text", "same"),
    [
        ("en", "at 3 pm", "at 15:00"),
        ("de", "um 15 Uhr", "um 15:00"),
        ("fr", "à 15 h", "à 15h00"),
    ],
)
def test_a_time_is_the_same_however_it_is_written(language: str, text: str, same: str) -> None:
    assert set(readings(text, language, "time")) & set(readings(same, language, "time"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Hemos avisado a las 12 personas."),
        ("es", "Las 12 cajas llegaron bien."),
        ("es", "Escribí a las 8 empresas de la lista."),
        ("fr", "On passe à 12 personnes."),
        ("fr", "La salle est limitée à 20 places, et à 8 tables."),
        ("en", "We are down to 3 boxes."),
        ("de", "Wir sind ab 8 Personen günstiger."),
        (
            "de",
            "Sie haben innerhalb von 5 Arbeitstagen Zeit, bei einem Abstand von 3 Metern und einem Rabatt von 10 %.",
        ),
    ],
)
def test_a_number_of_things_is_no_time(language: str, text: str) -> None:
    assert readings(text, language, "time") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Nos vemos a las 12."),
        ("es", "A las 12 nos vemos en la puerta."),
        ("es", "A las 12 salimos todos."),
        ("es", "Si a las 12 vienes, comemos juntos."),
        ("es", "La reunión es a las 12 más o menos."),
        ("es", "Mejor a las 12 horas."),
        ("es", "Entre las 12 y las 2, cuando quieras."),
        ("fr", "Rendez-vous à 12, puis on mange."),
        ("fr", "À 12 nous partons."),
        ("en", "The one at 12 works for me."),
        ("de", "Um 12 Uhr sind wir da."),
    ],
)
def test_a_time_may_have_any_word_behind_it(language: str, text: str) -> None:
    assert "12:00" in readings(text, language, "time")


@pytest.mark.parametrize("text", ["from 6 to 9 am", "6-9 am"])
def test_what_is_said_of_the_end_of_a_time_holds_for_its_beginning(text: str) -> None:
    times = [fact for fact in extract_facts(text, "en").items if fact.kind == "time"]
    assert len(times) == 2
    assert set(readings("6 am", "en", "time")) & times[0].readings


def test_no_day_is_read_from_a_version_or_an_impossible_date() -> None:
    assert readings("Version 1.2.3", "en", "date") == []
    assert readings("Ticket 99/99/2026", "en", "date") == []


def test_the_number_of_a_clause_that_ends_an_english_sentence_is_no_day() -> None:
    assert not readings("The price is fixed, save as provided in clause 4.2.", "en", "date")
    assert readings("Wir treffen uns am 4.2.", "de", "date")
