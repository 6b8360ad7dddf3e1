"""Proofreading that leaves sound sentences alone: only what rules propose is changed."""

from collections.abc import Mapping

from core.recipes.model import Recipe
from core.writing.checks import Grounds, check_draft, passes
from core.writing.grounded.grammar import apply, propose
from core.writing.grounded.proposals import Proposal
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_MOST_REASONS = 12
_AROUND_CHARS = 300


def proofread(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the text with its faults corrected; a correction that a check objects to is taken back."""
    source = values[recipe.main_input]
    grounds = Grounds(recipe, values, source)
    if grounds.language not in {"en", ""}:
        notice = f"There are no proofreading rules for the language “{grounds.language}” yet; the text is unchanged."
        return PlanResult(text=source, notices=(notice,))
    kept = propose(source)
    text = apply(source, kept)
    findings = check_draft(grounds, text)
    if not passes(findings):
        kept = [one for one in kept if _is_sound(one, grounds)]
        text = apply(source, kept)
        findings = check_draft(grounds, text)
    if not passes(findings):
        return PlanResult(text=source, skeleton=True, reason=findings[0].sentence)
    return PlanResult(text=text, findings=findings, notices=tuple(reasons(source, kept)))


def _is_sound(one: Proposal, grounds: Grounds) -> bool:
    """Check one correction in what stands around it: in a long text, checking all of it each time would take hours."""
    begin, end = max(0, one.start - _AROUND_CHARS), one.end + _AROUND_CHARS
    old = grounds.source[begin:end]
    new = f"{grounds.source[begin : one.start]}{one.text}{grounds.source[one.end : end]}"
    values = {**grounds.values, grounds.recipe.main_input: old}
    return passes(check_draft(Grounds(grounds.recipe, values, old), new))


def reasons(source: str, kept: list[Proposal]) -> list[str]:
    """Return a sentence for each correction, and how many more there are beyond the first."""
    told = [f"{source[one.start : one.end].strip()} → {one.text.strip()}: {one.why}." for one in kept]
    left = len(told) - _MOST_REASONS
    return [*told[:_MOST_REASONS], *([f"And {left} more."] if left > 0 else [])]
