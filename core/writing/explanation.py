"""Why a draft is as it is, from what was recorded with it; no model is asked."""

from collections.abc import Iterator

from core.drafts import Draft, cut_at_word

_MAX_SOURCES, _MAX_GAPS, _MAX_QUOTE_CHARS = 5, 5, 160


def explain(draft: Draft) -> str:
    """Return who wrote a draft, what it rests on, what speaks against it and what is left open, a line each."""
    return "\n".join(_lines(draft))


def _lines(draft: Draft) -> Iterator[str]:
    yield f"Written by {draft.model}." if draft.model else "No model wrote it: it is quoted, filled in, or your own."
    for source in draft.sources[:_MAX_SOURCES]:
        quote = cut_at_word(" ".join(source.quote.split()), _MAX_QUOTE_CHARS)
        rests = f"“{cut_at_word(source.supports, _MAX_QUOTE_CHARS)}” rests on" if source.supports else "It rests on"
        yield f"{rests} {source.title}" + (f": “{quote}”" if quote else "")
    if not draft.sources:
        yield "It rests on what you gave, and on no source of yours."
    yield from (f"Check this: {finding.sentence}" for finding in draft.findings)
    for gap in draft.gaps[:_MAX_GAPS]:
        yield f"Left open, since nothing here answers it: {gap.question}"
    yield from (f"{step.source} did not do: {step.reason}" for step in draft.escalations if step.to != "skeleton")
