"""What a mail changes, and what it has to be answered by, stays with what it asks."""

import pytest

from core.writing.grounded.asked import Asking
from tests.core.writing.grounded.test_questions import open_sentence
from tests.core.writing.grounded.test_reply import reply, with_meanings


def test_a_question_behind_what_has_a_day_is_quoted_with_it() -> None:
    asked = open_sentence("I must tell the band by Monday whether the beer comes.", Asking("en", sender="Ann"))
    assert asked.question == "Your answer: “I must tell the band by Monday whether the beer comes”"
    plain = open_sentence("Please tell the band whether the beer comes.", Asking("en", sender="Ann"))
    assert plain.question == "Your answer: “Please tell the band whether the beer comes”"


@pytest.mark.parametrize(
    ("asks", "language"),
    [
        ("There are 130 cards now instead of 120. How much are the cards?", "en"),
        ("Es sind jetzt 130 Karten statt 120. Was kosten die Karten?", "de"),
        ("Ce sera 130 cartes au lieu de 120. Combien coûtent les cartes ?", "fr"),
        ("Al final serán 130 tarjetas en vez de 120. ¿Cuánto cuestan las tarjetas?", "es"),
    ],
)
def test_what_is_changed_is_answered_by_nothing_that_was_written_before(asks: str, language: str) -> None:
    said = {"en": "120 cards cost 186 €.", "de": "120 Karten kosten 186 €.", "fr": "120 cartes coûtent 186 €.",
            "es": "120 tarjetas cuestan 186 €."}[language]  # fmt: skip
    gaps = reply(message=asks, sender_name="Ann Lee", owner_name="Bo Berg", thread=f"Bo Berg:\n{said}").gaps
    assert any("186" in gap.question for gap in gaps)
    assert not [choice for gap in gaps for choice in gap.choices if "186" in choice]


def test_a_short_question_stays_with_what_it_asks_of() -> None:
    message = (
        "Dear Bo,\n\nOn Saturday I have sixteen crates of soap. All right?\n\nWhat does the stall cost?\n\nAnn Lee"
    )
    told = [gap.question for gap in reply(message=message, sender_name="Ann Lee", owner_name="Bo Berg").gaps]
    assert any("sixteen crates of soap. All right?" in question for question in told)


@pytest.mark.parametrize(
    "told",
    [
        "My dad died last night.",
        "The doctor rang. It is back, and it has spread. They start on Thursday.",
        "the fire door in the warehouse was chained shut again this morning",
        "Mir wurde heute gekündigt.",
        "Le chien a été renversé hier. Il n'a pas survécu. Les enfants sont inconsolables.",
    ],
)
def test_nobody_is_glad_by_a_click_of_bad_news_in_a_few_words(told: str) -> None:
    result = with_meanings(message=told, sender_name="Ines Weber", owner_name="Nadia Berger")
    choices = [choice for gap in result.gaps for choice in gap.choices]
    assert not [
        choice for choice in choices if any(word in choice for word in ("glad", "welcome", "freut", "gern", "rav"))
    ]


def test_few_words_of_thanks_are_answered_by_a_friendly_one() -> None:
    thanks = "Muchas gracias por todo, Nadia. Salió perfecto."
    result = with_meanings(message=thanks, sender_name="Ines Weber", owner_name="Nadia Berger")
    assert [gap.choices[0] for gap in result.gaps if gap.choices] == ["De nada, ha sido un placer."]


@pytest.mark.parametrize(
    ("owner", "wrote", "begins", "signed"),
    [
        ("Reederei Sund, Technik, Okka Janssen", "Moin Jelto, die Rampe wird gewartet. Okka", "Moin Okka,",
         "\nOkka Janssen"),
        ("Vermietung Kapitänshaus, Hinnerk Thomsen", "Guten Tag Herr Harms,\n\nab 16 Uhr.\n\nH. Thomsen",
         "Guten Tag Herr Thomsen,", "\nHinnerk Thomsen"),
        ("Janssen, Okka", "Moin Jelto, die Rampe wird gewartet. Okka", "Moin Okka,", "\nOkka Janssen"),
        ("Bauamt Sund, Sachgebiet 33", "Guten Tag,\n\nwir warten.\n\nSachgebiet 33", "Moin,",
         "\nBauamt Sund, Sachgebiet 33"),
        ("Ada Bo (Leitung, Haus Ost)", "Moin Jelto, wir warten.\n\nHaus Ost", "Moin Ada,", "\nAda Bo"),
    ],
)  # fmt: skip
def test_who_writes_for_a_firm_signs_as_who_the_thread_shows(owner: str, wrote: str, begins: str, signed: str) -> None:
    message = f"{begins}\n\nwer hat den Schlüssel?\n\nJelto"
    text = reply(message=message, sender_name="Jelto Harms", owner_name=owner, thread=f"{owner}:\n{wrote}").text
    assert text.endswith(signed)


def test_whom_their_thread_greets_by_a_title_alone_is_greeted_so() -> None:
    wrote = ("Madame,\n\nla cérémonie est mercredi à 14 h 30.", "Madame,\n\nelle est avancée à 14 h.")
    given = {"message": "Monsieur,\n\nà quelle heure ?\n\nAgathe Ferrand", "sender_name": "Agathe Ferrand"}
    owner = "Norbert Quiquemelle"
    twice = "\n\n".join(f"{owner}:\n{text}" for text in wrote)
    assert reply(**given, owner_name=owner, thread=twice).text.startswith("Madame,")
    # It may have been another who was written to.
    other = f"{owner}:\n{wrote[0]}\n\nLucie Ferrand:\nMerci, c'est noté."
    assert not reply(**given, owner_name=owner, thread=other).text.startswith("Madame,")
