"""The subject line of a new mail, made by rule: what the person gave, else what the brief is about, as a headline."""

import re
from collections.abc import Mapping

from core.recipes.model import Recipe
from core.text.language import detect_language
from core.text.lexicon import by_language, joined, whole
from core.text.sentences import split_sentences, unwrap

_DATA = by_language("briefs")
_LONGEST_CHARS = 60
_NEW_MAIL_INPUT = "recipient_name"


def subject_for(recipe: Recipe, values: Mapping[str, str], body: str, written: str = "") -> str | None:
    """Return the subject for a recipe that writes new mail or whose model wrote one, None for every other recipe.

    Args:
        recipe: the recipe.
        values: its validated inputs; a `subject` among them is taken as it is.
        body: the text that was written, without greeting.
        written: the subject that a model wrote.
    """
    if recipe.input_named(_NEW_MAIL_INPUT) is None or recipe.input_named("subject") is None:
        return written or None
    return unwrap(values.get("subject", "")) or written or subject_line(body or values[recipe.main_input])


def subject_line(text: str) -> str:
    """Return what a text is about as one short line without a full stop: its first clause, as a headline."""
    words = _DATA.get(detect_language(text) or "en", _DATA["en"])
    first = next(iter(split_sentences(text)), "").split("\n")[0]
    line = re.sub(rf"(?i)\A{words['greeting']}", "", unwrap(first))
    for _ in range(3):
        line = re.sub(rf"(?i)\A{joined(words['leading'])}(?=\S)", "", line, count=1) or line
    line = re.split(r"(?<!\d)[,;:](?!\d)|,(?=\s)|\s[-\u2013\u2014(]", line)[0].strip(" .!?")
    line = unwrap(whole(words["copulas"]).sub(" ", line, count=1))
    if len(line) > _LONGEST_CHARS:
        line = line[:_LONGEST_CHARS].rpartition(" ")[0]
    return line[:1].upper() + line[1:]
