"""Half the words without new ones: choose sentences, trim them by rule, let the model leave out more."""

from collections.abc import Mapping

from core.drafts import Finding
from core.recipes.model import Recipe
from core.text.sentences import split_paragraphs, unwrap
from core.writing.checks import Grounds, check_draft, passes
from core.writing.checks.shape import length_bounds
from core.writing.grounded.choosing import Unit, choose_units, read_units
from core.writing.grounded.compressing import compress
from core.writing.grounded.trimming import trim
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_MOST_CALLS = 12
_NO_SENTENCE = "The text has no full sentence that could be left out."
_LEFT_OUT = "Whole sentences were left out, chosen by rule: look whether one is missing that matters."


def shorten(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the text in its own words, shortened to what the recipe allows, its paragraphs kept apart.

    A text that cannot be shortened so far without losing its sense is shortened as far as it goes, and says so.
    """
    source = values[recipe.main_input]
    grounds = Grounds(recipe, values, source)
    if grounds.language not in {"en", ""}:
        return _by_choice(grounds, source)
    _, most = length_bounds(recipe, source)
    units = [_trimmed(unit) for unit in read_units(source)]
    if not units:
        return PlanResult(text=source, skeleton=True, reason=_NO_SENTENCE)
    # What does not fit as it is may fit once the model has left words out.
    chosen = choose_units(units, most_chars=round(1.25 * most), most_units=len(units)) or units[:1]
    shorter = _compressed(chosen, most, ask)
    kept = choose_units(shorter, most_chars=most, most_units=len(shorter)) or shorter[:1]
    return _result(grounds, _laid_out(kept, source))


def _trimmed(unit: Unit) -> Unit:
    return Unit(unit.place, unit.speaker, trim(unit.text), unit.broken, unit.stems)


def _compressed(chosen: list[Unit], most_chars: int, ask: Ask) -> list[Unit]:
    """Let the model shorten the longest sentences until all fit."""
    texts = {unit.place: unit.text for unit in chosen}
    for unit in sorted(chosen, key=lambda unit: -len(unit.text))[:_MOST_CALLS]:
        if sum(len(text) + 1 for text in texts.values()) <= most_chars:
            break
        texts[unit.place] = compress(unit.text, ask) or trim(unit.text, hard=True)
    return [Unit(unit.place, unit.speaker, texts[unit.place], unit.broken, unit.stems) for unit in chosen]


def _laid_out(units: list[Unit], source: str) -> str:
    """Return the sentences in the paragraphs that they come from."""
    places = [unwrap(paragraph) for paragraph in split_paragraphs(source)]
    lines: list[list[str]] = [[] for _ in places] or [[]]
    at = 0
    for unit in units:
        first = next(iter(unit.text.split()[-3:-1]), unit.text)
        at = next((index for index in range(at, len(places)) if first in places[index]), at)
        lines[at].append(unit.text)
    return "\n\n".join(" ".join(line) for line in lines if line)


def _by_choice(grounds: Grounds, source: str) -> PlanResult:
    """Only choose sentences: the rules for leaving words out know English alone."""
    units = read_units(source)
    if not units:
        return PlanResult(text=source, skeleton=True, reason=_NO_SENTENCE)
    _, most = length_bounds(grounds.recipe, source)
    chosen = choose_units(units, most_chars=most, most_units=len(units)) or units[:1]
    return _result(grounds, _laid_out(chosen, source))


def _result(grounds: Grounds, text: str) -> PlanResult:
    findings = check_draft(grounds, text)
    if passes(findings):
        return PlanResult(text=text, findings=findings, notices=(_LEFT_OUT,))
    blocked = any(finding.severity == "block" for finding in findings)
    if blocked or len(text) >= len(grounds.source):
        reason = next(finding.sentence for finding in findings if finding.severity != "warn")
        return PlanResult(text=grounds.source, skeleton=True, reason=reason)
    return PlanResult(text=text, findings=tuple(map(_as_warning, findings)), notices=(_LEFT_OUT,))


def _as_warning(finding: Finding) -> Finding:
    return finding.model_copy(update={"severity": "warn"})
