"""What an owner wrote before: beside the question that it answers, else behind all, and what it replaced apart."""

from core.text.forms import QUOTED_ONLY
from tests.core.writing.grounded.test_reply import THREAD, with_meanings


def _beside(thread: str, asked: str) -> list[str]:
    result = with_meanings(message=asked, thread=thread, sender_name="Lionel Satter", owner_name="Imogen Causley")
    return [gap.question for gap in result.gaps]


SEARCHROOM = (
    "Imogen Causley:\nDear Mr Satter,\n\nGood to hear from you. The searchroom is open Tuesday to Thursday. The maps "
    "are kept off site. You'll need a reader's ticket, which we make out on the day. Please bring one document with "
    "your photograph (passport or driving licence) and one with your address. Every reader has to have their own "
    "ticket.\n\nYour own camera or phone may be used without flash, with a day permit at £8. Bags go in the lockers."
)


def test_of_a_long_letter_each_question_has_the_line_that_answers_it_wherever_it_stands() -> None:
    told = _beside(
        SEARCHROOM,
        "Dear Ms Causley,\n\nThank you. Would I be permitted to photograph the maps, and is there a charge?\n\n"
        "Secondly, what do I need to bring to be admitted?\n\n"
        "Thirdly I should like to bring a student. Would he need his own ticket?\n\nLionel Satter",
    )
    assert "Your own camera or phone" in next(question for question in told if "photograph" in question)
    assert "Every reader has to have their own ticket" in next(each for each in told if "his own ticket" in each)


def test_a_question_of_few_words_is_not_taken_for_the_question_before_it() -> None:
    thread = (
        "Imogen Causley:\nGuten Tag Herr Satter,\n\ngerne. Ab 100 kg bekommen Sie den Saft aus den eigenen Äpfeln, "
        "darunter tauschen wir gegen fertigen Saft. Die Äpfel bitte sauber, ohne faule, in Säcken oder Kisten.\n\n"
        "Abgefüllt wird heiß in Beutel mit Karton: 3 Liter 4,10 €, 5 Liter 5,60 €, beides mit Pressen. "
        "Flaschen machen wir nicht mehr.\n\n"
        "Frei wäre Samstag, 26. September, 8:40 Uhr, oder Dienstag drauf ab 14 Uhr. Bitte pünktlich."
    )
    asked = (
        "Servus Frau Causley,\n\npasst, wir nehmen den Samstag.\n\nWas war jetzt nochmal das Mindeste, damit wir "
        "unseren eigenen Saft kriegen? Der Nachbar hat nur so 60 kilo, kann man das zusammenlegen?\n\n"
        "Und müssen wir Flaschen mitbringen oder gibts des in diesen Beuteln, und was kostet der Fünfliterbeutel.\n\n"
        "Quitten nehmen Sie auch? Hab 2 Kübel.\n\nGruß\nSatter"
    )
    told = _beside(thread, asked)
    assert "€" not in next(question for question in told if "Quitten" in question)
    assert "nicht mehr" in next(question for question in told if "Flaschen mitbringen" in question)


def test_what_says_nothing_is_not_told_again_and_what_was_written_first_stands_apart() -> None:
    thread = (
        "Imogen Causley:\nDear judges,\n\nPlease come to the main gym at 4.15.\n\n"
        "Imogen Causley:\nDear judges,\n\nSmall changes, sorry. Please come to the canteen at 4.45. The pizza is free."
    )
    told = _beside(thread, "Hi,\n\nMay my daughter come along?\n\nLionel")
    assert not any("Small changes" in question for question in told)
    last, before = (next((at for at, one in enumerate(told) if said in one), -1) for said in ("4.45", "4.15"))
    assert 0 <= last < before
    assert told[before].startswith("Before that you wrote")


def test_what_was_replaced_stands_apart_also_where_all_of_the_last_message_is_shown() -> None:
    thread = (
        "Imogen Causley:\nDear Mr Satter,\n\nThe coach leaves at 9.15 from the library. Lunch is in the old mill.\n\n"
        "Imogen Causley:\nDear Mr Satter,\n\nSmall change: the coach leaves at 8.45 from the library."
    )
    first, *others = _beside(thread, "Hi,\n\nWhat time does the coach leave?\n\nLionel")
    assert "8.45" in first
    assert "9.15" not in first
    assert any(told.startswith("Before that you wrote") and "9.15" in told for told in others)


def test_what_the_owner_wrote_by_a_quotation_alone_is_told_as_quoted() -> None:
    thread = THREAD.replace("Claire Bennett", f"Claire Bennett {QUOTED_ONLY}")
    message = "What was the lead time again?"
    result = with_meanings(message=message, thread=thread, sender_name="Tom Adeyemi", owner_name="Claire Bennett")
    assert "you wrote on 20 November 2026, as you are quoted: “The lead" in result.gaps[0].question
