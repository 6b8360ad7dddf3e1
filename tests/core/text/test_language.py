"""A language is told by its script and by its small words."""

import pytest

from core.text import language
from core.text.catalogues import speaking
from core.text.language import LANGUAGE_NAMES, detect_language, is_language_code, language_or_spoken
from core.text.lexicon import lists_beside


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The report is ready and we can send it to you.", "en"),
        ("Der Bericht ist fertig und wir können ihn senden.", "de"),
        ("Le rapport est prêt et nous pouvons vous l'envoyer.", "fr"),
        ("El informe está listo y se lo podemos enviar por correo.", "es"),
        ("Il rapporto è pronto e possiamo inviarlo con la posta, ma non oggi.", "it"),
        ("Het rapport is klaar en wij kunnen het naar u sturen.", "nl"),
        ("O relatório está pronto e não podemos enviar uma cópia.", "pt"),
        ("Rapporten är klar och vi kan skicka den till dig.", "sv"),
        ("Raport jest gotowy i możemy go wysłać, ale nie dziś.", "pl"),
        ("Отчёт готов", "ru"),
        ("報告書はできました", "ja"),
        ("报告已经准备好了", "zh"),
        ("التقرير جاهز", "ar"),
        ("ok 123", ""),
        ("", ""),
        ("https://the.and.is/of/to", ""),
        ("Bonjour Bob, peux-tu aussi réserver la salle ? Élodie", "fr"),
        ("Hallo Bob, passt dir Dienstag? Eva", "de"),
        ("Hola Bob, ¿puedes venir el martes? Eva", "es"),
        ("Hi Bob, passt dir Dienstag?", "de"),
        ("Kannst du mich um 15 Uhr anrufen?", "de"),
        ("Bonjour Bob,\nok.", "fr"),
        ("Hallo Bob, ok", "de"),
        ("Bonjour service crashes", ""),
        ("Hi Bob, ok", ""),
    ],
)
def test_language_is_told_by_script_and_stop_words(text: str, code: str) -> None:
    assert detect_language(text) == code


@pytest.mark.parametrize(
    "greeting", ["Hej", "Ciao", "Beste", "Salut", "Hola", "Bonjour", "Hallo", "Cześć", "Olá", "Liebe", "Dear", "Käre"]
)
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Is Friday ok?", "en"),
        ("could you send me the offer?", "en"),
        ("Passt Freitag?", "de"),
        ("könntest du mir das Angebot schicken?", "de"),
        ("pouvez-vous livrer vendredi ?", "fr"),
        ("¿puede enviarme la oferta?", "es"),
    ],
)
def test_a_greeting_of_another_language_decides_nothing(greeting: str, said: str, code: str) -> None:
    assert detect_language(f"{greeting} Petra,\n\n{said}\n\nAnn") == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("Hallo Petra,\n\nUpdate?", "de"), ("Ciao Petra,\n\nok?", "it"), ("Bonjour Petra,\n\nno problem!", "fr")],
)
def test_a_greeting_decides_where_nothing_else_tells(text: str, code: str) -> None:
    assert detect_language(text) == code


@pytest.mark.parametrize(
    ("text", "is_code"), [("en", True), ("", False), ("EN", False), ("eng", False), ("\u00e9n", False), ("e1", False)]
)
def test_a_code_of_a_language_is_two_small_letters(text: str, is_code: bool) -> None:
    assert is_language_code(text) is is_code


def test_a_text_that_shows_no_language_is_in_that_of_the_person() -> None:
    assert language_or_spoken("Nachtzuschlag?") == "en"
    with speaking("de"):
        assert language_or_spoken("Nachtzuschlag?") == "de"
        assert language_or_spoken("ok", "What is it that you want?") == "en"


def test_each_language_that_is_found_has_a_name() -> None:
    written = ("Γεια σας", "שלום", "你好", "こんにちは", "สวัสดี", "नमस्ते", "வணக்கம்", "გამარჯობა")
    found = {*lists_beside(language.__file__, "stop_words"), *map(detect_language, written)}
    assert "" not in found
    assert found <= set(LANGUAGE_NAMES.values())
