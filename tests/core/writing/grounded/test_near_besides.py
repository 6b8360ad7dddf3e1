"""An answer is shown with the places of other passages that come nearly as near to the question."""

from dataclasses import replace

import pytest

from core.drafts import DraftSource
from core.writing.grounded.near_besides import with_near_besides
from core.writing.grounded.passages import passages_value, read_passages
from core.writing.result import PlanResult
from tests.core.writing.grounded.test_nearest import spot

TEXTS = (
    ("Boats 1", "Members of 14 and over may row alone."),
    ("Boats 2", "In winter nobody under 16 rows alone."),
    ("Minutes", "From today 18 takes the place of 16 in rule 2."),
    ("Fees", "Members of 14 and over pay half of the fee."),
)
QUESTION = "May my daughter of 16 row alone in January?"


def shown(*odds: float | None) -> PlanResult:
    passages = read_passages(passages_value([(title, "", text) for title, text in TEXTS]))
    spots = [replace(spot(text, passage=at), odds=odds[at]) for at, (_, text) in enumerate(TEXTS)]
    answer = PlanResult(text=f"{TEXTS[0][1]} [1]", sources=(DraftSource(number=1, title="Boats 1", quote=TEXTS[0][1]),))
    return with_near_besides(answer, QUESTION, spots, passages)


def test_what_comes_nearly_as_near_in_other_passages_stands_below_the_answer_the_nearest_first() -> None:
    result = shown(10.0, 7.0, 9.0, 2.0)
    answer, heading, *places = result.text.splitlines()
    assert (answer, heading) == (f"{TEXTS[0][1]} [1]", "Another place, perhaps about something else:")
    assert places == [f"- Minutes: {TEXTS[2][1]} [3]", f"- Boats 2: {TEXTS[1][1]} [2]"]
    assert [source.number for source in result.sources] == [1, 3, 2]


@pytest.mark.parametrize("odds", [(10.0, 5.0, None, 2.0), (None, None, None, None)])
def test_what_is_further_away_or_was_not_read_is_not_shown(odds: tuple[float | None, ...]) -> None:
    assert shown(*odds).text == f"{TEXTS[0][1]} [1]"


def test_two_places_are_enough() -> None:
    assert shown(10.0, 9.0, 8.0, 7.0).text.count("\n- ") == 2
