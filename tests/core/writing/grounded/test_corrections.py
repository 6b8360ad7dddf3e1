"""Confused words and forms that do not agree are put right; what only looks like them stays."""

import re

import pytest

from core.writing.grounded.grammar import apply, propose


def corrected(text: str) -> str:
    return apply(text, propose(text))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Their are three reasons.", "There are three reasons."),
        ("Thank you for you're patience.", "Thank you for your patience."),
        ("Its a pity.", "It's a pity."),
        ("He is taller then his brother.", "He is taller than his brother."),
        ("The soup is to hot.", "The soup is too hot."),
        ("There is many boxes.", "There are many boxes."),
        ("Do not loose the receipt.", "Do not lose the receipt."),
        ("It had no affect on us.", "It had no effect on us."),
        ("I do not know wether he comes.", "I do not know whether he comes."),
        ("It was collected form the office.", "It was collected from the office."),
        ("We worked here since ten years.", "We worked here for ten years."),
        ("Since three years I live here.", "For three years I live here."),
        ("We discussed about the price.", "We discussed the price."),
        ("They dont wait, and theres no time.", "They don't wait, and there's no time."),
        ("Take the smallest range than covers it.", "Take the smallest range that covers it."),
        ("It is a known as the hall, and is a defined as one.", "It is a known as the hall, and is defined as one."),
        ("It is either a user message of a system message.", "It is either a user message or a system message."),
        ("Go on after all of the tasks in the list is done.", "Go on after all of the tasks in the list are done."),
        ("I am agree with you.", "I agree with you."),
        ("This is more easier to use.", "This is easier to use."),
    ],
)
def test_confused_words_are_put_right(wrong: str, right: str) -> None:
    assert corrected(wrong) == right


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("You can to meet him.", "You can meet him."),
        ("He did not developed it.", "He did not develop it."),
        ("He does n't likes it .", "He does n't like it ."),
        ("I would like to taking a trip.", "I would like to take a trip."),
        ("One of the rooms are free.", "One of the rooms is free."),
        ("The informations are old.", "The information are old."),
    ],
)
def test_forms_are_made_to_agree(wrong: str, right: str) -> None:
    assert corrected(wrong) == right


@pytest.mark.parametrize(
    "sound",
    [
        "We heard it from their aunt, and it's theirs.",
        "Let him take it, if he can, and have them see that she go.",
        "A test asserts that each starts in its own folder.",
        "Ten million people live there; a few weeks later they left.",
        "The packages you use to build it came here three days ago, since May was full.",
        "The peoples of the north and a class of people has its own laws.",
        "He looks forward to meeting you, and she is used to living alone.",
        "The form the client signed is in the form of a letter.",
        "The will to win is strong, and the can to open is here.",
        "Then, more than ever, those who lead led.",
        "An asyncio backlog of untyped args is prefetched; the initializer is callable.",
        "You could of course ask, and it is better that the parties agree.",
        "The rates are lower, since the interest rates than banks ask; take either a part of a day or all of it.",
        "This Agreement will effect the transfer; he held it in the other hand.",
        "The change you're about to make, with the tool that you're using, is late.",
        "All we have was lost; what they have is here.",
        "The approach they have to writing is their own, despite its not being new.",
        "Your welcome speech gave your wrong answer to the men's friend.",
        "There is two-way traffic, with payments it makes to large companies.",
        "They wait, since three years of work are gone.",
        "Donec semper facilisis metus finibus, et ultricies nulla.",
        "The sum of all the parts is known, and when all the analysis is done, it is a need by law.",
        "Since early days, native peoples and traders met here; we need more larger firms.",
        "If one is, it need not be the one of the following that is first.",
        "The prices in each of the shops are fair, and the size of most lists is known.",
        "Give an `x` and a `y`, see [an](link) or a UTC and an MBA.",
    ],
)
def test_sound_sentences_stay(sound: str) -> None:
    assert corrected(sound) == sound


@pytest.mark.parametrize("before", ["", "Well. ", "Well, ", "Well; ", "Well: ", "and ", "because ", "if ", "when ",
                                    "that ", "He said ", "but ", "so ", "than "])  # fmt: skip
@pytest.mark.parametrize(
    "clause", ["I was glad.", "I was responsible for a team of eight.", "I is a letter.", "I was ill and you was not."]
)
def test_i_is_no_plural_wherever_its_clause_begins(before: str, clause: str) -> None:
    assert not re.search("I (?:were|are)", corrected(f"{before}{clause}"))


@pytest.mark.parametrize("sound", ["If I were you, I would wait.", "If she were here, it would be easy.",
                                   "I wish I were taller.", "Were I to go, you were to stay."])  # fmt: skip
def test_the_subjunctive_stays(sound: str) -> None:
    assert corrected(sound) == sound


def test_a_month_inside_a_sentence_is_no_name() -> None:
    assert corrected("We open in Febuary or on Wensday.") == "We open in February or on Wednesday."
