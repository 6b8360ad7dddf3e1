"""Below an answer stands what was left out of it and, where there is none, what may be done."""

import pytest

from core.recipes.loader import load_recipes
from core.text.catalogues import speaking
from core.writing.grounded.unanswered import with_remarks, words_of
from core.writing.result import PlanResult

ASK, ANSWER = (load_recipes()[name] for name in ("ask", "answer"))
NOTHING = PlanResult(text="Nothing was found that answers this.", skeleton=True, notices=("of before",))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, ["add a document"]),
        ({"sources": "one"}, ["all that you may read", "add a document"]),
        ({"withheld": "2"}, [": 2 passages.", "nobody else reads along", "add a document"]),
    ],
)
def test_what_may_be_done_without_an_answer_follows_from_where_it_was_searched(
    values: dict[str, str], said: list[str]
) -> None:
    first, *others = with_remarks(ASK, NOTHING, values).notices
    assert first == "of before"
    assert len(others) == len(said)
    assert all(words in notice for words, notice in zip(said, others, strict=True))


def test_of_one_text_the_sources_are_the_next_place_to_ask() -> None:
    assert with_remarks(ANSWER, NOTHING, {}).notices[1:] == (
        "Only this text was searched: ask in other words, or ask your sources.",
    )


def test_an_answer_is_left_as_it_is_but_for_what_not_all_may_read() -> None:
    found = PlanResult(text="It is 26 days. [1]")
    assert with_remarks(ASK, found, {"sources": "one"}) == found
    assert len(with_remarks(ASK, found, {"withheld": "3"}).notices) == 1


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Wann schließt das Büro am Freitag?", ("2 Textstellen", "sonst niemand mitliest", "ausgewählten", "Worten")),
        ("Quand est-ce que le bureau ferme le vendredi ?", ("2 passages", "ne lit", "choisies", "autrement")),
        ("¿Cuándo cierra la oficina los viernes?", ("2 pasajes", "nadie más lea", "elegidas", "otras palabras")),
    ],
)
def test_what_may_be_done_is_told_in_the_language_of_the_question(question: str, words: tuple[str, ...]) -> None:
    told = with_remarks(ASK, NOTHING, {ASK.main_input: question, "sources": "one", "withheld": "2"}).notices[1:]
    assert all(said in notice for said, notice in zip(words, told, strict=True))
    (of_text,) = with_remarks(ANSWER, NOTHING, {ANSWER.main_input: question}).notices[1:]
    assert words[3] in of_text


def test_after_a_single_word_it_is_told_as_the_person_is_spoken_to() -> None:
    with speaking("de"):
        told = with_remarks(ASK, NOTHING, {ASK.main_input: "Kernarbeitszeit?"}).notices[1:]
    assert "Worten" in told[0]


def test_where_nobody_knows_a_language_that_of_what_was_found_counts() -> None:
    assert words_of("Nachtzuschlag?", "de").language == "de"
    with speaking("fr"):
        assert words_of("Nachtzuschlag?", "de").language == "fr"
