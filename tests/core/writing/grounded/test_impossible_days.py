"""Days that do not exist, and weekdays that do not fit their date, are remarked on; nothing is put in their place."""

import pytest

from core.writing.grounded.impossible_days import find_impossible_days


def told(text: str, language: str) -> list[tuple[str, str]]:
    found = list(find_impossible_days(text, language))
    assert not any(one.is_sure for one in found)
    return [(text[one.start : one.end], one.text) for one in found]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "We met on Friday 31 November in the hall.", "31 November"),
        ("en", "It is due on February 30th, please.", "February 30th"),
        ("en", "The lease ends on 29 February 2027.", "29 February 2027"),
        ("de", "Die Rückgabe ist bis 31.11.2026 möglich.", "31.11.2026"),
        ("de", "Wir sehen uns am 31. April.", "31. April"),
        ("fr", "L'auditeur arrive le 31 novembre.", "31 novembre"),
        ("es", "Nos vemos el 31 de septiembre.", "31 de septiembre"),
    ],
)
def test_a_day_that_its_month_lacks(language: str, text: str, day: str) -> None:
    assert told(text, language) == [(day, "")]


@pytest.mark.parametrize(
    ("language", "text", "said", "right"),
    [
        ("en", "We meet on Monday, 3 December 2026.", "Monday", "Thursday"),
        ("en", "We meet on Tue, December 3, 2026.", "Tue", "Thursday"),
        ("de", "Am Montag, den 3. Dezember 2026, wird geliefert.", "Montag", "Donnerstag"),
        ("fr", "Rendez-vous le lundi 3 décembre 2026.", "lundi", "jeudi"),
        ("es", "Nos vemos el lunes 3 de diciembre de 2026.", "lunes", "jueves"),
    ],
)
def test_a_weekday_that_its_date_is_not(language: str, text: str, said: str, right: str) -> None:
    assert told(text, language) == [(said, right)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We meet on Thursday, 3 December 2026, or on 29 February."),
        ("en", "The fair runs from Monday 3-7 December 2026."),
        ("en", "In November 31 people came to the fair."),
        ("en", "They are free on Monday, and 3 December 2026 is fine, too."),
        ("en", "Call on Monday, 3/12/2026."),
        ("de", "Vom 28. bis 2. Februar ist geschlossen, Punkt 3.12. bleibt."),
        ("de", "Am Montag, den 30. November, wird geliefert."),
    ],
)
def test_what_may_be_right_is_left_alone(language: str, text: str) -> None:
    assert told(text, language) == []
