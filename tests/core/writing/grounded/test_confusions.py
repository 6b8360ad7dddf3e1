"""Words taken for another are put right where no other can stand; sentences that look alike stay as they are."""

import re
import tomllib
from pathlib import Path

import pytest

from core.writing.grounded.confusions import find_confused
from core.writing.grounded.grammar import apply
from core.writing.grounded.proofread import propose

SENTENCES = tomllib.loads(Path(__file__).with_name("confusions.toml").read_text(encoding="utf-8"))
MARKED = re.compile(r"\[([^\]]+) => ([^\]]+)\]")


def sentences(kind: str) -> list[tuple[str, str]]:
    return [(language, sentence) for language, kinds in SENTENCES.items() for sentence in kinds[kind]]


@pytest.mark.parametrize(("language", "marked"), sentences("wrong"))
def test_a_word_taken_for_another_is_put_right_and_nothing_else(language: str, marked: str) -> None:
    wrong, right = MARKED.sub(r"\1", marked), MARKED.sub(r"\2", marked)
    assert apply(wrong, propose(wrong, language)) == right
    assert list(find_confused(right, language)) == []


@pytest.mark.parametrize(("language", "sound"), sentences("sound"))
def test_a_word_that_may_stand_there_stays(language: str, sound: str) -> None:
    assert apply(sound, propose(sound, language)) == sound


def test_names_and_joined_words_stay() -> None:
    assert list(find_confused("Frau Seid Langem kommt, die Send-was-send-Regel gilt.", "de")) == []
    assert list(find_confused("Il se peut-être que nous Ou Se-trouve.", "fr")) == []
