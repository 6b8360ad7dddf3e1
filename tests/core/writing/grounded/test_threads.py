"""What of a message is only a greeting, a signature or its sender's name."""

import time

import pytest

from core.writing.grounded.threads import ThreadPeople, messages_of, signs, without_closing, without_salutation


@pytest.mark.parametrize(
    ("message", "sender", "kept"),
    [
        ("Can you come?\n\nUn beso desde el otro lado,\nXimena", "Ximena Larraín", "Can you come?"),
        ("¿Cuándo?\n\nGumersindo Vega, 6.º izquierda", "Gumersindo Vega", "¿Cuándo?"),
        ("A quelle heure ?\n\nMerci,\nKévin\nLe Bistrot du Port", "Kévin Teixeira", "A quelle heure ?"),
        ("Are you around?\n\nTams x", "Tamsin Hale", "Are you around?"),
        ("Kommst du?\n\nBis denne\nThorben\n\nach so, Kasse: wieviel haben wir", "Thorben Kliewe",
         "Kommst du?\n\nach so, Kasse: wieviel haben wir"),
        ("Are you coming?\n\nCheers\nTam Hale\n\nHale & Sons, Leeds\nregistered in England", "Tam Hale",
         "Are you coming?"),
        ("Reicht ein Stapler? Mit freundlichen Grüßen Pieter de Vries", "", "Reicht ein Stapler?"),
        ("Reicht ein Stapler?\nMit freundlichen Grüßen\nPieter de Vries", "", "Reicht ein Stapler?"),
        ("When is it in Hull? Who drives? Best regards, Tom", "", "When is it in Hull? Who drives?"),
        ("Wer fährt? Gruß Pieter", "", "Wer fährt?"),
        ("Wer fährt?\n\nLG Pieter", "Pieter Groen", "Wer fährt?"),
        ("Who drives? Best, Tom", "", "Who drives?"),
        ("Who drives?\nThe van is full.\nBest\nTom", "", "Who drives?\nThe van is full."),
        ("Who drives? Regards Acme Travel", "Acme Ltd", "Who drives?"),
        # Nothing here closes a message.
        ("Which hotel should we take? Best Western Berlin", "", "Which hotel should we take? Best Western Berlin"),
        ("Whom should I write to?\nBest Buy", "", "Whom should I write to?\nBest Buy"),
        ("Wer liefert die Geräte? LG Electronics", "", "Wer liefert die Geräte? LG Electronics"),
        ("Which account?\nMerci Handels GmbH", "", "Which account?\nMerci Handels GmbH"),
        ("Who sings it?\nLove Anna", "", "Who sings it?\nLove Anna"),
        ("Which shop? Regards Boutique", "", "Which shop? Regards Boutique"),
        ("Who drives? Thanks to Ann we are early.", "", "Who drives? Thanks to Ann we are early."),
        ("Is it the 4th?\n\nOk for Monday?", "Ann Lee", "Is it the 4th?\n\nOk for Monday?"),
        ("Ann Lee", "Ann Lee", "Ann Lee"),
        ("Ann is ill. When can you come?\nThe door is open. Ring twice.", "Ann Lee",
         "Ann is ill. When can you come?\nThe door is open. Ring twice."),
        ("Nobody came.\n\nPlease tell me when you are coming.\n\nAnn Lee", "Ann Lee",
         "Nobody came.\n\nPlease tell me when you are coming."),
        # However short a name is made.
        ("Combien ça coûte ?\n\nTh. Quinet 0478 00 00 06", "Thierry Quinet", "Combien ça coûte ?"),
        ("Plutôt en mai.\n\nCordialement,\nA.-L. Ferrand\n12 rue du Val", "Ange-Luc Ferrand", "Plutôt en mai."),
        ("Wer fährt?\n\nLG Cata (und Mati)", "Catalina und Matías Orden", "Wer fährt?"),
        ("Quién viene?\n\nun beso\nCata (y Mati)", "Catalina y Matías Orden", "Quién viene?"),
        ("Who drives?\n\nLove\nG.", "Gaspard", "Who drives?"),
        ("Who drives?\nKat can too", "Katherine Lee", "Who drives?\nKat can too"),
    ],
)  # fmt: skip
def test_the_lines_that_close_a_message_are_taken_off(message: str, sender: str, kept: str) -> None:
    assert without_closing(message, sender) == kept


