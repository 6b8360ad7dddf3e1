"""A sample that loops is stopped while it is written; a text that repeats by its nature is not."""

import pytest

from core.llm.answer import LoopWatch


def pieces_until_loop(text: str, prompt: str = "") -> int | None:
    watch = LoopWatch(lambda: prompt)
    for number, word in enumerate(text.split(" "), start=1):
        if watch.loops(word if number == 1 else f" {word}"):
            return number
    return None


def test_the_third_time_is_one_too_many() -> None:
    # The last word of the run counts when the blank after it has come.
    assert pieces_until_loop("so it goes on " * 5) == 13


@pytest.mark.parametrize("text", ["", "one", "a b c d e f g h", "so it goes on and so it goes on.", "no no no no"])
def test_twice_is_allowed(text: str) -> None:
    assert pieces_until_loop(text) is None


def test_what_stands_in_the_prompt_may_be_copied_as_often() -> None:
    table = "Paid on the first. " * 6
    assert pieces_until_loop(table, prompt=table) is None
    assert pieces_until_loop(table * 2, prompt=table) is not None


def test_the_split_into_pieces_does_not_matter() -> None:
    watch = LoopWatch(lambda: "")
    text = "so it goes on " * 4
    assert True in {watch.loops(letter) for letter in text}
