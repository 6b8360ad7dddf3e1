"""Who asks what they missed, and since when."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.text.catalogues import speaking
from core.text.recaps import asks_for_recap, recap_language, recap_since, recap_words

# A Thursday.
NOW = datetime(2026, 11, 26, 15, 30, tzinfo=ZoneInfo("Europe/Berlin"))
MIDNIGHT = NOW.replace(hour=0, minute=0)


@pytest.mark.parametrize(
    "text",
    [
        "what did I miss since Monday?", "What have we missed in #general this week?", "please catch me up", "recap",
        "Recap of the last 3 days", "was habe ich seit Montag verpasst?", "qu'est-ce que j'ai manqué depuis lundi ?",
        "qué me perdí desde el lunes",
    ],
)  # fmt: skip
def test_a_question_for_what_was_missed_is_one(text: str) -> None:
    assert asks_for_recap(text)


@pytest.mark.parametrize(
    "text",
    [
        "draft a note that I miss the meeting on Monday", "What happened with the Acme contract?", "summarize this",
        "rewrite: the recap of Monday is missing, please send it to me",
        "write to Tom that I have missed his call and what we did about the pumps since Monday last week in Hull",
    ],
)  # fmt: skip
def test_other_words_are_none(text: str) -> None:
    assert not asks_for_recap(text)


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("what did I miss since Monday?", MIDNIGHT - timedelta(days=3)),
        ("what did I miss since Thursday?", MIDNIGHT - timedelta(days=7)),
        ("was habe ich seit gestern verpasst", MIDNIGHT - timedelta(days=1)),
        ("what did I miss today", MIDNIGHT),
        ("What did I miss since this morning?", MIDNIGHT),
        ("was habe ich seit heute Morgen verpasst?", MIDNIGHT),
        ("qu'est-ce que j'ai manqué depuis ce matin ?", MIDNIGHT),
        ("qué me perdí desde esta mañana", MIDNIGHT),
        ("what did I miss this week", MIDNIGHT - timedelta(days=3)),
        ("what did I miss in the last 4 hours", NOW - timedelta(hours=4)),
        ("recap of the last 2 weeks", NOW - timedelta(weeks=2)),
        ("what did I miss since 23 November", MIDNIGHT - timedelta(days=3)),
        ("what did I miss since 24 December", MIDNIGHT - timedelta(days=31)),
        ("what did I miss since 3/11", datetime(2026, 11, 3, tzinfo=NOW.tzinfo)),
        ("what did I miss", MIDNIGHT - timedelta(days=1)),
    ],
)
def test_the_time_is_read_or_is_yesterday(text: str, since: datetime) -> None:
    assert recap_since(text, NOW) == since


def test_the_answer_has_the_language_of_the_question_where_it_has_words() -> None:
    assert recap_language("was habe ich seit Montag verpasst?") == "de"
    assert recap_language("what did I miss?") == "en"
    assert recap_language("qué me perdí") == "en"


def test_the_german_answer_says_sie_as_everything_else_does() -> None:
    said = " ".join(words for words in recap_words("de").values() if isinstance(words, str))
    assert not {"du", "dich", "dir", "hast"} & {*said.split()}


def test_recap_is_a_word_of_every_language() -> None:
    with speaking("de"):
        assert recap_language("recap") == "de"
        assert recap_language("what did I miss?") == "en"
