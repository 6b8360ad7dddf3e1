"""What tells the line that answers from others of the same matter."""

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.llm.ports import Embedder
from core.settings import Settings
from core.writing.grounded.likely_lines import LikelyLines

MESSAGE = "We loved the barn. May we bring a dog? When do the caterers get in? Is there a hook for lanterns?"
LINES = ["Dogs are welcome on a lead.", "The kitchen is open from two.", "The barn holds ninety people."]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    found = load_embedder(Settings())
    if isinstance(found, WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    return found


def test_each_question_has_its_line_and_one_without_has_none(embedder: Embedder) -> None:
    lines = LikelyLines(LINES, MESSAGE, "en", embedder)
    likely = {
        asked: [one.probability for _, one in sorted(lines.signs(asked, asked).items())]
        for asked in ("May we bring a dog?", "When do the caterers get in?", "Is there a hook for lanterns?")
    }
    dog, caterers, hook = likely.values()
    assert max(dog) == dog[0] > 0.5
    assert max(caterers) == caterers[1]
    assert max(hook) < 0.25


def test_a_line_that_another_sentence_is_about_is_less_likely(embedder: Embedder) -> None:
    asked = "Can we have it on Sunday?"
    alone = LikelyLines(LINES, asked, "en", embedder).signs(asked, asked)
    beside = LikelyLines(LINES, f"How many people does the barn hold? {asked}", "en", embedder).signs(asked, asked)
    assert beside[2].nearer < alone[2].nearer
    assert not beside[2].is_nearest


def test_of_a_long_thread_the_nearest_lines_are_read(embedder: Embedder) -> None:
    lines = LikelyLines([*(f"Item {number} is in the shed." for number in range(30)), *LINES], MESSAGE, "en", embedder)
    found = lines.signs("May we bring a dog?", "May we bring a dog?")
    assert len(found) < 12
    assert max(found, key=lambda at: found[at].probability) == 30
