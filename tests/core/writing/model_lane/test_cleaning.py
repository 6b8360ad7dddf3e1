"""What becomes of a model's answer."""

import pytest

from core.writing.model_lane.cleaning import as_chat, clean, words_in

TEXT = (
    "Ben, please send the “final” list by Friday.\nIt is a nice day.\n\n"
    "Ida - can you book the room - the one upstairs - for Monday?"
)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Here is the corrected text: All is well.", "All is well."),
        ("```\nAll is well.\n```", "All is well."),
        ('"All is well."', "All is well."),
        ("Sure, 3 works for me.", "Sure, 3 works for me."),
        ("Here are the dates for your plan:\n- 3 May", "Here are the dates for your plan:\n- 3 May"),
        ("Sure! Here is the shortened version:\n\nAll is well.", "All is well."),
        ("Hier ist die überarbeitete Fassung: Alles ist gut.", "Alles ist gut."),
        ("Dear Ana,\n\nAll is well.\n\nBest regards,\nTom", "All is well."),
    ],
)
def test_wrapping_is_taken_off(written: str, wanted: str) -> None:
    assert clean(written, opens=True, closes=True) == wanted


def test_what_the_source_begins_with_stays() -> None:
    source = "Summary: all is well."
    assert clean(source, source=source) == source


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("Objet\u00a0: retard de livraison", "Subject: Late delivery"),
        ("**Objet :** retard de livraison", "**Subject:** Late delivery"),
        ("Temat: opóźniona dostawa", "Betreff: Verspätete Lieferung"),
        ("Subject: late delivery", "Asunto: entrega tardía"),
        ("Zusammenfassung: Alles ist gut.", "Summary: All is well."),
        ("Antwort: ja", "Answer: yes"),
    ],
)
def test_a_label_that_the_source_begins_with_stays_in_another_language(source: str, written: str) -> None:
    assert clean(written, source=source) == written


@pytest.mark.parametrize(
    ("source", "written", "wanted"),
    [
        ("La livraison est en retard.", "Subject: Late delivery", "Late delivery"),
        ("Betreff: Alles ist gut.", "Summary: All is well.", "All is well."),
        ("Objet : tout va bien", "Here is the translation: Subject: all is well", "Subject: all is well"),
        ("Note: all is well.", "Corrected text: Note: all is well.", "Note: all is well."),
    ],
)
def test_a_label_of_the_models_own_goes(source: str, written: str, wanted: str) -> None:
    assert clean(written, source=source) == wanted


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("Ben, please send the “final” list by Friday.", "Ben, please send the “final” list by Friday."),
        ('ben, please  send the "final" list by friday', "Ben, please send the “final” list by Friday."),
        ("Ben, please send … by Friday.", "Ben, please send the “final” list by Friday."),
        ("... send the 'final' list by Friday ...", ""),
        ("Ida \u2013 can you book the room \u2013 the one upstairs \u2013 for Monday?",
         "Ida - can you book the room - the one upstairs - for Monday?"),
        ("Ben, please send the list by Friday.", ""),
        ("…", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_quote_is_found_by_its_words(quote: str, words: str) -> None:
    assert words_in(quote, TEXT) == words


@pytest.mark.parametrize(
    ("written", "source", "left"),
    [
        ("Hi Tom,\n\nthe server moves.\n\nBest regards,\nAda", "", "The server moves."),
        ("Sehr geehrter Herr Dr. Weber,\nwir ziehen um.\nViele Grüße\nAda Fuchs", "", "Wir ziehen um."),
        ("Hi team,\n\nthe server moves.", "hi team, tell them that the server moves", "Hi team,\n\nthe server moves."),
        ("Hi Tom, the server moves.", "", "Hi Tom, the server moves."),
        (
            "Good morning shifts begin at six from now on.\nBring a key.",
            "",
            "Good morning shifts begin at six from now on.\nBring a key.",
        ),
        ("Hello", "", "Hello"),
    ],
)
def test_a_chat_message_has_no_greeting_line_and_no_closing(written: str, source: str, left: str) -> None:
    assert as_chat(written, source) == left


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("Guten Abend Frau Weber,", "Mit besten Grüßen\nAnna Fuchs"),
        ("Servus Toni,", "Herzliche Grüße aus Linz\nAnna"),
        ("Bonsoir Paul,", "Bien cordialement,\nAnne"),
        ("Buenas tardes, Ana:", "Un fuerte abrazo,\nLuis"),
        ("Morning all,", "Kind regards\nAnna Fox\nSales, 0911 4455"),
        ("Goedemiddag Jan,", "Met vriendelijke groet,\nAnna"),
    ],
)
def test_a_letter_does_not_greet_and_close_twice_where_code_does(opening: str, closing: str) -> None:
    written = f"{opening}\n\nThe server moves on 3 May.\n\n{closing}"
    assert clean(written, opens=True, closes=True) == "The server moves on 3 May."


@pytest.mark.parametrize("thanks", ["Vielen Dank.", "Merci.", "Gracias.", "Thank you."])
def test_a_sentence_behind_thanks_is_no_name_below_a_closing(thanks: str) -> None:
    written = f"The server moves on 3 May.\n\n{thanks}\n\nWe will call you tomorrow."
    assert clean(written, closes=True) == written
    assert as_chat(written) == written


@pytest.mark.parametrize(
    "below",
    [
        "Vielen Dank\nTermin: 3. Mai, 10 Uhr\nOrt: Halle 2", "Thanks\n- two chairs\n- one table",
        "Merci\nLe 3 mai à 10 h 30", "Danke\nBitte prüfen.",
    ],
)  # fmt: skip
def test_what_stands_below_thanks_and_is_no_name_stays(below: str) -> None:
    written = f"Wir haben die Halle gebucht.\n{below}"
    assert clean(written, closes=True) == written


@pytest.mark.parametrize(
    "closing",
    [
        "Kind regards,\nAnna Fox\nAcme Inc.", "Viele Grüße\nAnna Fuchs\nWeber e.V.", "Vielen Dank\nAnna Fuchs",
        "Thanks,\nMay\nTel: 0911 445566\nmay@example.com",
    ],
)  # fmt: skip
def test_a_name_with_its_firm_goes_with_the_closing(closing: str) -> None:
    assert clean(f"The server moves on 3 May.\n\n{closing}", closes=True) == "The server moves on 3 May."


def test_what_only_begins_as_a_greeting_stays() -> None:
    for written in ("Buenas noticias: el pedido sale hoy.", "Beste Lösung: wir warten.", "Morning slots: 9 and 10."):
        assert clean(written, opens=True) == written
