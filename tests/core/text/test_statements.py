"""Sentences of a thread: readable at their edges, whole in their substance."""

import pytest

from core.text.called import signed_name
from core.text.lexicon import lexicon
from core.text.statements import is_frame, read_statements, readable


@pytest.mark.parametrize(
    ("language", "raw", "text"),
    [
        ("en", "Hi all, the client told us to wait", "The client told us to wait."),
        ("en", "um , so we uh keep it @ben :tada:", "So we keep it ben."),
        ("en", "[09:12] ok, rolled back", "Rolled back."),
        ("en", "<@U123> can you check?", "Can you check?"),
        ("en", "No, send it as planned.", "No, send it as planned."),
        ("en", "npm_run is broken", "npm_run is broken."),
        ("de", "moin, die maschine steht 🙈", "Die maschine steht."),
        ("de", "Nein, nicht vor Freitag", "Nein, nicht vor Freitag."),
        ("fr", "Bonjour à tous, le site est lent", "Le site est lent."),
        ("es", "Hola a todos, mañana viene el inspector", "Mañana viene el inspector."),
        ("en", "ok", "Ok."),
        ("en", "- \u2610 call Anna", "Call Anna."),
        ("en", "Pets allowed: \u2610 yes \u2612 no", "Pets allowed: \u2610 yes \u2612 no."),
    ],
)
def test_only_noise_at_the_edges_goes(language: str, raw: str, text: str) -> None:
    assert readable(raw, lexicon(language)) == text


def test_people_who_write_small_have_sentences_too() -> None:
    texts = [
        statement.text for statement in read_statements("lee: it broke. the pool runs out\ndana: ok. stop it", "en")
    ]
    assert texts == ["It broke.", "The pool runs out.", "Ok.", "Stop it."]


def test_a_blank_line_ends_a_sentence_without_a_stop() -> None:
    mail = "can do the other days too\n\ntell me what suits\nyou best"
    assert [statement.text for statement in read_statements(mail, "en")] == [
        "Can do the other days too.",
        "Tell me what suits you best.",
    ]


def test_greeting_and_signature_of_a_mail_are_no_sentences() -> None:
    mail = "Hi Nora,\n\nthe price is 30 euros and that is what we\nwill pay.\n\nBest regards\nHelen Price\nACME Ltd"
    assert [statement.text for statement in read_statements(mail, "en")] == [
        "The price is 30 euros and that is what we will pay."
    ]
    assert signed_name(mail, "") == "Helen Price"
    assert signed_name("No name here.", "") == ""


@pytest.mark.parametrize(
    ("mail", "last"),
    [
        (
            "Hotel Post, Linz\n45 euros a night\nWith breakfast\nCancel by 3 May or we pay all of it",
            "Cancel by 3 May or we pay all of it.",
        ),
        ("Please settle the offer\nwith Paul.\nIt ends on 3 May.", "It ends on 3 May."),
        ("We compared both.\nBest price\nFox, 45 euros a night", "Fox, 45 euros a night."),
    ],
)
def test_a_line_that_only_begins_like_a_closing_hides_nothing(mail: str, last: str) -> None:
    assert read_statements(mail, "en")[-1].text == last


def test_long_words_of_leave_close_a_letter() -> None:
    leave = "Veuillez agréer, Madame, Monsieur, l'expression de mes sentiments distingués."
    letter = f"Le prix est de 30 euros.\n\n{leave}\nJean"
    assert [statement.text for statement in read_statements(letter, "fr")] == ["Le prix est de 30 euros."]


@pytest.mark.parametrize(
    ("language", "sentence", "points_back"),
    [
        ("en", "It was the certificate.", True), ("en", "I'll call them.", True), ("en", "That's decided.", True),
        ("en", "The certificate was old.", False), ("en", "It seems that the lift is broken.", False),
        ("de", "Das prüft die Verwaltung.", True), ("de", "Die Verwaltung prüft den Baum.", False),
        ("de", "Es bleibt bei zwei Tagen pro Woche.", False), ("fr", "Je l'appelle demain.", True),
        ("fr", "Le chantier commence lundi.", False), ("es", "Yo lo llamo esta tarde.", True),
        ("es", "La cámara sigue en 9 grados.", False),
    ],
)  # fmt: skip
def test_a_word_that_stands_for_another_is_seen(language: str, sentence: str, points_back: bool) -> None:
    [statement] = read_statements(sentence, language)
    assert statement.points_back is points_back


