"""Which of the things asked stay open after what the owner told."""

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.settings import Settings
from core.writing.grounded.asked import Asking
from core.writing.grounded.left_open import left_open, perhaps_open

WANTED = ["Can you send the contract by Friday?", "What does the second pump cost?"]


def test_what_nothing_speaks_of_stays_open() -> None:
    assert left_open(WANTED, "the contract comes on Friday", "", Asking("en")) == [WANTED[1]]


def test_who_tells_as_many_things_as_are_asked_has_answered_them() -> None:
    assert left_open(WANTED, "yes, will do. 900 euros.", "", Asking("en")) == []


def test_what_the_reply_quotes_settles_too() -> None:
    said = "The second pump costs 900 euros."
    assert left_open(WANTED, "the contract comes on Friday", said, Asking("en")) == []


def test_one_thing_asked_is_what_is_answered() -> None:
    assert left_open(WANTED[:1], "no", "", Asking("en")) == []


def test_a_bare_yes_settles_what_takes_one_and_no_other_question() -> None:
    wanted = ["Are you free on Friday?", "Would you like lunch?", "What does it cost?"]
    assert left_open(wanted, "yes, but I come by train", "", Asking("en")) == [wanted[2]]


HELD = "I'd like to know whether you'd repair it here or have to take it away."
WAX = "I was also wondering whether the wax you sent is the same as the one in the shop."
MESSAGE = (
    f"A crack has opened along the second board. {HELD} Fourteen people are coming on 22 November. {WAX} Best wishes"
)


def test_what_is_answered_in_other_words_is_not_open() -> None:
    if isinstance(load_embedder(Settings()), WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    told = (
        "Really sorry, that shouldn't have happened. I come to you with my tools and mend it on the spot, so no van is "
        "needed and there is nothing to pay. It takes me a morning, the 6th or the 7th, well before your party."
    )
    by_meaning = perhaps_open([HELD, WAX], [], told, MESSAGE, Asking("en"), lambda: load_embedder(Settings()))
    assert by_meaning == [WAX]
    assert perhaps_open([HELD, WAX], [], told, MESSAGE, Asking("en"), None) == [HELD, WAX]


def test_what_stays_open_anyhow_is_not_told_twice() -> None:
    assert perhaps_open([HELD, WAX], [WAX], "Yes.", MESSAGE, Asking("en"), None) == [HELD]


def test_who_says_yes_to_all_has_nothing_open() -> None:
    assert perhaps_open([HELD, WAX], [], "yes to both", MESSAGE, Asking("en"), None) == []


STALL = [
    "Would you like a stall again?",
    "Do you need electricity?",
    "And how many tables do you want?",
    "May we print your name?",
]


@pytest.mark.parametrize(
    ("told", "still_open"),
    [
        ("yes gladly, no power needed, two, and no name please", []),
        ("yes gladly, no electricity, two", STALL[3:]),
        ("no electricity, two", [STALL[0], STALL[3]]),
        ("two", [STALL[0], STALL[1], STALL[3]]),
    ],
)
def test_short_answers_stand_for_what_they_speak_of_and_else_for_the_questions_between(
    told: str, still_open: list[str]
) -> None:
    assert perhaps_open(STALL, [], told, " ".join(STALL), Asking("en"), None) == still_open


def test_what_leads_to_an_answered_question_is_not_open() -> None:
    leads, price = "We plan the outing of class 3.", "The coach costs 12 pounds, please pay it by Monday."
    wanted = ["I need to know this:", leads, "Can Mila swim?", "Does she eat meat?", price]
    assert perhaps_open(wanted, [], "she can swim, no meat", " ".join(wanted), Asking("en"), None) == [price]


def test_who_names_a_day_has_answered_which_of_those_offered() -> None:
    asking = Asking("en", offered=("Tuesday", "Thursday"))
    wanted = ["The plumber can come on Tuesday or Thursday.", "Which day suits you?", "Is there a code?"]
    assert perhaps_open(wanted, [], "thursday", " ".join(wanted), asking, None) == wanted[2:]
