"""Summaries that hold: rules choose the sentences, the model leaves words out, a speaker's words are reported."""

from collections.abc import Mapping
from itertools import groupby

from core.recipes.model import Recipe
from core.writing.checks import Grounds, check_draft, passes
from core.writing.checks.shape import length_bounds
from core.writing.grounded.choosing import Unit, choose_units, read_units
from core.writing.grounded.compressing import compress
from core.writing.grounded.reporting import report
from core.writing.grounded.trimming import trim
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.skeleton import skeleton_result

_SHARE, _LEAST_CHARS, _MOST_CHARS = 0.35, 160, 650
_MOST_SENTENCES = 4
_LONG_WORDS = 26


def summarize(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the sentences that say most, in fewer words, and for a conversation who said what."""
    source = values[recipe.main_input]
    grounds = Grounds(recipe, values, source)
    units = read_units(source)
    result: PlanResult | None = None
    shorter: dict[int, str] = {}
    # Who said it makes a sentence longer; in a short text fewer sentences have room.
    for most_units in range(_MOST_SENTENCES, 0, -1):
        chosen = choose_units(
            units, focus=values.get("focus", ""), most_chars=_room_chars(recipe, source), most_units=most_units
        )
        for unit in chosen:
            if unit.place not in shorter:
                shorter[unit.place] = in_fewer_words(unit.text, ask, english=_is_english(grounds))
        result = _result(grounds, _told(chosen, shorter, grounds))
        if result is not None:
            break
    if result is None:
        return skeleton_result(recipe, values, (), "The text holds no sentence that could stand in a summary.")
    if options.on_token:
        options.on_token(result.text)
    return result


def _is_english(grounds: Grounds) -> bool:
    return grounds.language in {"en", ""}


def _room_chars(recipe: Recipe, source: str) -> int:
    _, most = length_bounds(recipe, source)
    return int(min(max(_SHARE * len(source), _LEAST_CHARS), _MOST_CHARS, most))


def _told(chosen: list[Unit], shorter: Mapping[int, str], grounds: Grounds) -> str:
    parts: list[str] = []
    for speaker, units in groupby(chosen, key=lambda unit: unit.speaker):
        sentences = [shorter[unit.place] for unit in units]
        english = _is_english(grounds)
        told = report(speaker, sentences, grounds.source, english=english) if speaker else " ".join(sentences)
        parts.append(told)
    return " ".join(dict.fromkeys(parts))


def in_fewer_words(sentence: str, ask: Ask, *, english: bool) -> str:
    """Return the sentence trimmed by rule and, where the model finds more to leave out, by the model."""
    if not english:
        return sentence
    line = trim(sentence)
    shorter = compress(line, ask) or line
    return trim(shorter, hard=True) if len(shorter.split()) > _LONG_WORDS else shorter


def _result(grounds: Grounds, text: str) -> PlanResult | None:
    findings = check_draft(grounds, text)
    return PlanResult(text=text, findings=findings) if text and passes(findings) else None
