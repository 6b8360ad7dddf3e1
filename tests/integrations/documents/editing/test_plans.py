"""Edits of a text: what is found, what cannot be written, and how much of a paragraph changes."""

import time

import pytest

from tests.integrations.documents.build import (
    body_of,
    changed,
    document,
    edit,
    p,
    refusal,
    run,
    texts,
)


def test_h30_same_phrase_twice_needs_more_context() -> None:
    data = document(p(run("the cat and the cat sat")))
    assert "2 times" in refusal(edit(data, "the", find="the cat", text="a dog"))
    out = changed(data, edit(data, "the", find="the cat sat", text="the dog sat"))
    assert texts(out) == ["the cat and the dog sat"]
    out = changed(data, edit(data, "the", text="the cat and the cow sat"))
    assert body_of(out).index("<w:del ") > body_of(out).index("the cat and the ")


def test_h30_overlapping_places_count_as_several() -> None:
    data = document(p(run("aaa")))
    assert "2 times" in refusal(edit(data, "aaa", find="aa", text="b"))


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\ud800", "\ufffe", "\x85\x9f"])
def test_t4_control_characters_are_refused(bad: str) -> None:
    data = document(p(run("one")))
    assert "control character" in refusal(edit(data, "one", text=f"one{bad}"))


def test_ten_megabytes_of_replacement_are_refused_at_once() -> None:
    begin = time.thread_time()
    data = document(p(run("one two")))
    assert "characters" in refusal(edit(data, "one", text="word " * 2_000_000))
    assert time.thread_time() - begin < 1


def test_a_very_long_paragraph_is_still_compared_word_by_word() -> None:
    words = [f"word{number}" for number in range(8_000)]
    data = document(p(run(" ".join(words))))
    words[10], words[7_000] = "first", "second"
    begin = time.thread_time()
    out = changed(data, edit(data, "word0", text=" ".join(words)))
    assert time.thread_time() - begin < 3
    assert body_of(out).count("<w:del ") == 2


def test_a_long_paragraph_with_nothing_in_common_is_bounded() -> None:
    data = document(p(run(" ".join(f"a{number}" for number in range(15_000)))))
    begin = time.thread_time()
    out = edit(data, "a0", text=" ".join(f"b{number}" for number in range(15_000))).data
    assert time.thread_time() - begin < 5
    assert out is not None
