"""Summaries that hold: rules choose the sentences, the model leaves words out, a speaker's words are reported."""

from collections.abc import Mapping
from itertools import groupby

from core.checks import Grounds, check_draft, passes
from core.plans.choosing import Unit, choose_units, read_units
from core.plans.compressing import compress
from core.plans.direct import skeleton_result
from core.plans.model import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.plans.reporting import report
from core.plans.trimming import trim
from core.recipes.model import Recipe

_SHARE, _LEAST_CHARS, _MOST_CHARS = 0.35, 160, 650
_MOST_SENTENCES = 4
_LONG_WORDS = 26


def summarize(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the sentences that say most, in fewer words, and for a conversation who said what."""
    source = values[recipe.main_input]
    room = int(min(max(_SHARE * len(source), _LEAST_CHARS), _MOST_CHARS))
    focus = values.get("focus", "")
    chosen = choose_units(read_units(source), focus=focus, most_chars=room, most_units=_MOST_SENTENCES)
    if not chosen:
        return skeleton_result(recipe, values, (), "The text holds no sentence that could stand in a summary.")
    grounds = Grounds(recipe, values, source)
    parts: list[str] = []
    for speaker, units in groupby(chosen, key=lambda unit: unit.speaker):
        parts.append(_told(speaker, list(units), grounds, ask))
        if options.on_token:
            options.on_token(parts[-1] + " ")
    return _result(grounds, " ".join(dict.fromkeys(parts)))


def _told(speaker: str, units: list[Unit], grounds: Grounds, ask: Ask) -> str:
    sentences = [in_fewer_words(unit.text, ask, english=grounds.language == "en") for unit in units]
    if not speaker:
        return " ".join(sentences)
    return report(speaker, sentences, grounds.source, english=grounds.language == "en")


def in_fewer_words(sentence: str, ask: Ask, *, english: bool) -> str:
    """Return the sentence trimmed by rule and, where the model finds more to leave out, by the model."""
    if not english:
        return sentence
    line = trim(sentence)
    shorter = compress(line, ask) or line
    return trim(shorter, hard=True) if len(shorter.split()) > _LONG_WORDS else shorter


def _result(grounds: Grounds, text: str) -> PlanResult:
    findings = check_draft(grounds, text)
    if not passes(findings):
        reason = next(finding.sentence for finding in findings if finding.severity != "warn")
        return skeleton_result(grounds.recipe, grounds.values, (), reason)
    return PlanResult(text=text, findings=findings)
