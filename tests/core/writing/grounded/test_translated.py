"""What an owner told in another language than the mail's."""

import pytest

from core.writing.grounded.asked import Asking
from core.writing.grounded.translated import spoken_language, translated

OFFERED = ("Dienstag, den 9. Juni um 10:00", "Donnerstag, den 11. Juni um 14:00")


def parts(told: str, offered: tuple[str, ...] = OFFERED) -> list[str]:
    reply = Asking("de", address="formal", offered=offered, sender="Frau Kern")
    theirs = Asking("en", offered=offered, sender="Frau Kern")
    return translated(told, reply, theirs, ["Passt Ihnen Dienstag oder Donnerstag?"])


def test_an_accepted_date_is_said_in_the_language_of_the_mail() -> None:
    (said,) = parts("Thursday works")
    assert "Donnerstag" in said
    assert "Thursday" not in said


@pytest.mark.parametrize("told", ["the elephants have been repainted", "Thursday works, the elephants are grey"])
def test_what_tables_have_only_in_part_is_not_said(told: str) -> None:
    assert parts(told) == []


@pytest.mark.parametrize(
    ("told", "language", "spoken"),
    [
        ("please tell her that we can not come on Monday", "de", "en"),
        ("sag ihr bitte, dass wir am Montag nicht kommen können", "de", "de"),
        ("ok", "fr", "fr"),
        ("", "es", "es"),
    ],
)
def test_notes_are_in_the_language_of_the_reply_unless_their_words_are_surely_of_another(
    told: str, language: str, spoken: str
) -> None:
    assert spoken_language(told, language) == spoken
