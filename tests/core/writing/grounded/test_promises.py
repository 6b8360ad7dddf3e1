"""Ready answers of all gaps of a reply together."""

import re

import pytest

from tests.core.writing.grounded.test_reply import reply


def test_an_invitation_is_accepted_beside_the_question_of_it() -> None:
    message = (
        "Hi Ana,\n\nI have a bit of a do on Friday 27 March at the Railway. Can you make it, and will Bo come?\n\nTom"
    )
    (gap,) = reply(message=message, subject="Invitation to my leaving do").gaps
    assert gap.choices[0] == "Thank you for the invitation. I will gladly come."
    assert "Friday 27 March" in gap.question


def test_where_many_gaps_could_only_promise_an_answer_none_does() -> None:
    asked = "Who opens for us? What does the hall cost? Where do we park?"
    few = reply(message="Who opens for us? What does the hall cost?").gaps
    assert [gap.choices for gap in few] == [("I will get back to you about this.",)] * 2
    assert not any(gap.choices for gap in reply(message=f"Hi Ana,\n\n{asked}\n\nTom").gaps)


def test_news_of_a_death_is_no_note_beside_the_condolence() -> None:
    told = "Hi Ana,\n\nmy father died on Tuesday.\n\nCould you live with getting the plan on the 14th instead?\n\nSam"
    result = reply(message=told)
    assert "My sincere condolences." in result.text
    assert not [gap for gap in result.gaps if gap.question.startswith("It also says")]


@pytest.mark.parametrize(
    "message",
    [
        "Did anybody check the scaffold at the shop?\n\nWhat does the paint cost?",
        "Did anybody check the brakes of the trailer?\n\nWhat does the paint cost?",
        "Hat jemand die Radmuttern nachgezogen?\n\nWas kostet die Farbe?",
        "Quelqu'un a-t-il regardé les freins ?\n\nCombien coûte la peinture ?",
        "¿Ha mirado alguien los frenos?\n\n¿Cuánto cuesta la pintura?",
    ],
)
def test_a_matter_of_safety_is_not_put_off_and_other_things_are(message: str) -> None:
    grave, other = (gap for gap in reply(message=message).gaps if not gap.is_hint)
    assert grave.choices == ()
    assert len(other.choices) == 1


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
    "message",
    [
        "I have not read your answer yet. Can you come on Monday?",
        "Your mail was not easy to read. Can you come on Monday?",
        "Ich habe die Nachricht noch nicht ganz gelesen. Kannst du am Montag kommen?",
        "Je n'ai pas lu tous les messages. Peux-tu venir lundi ?",
        "No he leído todos los mensajes. ¿Puedes venir el lunes?",
    ],
)
def test_who_has_not_read_something_yet_reads_answers(message: str) -> None:
    assert any(gap.choices for gap in reply(message=message).gaps)
