"""A draft that says what its message only asks is told, where nothing that is known says so."""

import json

import pytest

from tests.core.writing.checks.test_checks import reply_findings

DEPOSIT = "I paid on Monday. Has my deposit of 2,300 euros arrived?"


@pytest.mark.parametrize(
    ("message", "draft"),
    [
        (DEPOSIT, "Your deposit of 2,300 euros arrived, thank you."),
        (DEPOSIT, "Your deposit of 2,300 euros has not arrived."),
        ("Please confirm that the cable outlets are included.", "The cable outlets are included in the price."),
        ("Ist im Keller die Heizung repariert?", "Die Heizung im Keller ist repariert."),
        ("Dites-moi si le parking est compris, svp.", "Le parking est compris, bien sûr."),
        ("¿Ya llegó el nuevo certificado?", "El nuevo certificado llegó ayer."),
    ],
)
def test_what_is_only_asked_is_no_answer(message: str, draft: str) -> None:
    assert reply_findings("promises", draft, message=message) == [
        f"“{draft}” answers what is asked, and nothing that is known says so."
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"instruction": "the deposit is here"},
        {"instruction": "yes"},
        {"instruction": "sag ihr, das Geld ist am Dienstag gekommen und alles ist gut"},
        {"thread": "Tom:\nThe deposit of 2,300 euros arrived today."},
        {"passages": "Has the deposit of 2,300 euros arrived? Yes."},
        {"message": f"The deposit of 2,300 euros arrived, your colleague says. {DEPOSIT}"},
    ],
)
def test_what_a_given_sentence_says_may_be_answered(given: dict[str, str]) -> None:
    values = {"message": DEPOSIT, **given}
    assert reply_findings("promises", "Your deposit of 2,300 euros arrived.", **values) == []


@pytest.mark.parametrize(
    "draft",
    [
        "We are checking whether your deposit of 2,300 euros has arrived.",
        "You ask if your deposit of 2,300 euros arrived.",
        "When did you send your deposit of 2,300 euros?",
        "Thank you for your message about Monday.",
        "[[Has the deposit arrived? | Your deposit has arrived. | Your deposit has not arrived.]]",
    ],
)
def test_what_leaves_the_question_open_answers_nothing(draft: str) -> None:
    assert reply_findings("promises", draft, message=DEPOSIT) == []


def test_who_confirms_something_does_not_ask_it() -> None:
    message = "Je vous confirme le buffet du jeudi soir. Le parking est-il ouvert ?"
    assert reply_findings("promises", "Le buffet du jeudi soir est noté.", message=message) == []


def test_passages_are_read_as_people_read_them() -> None:
    passages = json.dumps([{"title": "Verleih", "text": "Kinderrad: 10 € am Tag.\nHelme leihen wir kostenlos dazu."}])
    message = "Guten Tag, leihen Sie auch Helme?"
    told = reply_findings("promises", "Helme leihen wir kostenlos dazu.", message=message, passages=passages)
    assert told == []


@pytest.mark.parametrize(("number", "is_known"), [("65", True), ("75", False)])
def test_an_answer_may_rest_on_a_number_of_a_passage(number: str, is_known: bool) -> None:
    passages = json.dumps([{"title": "Tents", "text": "6x6 m (up to 30 seated), 6x12 m (up to 65 seated)."}])
    draft = f"The 6x12 tent is enough for {number} seated guests."
    found = reply_findings("promises", draft, message="Is the 6x12 tent enough for all guests?", passages=passages)
    assert (not found) is is_known
