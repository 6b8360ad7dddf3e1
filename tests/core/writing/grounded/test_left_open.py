"""Which of the things asked stay open after what the owner told."""

from core.writing.grounded.asked import Asking
from core.writing.grounded.left_open import left_open

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
