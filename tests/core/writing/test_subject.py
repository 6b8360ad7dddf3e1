"""The subject of a new mail is a headline of what it says."""

import pytest

from core.writing.subject import subject_line


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Unfortunately, I have to decline the offer of Acme for 18,500 euro.", "Offer of Acme for 18,500 euro"),
        ("The slides will be one day late.", "Slides one day late"),
        ("Am Montag wird das Wasser von 8 bis 12 Uhr abgestellt.", "Wasser am Montag"),
        ("Sommerfest am 12. Juni im Hof, jeder bringt etwas mit.", "Sommerfest am 12. Juni im Hof"),
        ("I am on vacation from 14 to 28 August.", "Vacation from 14 to 28 August"),
        ("Reminder: server maintenance on Thursday, nobody can log in.", "Server maintenance on Thursday"),
        ("Ich bitte um die unterschriebene Rechnung 2026-118.", "Unterschriebene Rechnung 2026-118"),
        ("La réunion de lundi est annulée.", "Réunion de lundi annulée"),
        ("", ""),
    ],
)
def test_a_subject_is_a_headline(text: str, subject: str) -> None:
    assert subject_line(text) == subject
    assert len(subject_line("many words " * 40)) <= 60
