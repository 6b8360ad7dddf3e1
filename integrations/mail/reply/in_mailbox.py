"""A draft as it stands in a mailbox, where its person sees the text alone: alerts above it, all else at its place."""

import re

from core.drafts import GAP, RECIPIENTS_CHECK, Draft, Gap, gap, with_alerts
from core.text.catalogues import accepted, speaking, told
from core.text.language import detect_language
from core.text.lexicon import whole

# What they say is for whoever wrote the draft, or, of recipients, must not be seen by those who get it.
_NOT_IN_MAIL = {RECIPIENTS_CHECK, "length", "line", "loops", "echo", "unchanged", "restyled"}
# Before a sentence that may take the place of its gap.
_READY = "\u2192"


def as_in_mailbox(draft: Draft) -> Draft:
    """Return a draft with its alerts, ready answers and what the checks remarked within gaps: none goes out unnoticed.

    A gap's ready answers stand below its question, each on a line of its own. A remark stands behind the words that it
    is about, or behind the gap that holds them; first where it is about none. It is told in the language of the draft,
    in English where there are no such texts.
    """
    draft = _with_ready_answers(with_alerts(draft))
    remarks = dict[str, tuple[Gap, int]]()
    with speaking(accepted(detect_language(draft.text))):
        for finding in draft.findings:
            question = told(finding.sentence)
            place = gap(question)
            if finding.check not in _NOT_IN_MAIL and place not in draft.text:
                remarks.setdefault(place, (Gap(place=place, question=question), _end_of(finding.place, draft.text)))
    text = draft.text
    # From the end on, and of those at one place the last first.
    in_order = sorted(remarks.values(), key=lambda placed: placed[1])
    for remark, end in reversed(in_order):
        text = f"{text[:end]} {remark.place}{text[end:]}" if end else f"{remark.place}\n\n{text}"
    added = [remark for remark, _ in remarks.values()]
    return draft.model_copy(update={"text": text, "gaps": (*draft.gaps, *added)}) if added else draft


def _with_ready_answers(draft: Draft) -> Draft:
    text, gaps = draft.text, list[Gap]()
    for asked in draft.gaps:
        answers = [f"\n{_READY} {gap(choice)[2:-2]}" for choice in asked.choices]
        place = f"{asked.place.removesuffix(']]')}{''.join(answers)}]]"
        text = text.replace(asked.place, place)
        gaps.append(asked.model_copy(update={"place": place}))
    return draft.model_copy(update={"text": text, "gaps": tuple(gaps)})


def _end_of(words: str, text: str) -> int:
    """Return where some words of a text end, or the gap that alone holds them; 0 where none does."""
    gaps = [gap.span() for gap in GAP.finditer(text)]
    found = [match.span() for match in whole([re.escape(words)]).finditer(text)] if words else []
    around = [next((end for start, end in gaps if start <= begin < end), 0) for begin, _ in found]
    outside = [end for (_, end), gap_end in zip(found, around, strict=True) if not gap_end]
    return (outside or around or [0])[0]
