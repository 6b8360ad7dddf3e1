"""The subject line of a new mail, made by rule: what the person gave, else what the brief is about."""

import re
from collections.abc import Mapping

from core.recipes.model import Recipe
from core.text.sentences import split_sentences, unwrap

_LONGEST_SUBJECT_CHARS = 70
_NEW_MAIL_INPUT = "recipient_name"
_TELLING = re.compile(
    r"(?i)\A(?:please )?(?:(?:write|draft|compose|send|prepare) (?:\w+ ){0,6}?(?:e-?mail|mail|message|note|letter)\b"
    r"(?: to [\w.@' -]{1,40}?)?|(?:tell|inform|let|remind|ask|invite|thank) (?:\w+ ){0,3}?)"
    r"\s*(?:\b(?:that|about|know(?: that)?|whether|if|to|for|saying|asking|telling|on|regarding)\b[ ,:]*)+"
)


def subject_for(recipe: Recipe, values: Mapping[str, str], body: str, written: str = "") -> str | None:
    """Return the subject for a recipe that writes new mail or whose model wrote one, None for every other recipe.

    Args:
        recipe: the recipe.
        values: its validated inputs; a `subject` among them is taken as it is.
        body: the text that was written, used when the brief says nothing.
        written: the subject that a model wrote.
    """
    if recipe.input_named(_NEW_MAIL_INPUT) is None or recipe.input_named("subject") is None:
        return written or None
    given = unwrap(values.get("subject", ""))
    return given or written or subject_line(values[recipe.main_input]) or subject_line(body)


def subject_line(text: str) -> str:
    """Return what a text is about as one short line without a full stop."""
    sentences = split_sentences(text)
    first = unwrap(sentences[0]) if sentences else ""
    line = _TELLING.sub("", first).strip(" .,:;!") or first
    if len(line) > _LONGEST_SUBJECT_CHARS:
        line = re.split(r"[,;:\u2013—(]| because | so that | since ", line)[0].strip()
    if len(line) > _LONGEST_SUBJECT_CHARS:
        line = line[:_LONGEST_SUBJECT_CHARS].rpartition(" ")[0]
    return line[:1].upper() + line[1:]
