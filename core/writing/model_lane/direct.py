"""The direct way: prompt, clean, check, one repair round, further candidates, and at last the skeleton.

It serves every recipe. Larger models need no other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.drafts import ChatMessage, Finding
from core.recipes.model import Recipe
from core.recipes.render import framed, own_lines, render_messages
from core.writing.checks import Grounds, check_draft, passes
from core.writing.checks.grounds import CONTEXT
from core.writing.checks.residue import recites
from core.writing.fitting import fit_values, split_to_fit
from core.writing.model_lane.cleaning import clean
from core.writing.model_lane.leaving_out import without_faults
from core.writing.model_lane.listing import list_items
from core.writing.model_lane.mending import faulty_sentence, mended
from core.writing.model_lane.parts import Parts, split_answer
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult, Sample
from core.writing.skeleton import skeleton_result
from core.writing.subject import subject_for

_LEAST_SAMPLING_TEMPERATURE = 0.7
_RANK = {"block": 100, "repair": 10, "warn": 1}


@dataclass(frozen=True)
class _Try:
    body: str
    text: str
    findings: tuple[Finding, ...]
    notice: str = ""
    parts: Parts = field(default_factory=Parts)

    @property
    def cost(self) -> int:
        return sum(_RANK[finding.severity] for finding in self.findings)


def write_directly(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Let the model write the whole text and hold it against the checks.

    A text with a finding that blocks is never returned: then the skeleton is. A text whose only findings are worth
    another try is returned with them when no better one comes.
    """
    if recipe.output.format == "items":
        return list_items(recipe, values, ask, options)
    source = values[recipe.main_input]
    if recipe.output.apply_to == "paragraphs" and len(source) > options.budget_chars:
        return _write_in_pieces(recipe, values, ask, options)
    if 0 < recipe.output.max_ratio < 1 and len(source) > options.budget_chars:
        return _write_from_parts(recipe, values, ask, options)
    shown = values if options.shows_context else {name: value for name, value in values.items() if name != CONTEXT}
    fitted, notices = fit_values(recipe, shown, options.budget_chars)
    grounds = Grounds(recipe, values, source)
    tries = sorted(_tries(recipe, fitted, grounds, ask, options), key=lambda one: one.cost)
    best = tries[0]
    notices = (*notices, best.notice) if best.notice else notices
    if not passes(best.findings) and (trimmed := without_faults(recipe, best.body, best.findings)):
        shorter = _judged(recipe, trimmed, grounds)
        if passes(shorter.findings):
            notices = (*notices, f"What could not stand was left out: {_why_not(best.findings)}")
            best = shorter
    if any(finding.severity == "block" for finding in best.findings):
        return skeleton_result(recipe, values, notices, _why(best.findings))
    others = tuple(one.text for one in tries[1:] if passes(one.findings) and one.text != best.text)
    return PlanResult(
        text=best.text, items=best.parts.tasks if "tasks" in recipe.output.parts else None, alternatives=others,
        subject=subject_for(recipe, values, best.body, best.parts.subject), findings=best.findings,
        gaps=best.parts.gaps_of(best.text, grounds.everything), notices=notices,
    )  # fmt: skip


def _why(findings: Sequence[Finding]) -> Finding:
    return next(finding for finding in findings if finding.severity == "block")


def _why_not(findings: Sequence[Finding]) -> str:
    return next(finding.sentence for finding in findings if finding.severity != "warn")


def _tries(recipe: Recipe, values: Mapping[str, str], grounds: Grounds, ask: Ask, options: PlanOptions) -> list[_Try]:
    """Write until a text passes: the first, its repair, then samples, as many as the recipe allows.

    Where one sentence holds the fault, only that sentence is asked for anew, once; else the whole text is.
    """
    messages = render_messages(recipe, values, variant=options.variant)
    first = _write(recipe, messages, grounds, ask, options)
    tries = [first]
    sentence = "" if passes(first.findings) else faulty_sentence(first.body, first.findings)
    if sentence:
        tries = _mend(recipe, first, sentence, grounds, ask)
    elif not passes(first.findings) and recipe.prompt_for(options.variant).repair:
        problems = "\n".join(f"- {one.sentence}" for one in first.findings if one.severity != "warn")
        again = render_messages(recipe, values, variant=options.variant, repair=(first.body, problems))
        repaired = _write(recipe, again, grounds, ask, options)
        # A model may recite what it was told is wrong.
        if not recites(repaired.body, [one.sentence for one in first.findings], grounds):
            tries.append(repaired)
    left = recipe.decoding.candidates + 1 - len(tries)
    if options.sample and left > 0 and not passes(tries[-1].findings):
        return [*tries, *_samples(recipe, messages, grounds, options.sample, left)]
    while not passes(tries[-1].findings) and len(tries) < recipe.decoding.candidates + 1:
        tries.append(_write(recipe, messages, grounds, ask, options, _LEAST_SAMPLING_TEMPERATURE))
    return tries


