"""Follow-ups keep their subject; questions that stand by themselves are left as they are."""

import pytest

from core.writing.grounded.follow_ups import looked_for, readings, split_question


@pytest.mark.parametrize(
    ("before", "question", "reading"),
    [
        ("How many days of leave do I get in the first year?", "And in the second year?",
         "How many days of leave do I get in the second year?"),
        ("How much may a hotel cost per night?", "And in London?", "How much may a hotel cost per night in London?"),
        ("How long may I keep leave, and what does a hotel in Munich cost at most?", "And in Paris?",
         "What does a hotel in Paris cost at most?"),
        ("Wie viele Tage darf ich mitnehmen, und was darf ein Hotel in München kosten?", "Und in Paris?",
         "Was darf ein Hotel in Paris kosten?"),
        ("What does a hotel in Munich cost, and how long may I stay?", "And in Paris?",
         "What does a hotel in Paris cost?"),
        ("How long is the warranty on wooden furniture?", "What about lamps?", "How long is the warranty on lamps?"),
        ("What is Bob Miller's extension?", "And Alice Cooper's?", "What is Alice Cooper extension?"),
        ("What does the bench Olof cost?", "How long does it take to deliver?",
         "How long does it take to deliver bench Olof?"),
        ("Wann endet die Frühschicht?", "Und wann endet die Spätschicht?", "Wann endet die Spätschicht?"),
        ("Combien de places a la salle Noyer ?", "Et la salle Pin ?", "Combien de places a la salle la salle Pin?"),
        ("¿Dónde está el taladro?", "¿Y la lijadora?", "¿Dónde está el la lijadora?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_read_with_what_was_asked_before(before: str, question: str, reading: str) -> None:
    assert readings(question, [before])[0] == reading
    asked, sought = question.casefold(), looked_for(question, [before]).casefold()
    assert {*asked.strip("¿? ").split()[1:]} <= {*sought.replace("?", "").split()} | {"about", "it"}


def test_a_chain_of_follow_ups_keeps_the_first_subject() -> None:
    asked = ["How many days of leave do I get in the first year?", "And in the second year?"]
    assert readings("And in the third year?", asked)[0] == "How many days of leave do I get in the third year?"


@pytest.mark.parametrize("question", ["And in Dublin?", "¿Y el móvil?"])
def test_a_follow_up_of_one_word_is_never_read_by_itself(question: str) -> None:
    found = readings(question, ["How often do I get a new laptop in Leeds?"])
    assert found
    assert all("new laptop" in one or "Leeds" in one for one in found)


@pytest.mark.parametrize("earlier", [[], ["How long is parental leave?"]])
def test_a_question_that_says_enough_stands_by_itself(earlier: list[str]) -> None:
    question = "How many desks are there on the second floor in Leeds?"
    assert readings(question, earlier) == [question]
    assert looked_for(question, earlier) == question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How long is parental leave, and who approves it?", ["How long is parental leave?", "who approves it?"]),
        ("Wer leitet den Chor und wann ist die Probe?", ["Wer leitet den Chor?", "wann ist die Probe?"]),
        ("What do salt and pepper cost?", ["What do salt and pepper cost?"]),
        ("When and where is the seminar?", ["When and where is the seminar?"]),
    ],
)
def test_two_questions_in_one_are_told_apart(question: str, parts: list[str]) -> None:
    assert split_question(question) == parts


@pytest.mark.parametrize(
    "question", ["what is the VPN address?", "¿cuántos días hay?", "und am Freitag?", "y la sierra?"]
)
def test_a_question_is_read_and_looked_for_alike_with_a_capital_and_without(question: str) -> None:
    begin = next(place for place, char in enumerate(question) if char.isalpha())
    capital = f"{question[:begin]}{question[begin].upper()}{question[begin + 1 :]}"
    for earlier in ([], ["When does the shop open on Monday?"]):
        assert readings(question, earlier) == readings(capital, earlier)
        assert looked_for(question, earlier) == looked_for(capital, earlier)
