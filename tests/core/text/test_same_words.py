"""Forms, compounds and translations of a word count as it; numbers only as they are written."""

import pytest

from core.text.same_words import content_words, groups_of, is_said, is_same_part, is_time_unit, unsaid, words_like


@pytest.mark.parametrize(
    ("word", "text", "said"),
    [
        ("requests", "A request goes to your lead.", True),
        ("vacation", "28 days of paid leave", True),
        ("Urlaubsantrag", "Der Antrag auf Urlaub", True),
        ("réserve", "Réservation: Accueil", True),
        ("2", "level 2", True),
        ("2", "level 12", False),
        ("trainees", "Employees fly economy.", False),
        ("louez", "Nous ne louons pas de pianos.", True),
        ("abre", "El restaurante no abrirá los lunes.", True),
        ("note", "Le notaire est absent.", False),
        ("Spange", "Die Zahnspange wird gereinigt.", True),
        ("Zahnspange", "Die Beinspange wird gereinigt.", False),
        ("open", "Die Wartung wird auf den 9. Dezember verschoben.", False),
    ],
)
def test_a_word_is_said_in_another_form_and_not_by_another(word: str, text: str, said: bool) -> None:
    assert is_said(word, text) is said


def test_what_only_asks_is_no_content() -> None:
    assert content_words("How much does the daily dish cost for staff?") == ["daily", "dish", "staff"]


@pytest.mark.parametrize(
    ("words", "text", "missing"),
    [
        (["deposit", "needed"], "A deposit of 150 pounds is due.", []),
        (["perro", "llevar"], "Se admiten perros.", []),
        (["llevar"], "El perro puede entrar.", ["llevar"]),  # alone it is no ground
        (["warranty", "ends"], "The warranty begins on 3 May.", ["ends"]),
        (["warranty", "begins"], "The warranty ends on 3 May.", ["begins"]),
        (["daughter", "membership"], "An adult membership costs 38 pounds.", ["daughter"]),
        (["part-time", "leave"], "Full-time staff have 28 days of leave.", ["part-time"]),
    ],
)
def test_what_tells_one_thing_from_another_has_to_be_said(words: list[str], text: str, missing: list[str]) -> None:
    assert unsaid(words, text) == missing


@pytest.mark.parametrize(("word", "other"), [("vacation", "leave"), ("Urlaub", "congés"), ("chairs", "sillas")])
def test_words_that_say_the_same_share_a_group(word: str, other: str) -> None:
    assert groups_of(word) & groups_of(other)
    assert other.casefold() in words_like(word)


def test_other_words_share_none() -> None:
    assert not groups_of("lighthouse")
    assert not groups_of("Friday") & groups_of("Monday")
    assert words_like("lighthouse") == ()


def test_the_first_groups_are_spans_of_time() -> None:
    assert all(map(is_time_unit, ("day", "Wochen", "mois", "años", "heures", "minutes")))
    assert not is_time_unit("leave")


def test_a_compound_holds_what_says_the_same_as_its_part() -> None:
    assert is_same_part("summer", "sommerfest")
    assert not is_same_part("winter", "sommerfest")
    assert not is_same_part("summer", "sommer")
