"""What a sentence asks of somebody, and until when."""

import pytest

from core.text.asks import asks_in_attachment, called_in, find_due, kind_of, without_call, without_greeting


def test_requests_questions_and_commitments_are_told_apart() -> None:
    assert kind_of("Could you please send me the report by Friday?") == "request"
    assert kind_of("Anna, please call the client.") == "request"
    assert kind_of("Send the slides to Tom.") == "request"
    assert kind_of("I will call them tomorrow.") == "commitment"
    assert kind_of("Where are the keys?") == "question"
    assert kind_of("Let's talk about it at the meeting.") == "suggestion"
    assert kind_of("Können Sie mir die Rechnung schicken?") == "request"
    assert kind_of("Pouvez-vous m'envoyer le devis ?") == "request"


def test_requests_of_lists_and_of_other_languages_are_found() -> None:
    assert kind_of("- Send the slides to Tom.") == "request"
    assert kind_of("Ich bräuchte noch die Rechnung.") == "request"
    assert kind_of("J'aurais besoin du contrat.") == "request"
    assert kind_of("Necesito el contrato.") == "request"
    assert kind_of("Is it (really) done?)") == "question"


def test_a_sentence_without_its_call_asks_all_that_it_asked() -> None:
    assert without_call("- Has it been paid?") == "Has it been paid?"
    assert without_call("2) Hi Bob, please send it.") == "send it."
    assert without_call("By Friday, please send it.") == "By Friday, please send it."
    assert without_call("If it rains, can you come?") == "If it rains, can you come?"
    assert without_call("OK, can you come?") == "can you come?"
    assert without_call("OK pour mardi, tu viens ?") == "OK pour mardi, tu viens ?"
    assert without_call("Hallo Bob, passt dir Dienstag?") == "passt dir Dienstag?"


def test_telling_and_boilerplate_ask_for_nothing() -> None:
    assert kind_of("The weather is great.") is None
    assert kind_of("Feel free to reply if you have any questions.") is None
    assert kind_of("If you don't want this, just ignore this message.") is None
    assert kind_of("> Could you send it?") is None


def test_until_when_stands_in_the_sentence() -> None:
    assert find_due("Ben, could you pay the invoice by Friday at 3 pm?") == "by Friday at 3 pm"
    assert find_due("Please do it by the end of the week.") == "by the end of the week"
    assert find_due("Please do it.") == ""


def test_a_greeting_with_a_short_title_stands_before_what_is_said() -> None:
    assert without_greeting("Bonjour M. Duval, le devis est prêt.") == "le devis est prêt."


@pytest.mark.parametrize(
    ("asks", "line"),
    [
        (True, "Please see my questions in the attached document."),
        (True, "Attached you will find a few questions."),
        (True, "Meine Fragen finden Sie im Anhang."),
        (True, "Im Anhang finden Sie einige Fragen."),
        (True, "Vous trouverez nos questions en pièce jointe."),
        (True, "Le adjunto mis preguntas."),
        (False, "Please see attached."),
        (False, "If you have questions about the attached offer, call us."),
        (False, "Thank you for the answers to my questions in the attached file."),
        (False, "Danke für die Antworten auf meine Fragen im Anhang."),
    ],
)
def test_questions_may_stand_in_a_file_beside_the_message(asks: bool, line: str) -> None:
    assert asks_in_attachment(line) is asks
    assert (kind_of(line) == "request") is asks


@pytest.mark.parametrize("line", ["Also, please order two boxes.", "Then, can you call?", "Thanks, could you send it?"])
def test_a_word_that_leads_to_what_is_asked_calls_nobody(line: str) -> None:
    assert called_in(line) == ""
