"""Ready answers of all gaps of a reply together: days to pick once, a promise beside other answers, none unread."""

import re

import pytest

from core.writing.grounded.occasions import unread_in
from core.writing.grounded.passages import passages_value
from tests.core.writing.grounded.test_reply import reply, with_meanings

LATER = "I will get back to you about this."


def test_that_an_answer_follows_is_promised_beside_a_plain_question_that_has_other_ready_answers() -> None:
    for plain in ("Is there a ramp at the door?", "Could you bring the ladder?", "Can we leave our things there?"):
        (asked,) = reply(message=plain).gaps
        assert len(asked.choices) == 3
        assert asked.choices[-1] == LATER


@pytest.mark.parametrize(
    "message",
    [
        "Is there a ramp at the door? What does the hall cost?",
        "Is there a ramp at the door?\n\nCould you bring the ladder?\n\nWho opens for us?",
        "Please send me the plan of the hall.",
        "I am writing to complain. Is there a ramp at the door?",
        "Would Monday or Tuesday suit you?",
        "My dad died on Tuesday. Could you tell the choir?",
    ],
)
def test_no_answer_is_promised_to_several_questions_orders_complaints_or_beside_days(message: str) -> None:
    gaps = reply(message=message).gaps
    assert gaps
    assert not any(LATER in gap.choices for gap in gaps)


def test_what_a_source_says_is_a_ready_answer_and_what_was_written_is_none() -> None:
    message = "What does parking cost? Is there a ramp at the door?"
    passages = passages_value([("Old list", "", "Parking costs 15 pounds."), ("List", "", "Parking costs 25 pounds.")])
    from_source, other = reply(message=message, passages=passages).gaps
    assert from_source.choices == ("Parking costs 15 pounds.",)
    assert other.choices == ()
    thread = "Bob Lee:\nParking costs 15 pounds."
    from_thread, _ = with_meanings(message=message, thread=thread, sender_name="Ann Hill", owner_name="Bob Lee").gaps
    assert from_thread.question == "What does parking cost? \u2013 you wrote: “Parking costs 15 pounds.”"
    assert from_thread.choices == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Would Monday 4 May or Tuesday 5 May suit you for the doors?",
         "Would Monday 4 May or Tuesday 5 May suit Bo for the windows?"),
        ("Would Monday 4 May or Tuesday 5 May suit you for the doors?",
         "Would Thursday 7 May or Friday 8 May suit Bo for the windows?"),
        ("Passt dir Montag, der 4. Mai, oder Dienstag, der 5. Mai, für die Türen?",
         "Und passt Bo Donnerstag, der 7. Mai, oder Freitag, der 8. Mai, für die Fenster?"),
    ],
)  # fmt: skip
def test_days_that_several_gaps_leave_to_choose_from_are_picked_in_none(first: str, second: str) -> None:
    for alone in (first, second):
        assert len(reply(message=alone).gaps[0].choices) == 3
    both = reply(message=f"{first}\n\n{second}").gaps
    assert [(gap.question, gap.choices) for gap in both] == [(first, ()), (second, ())]


@pytest.mark.parametrize(
    ("offer", "which"),
    [
        ("I can come on Monday 4 May or on Friday 8 May with my son and the big ladder, since the gutters are full.",
         "The tiles are in the yard behind the shed, where nobody falls over them. Which day suits you best?"),
        ("Thursday 4 June at 9.30\nFriday 5 June at 14:00 (with Ana), both in the old workshop by the mill pond",
         "The shoes are with the cobbler in the lane behind the church. Would you tell me which you'd prefer?"),
    ],
)  # fmt: skip
def test_days_are_picked_at_the_gap_that_shows_them_and_stand_behind_no_other_question(offer: str, which: str) -> None:
    shown, other = reply(message=f"{offer}\n\n{which}", sender_name="Robin Vale").gaps
    assert shown.question == f"Your answer: “{offer.replace(chr(10), '; ').rstrip('.')}”"
    assert [choice.endswith(" works for me.") for choice in shown.choices] == [True, True, True]
    assert other.question == f"Your answer: “{which}”"
    assert other.choices == ()


