"""Recipes and models files by anybody: what cannot be used is refused in words, and nothing else is ever raised."""

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core.errors import InlaidError
from core.llm.models_file import parse_models_file
from core.recipes.loader import parse_recipe, read_recipe_files

MODELS = (Path(__file__).parents[3] / "deploy" / "models.example.toml").read_text(encoding="utf-8")
TEXTS = sorted(text for _, text in read_recipe_files().recipes.values())
# What a template or a TOML parser may stumble over, beside any other text.
PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "{{ text.__class__ }}",
            "{% for a in text %}",
            "{{ text | attr('x') }}",
            "{{ 9 ** 9 ** 9 }}",
            "{% include '/etc/passwd' %}",
            "{# ",
            '"""',
            "[[inputs]]",
            "version = 1e400",
            "name = []",
            "a.b.c = {}",
            "\x00",
            "'" * 3,
        ]
    ),
)


@st.composite
def spoiled(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Return a text with some parts of it taken away, doubled or replaced."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        text = text[:start] + draw(PIECES) + text[end if draw(st.booleans()) else start :]
    return text


def refusal(parse: Callable[[str, str], object], text: str) -> str:
    """Return what is said against a text, "" where it can be used."""
    try:
        parse(text, "spoiled.toml")
    except InlaidError as error:
        return str(error) or "nothing is said"
    return ""


@given(spoiled(st.sampled_from(TEXTS)))
def test_a_spoiled_recipe_is_read_or_refused_in_words(text: str) -> None:
    assert "nothing is said" not in refusal(parse_recipe, text)


@given(spoiled(st.just(MODELS)))
def test_a_spoiled_models_file_is_read_or_refused_in_words(text: str) -> None:
    assert "nothing is said" not in refusal(parse_models_file, text)
