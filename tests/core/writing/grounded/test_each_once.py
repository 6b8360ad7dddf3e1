"""What the gaps of a reply would say twice."""

import re

import pytest

from core.writing.grounded.asked import Asking
from core.writing.grounded.each_once import dates_once
from core.writing.grounded.questions import open_question
from core.writing.grounded.told import ReplyPart
from tests.core.writing.grounded.test_reply import reply

DAYS = "Tuesday 8 December, Thursday 10 December or Monday 14 December"


@pytest.mark.parametrize(
    "asked",
    [
        f"We would like to see your workshop. Would {DAYS} suit you, in the morning?",
        "Which of these suits you?\n- Tuesday 8 December\n- Thursday 10 December\n- Monday 14 December",
    ],
)
def test_the_dates_of_a_message_stand_in_one_gap_with_each_to_pick(asked: str) -> None:
    gaps = reply(message=f"Hi Ana,\n\nyour invoice is wrong. Who looks after it?\n\n{asked}\n\nTom").gaps
    dated = [gap for gap in gaps if "Thursday 10 December" in f"{gap.question}{gap.choices}"]
    assert len(dated) == 1
    assert dated[0].choices[:2] == ("Tuesday 8 December works for me.", "Thursday 10 December works for me.")


def test_days_with_too_much_said_of_them_to_pick_from_hide_nothing_that_is_asked() -> None:
    days = ("Tuesday 8 December", "Thursday 10 December")
    said = f"On {days[1]} the lorry is in Leeds all day and nobody else can sign for it, so it has to be after six. "
    asking = Asking("en", offered=days, source=f"Would {days[0]} or {days[1]} suit you? {said * 8}")
    asked = ["What does the stamp cost?", "Who pays for the lorry?"]
    gaps = [open_question(question, asking, None, is_only=False) for question in asked]
    parts = [ReplyPart(gap.place, gap=gap, asked=question) for gap, question in zip(gaps, asked, strict=True)]
    assert [part.asked for part in dates_once(parts, asking)][:2] == asked


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
        "The ladder in the shop is loose at the top.\nCan you tell me who looks after it?\n\nWhat does the paint cost?",
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