@pytest.mark.parametrize("blank", ["\n", "\n\u00a0", " \n\t"])
def test_many_blank_lines_are_read_at_once(blank: str) -> None:
    begin = time.thread_time()
    message = f"Who drives?{blank * 500}The door is open"
    assert without_closing(message, "") == message
    assert without_closing(f"Who drives?{blank * 500}Regards Tom", "") == "Who drives?"
    assert time.thread_time() - begin < 1


def test_a_name_with_its_firm_is_a_signature_and_a_sentence_with_the_name_is_none() -> None:
    assert signs("S. Brarens, Fährkontor", "Swantje Brarens")
    assert not signs("Brarens kommt am Montag.", "Swantje Brarens")
    assert not signs("We need the measures", "Swantje Brarens")


def test_a_name_is_known_with_and_without_its_accents() -> None:
    assert ThreadPeople("Bob Ray", "Inés Ortega").role_of("Ines Ortega") == "sender"
    assert ThreadPeople("Bob Ray", "Ines Ortega").role_of("Inés") == "sender"
    assert ThreadPeople("Señora Ray", "Señora Ortega").role_of("Señora Vega") == "other"


@pytest.mark.parametrize(
    ("owner", "sender", "who", "role"),
    [
        ("Daniel Roth", "Daniela Roth", "Daniela Roth", "sender"),
        ("Daniel Roth", "Daniela Roth", "Dr. Daniel Roth", "owner"),
        ("Anna Weber", "Anna", "Anna", "sender"),
        ("Kim", "Kim Lund", "Kim Lund", "sender"),
        # It may be either.
        ("Anna Weber", "Anna Schmidt", "Anna", "other"),
        ("Keith Lee", "Joanna Lee", "Lee", "other"),
        ("Alexander Roth", "Joanna Lee", "Alex Roth", "owner"),
        ("Ann Lee", "Ann Lee", "Ann Lee", "owner"),
        ("Herr Roth", "Frau Roth", "Frau Roth", "sender"),
        ("", "Tim Hale", "Tim Hale", "sender"),
        ("", "", "Tim Hale", "other"),
    ],
)
def test_who_bears_a_name_exactly_is_nobody_of_a_like_name(owner: str, sender: str, who: str, role: str) -> None:
    assert ThreadPeople(owner, sender).role_of(who) == role


def test_many_empty_lines_below_a_name_cost_little() -> None:
    begin = time.thread_time()
    assert len(messages_of("Ann Lee:\n" + "\n" * 40_000, ThreadPeople("Ann Lee", "Bo Ray"))) == 1
    assert time.thread_time() - begin < 3


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("Den Rest behalte ich ein.\n\nMag. Hedwig Stöckler\nMödling", "Mag. Hedwig Stöckler"),
        ("Den Rest behalte ich ein.\n\nGracias, besos\nGaby", "Gabriela Dellacasa"),
    ],
)
def test_how_a_message_is_signed_is_no_content(text: str, sender: str) -> None:
    assert without_closing(text, sender) == "Den Rest behalte ich ein."


@pytest.mark.parametrize(
    ("end", "is_kept"),
    [
        ("Herzlich\nHannelore (Parz. 27)", False),
        ("Viele Gr\u00fc\u00dfe\nResi Lang mit Korbinian, Vroni, Xaver und Waltraud", False),
        ("Viele Gr\u00fc\u00dfe\nResi Lang (die Rechnung bitte an Vroni)", True),
    ],
)
def test_a_whole_family_may_sign_and_what_stands_in_brackets_may_ask(end: str, is_kept: bool) -> None:
    sender = "Hannelore Pfrommer" if "Hannelore" in end else "Familie Lang"
    assert ("Rechnung" in without_closing(f"Ohne Schein?\n\n{end}", sender)) is is_kept
    assert is_kept or without_closing(f"Ohne Schein?\n\n{end}", sender) == "Ohne Schein?"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Anna!\n\nCan you come?", "Can you come?"),
        ("\u00a1Hola Anna!\n\n\u00bfPuedes venir?", "\u00bfPuedes venir?"),
        ("Anna?\n\nCan you come?", "Anna?\n\nCan you come?"),
        ("Anna Kern\nhas not paid her fee. Why?", "Anna Kern\nhas not paid her fee. Why?"),
    ],
)
def test_a_first_line_that_only_calls_its_reader_goes(text: str, left: str) -> None:
    assert without_salutation(text, "Anna Kern") == left


def test_a_family_may_sign_below_a_blank_line() -> None:
    message = "Ohne Schein?\n\nViele Gr\u00fc\u00dfe\n\nResi Lang mit Korbinian, Vroni, Xaver und Waltraud"
    assert without_closing(message, "Familie Lang") == "Ohne Schein?"
