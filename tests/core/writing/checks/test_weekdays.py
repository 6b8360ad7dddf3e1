"""A weekday of a draft is that of the date behind it."""

import pytest

from core.recipes.loader import load_recipes
from core.writing.checks import Grounds, check_draft

REPLY = load_recipes()["reply"]


def told(source: str, draft: str) -> list[str]:
    grounds = Grounds(REPLY, {"message": source}, source)
    return [finding.sentence for finding in check_draft(grounds, draft) if finding.check == "facts"]


@pytest.mark.parametrize(
    ("source", "draft", "right"),
    [
        # By its year.
        ("Is the course on 14 January 2027? Call me on Friday.", "It is on Friday, 14 January 2027.", "Thursday"),
        ("Is the course on 14 January 2027? Call me on Friday.", "It is on Friday, 14 January.", "Thursday"),
        # By the weekday that the source gives it.
        ("Friday, 15 January, or Saturday would do.", "Let us meet on Saturday, 15 January, please.", "Friday"),
        ("Geht es bei Ihnen am Dienstag, 8.12., oder am Freitag?", "Wir kommen am Freitag, 8.12., gern.", "Dienstag"),
        # By that of another date.
        ("Der Kurs ist am Freitag, 15. Januar, nicht am 16.", "Wir kommen am Freitag, 16. Januar, gern.", "Samstag"),
        ("Friday, 1 January, or 31 December?", "We will be there on Friday, 31 December.", "Thursday"),
        ("Le mardi 8 décembre ou le 9 ?", "Nous viendrons le mardi 9 décembre.", "mercredi"),
        ("¿El martes 8 de diciembre o el 9?", "Iremos el martes 9 de diciembre.", "miércoles"),
    ],
)
def test_a_weekday_that_its_date_does_not_fall_on_is_told_once(source: str, draft: str, right: str) -> None:
    (sentence,) = told(source, draft)
    assert sentence.endswith(f"falls on {right}.")


@pytest.mark.parametrize(
    ("source", "draft"),
    [
        ("Der Kurs ist am Freitag, 15. Januar, nicht am Samstag, 16.", "Wir kommen am Samstag, 16. Januar, gern."),
        ("Is it on Thursday, 14 January 2027?", "Yes, it is on Thursday, 14 January."),
        # What the source says so is left to whoever wrote it.
        ("Is it on Friday, 14 January 2027?", "Yes, it is on Friday, 14 January."),
        # Nothing tells on which it falls.
        ("Is the course on 14 January? Call me on Friday.", "It is on Friday, 14 January."),
        # No such month.
        ("Friday, 3.13., is a test.", "Am Freitag, 3.13., haben wir einen Test für Sie."),
        # A leap year or not, nobody says.
        ("Is it on Sunday, 28 February, or on 1 March, on Monday or Tuesday?", "It is on Tuesday, 1 March."),
    ],
)
def test_a_weekday_that_may_be_right_is_left_alone(source: str, draft: str) -> None:
    assert told(source, draft) == []
