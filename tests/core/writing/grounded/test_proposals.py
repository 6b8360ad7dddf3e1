"""A yes answers what the sender proposed right before it, and nothing else."""

import pytest

from core.writing.grounded.proposals import assents, proposed_before
from core.writing.grounded.threads import EarlierMessage, ThreadPeople

PEOPLE = ThreadPeople("Nora Blake", "Tim Hale")
YES = EarlierMessage("Nora Blake", "20 November 2026", "Yes, that works.")


@pytest.mark.parametrize(
    ("who", "date", "text", "proposed"),
    [
        ("Tim Hale", "19 November 2026", "Hi Nora, could we make it 11?", "could we make it 11?"),
        ("Tim Hale", "", "8:30 is early for me. Could we make it 11?", "Could we make it 11?"),
        ("Tim Hale", "", "I close on Monday. Tuesday 31 before 9? And if I take 15 you let me have them at 35.",
         "Tuesday 31 before 9? And if I take 15 you let me have them at 35."),
        ("Tim Hale", "", f"Could we make it 11? {'We had a very long day. ' * 12}", "Could we make it 11?"),
        # A deal need not ask.
        ("Tim Hale", "", "Fine stuff. I take fifteen at 35 each.", "I take fifteen at 35 each."),
        ("Tim Hale", "", "Could we make it 11? And will you pay?", ""),
        ("Tim Hale", "", f"Could we {'really ' * 60}make it 11?", ""),
        ("Priya Rao", "", "Should Tim pay 900 euros more?", ""),
        ("Nora Blake", "", "Could we make it 11?", ""),
        # A thread with its newest mail first.
        ("Tim Hale", "22 November 2026", "Could you pay 900 euros?", ""),
    ],
)  # fmt: skip
def test_what_a_yes_answers(who: str, date: str, text: str, proposed: str) -> None:
    assert proposed_before([EarlierMessage(who, date, text)], YES, PEOPLE) == proposed


def test_before_the_first_message_nothing_is_proposed() -> None:
    assert not proposed_before([], YES, PEOPLE)


@pytest.mark.parametrize(
    ("sentence", "language", "is_yes"),
    [
        ("Yes, that works.", "en", True),
        ("Sí, cómo no, le queda bien a mi ruta.", "es", True),
        ("Geht klar, machen wir so.", "de", True),
        ("Va pour votre créneau.", "fr", True),
        ("Of course not.", "en", False),
        ("Yes, at 10:30.", "en", False),
        ("The keys are with Bob.", "en", False),
    ],
)
def test_a_yes_gives_no_value_of_its_own(sentence: str, language: str, is_yes: bool) -> None:
    assert assents(sentence, language) is is_yes
