"""A draft as it stands in a mailbox, where its person sees the text alone: alerts above it, remarks at their places."""

import re

from core.drafts import GAP, RECIPIENTS_CHECK, Draft, Finding, Gap, gap, with_alerts
from core.text.catalogues import accepted, speaking, told
from core.text.language import detect_language
from core.text.lexicon import whole

# What they say is for whoever wrote the draft, or, of recipients, must not be seen by those who get it.
_NOT_IN_MAIL = {RECIPIENTS_CHECK, "length", "line", "loops", "echo", "unchanged", "restyled"}


def with_remarks(draft: Draft) -> Draft:
    """Return a draft with its alerts and what the checks remarked as gaps, so that neither goes out unnoticed.

    A remark stands behind the words that it is about, or first where it is about none. It is told in the language of
    the draft, in English where there are no such texts.
    """
    draft = with_alerts(draft)
    text, added = draft.text, list[Gap]()
    with speaking(accepted(detect_language(text))):
        for finding in draft.findings:
            question = told(finding.sentence)
            place = gap(question)
            if finding.check in _NOT_IN_MAIL or place in text:
                continue
            text = _placed(text, finding, place)
            added.append(Gap(place=place, question=question))
    return draft.model_copy(update={"text": text, "gaps": (*draft.gaps, *added)}) if added else draft


def _placed(text: str, finding: Finding, place: str) -> str:
    asked = [gap.span() for gap in GAP.finditer(text)]
    for found in whole([re.escape(finding.place)]).finditer(text) if finding.place else ():
        if not any(start <= found.start() < end for start, end in asked):
            return f"{text[: found.end()]} {place}{text[found.end() :]}"
    return f"{place}\n\n{text}"
