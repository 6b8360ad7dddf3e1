"""The model alone, as a person would ask it."""

from core.insight.evaluation.drafting import prompt_for, read_answer
from tests.core.insight.evaluation.samples import samples


def test_a_bare_prompt_fits_the_window_and_its_answers_are_read() -> None:
    item = samples("qa")[0]
    assert len(prompt_for(item.model_copy(update={"task": "title", "source": "x" * 9000}), 1000)) < 1100
    assert read_answer(item, "Greta Holm [1], see also [7].").cited == ("p1", "7")
    assert read_answer(item, "This is not found.").abstained
    mine = samples("mine")[0]
    assert (read_answer(mine, 'Here: [{"text": "a", "quote": "b"}]').items or ())[0].quote == "b"
    assert read_answer(mine, "[1, 2]").items is None
