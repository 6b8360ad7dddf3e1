"""What people say about a draft, in four languages: acts of the conversation, and changes that rules can read."""

import pytest

from core.text.language import LANGUAGE_NAMES
from core.text.lexicon import by_language
from core.text.wishes import (
    Change,
    asks_who,
    is_about_each,
    is_change,
    languages_into,
    read_act,
    readings,
    spoken_language,
    turns_to_app,
    wished_language,
)


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("undo", "undo"),
        ("Go back.", "undo"),
        ("please undo that", "undo"),
        ("mach das rückgängig", "undo"),
        ("annule ça", "undo"),
        ("deshacer", "undo"),
        ("redo", "redo"),
        ("wiederherstellen", "redo"),
        ("why?", "why"),
        ("Why did you offer Thursday?", "why"),
        ("Woher hast du das?", "why"),
        ("pourquoi ?", "why"),
        ("¿Por qué?", "why"),
        ("Thanks a lot!", "thanks"),
        ("perfect", "thanks"),
        ("vielen Dank!", "thanks"),
        ("merci beaucoup", "thanks"),
        ("Dankeschön!", "thanks"),
        ("Thanks, and have a nice day!", "thanks"),
        ("Thanks, and in Paris?", "change"),
        ("Danke, und wer zahlt das", "change"),
        ("Thank you. When is it due?", "change"),
        ("Bye!", "bye"),
        ("see you in May", "change"),
        ("Tschüss", "bye"),
        ("Schönes Wochenende!", "bye"),
        ("Bonne journée !", "bye"),
        ("¡hasta luego!", "bye"),
        ("hello", "hello"),
        ("Guten Tag", "hello"),
        ("what can you do?", "help"),
        ("Was kannst du?", "help"),
        ("was kannst du eigentlich alles?", "help"),
        ("tu peux faire quoi d'autre ?", "help"),
        ("hola, ¿qué más sabes hacer?", "help"),
        ("", "change"),
        ("thank him for the call", "change"),
        ("thanks is missing at the end, please thank her for the plans", "change"),
        ("good point, but move it to Thursday", "change"),
        ("warmer", "change"),
    ],
)
def test_acts_are_told_from_changes(said: str, act: str) -> None:
    assert read_act(said) == act


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ("make it a bit shorter, please", Change("shorter", "")),
        ("kürzer bitte", Change("shorter", "")),
        ("trop long", Change("shorter", "")),
        ("más corto", Change("shorter", "")),
        ("without the greeting", Change("greeting", "")),
        ("ohne Anrede", Change("greeting", "")),
        ("drop the sign-off", Change("closing", "")),
        ("drop the sentence about the invoice", Change("drop", "", "invoice")),
        ("Lass den Preis weg.", Change("drop", "", "Preis")),
        ("supprime la phrase sur le prix", Change("drop", "", "prix")),
        ("quita la frase sobre el precio", Change("drop", "", "precio")),
        ("use Thursday instead of Friday", Change("replace", "", "Friday", "Thursday")),
        ("use Thursday instead", Change("replace", "", "", "Thursday")),
        ("lieber Donnerstag", Change("replace", "", "", "Donnerstag")),
        ("remplace mardi par jeudi", Change("replace", "", "mardi", "jeudi")),
        ("cambia martes por jueves", Change("replace", "", "martes", "jueves")),
        ("add: I am back on Monday.", Change("add", "", "", "I am back on Monday")),
        ("Drei Sätze höchstens", Change("shorter", "", "", "3")),
        ("nur eine Zeile", Change("shorter", "", "", "1")),
        ("no, tell him Monday is impossible", Change("tells", "")),
        ("pregúntale si puede venir", Change("tells", "")),
        ("den Satz mit dem Foto raus", Change("drop", "", "Foto")),
        ("in German", Change("language", "", "", "de")),
        ("auf Englisch", Change("language", "", "", "en")),
        ("en français", Change("language", "", "", "fr")),
        ("al español", Change("language", "", "", "es")),
    ],
)
def test_changes_are_read_in_four_languages(said: str, change: Change) -> None:
    found = readings(said)[0][0]
    assert (found.kind, found.old, found.new) == (change.kind, change.old, change.new)


