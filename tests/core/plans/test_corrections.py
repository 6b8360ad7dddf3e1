"""Confused words and forms that do not agree are put right; what only looks like them stays."""

import pytest

from core.plans.grammar import apply, propose


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
        ("There is to many boxes.", "There are too many boxes."),
        ("Do not loose the receipt.", "Do not lose the receipt."),
        ("It had no affect on us.", "It had no effect on us."),
        ("I do not know wether he comes.", "I do not know whether he comes."),
        ("It was collected form the office.", "It was collected from the office."),
        ("We worked here since ten years.", "We worked here for ten years."),
        ("We discussed about the price.", "We discussed the price."),
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
        ("She do n't likes it .", "She does n't like it ."),
        ("He have a good plan.", "He has a good plan."),
        ("They needs help.", "They need help."),
        ("I would like to taking a trip.", "I would like to take a trip."),
        ("The list of participants are long.", "The list of participants is long."),
        ("Every students gets a card.", "Every student gets a card."),
        ("One of the main problem is noise.", "One of the main problems is noise."),
        ("Many subject are hard.", "Many subjects are hard."),
        ("The informations are old.", "The information are old."),
        ("It is a whole articles, no less.", "It is a whole article, no less."),
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
        "Give an `x` and a `y`, see [an](link) or a UTC and an MBA.",
    ],
)
def test_sound_sentences_stay(sound: str) -> None:
    assert corrected(sound) == sound


def test_a_month_inside_a_sentence_is_no_name() -> None:
    assert corrected("We open in Febuary or on Wensday.") == "We open in February or on Wednesday."
