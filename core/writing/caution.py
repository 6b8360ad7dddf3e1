"""The warning that stands first in a draft for a mail that looks like fraud: its person asked for it all the same."""

from core.drafts import GAP, MAX_GAP_CHARS, Draft, Gap, cut_at_word, gap
from core.text.language import detect_language
from core.text.lexicon import lists_beside

# Triage's reasons begin so; whatever else a program says of a mail is none.
_REASON, _REASON_PLACE = "Suspicious: ", ": {reason}"


def warning_gap(reason: str, language: str) -> str:
    """Return the warning as a gap, which nobody sends unseen.

    Args:
        reason: why the mail is suspicious, as triage says it; it may quote the mail. Of another none is told.
        language: of the draft.
    """
    warnings = lists_beside(__file__, "warning")
    warning = warnings[language if language in warnings else "en"][0]
    if not reason.startswith(_REASON):
        return gap(warning.replace(_REASON_PLACE, "."))
    plain = GAP.sub(" ", reason.removeprefix(_REASON)).replace("[", " ").replace("]", " ")
    room = MAX_GAP_CHARS - len(warning.replace("{reason}", ""))
    return gap(warning.replace("{reason}", cut_at_word(" ".join(plain.split()), room)))


def cautioned(draft: Draft, reason: str) -> Draft:
    """Return a draft with the warning before all else and without ready answers: none is to agree by one press.

    Args:
        draft: what answers the mail.
        reason: why that is suspicious; "" where it is not.
    """
    if not reason or draft.is_refusal:
        return draft
    # The draft of the version before may have been in another language.
    warnings = {warning_gap(reason, language) for language in lists_beside(__file__, "warning")}
    text = draft.text
    for earlier in warnings:
        text = text.removeprefix(earlier).lstrip("\n")
    warning = warning_gap(reason, detect_language(text))
    gaps = tuple(asked.model_copy(update={"choices": ()}) for asked in draft.gaps if asked.place not in warnings)
    first = Gap(place=warning, question=warning[2:-2])
    told = {"text": f"{warning}\n\n{text}", "gaps": (first, *gaps), "alternatives": ()}
    return draft.model_copy(update=told)
