"""What follows from how large a model is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm.sizes import chars_per_token, is_small_by_name, token_count, usual_window_tokens


@pytest.mark.parametrize(
    ("name", "is_small"),
    [
        ("SmolLM2-135M-Instruct", True),
        ("qwen2.5:0.5b", True),
        ("gemma-3-1b-it", False),
        ("granite-3.3-2b-instruct", False),
        ("gpt-4.1-mini", False),
        ("v1.135mega", False),
        ("", False),
    ],
)
def test_a_name_tells_the_lane_and_without_a_size_it_counts_as_large(name: str, is_small: bool) -> None:
    assert is_small_by_name(name) is is_small


def test_a_larger_model_has_the_wider_usual_window() -> None:
    assert usual_window_tokens(is_small=True) < usual_window_tokens(is_small=False)


@given(st.text(max_size=200), st.text(max_size=200), st.booleans())
def test_more_text_is_never_fewer_tokens(text: str, more: str, is_small: bool) -> None:
    assert 1 <= token_count(text, is_small=is_small) <= token_count(text + more, is_small=is_small)


def test_other_scripts_take_more_tokens_than_latin_letters_and_a_small_vocabulary_takes_most() -> None:
    latin, greek, chinese = "a" * 100, "ψ" * 100, "中" * 100
    assert token_count(latin) < token_count(greek) < token_count(chinese)
    assert token_count(greek) < token_count(greek, is_small=True)


def test_how_many_characters_a_token_is_about() -> None:
    assert chars_per_token("a" * 1000) == pytest.approx(3.5, rel=0.01)
    assert chars_per_token("") == 3.5
    assert chars_per_token("", is_small=True) == 2.0
