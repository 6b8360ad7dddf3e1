"""Why a draft is as it is, from what was recorded with it; no model is asked."""

from collections.abc import Iterable, Iterator, Sequence

from core.drafts import Draft, DraftSource, Gap, cut_at_word
from core.text.catalogues import current_locale, speaking, spoken_of, told
from core.text.lexicon import Lexicon, lexicon
from core.text.sentences import unwrap

_MAX_SOURCES, _MAX_GAPS, _MAX_QUOTE_CHARS = 5, 5, 160


def explain(draft: Draft, language: str = "en") -> str:
    """Return who wrote a draft, what it rests on, what speaks against it and what is left open, a line each.

    Hints ask nothing, so nothing of them is left open.
    """
    with speaking(spoken_of([language]) or current_locale()):
        return "\n".join(_lines(draft, lexicon(language)))


def _lines(draft: Draft, words: Lexicon) -> Iterator[str]:
    def say(wording: str, **what: str) -> str:
        return words.wording(f"talk.{wording}").format(**what)

    yield say("by_model", model=draft.model) if draft.model else say("by_rules")
    sources = without_ready(draft.sources, draft.gaps, draft.text)
    for source in sources[:_MAX_SOURCES]:
        quote = cut_at_word(" ".join(source.quote.split()), _MAX_QUOTE_CHARS)
        sentence = cut_at_word(source.supports, _MAX_QUOTE_CHARS)
        rests = say("sentence_rests" if sentence else "rests", sentence=sentence, title=told(source.title))
        yield f"{rests}: “{quote}”" if quote else rests
    if not sources:
        yield say("rests_on_given")
    yield from (say("check", finding=told(finding.sentence)) for finding in draft.findings)
    yield from (say("open", question=gap.question) for gap in draft.questions[:_MAX_GAPS])
    steps = (step for step in draft.escalations if step.to != "skeleton")
    yield from (say("stepped", model=step.source, reason=step.reason) for step in steps)


def without_ready(sources: Sequence[DraftSource], gaps: Iterable[Gap], text: str) -> tuple[DraftSource, ...]:
    """Return sources without those of the ready answers of gaps that do not stand in a text."""
    said, ready = unwrap(text), [unwrap(choice) for gap in gaps for choice in gap.choices]

    def is_ready(source: DraftSource) -> bool:
        sentence = unwrap(source.supports)
        return bool(sentence) and sentence not in said and any(sentence in answer for answer in ready)

    return tuple(source for source in sources if not is_ready(source))
