"""Defined terms stay as they are: another word for a defined term is another thing."""

from collections.abc import Iterator

from core.checks.grounds import CONTEXT, Grounds
from core.drafts import Finding
from core.facts.definitions import find_definitions, has_term

# A recipe that may leave most of a text out may leave a term out with it; it may not write it otherwise.
_KEEPS_ALL_FROM_RATIO = 0.5


def find_changed_terms(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each defined term of the source that the draft writes otherwise."""
    keeps_all = grounds.recipe.output.min_ratio >= _KEEPS_ALL_FROM_RATIO
    for definition in find_definitions(f"{grounds.values.get(CONTEXT, '')}\n\n{grounds.source}"):
        term = definition.term
        is_gone = has_term(grounds.source, term) and not has_term(text, term)
        if is_gone and (keeps_all or term.casefold() in text.casefold()):
            sentence = f"The document defines the term “{term}”, which must be written just so."
            yield Finding(check="terms", severity="block", sentence=sentence)