def test_an_invitation_is_accepted_beside_the_question_of_it() -> None:
    message = (
        "Hi Ana,\n\nI have a bit of a do on Friday 27 March at the Railway. Can you make it, and will Bo come?\n\nTom"
    )
    gap, other = reply(message=message, subject="Invitation to my leaving do").gaps
    assert "will Bo come" in other.question
    assert gap.choices[0] == "Thank you for the invitation. I will gladly come."
    assert "Friday 27 March" in gap.question


def test_news_of_a_death_is_no_note_beside_the_condolence() -> None:
    told = "Hi Ana,\n\nmy father died on Tuesday.\n\nCould you live with getting the plan on the 14th instead?\n\nSam"
    result = reply(message=told)
    assert "My sincere condolences." in result.text
    assert not [gap for gap in result.gaps if gap.question.startswith("It also says")]


@pytest.mark.parametrize(
    ("message", "note", "way"),
    [
        ("Can you read your meter by Friday? Ring 0345 998 1200 for that.\n\nReplies to this address are not read.",
         "Replies to this address are not read", "0345 998 1200"),
        ("Passt Ihnen der Termin? Mehr auf www.zaehler.example.\n\nAntworten auf diese Adresse werden nicht"
         " gelesen.", "Antworten auf diese Adresse werden nicht gelesen", "www.zaehler.example"),
        ("Pouvez-vous venir ? Appelez le 04 72 11 90 30.\n\nLes réponses à cette adresse ne sont pas lues.",
         "Les réponses à cette adresse ne sont pas lues", "04 72 11 90 30"),
        ("¿Puede venir el lunes? Llame al 976 55 80 14.\n\nLas respuestas a este correo no se leen.",
         "Las respuestas a este correo no se leen", "976 55 80 14"),
    ],
)  # fmt: skip
def test_where_nobody_reads_answers_that_is_told_first_and_none_is_ready(message: str, note: str, way: str) -> None:
    result = reply(message=message)
    assert not any(gap.choices for gap in result.gaps)
    hint = next(gap.question for gap in result.gaps if gap.is_hint)
    assert re.search("[“„«]", hint)
    assert re.split(r"[“„«] ?", hint)[1].startswith(note)
    assert way in " ".join(gap.question for gap in result.gaps)


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "I have not read your answer yet. Can you come on Monday?"),
        ("en", "Your mail was not easy to read. Can you come on Monday?"),
        ("de", "Ich habe die Nachricht noch nicht ganz gelesen. Kannst du am Montag kommen?"),
        ("fr", "Je n'ai pas lu tous les messages. Peux-tu venir lundi ?"),
        ("es", "No he leído todos los mensajes. ¿Puedes venir el lunes?"),
    ],
)
def test_who_has_not_read_something_yet_reads_answers(language: str, message: str) -> None:
    assert unread_in(language, message) == []
    (asked,) = reply(message=message).gaps
    assert not asked.is_hint


@pytest.mark.parametrize(
    ("message", "picked"),
    [
        ("Could you tell me whether the trip to the museum is on the 20th or the 21st of May?", False),
        ("Could you tell me whether the 20th or the 21st of May suits you?", True),
        ("Können Sie mir sagen, ob der Ausflug am 20. Mai oder am 21. Mai ist?", False),
        ("Können Sie mir sagen, ob Ihnen der 20. Mai oder der 21. Mai passt?", True),
    ],
)
def test_a_day_is_accepted_where_it_is_offered_and_not_where_it_is_asked_for(message: str, picked: bool) -> None:
    assert any("20" in choice for gap in reply(message=message).gaps for choice in gap.choices) == picked
