"""Personal data on its way to a model elsewhere: found, hidden in every form, put back, and never half."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ModelAnswerError
from core.privacy.detection import find_personal
from core.privacy.pseudonyms import LeakError, Pseudonyms, RestoredStream

MAIL = """From: Anna Schmidt <anna.schmidt@example.com>
To: Tom Becker

Hi Tom,

please call me on +49 30 1234567 or (415) 555-2671. Sabine Krüger and Priya's team pay Bill the bill of $1,200
to DE89 3704 0044 0532 0130 00 by Tuesday. ANNA will pay by card 4111 1111 1111 1111. Did anna write? Anna
Schmidt did, and Schmidts do. See https://x.test/anna.schmidt.

Best regards,
Anna"""
GERMAN = """Sehr geehrter Herr Müller,

wie besprochen hat Sabine Krüger die Unterlagen von Herrn Weber geprüft. Angebote schickt Frau Dr. Lehmann an
lehmann@firma.test; Müllers Auftrag bleibt. Tel. 030/1234567.

Mit freundlichen Grüßen
Petra Vogel"""


def hidden(text: str, *names: str) -> str:
    return Pseudonyms(names, [text]).hide(text)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (MAIL, "anna schmidt tom becker sabine krüger priya 1234567 2671 3704 4111 example.com"),
        (GERMAN, "müller sabine krüger weber lehmann petra vogel firma 1234567"),
    ],
)
def test_nothing_personal_leaves(text: str, gone: str) -> None:
    sent = hidden(text).casefold()
    assert [word for word in gone.split() if word in sent] == []
    assert "$1,200" in sent or "angebote" in sent


@pytest.mark.parametrize("text", [MAIL, GERMAN, "", "Nothing personal here.", "李明さんに連絡してください"])
def test_what_was_hidden_comes_back_letter_for_letter(text: str) -> None:
    pseudonyms = Pseudonyms(["李明"], [text])
    assert pseudonyms.restore(pseudonyms.hide(text)) == text


def test_a_word_keeps_its_placeholder_in_every_text_of_the_job() -> None:
    pseudonyms = Pseudonyms(["Anna Schmidt"], [MAIL])
    first = pseudonyms.hide("Ask Anna.")
    assert pseudonyms.hide("Dear Anna Schmidt,").startswith(f"Dear {first[4:-1]} ")
    assert pseudonyms.hide("Ask Anna.") == first


@pytest.mark.parametrize("form", ["Anna's", "Anna\u2019s", "Annas", "Schmidts", "SCHMIDT", "anna", "Schmidt-Anna"])
def test_inflected_and_split_forms_are_covered(form: str) -> None:
    pseudonyms = Pseudonyms(["Anna Schmidt"])
    sent = pseudonyms.hide(f"We met {form} there.")
    assert not re.search("anna|schmidt", sent, re.IGNORECASE)
    assert pseudonyms.restore(sent) == f"We met {form} there."


@pytest.mark.parametrize("form", ["O\u2019Brien", "O'BRIEN", "Muller", "Mueller", "MÜLLER", "mueller", "Müllers"])
def test_other_spellings_of_a_name_are_covered(form: str) -> None:
    pseudonyms = Pseudonyms(["Petra Müller", "Pat O'Brien"])
    sent = pseudonyms.hide(f"We met {form} there.")
    assert re.fullmatch(r"We met NAME_\d+s? there\.", sent)
    assert pseudonyms.restore(sent) == f"We met {form} there."


def test_a_name_that_is_an_everyday_word_leaves_the_word_alone() -> None:
    sent = hidden("Will Mark come? He will mark the date.", "Will Smith", "Mark Long")
    assert sent.endswith("He will mark the date.")
    assert "Mark" not in sent


def test_other_spellings_of_a_number_are_covered() -> None:
    sent = Pseudonyms([], ["Call +49 30 1234567."]).hide("+49 (30) 123-4567 or +49301234567")
    assert not re.search(r"\d{3}", sent)


@pytest.mark.parametrize(
    ("answer", "restored"),
    [
        ("Dear NAME_1,", "Dear Anna,"),
        ("Dear name_1,", "Dear Anna,"),
        ("Dear Name 1,", "Dear Anna,"),
        ("Dear NAME\\_1,", "Dear Anna,"),
        ("Dear [NAME_1],", "Dear Anna,"),
        ("NAME_1's and NAME_1s", "Anna's and Annas"),
        ("**NAME_1 NAME_2**", "**Anna Schmidt**"),
        ("(NAME_1)", "(Anna)"),
        ("[[What does NAME_1 want?]]", "[[What does Anna want?]]"),
    ],
)
def test_what_a_model_makes_of_a_placeholder_is_understood(answer: str, restored: str) -> None:
    pseudonyms = Pseudonyms(["Anna Schmidt"])
    pseudonyms.hide("Anna Schmidt")
    assert pseudonyms.restore(answer) == restored


@pytest.mark.parametrize("answer", ["Dear NAME_7,", "Write to MAIL_3.", "Cher NOM_1,"])
def test_a_placeholder_that_stands_for_nothing_is_an_error(answer: str) -> None:
    pseudonyms = Pseudonyms(["Anna Schmidt"])
    pseudonyms.hide("Anna Schmidt")
    with pytest.raises(ModelAnswerError, match="placeholders"):
        pseudonyms.restore(answer)


def test_a_text_that_looks_like_placeholders_gets_others() -> None:
    text = "Set NAME_1 and name 2 in the file, says Anna Schmidt to Tom Becker."
    pseudonyms = Pseudonyms(["Anna Schmidt"], [text])
    sent = pseudonyms.hide(text)
    assert "NAME_1 and name 2" in sent
    assert pseudonyms.restore(sent) == text
    assert pseudonyms.restore("NAME_1 for NAMEX_1") == "NAME_1 for Anna"


@pytest.mark.parametrize("text", ["We asked \uff21nna.", "Pay to \uff24E89 3704 0044 0532 0130 00"])
def test_when_something_is_left_nothing_is_sent(text: str) -> None:
    pseudonyms = Pseudonyms(["Anna"], [MAIL])
    with pytest.raises(LeakError):
        pseudonyms.hide(text)


def test_words_come_back_while_an_answer_is_written() -> None:
    pseudonyms = Pseudonyms(["Anna Schmidt"])
    pseudonyms.hide("Anna Schmidt")
    shown: list[str] = []
    stream = RestoredStream(pseudonyms, shown.append)
    for piece in ("Dear NA", "ME", "_", "1", " NAME", "_2", ", thank you", ""):
        stream.add(piece)
        assert "NAME" not in "".join(shown)
    stream.finish()
    assert "".join(shown) == "Dear Anna Schmidt, thank you"


@given(st.text(max_size=300))
def test_any_text_survives(text: str) -> None:
    pseudonyms = Pseudonyms(["Anna Schmidt"], [text])
    try:
        sent = pseudonyms.hide(text)
    except LeakError:
        return
    assert pseudonyms.restored_so_far(sent) == text


def test_a_megabyte_is_looked_through_in_seconds() -> None:
    text = MAIL * 1500
    assert len({(personal.kind, personal.text) for personal in find_personal(text)}) < 100


def test_a_word_that_only_looks_like_a_name_stays_in_small_letters() -> None:
    text = "We met In Flames, and the Blue Note closed. In the end it was in the blue house, on Aug 28."
    pseudonyms = Pseudonyms([], [text])
    sent = pseudonyms.hide(text)
    assert "Flames" not in sent
    assert "in the blue house, on Aug 28." in sent
    assert pseudonyms.restore(sent) == text


def test_brackets_that_were_sent_come_back() -> None:
    text = "Subject: [Anna] and the rest"
    pseudonyms = Pseudonyms(["Anna Mail"], [text])
    assert pseudonyms.restore(pseudonyms.hide(text)) == text


def test_a_name_within_a_user_name_is_covered() -> None:
    pseudonyms = Pseudonyms(["Anna Schmidt"])
    sent = pseudonyms.hide("She is anna1990 or anna_schmidt there.")
    assert not re.search("anna|schmidt|1990", sent)
    assert pseudonyms.restore(sent) == "She is anna1990 or anna_schmidt there."