def test_a_time_that_is_said_is_no_stamp() -> None:
    words = lexicon("en")
    assert readable("8:00 better, parking is a nightmare", words) == "8:00 better, parking is a nightmare."
    assert readable("[8:00] better, parking is a nightmare", words) == "Better, parking is a nightmare."


def test_a_name_that_calls_or_signs_in_a_line_of_its_own_is_no_sentence() -> None:
    mail = "Luis Montes,\n\nthe part is here. Come on Tuesday.\n\nBastian Roth"
    assert [statement.text for statement in read_statements(mail, "en")] == ["The part is here.", "Come on Tuesday."]
    assert [statement.text for statement in read_statements("Agreed", "en")] == ["Agreed."]


def test_a_number_that_somebody_says_is_no_numbering() -> None:
    assert [statement.text for statement in read_statements("marc: elle reste. donc 9\njulie: ok", "fr")][
        1
    ] == "Donc 9."
    assert "Article 3." not in [
        statement.text for statement in read_statements("Article 3.\n\nLe loyer est fixe.", "fr")
    ]


def test_a_date_is_no_mark_of_a_list_and_an_opening_word_is_quoted() -> None:
    one, two = read_statements("31. März ist in Ordnung.\nEinverstanden, ab Februar um acht.", "de")
    assert one.quoted == "31. März ist in Ordnung."
    assert (two.text, two.quoted) == ("Ab Februar um acht.", "Einverstanden, ab Februar um acht.")


@pytest.mark.parametrize(("text", "language"), [("El martes a las 12.\nSaludos, Inés", "es"), ("Ja.\nLG Cosima", "de")])
def test_a_closing_with_a_name_behind_it_is_not_said(text: str, language: str) -> None:
    assert len(read_statements(text, language)) == 1


def test_lines_that_begin_with_a_number_each_are_entries_of_their_own() -> None:
    first = "20 May: the mould is built up in loam, which dries for at least 21 days before the metal is poured"
    text = f"Plan of the foundry\n\n{first}\n5 June: casting, in the evening\nwith the parish\n"
    assert [one.text for one in read_statements(text, "en")][1:3] == [
        f"{first}.",
        "5 June: casting, in the evening with the parish.",
    ]


def test_a_title_ends_no_sentence_in_a_text_that_begins_small() -> None:
    said = "am 3. passt es, sofern Frau Prof. Adler zurück ist. Dann liefern wir."
    assert [one.raw for one in read_statements(said, "de")] == [
        "am 3. passt es, sofern Frau Prof. Adler zurück ist.",
        "Dann liefern wir.",
    ]


@pytest.mark.parametrize(
    ("text", "is_nothing"),
    [
        ("", True),
        ("Hi Moira,\n\nBest regards,\nGed", True),
        ("Moira,\n\nBest\nAda", True),
        ("Best regards\nGed", True),
        ("Liebe Anna, lieber Tom,\n\nMit freundlichen Grüßen\nGed Kern\nAcme GmbH", True),
        ("Bonjour Madame,\n\nCordialement,\nGed", True),
        ("Hola Ana:\n\nUn saludo,\nGed", True),
        ("Tuesday.", False),
        ("Hi Moira, see you at 5!", False),
        ("Hi,\n\nYes.\n\nBest\nAda", False),
        ("Hi Helena,\n\nThank you.\n\nBest\nAda", False),
        ("Hi Moira,\n\nBest\nAda\n\nPS: I bring the keys.", False),
    ],
)
def test_a_greeting_and_a_closing_alone_say_nothing(text: str, *, is_nothing: bool) -> None:
    assert is_frame(text) is is_nothing


def test_a_short_word_before_its_number_keeps_its_letter_and_french_marks_stand_apart() -> None:
    [said] = read_statements("Lorem cf. s. 12(3) UCTA 1977, per incuriam.", "en")
    assert said.quoted == "Lorem cf. s. 12(3) UCTA 1977, per incuriam."
    assert readable("s. 12(3) applies", lexicon("en")) == "s. 12(3) applies."
    assert readable("Prix\u00a0: 145 € ; caution", lexicon("fr")) == "Prix : 145 € ; caution."
