"""A sentence that answers a question has better odds than one that is only about the same."""

from pathlib import Path

import pytest

from core.embeddings import load_embedder
from core.settings import Settings
from core.writing.grounded.answer_by_meaning import by_meaning
from core.writing.grounded.answers import Spot, find_spots
from core.writing.grounded.passages import GroundPassage
from core.writing.grounded.ranking import odds_of, passage, with_odds_of

TEXT = (
    "The car park lies behind the hall. It is open from six in the morning. Whoever loses the card pays 15 euros for a"
    " new one. The card opens the lift, too."
)
QUESTION = "What do I pay when my parking card is gone?"


def spots(question: str = QUESTION) -> list[Spot]:
    return find_spots(question, [GroundPassage(1, "House rules, Parking", "", TEXT)])


def test_a_sentence_is_read_with_its_place_and_the_one_before_it() -> None:
    (third,) = [spot for spot in spots() if "loses" in spot.sentence]
    assert passage(QUESTION, third) == (
        f"{QUESTION} | Whoever loses the card pays 15 euros for a new one. | House rules, Parking |"
        " It is open from six in the morning."
    )
    (first,) = [spot for spot in spots() if "lies" in spot.sentence]
    assert passage(QUESTION, first).endswith("| House rules, Parking | ")


def test_a_row_is_read_as_a_whole() -> None:
    row = Spot(0, "Ann: 4", 1.0, 1.0, holds_kind=True, title="Desks", row="Name: Ann; Desks: 4", asked="4")
    assert passage("How many desks has Ann?", row) == "How many desks has Ann? | Name: Ann; Desks: 4 | Desks | "


@pytest.mark.parametrize(
    "question", [QUESTION, "Was kostet es, wenn ich die Karte verliere?", "¿Cuánto pago si pierdo la tarjeta?"]
)
def test_what_answers_has_the_best_odds_whatever_the_language(question: str) -> None:
    found = by_meaning(spots(question), question, load_embedder(Settings()), with_odds=True)
    best = max(found, key=lambda spot: spot.odds or -99.0)
    assert "loses the card" in best.sentence
    assert all(spot.odds is not None for spot in found)


def test_a_question_that_nothing_answers_has_low_odds() -> None:
    embedder, none = load_embedder(Settings()), "How much does a bicycle cost?"
    odds = [spot.odds or 0.0 for spot in by_meaning(spots(none), none, embedder, with_odds=True)]
    found = [spot.odds or 0.0 for spot in by_meaning(spots(), QUESTION, embedder, with_odds=True)]
    assert max(odds) < max(found)


def test_where_no_layers_read_there_are_no_odds(tmp_path: Path) -> None:
    assert odds_of(["What? | That. | Desks | "], tmp_path / "none.layers") == []
    assert with_odds_of(QUESTION, []) == []