def _mend(recipe: Recipe, first: _Try, sentence: str, grounds: Grounds, ask: Ask) -> list[_Try]:
    """Return the first text with one sentence written anew when that passes, else the first text with word of it."""
    body = mended(first.body, sentence, first.findings, grounds, ask)
    again = _judged(recipe, body, grounds) if body else None
    if again and passes(again.findings):
        return [replace(again, notice=f"One sentence was written anew: {_why_not(first.findings)}")]
    return [replace(first, notice="One sentence was asked for anew, and its new words did not hold.")]


def _samples(
    recipe: Recipe, messages: Sequence[ChatMessage], grounds: Grounds, sample: Sample, count: int
) -> list[_Try]:
    """Return further candidates, the likeliest first: among those that the checks find equal, it wins."""
    decoding = recipe.decoding
    written = sample(
        messages, count, max_tokens=decoding.max_tokens, stop=decoding.stop, prefill=recipe.prompt.prefill,
        temperature=max(decoding.temperature, _LEAST_SAMPLING_TEMPERATURE),
    )  # fmt: skip
    return [_judged(recipe, one, grounds) for one in written]


def _write(
    recipe: Recipe,
    messages: Sequence[ChatMessage],
    grounds: Grounds,
    ask: Ask,
    options: PlanOptions,
    least_temperature: float = 0.0,
) -> _Try:
    decoding = recipe.decoding
    written = ask(
        messages, max_tokens=decoding.max_tokens, temperature=max(decoding.temperature, least_temperature),
        stop=decoding.stop, prefill=recipe.prompt.prefill, on_token=options.on_token,
    )  # fmt: skip
    return _judged(recipe, written, grounds)


def _judged(recipe: Recipe, written: str, grounds: Grounds) -> _Try:
    parts = split_answer(recipe.prompt.prefill + written, recipe.output.parts)
    opening, closing = own_lines(recipe, grounds.values)
    body = clean(parts.body, source=grounds.source, opens=bool(opening), closes=bool(closing))
    text = framed(opening, body, closing) if body else ""
    return _Try(body, text, check_draft(grounds, text), parts=parts)


def _write_from_parts(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions) -> PlanResult:
    """Condense a text that is too long for one prompt: each part for itself, then what came of them."""
    pieces = split_to_fit(values[recipe.main_input], options.budget_chars)
    parts = [write_directly(recipe, {**values, recipe.main_input: piece}, ask, options) for piece in pieces]
    sound = [part.text for part in parts if not part.skeleton]
    missing = [part.reason for part in parts if part.skeleton]
    notices = (f"{len(missing)} of {len(parts)} parts of the text are not covered: {missing[0]}",) if missing else ()
    if not sound:
        return skeleton_result(recipe, values, notices, missing[0])
    whole = write_directly(recipe, {**values, recipe.main_input: "\n\n".join(sound)}, ask, options)
    return replace(whole, notices=(*notices, *whole.notices))


def _write_in_pieces(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions) -> PlanResult:
    """Write a long text piece by piece; a piece without a sound version stays as it was."""
    results: list[PlanResult] = []
    for piece in split_to_fit(values[recipe.main_input], options.budget_chars):
        one = write_directly(recipe, {**values, recipe.main_input: piece}, ask, options)
        results.append(PlanResult(text=piece, skeleton=True, reason=one.reason) if one.skeleton else one)
    kept = [one for one in results if one.skeleton]
    notices = (f"{len(kept)} of {len(results)} parts are unchanged: {kept[0].reason}",) if kept else ()
    return PlanResult(
        text="\n\n".join(one.text for one in results),
        findings=tuple(finding for one in results for finding in one.findings),
        notices=notices, skeleton=len(kept) == len(results), reason=kept[0].reason if kept else "",
    )  # fmt: skip
