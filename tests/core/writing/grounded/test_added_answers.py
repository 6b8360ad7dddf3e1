"""What is added to a draft stands in the place of the one question that it answers, and of no other."""

import pytest

from core.drafts import Draft, Gap
from tests.core.writing.grounded.test_refine import changed_by

DAYS = "[[Your answer: “Could you come on Tuesday or Thursday?”]]"
ROOM = "[[Your answer: “What is the number of your room?”]]"
SUITS = ("Tuesday works for me.", "Thursday works for me.", "Unfortunately, none of these dates work for me.")


def with_gaps(*gaps: tuple[str, tuple[str, ...]]) -> Draft:
    """Return a reply with gaps, each with its ready answers."""
    made = tuple(Gap(place=place, question=place.strip("[]"), choices=choices) for place, choices in gaps)
    return Draft(recipe="reply", text="\n\n".join(["Hi Maria,", *(gap.place for gap in made), "Best\nTom"]), gaps=made)


@pytest.mark.parametrize(
    ("wish", "there"),
    [
        ("add: I can come on Thursday", "Hi Maria,\n\nI can come on Thursday.\n\n" + ROOM),
        ("add: Tuesday works", "Hi Maria,\n\nTuesday works for me.\n\n" + ROOM),
        ("füge hinzu: Tuesday works for me and Ann", "Hi Maria,\n\nTuesday works for me and Ann.\n\n" + ROOM),
        ("add: the number of my room is 214", DAYS + "\n\nThe number of my room is 214.\n\nBest"),
    ],
)
def test_what_is_added_stands_in_the_place_of_the_one_question_that_it_answers(wish: str, there: str) -> None:
    changed = changed_by(wish, with_gaps((DAYS, SUITS), (ROOM, ())))
    assert there in changed.text
    assert len(changed.gaps) == 1
    assert len(changed.notices) == 2  # what it stands for, and what is still asked
    assert changed.notices[0].partition("“")[0] in (
        "Added as the answer to: ",
        "Ergänzt als Antwort auf: „Your answer: ",
    )


@pytest.mark.parametrize(
    "wish",
    [
        "add: I am not there on Tuesday",
        "add: shall I come on Tuesday?",
        "add: on Tuesday or Thursday I can come",
        "add: the bill was paid on Thursday",
        "add: I do not know the number of my room",
        "add: the number of my room is on the key",
        "add: thanks for coming on Tuesday",
        "add: the plumber can come on Thursday",
        "add: you can come on Thursday",
        "add: I have paid the bill on Thursday",
        "add: yes",
    ],
)
def test_what_may_not_answer_leaves_every_question_and_says_so(wish: str) -> None:
    changed = changed_by(wish, with_gaps((DAYS, SUITS), (ROOM, ())))
    assert (DAYS in changed.text, ROOM in changed.text) == (True, True)
    assert changed.notices[0].startswith("Added. This is still asked in the draft: “Your answer:")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("When does the train leave?", "the train leaves from platform 4"),
        ("What does the hall cost?", "the hall costs more than the garden"),
        ("May we paint the door?", "Yes, the invoice is paid"),
        ("May we paint the door?", "no worries about the delay"),
        ("May we paint the door?", "no, thanks for the invoice"),
    ],
)
def test_what_shares_words_with_a_question_and_lacks_its_answer_leaves_it(asked: str, said: str) -> None:
    place, choices = f"[[Your answer: “{asked}”]]", ("Yes.", "No.") if asked.startswith("May") else ()
    changed = changed_by(f"add: {said}", with_gaps((place, choices)))
    assert (place in changed.text, len(changed.gaps)) == (True, 1)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("When does the train leave?", "the train leaves at 9:15"),
        ("What does the hall cost?", "the hall costs 300 euros"),
        ("May we paint the door?", "yes, you may paint the door"),
        ("May we paint the door?", "No, not the door"),
        ("Dürfen wir die Tür streichen?", "Ja, die Tür dürfen Sie streichen"),
    ],
)
def test_what_holds_the_answer_takes_the_place_of_its_question(asked: str, said: str) -> None:
    place, choices = f"[[Your answer: “{asked}”]]", () if "does" in asked else ("Yes.", "No.")
    changed = changed_by(f"add: {said}", with_gaps((place, choices)))
    assert (place in changed.text, changed.gaps) == (False, ())


@pytest.mark.parametrize(
    ("asked", "choices", "said"),
    [
        ("Could you come on Tuesday or Thursday?", SUITS, "Thursday suits"),
        ("Could you come on Tuesday or Thursday?", SUITS, "I can come on Thursday at 3 pm"),
        (
            "Können Sie am Dienstag oder Donnerstag kommen?",
            ("Dienstag passt.", "Donnerstag passt."),
            "Ich komme gerne am Donnerstag",
        ),
    ],
)
def test_a_day_of_the_speakers_own_takes_the_place_of_the_question(
    asked: str, choices: tuple[str, ...], said: str
) -> None:
    place = f"[[Your answer: “{asked}”]]"
    assert place not in changed_by(f"add: {said}", with_gaps((place, choices))).text


def test_a_bare_yes_that_is_added_is_the_ready_answer_of_the_one_question() -> None:
    draft = with_gaps(("[[Your answer: “May we paint the door?”]]", ("Yes, you may.", "No.", "I will tell you.")))
    assert "\n\nYes, do.\n\n" in changed_by("add: yes, do", draft).text