@pytest.mark.parametrize(
    ("said", "language"),
    [("kürzer", "de"), ("plus court", "fr"), ("más corto", "es"), ("shorter", "en"), ("danke", "de"), ("xyz", "de")],
)
def test_the_language_of_what_is_said_is_known_however_short_it_is(said: str, language: str) -> None:
    assert spoken_language(said, beside="Wir kommen am Freitag und bringen die Pläne mit.") == language


@pytest.mark.parametrize(
    ("person", "beside", "language"),
    [
        ("en", "Wir kommen am Freitag und bringen die Pläne mit.", "en"),
        ("", "Wir kommen am Freitag und bringen die Pläne mit.", "de"),
        ("fr", "", "en"),
        ("", "", "en"),
    ],
)
def test_what_several_languages_say_so_is_of_the_persons_then_of_the_draft(
    person: str, beside: str, language: str
) -> None:
    assert spoken_language("hi", beside=beside, person=person) == language


@pytest.mark.parametrize(
    "said", ["Hi, who are you?", "wer bist du?", "Qui êtes-vous ?", "¿quién eres?", "what is Inlaid?"]
)
def test_who_asks_what_the_app_is_is_known(said: str) -> None:
    assert asks_who(said)
    assert turns_to_app(said)


@pytest.mark.parametrize("said", ["what can you do?", "who are you meeting on Friday?", "hi", "shorter"])
def test_who_asks_something_else_is_not_taken_for_that(said: str) -> None:
    assert not asks_who(said)


def test_several_wishes_in_one_message_are_read_one_by_one_too() -> None:
    parts = readings("warmer, and drop the price")[1]
    assert [(part.kind, part.text, part.old) for part in parts] == [
        ("manner", "warmer", ""),
        ("drop", "drop the price", "price"),
    ]


def test_a_language_is_heard_among_other_wishes_and_not_in_other_words() -> None:
    assert wished_language("shorter, and in German please") == "de"
    assert wished_language("in French for our colleague in Lyon") == "fr"
    assert wished_language("say that we are in Berlin") == ""


def test_words_that_rules_cannot_read_are_no_change_by_rule() -> None:
    assert not is_change("and in Austria?")
    assert not is_change("Invite the team to the summer party on Friday, without partners")
    assert is_change("shorter, without the greeting")


def test_a_long_hostile_wish_is_read_in_no_time() -> None:
    assert readings("drop " + "a " * 2000 + "and " * 500)


@pytest.mark.parametrize(
    ("wish", "code"), [("in Danish", "da"), ("auf Polnisch", "pl"), ("en suédois", "sv"), ("al japonés", "ja")]
)
def test_a_text_can_be_wished_in_each_language_that_is_found(wish: str, code: str) -> None:
    assert wished_language(wish) == code


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("from English into German", [("de", "into", "from English into German")]),
        ("de l'anglais vers le français", [("fr", "into", "de l'anglais vers le français")]),
        ("Hola al alemán", [("de", "to", "al alemán")]),
        ("say it in German", [("de", "in", "in German")]),
        ("she met a German an English baker", []),
        ("off to Germany", []),
    ],
)
def test_a_language_is_named_by_words_of_one_language(text: str, named: list[tuple[str, str, str]]) -> None:
    assert [(found.code, found.how, text[found.begin : found.end]) for found in languages_into(text)] == named


@pytest.mark.parametrize("name", LANGUAGE_NAMES)
def test_each_language_has_a_word_in_each(name: str) -> None:
    tables = by_language("wishes")
    assert all(tables[code][name.casefold()] for code in ("en", "de", "fr", "es"))


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("schreib zu jedem die Schwere dazu (hoch, mittel, gering)", True),
        ("bitte schreib bei jedem Punkt dazu, wer zuständig ist", True),
        ("add the severity to each", True),
        ("write the severity next to each (high, low)", True),
        ("write to each point who does it", True),
        ("écris pour chaque risque la gravité", True),
        ("escribe en cada punto la gravedad", True),
        ("schreib jedem Kunden, dass das Dach neu ist", False),
        ("write to each customer that the roof is new", False),
        ("écris à chaque client que le toit est neuf", False),
        ("escribe a cada cliente que el tejado es nuevo", False),
        ("write the team the roof is new", False),
    ],
)
def test_what_is_wanted_for_each_entry_is_no_message_to_each_person(text: str, is_it: bool) -> None:
    assert is_about_each(text) == is_it
