"""Which sentences an answer from passages quotes, and which it leaves out."""

import json

import pytest

from core.text.lexicon import lexicon
from core.writing.grounded.answer_by_meaning import question_language
from core.writing.grounded.passages import passages_value
from tests.core.writing.grounded.test_answer import FERRY, run

TENANTS = (
    "Small repairs up to 80 pounds are paid by the tenant. Everything above is reported to the caretaker, Gordon Pike."
)
MINUTES = "Present: Dr Haines, Lucy Marsh. Peter Okoro presents the new website at the next meeting on 9 December."
QUIET = "Quiet hours are from ten at night to seven in the morning. The deposit is two months' rent."


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Who are repairs reported to?", TENANTS, f"{TENANTS} [1]"),
        ("Who was present at the meeting?", MINUTES, "Present: Dr Haines, Lucy Marsh. [1]"),
        ("When are the quiet hours?", QUIET, "Quiet hours are from ten at night to seven in the morning. [1]"),
        ("How many desks are there?", "Desks are limited to 16.", "Desks are limited to 16. [1]"),
    ],
)
def test_an_answer_is_as_whole_as_it_needs_to_be(question: str, text: str, answer: str) -> None:
    result = run(question, passages_value([("Guide", "", text)]))
    assert (result.text, result.skeleton) == (answer, False)


def test_what_only_the_name_of_a_document_says_is_no_answer() -> None:
    result = run("How much is the gym?", passages_value([("Gym rules", "", "A towel costs 2 euros.")]))
    assert result.skeleton


def test_versions_of_a_document_are_told_apart_and_prices_in_two_currencies_are_not() -> None:
    guides = [
        ("Guide 2022", "", "The core time is between 9 and 15 o'clock."),
        ("Guide", "", "The core time is between 10 and 15 o'clock."),
    ]
    assert "say different things" in run("When is the core time?", passages_value(guides)).text
    french = "La machine à laver coûte 5 euros. Elle se trouve derrière le bureau de l'accueil, et les jetons sont là."
    camp = ("Camping", "", french)
    flat = ("Flat", "", "The washing machine costs 2 pounds, and the token is at the caretaker's.")
    assert len(run("What does the washing machine cost?", passages_value([flat, camp])).sources) == 1


@pytest.mark.parametrize(
    "question", ["How much does the ferry to Skarholm cost?", "Wie viele Wochen dauert die Überfahrt?"]
)
def test_what_does_not_hold_the_fact_that_is_asked_for_is_no_answer(question: str) -> None:
    german = ("Fähre", "", "Die Überfahrt dauert 25 Minuten.")
    result = run(question, passages_value([("Ferry", "", FERRY), german]))
    assert (result.skeleton, result.reason) == (True, "No passage answers the question.")
    assert result.text.startswith(lexicon(question_language(question)).wording("questions.nothing"))


def test_a_place_that_says_little_of_the_question_is_not_named() -> None:
    result = run("Which lighthouse keeper speaks?")
    assert (result.text, result.sources) == ("Nothing was found that answers this.", ())


def versions(before: str, now: str) -> str:
    texts = {"2022": before, "2026": now}
    names = {year: f"Staff handbook {year}" for year in texts}
    return json.dumps(
        [{"title": names[one], "document": names[one], "date": one, "text": text} for one, text in texts.items()]
    )


def test_what_a_newer_version_replaces_stands_behind_it() -> None:
    both = versions("From the fourth calendar day we need a note.", "From the fifth calendar day we need a note.")
    text = run("When do you need a note?", both).text
    assert 0 < text.find("fifth") < text.find("fourth")


def test_what_only_an_older_version_says_is_given_with_its_year() -> None:
    result = run("Who keeps the list of lockers?", versions("Mr Abbott keeps the list of lockers.", "Lunch is at one."))
    assert "Mr Abbott" in result.text
    assert "is of 2022" in result.notices[0]


def test_the_same_fact_is_quoted_once() -> None:
    both = versions("The share is £250.", "The share is £250.")
    assert len(run("What is the share?", both).sources) == 1


def test_after_the_probation_is_not_during_it() -> None:
    text = "During the probation the notice period is one week."
    assert run("How long is the notice period after the probation?", passages_value([("Notice", "", text)])).skeleton
