"""Exchanges of a conversation: where a matter ends, and that each is told to its end."""

import pytest

from core.embeddings import load_embedder
from core.settings import Settings
from core.text.language import detect_language
from core.text.statements import read_statements
from core.writing.grounded.exchanges import Exchanges, exchanges_of, is_talk
from core.writing.roles import RoledSentence, roles_of

MEETING = (
    "Lead: So, can you hear me?\nKranz: Loud and clear.\n"
    "Lead: Let's start with the new shop. Mr Kranz, how far is the electrician?\n"
    "Kranz: Done but for the till, a circuit is missing.\n"
    "Lead: Why is it missing?\nKranz: It was not in the plan. 1,900 euros extra.\nLead: The planner pays that.\n"
    "Dietz: He says we asked for the second till in May.\nLead: Is that true?\nDietz: Yes, I found the mail.\n"
    "Lead: Then we pay it. Kranz, please order it.\nKranz: Will do. They come on Tuesday.\n"
    "Lead: What about the floor?\n"
    "Dietz: Is laid, but there is a step of two centimetres in the store.\n"
    "Kranz: We could lay a ramp there, that costs nothing.\nDietz: The insurer does not want a ramp.\n"
    "Lead: Then the floor layer has to repair it at his cost.\n"
    "Dietz: I'll write to him with a deadline of the 20th.\n"
    "Lead: Last point, the opening. We said 1 July.\nDietz: The shelves come on 30 June.\n"
    "Lead: We never do that overnight.\nDietz: I could ask them to come on the 26th.\n"
    "Lead: Do that. And if not, we open on 3 July.\nDietz: Good.\n"
)
GERMAN = (
    "Karin: Thema Messe. Ulf, was kostet der Stand?\nUlf: Der große 14.000, der kleine 9.600.\n"
    "Karin: Das ist mir zu viel. Wir nehmen den kleinen.\nUlf: Dann buche ich den kleinen.\n"
    "Karin: Mach das bitte heute noch.\nMehmet: Was ist mit den Flyern? Da steht noch die alte Adresse drauf.\n"
    "Karin: Wie viele haben wir davon?\nMehmet: So um die 3.000.\nKarin: Wegwerfen. Wir drucken 1.000 neu.\n"
)


def roled(text: str) -> list[RoledSentence]:
    return roles_of(read_statements(text, detect_language(text)), load_embedder(Settings()))


def told(text: str) -> list[str]:
    sentences = roled(text)
    places = Exchanges(sentences, [one.importance for one in sentences], lambda two, one: False).chosen()
    return [one.statement.text for one in sentences if one.place in places]


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        (MEETING, ["Can you hear me?", "What about the floor?", "Last point, the opening."]),
        (GERMAN, ["Thema Messe.", "Was ist mit den Flyern?"]),
    ],
)
def test_an_exchange_begins_where_another_matter_is_brought_up(text: str, begins: list[str]) -> None:
    found = [exchange[0].statement.text for exchange in exchanges_of(roled(text))]
    assert [begin for begin in begins if begin in found] == begins
    assert sum(map(len, exchanges_of(roled(text)))) == len(roled(text))


def test_what_is_told_of_an_exchange_is_told_to_its_end() -> None:
    found = told(MEETING)
    assert "The planner pays that." not in found or "Then we pay it." in found
    for last in ("They come on Tuesday.", "I'll write to him with a deadline of the 20th.", "Do that."):
        assert last in found
    assert "And if not, we open on 3 July." in found


def test_an_answer_has_its_question_and_small_talk_is_left_out() -> None:
    assert "Can you hear me?" not in told(MEETING)
    found = told(GERMAN)
    assert ("So um die 3.000." in found) <= ("Wie viele haben wir davon?" in found)
    assert "Wegwerfen." in found


def test_short_turns_of_several_people_are_talk() -> None:
    assert is_talk(roled(MEETING))
    assert not is_talk(roled(GERMAN))
    assert not is_talk(roled("A single writer says this. " * 40))
    assert not is_talk([])


def test_nothing_is_told_of_nothing() -> None:
    assert Exchanges([], [], lambda two, one: False).chosen() == set()
