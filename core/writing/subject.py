"""The subject line of a new mail, made by rule: what the person gave, else what the brief is about, as a headline.

With it the skeleton: the draft of a recipe without any text of a model.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.drafts import Finding, cut_at_word, find_gaps
from core.recipes.model import CHAT, Recipe
from core.recipes.render import render_skeleton
from core.text.asks import find_due
from core.text.facts import extract_facts
from core.text.language import detect_language
from core.text.lexicon import by_language, either, joined, lexicon, whole
from core.text.noun_phrases import noun_phrases
from core.text.salutations import GREETING
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds, check_draft
from core.writing.result import PlanResult

_DATA = by_language("briefs")
_MAX_CHARS, _MAX_SENTENCES, _MIN_LEAD_CHARS, _MAX_GLUE_CHARS = 60, 5, 6, 5
_NEW_MAIL_INPUT = "recipient_name"


def subject_for(recipe: Recipe, values: Mapping[str, str], body: str, written: str = "") -> str | None:
    """Return the subject for a recipe that writes new mail or whose model wrote one, None for every other recipe.

    A chat message has none.

    Args:
        recipe: the recipe.
        values: its validated inputs; a `subject` among them is taken as it is.
        body: the text that was written, without greeting.
        written: the subject that a model wrote.
    """
    if values.get(CHAT):
        return None
    if recipe.input_named(_NEW_MAIL_INPUT) is None or recipe.input_named("subject") is None:
        return written or None
    return unwrap(values.get("subject", "")) or written or subject_line(body or values[recipe.main_input])


def subject_line(text: str) -> str:
    """Return what a text is about as one short line: a headline of a clause, else what it speaks of and when."""
    language = detect_language(text) or "en"
    words = _DATA.get(language, _DATA["en"])
    said = [GREETING.sub("", unwrap(one)) for one in split_sentences(text)]
    # A gap is for the writer.
    said = [one for one in said if "[[" not in one][:_MAX_SENTENCES]
    headlines = [_headline(sentence, words) for sentence in said]
    for sentence, (line, is_short) in zip(said, headlines, strict=True):
        if is_short and not sentence.startswith(find_due(sentence) or "\n") and len(line) <= _MAX_CHARS:
            return _capital(line)
        if about := _about(sentence, language):
            return about
    return _capital(cut_at_word(headlines[0][0], _MAX_CHARS).rstrip(" …")) if headlines else ""


def _headline(sentence: str, words: Mapping[str, Any]) -> tuple[str, bool]:
    """Return a sentence as headlines write it, and whether that made it shorter."""
    line = sentence
    for _ in range(3):
        line = either(words["leading"], r"\A", r"(?=\S)").sub("", line) or line
    line = re.split(r"(?<!\d)[,;:](?!\d)|,(?=\s)|\s[-\u2013\u2014(]", line)[0].strip(" .!?")
    line = re.sub(rf" {joined(words.get('trailing', ['(?!)']))}\Z", "", line) if not sentence.startswith(line) else line
    speaks = whole(words["subjects"]).match(line)
    short = line if speaks else unwrap(whole(words["copulas"]).sub(" ", line, count=1))
    is_led = len(sentence) - len(line) > _MIN_LEAD_CHARS and not sentence.startswith(line)
    is_nominal = bool(re.match(words.get("nominal", "(?!)"), line))
    return short, short != line or is_led or is_nominal


def _about(sentence: str, language: str) -> str:
    """Return the first thing that a sentence speaks of, with its date where there is room."""
    dates = " ".join(fact.text for fact in extract_facts(sentence).items if fact.kind == "date")
    named = [one.text for one in noun_phrases(sentence, lexicon(language), language) if one.text not in dates]
    if not named:
        return ""
    start = sentence.casefold().find(named[0].casefold())
    end, due = start + len(named[0]), find_due(sentence)
    about, at = sentence[start:end], sentence.find(due)
    due = due if at else due[:1].lower() + due[1:]
    # "Réunion de mardi": what stands right behind the thing belongs to it.
    dated = sentence[start : at + len(due)] if 0 < at - end <= _MAX_GLUE_CHARS else f"{about} {due}"
    fits = due and due not in about and len(dated) <= _MAX_CHARS
    return _capital(dated if fits else cut_at_word(about, _MAX_CHARS))


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:]


def skeleton_result(
    recipe: Recipe, values: Mapping[str, str], notices: Sequence[str], reason: str | Finding, text: str = ""
) -> PlanResult:
    """Return the draft without a model, marked as one; `text` replaces the recipe's own skeleton.

    `reason` is why, or the finding that spoke against the model's text.
    """
    why, cause = (reason.sentence, reason.check) if isinstance(reason, Finding) else (reason, "")
    text = text or render_skeleton(recipe, values)
    grounds = Grounds(recipe, values, values[recipe.main_input])
    warnings = tuple(one for one in check_draft(grounds, text) if one.severity == "warn")
    return PlanResult(
        text=text,
        subject=subject_for(recipe, values, ""),
        findings=warnings,
        notices=tuple(notices),
        skeleton=True,
        gaps=find_gaps(text, grounds.everything),
        reason=why,
        cause=cause,
    )
