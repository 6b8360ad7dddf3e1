"""What its owner wrote later stands before what it may correct, or it is said that it came later."""

import pytest

from core.writing.grounded.lines import Ground
from tests.core.writing.grounded.test_earlier import ground
from tests.core.writing.grounded.test_reply import reply

NAMES = {"sender_name": "Tim Hale", "owner_name": "Nora Blake"}
ASKED = "What does the small room cost?"
FIRST = "The small room costs 400 euros a day."


def _thread(*said: tuple[str, str]) -> str:
    return "\n\n".join(f"{who}:\n{text}" for who, text in said)


def _of_owner(*said: str) -> str:
    return _thread(*(("Nora Blake", text) for text in said))


def _told(found: Ground | None) -> list[str]:
    return [line.sentence for line in found.lines] if found else []


def test_what_is_of_another_thing_stands_before_the_answer_and_not_in_its_place() -> None:
    other = "The big room costs 900 euros a day."
    assert _told(ground(ASKED, _of_owner(FIRST, other), None)) == [other, FIRST]


def test_what_another_person_says_replaces_nobodys_words() -> None:
    other = "I think the room costs 900 euros a day."
    assert FIRST in _told(ground(ASKED, _thread(("Bob Fox", FIRST), ("Carla Mo", other)), None))


@pytest.mark.parametrize("cue", ["Actually 500.", "Scratch that, 500.", "I meant 500.", "It was raised to 500."])
def test_a_correction_in_a_few_words_stands_before_what_it_corrects(cue: str) -> None:
    assert _told(ground(ASKED, _of_owner(FIRST, cue), None)) == [cue, FIRST]


def test_it_is_said_that_a_line_is_older_than_the_last_message() -> None:
    thread = _of_owner(FIRST, "What Pete says. The minibus failed, so it is cars.")
    asked, last = reply(message=ASKED, thread=thread, **NAMES).gaps
    assert asked.question == f"{ASKED} \u2013 before your last message you wrote: \u201c{FIRST}\u201d"
    assert last.question.startswith("In your last message you wrote: ")
    (alone,) = reply(message=ASKED, thread=_of_owner(FIRST), **NAMES).gaps
    assert alone.question == f"{ASKED} \u2013 you wrote: \u201c{FIRST}\u201d"
    (thanked,) = reply(message=ASKED, thread=_of_owner(FIRST, "Thank you!"), **NAMES).gaps
    assert "last message" not in thanked.question


def test_another_value_stays_in_sight_however_long_the_last_message_is() -> None:
    things = "ladder bucket saw rope drill hammer table chair lamp bench broom spade rake hose barrow bin"
    last = " ".join(f"The {thing} stands in the shed by the gate and will stay there." for thing in things.split(" "))
    result = reply(message=ASKED, thread=_of_owner(FIRST, "For members it is 350 euros.", last), **NAMES)
    assert any("350 euros" in gap.question for gap in result.gaps)


@pytest.mark.parametrize(
    ("first", "proposal", "assent", "asked"),
    [
        ("The course starts at 10:00.", "Could we start at 11:00 instead?", "Yes, that works.", "When does it start?"),
        ("Wir treffen uns am Montag.", "Ginge auch Dienstag?", "Ja, das geht.", "Wann treffen wir uns?"),
        ("Le stage commence à 10 h.", "On peut dire 11 h ?", "Oui, ça me va.", "À quelle heure commence le stage ?"),
        ("El curso empieza a las 10.", "¿Podemos a las 11:00?", "Vale, perfecto.", "¿A qué hora empieza el curso?"),
    ],
)  # fmt: skip
def test_what_the_owner_agreed_to_stands_before_what_they_wrote_first(
    first: str, proposal: str, assent: str, asked: str
) -> None:
    thread = _thread(("Nora Blake", first), ("Tim Hale", proposal), ("Nora Blake", assent))
    result = reply(message=asked, thread=thread, **NAMES)
    (told,) = (gap.question for gap in result.gaps if assent.rstrip(".") in gap.question)
    assert proposal.rstrip(" ?") in told.partition(assent.rstrip("."))[0]
    assert all(proposal not in source.quote for source in result.sources)


def test_what_others_wrote_since_then_stands_before_the_owners_own() -> None:
    later = "Strings will be in the cabin behind the kitchen, parents wait in the foyer."
    thread = _thread(
        ("Nora Blake", "Assessments are in the main hall. Bring the green book."), ("School Office", later)
    )
    *_, since, own = reply(message="Can I sit in?", thread=thread, **NAMES).gaps
    assert since.question.startswith("After your last message others wrote: ")
    assert later.rstrip(".") in since.question
    assert own.question.startswith("You wrote before: ")


def test_what_another_says_later_stands_before_the_owners_words_and_not_alone() -> None:
    thread = _thread(
        ("Nora Blake", "Music until 7 pm in the garden."),
        ("Claudia Blake", "The band needs the room, so the music in the garden is until 5:30 pm."),
    )
    (asked,) = reply(message="Until when may we have music in the garden?", thread=thread, **NAMES).gaps
    first, own = asked.question.split("; ")
    assert "Claudia Blake wrote" in first
    assert own.startswith("before others wrote, you wrote: ")


def test_what_was_written_to_another_says_to_whom() -> None:
    thread = _thread(
        ("Clara Morel", "I confirm my papers for the flat."),
        ("Nora Blake", "Dear Clara,\nYour papers are accepted, we sign on Friday 13 at 11."),
    )
    result = reply(message="When do we visit the flat?", thread=thread, **NAMES)
    assert any("to Clara Morel: Your papers are accepted" in gap.question for gap in result.gaps)


def test_a_yes_to_a_third_person_says_to_whom() -> None:
    thread = _thread(
        ("Nora Blake", "Your talk is at 9:30."),
        ("Jona Mayer", "Could I come at 11 instead?"),
        ("Nora Blake", "Yes, 11 is fine. I put you down."),
    )
    result = reply(message="Was I swapped with somebody?", thread=thread, **NAMES)
    assert any("to Jona Mayer: Yes, 11 is fine" in gap.question for gap in result.gaps)
