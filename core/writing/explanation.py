"""Why a draft is as it is, from what was recorded with it; no model is asked."""

from collections.abc import Iterator

from core.drafts import Draft, cut_at_word
from core.text.lexicon import Lexicon, lexicon

_MAX_SOURCES, _MAX_GAPS, _MAX_QUOTE_CHARS = 5, 5, 160


def explain(draft: Draft, language: str = "en") -> str:
    """Return who wrote a draft, what it rests on, what speaks against it and what is left open, a line each.

    Hints ask nothing, so nothing of them is left open.
    """
    return "\n".join(_lines(draft, lexicon(language)))


def _lines(draft: Draft, words: Lexicon) -> Iterator[str]:
    def say(wording: str, **what: str) -> str:
        return words.wording(f"talk.{wording}").format(**what)

    yield say("by_model", model=draft.model) if draft.model else say("by_rules")
    for source in draft.sources[:_MAX_SOURCES]:
        quote = cut_at_word(" ".join(source.quote.split()), _MAX_QUOTE_CHARS)
        sentence = cut_at_word(source.supports, _MAX_QUOTE_CHARS)
        rests = say("sentence_rests" if sentence else "rests", sentence=sentence, title=source.title)
        yield f"{rests}: “{quote}”" if quote else rests
    if not draft.sources:
        yield say("rests_on_given")
    yield from (say("check", finding=finding.sentence) for finding in draft.findings)
    yield from (say("open", question=gap.question) for gap in draft.questions[:_MAX_GAPS])
    steps = (step for step in draft.escalations if step.to != "skeleton")
    yield from (say("stepped", model=step.source, reason=step.reason) for step in steps)
