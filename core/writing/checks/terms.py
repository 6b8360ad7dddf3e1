"""Defined terms stay as they are: another word for a defined term is another thing."""

from collections.abc import Iterator

from core.drafts import Finding
from core.text.definitions import find_definitions, has_term, is_quoted
from core.writing.checks.grounds import CONTEXT, Grounds


def find_changed_terms(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each term that the source defines no more, or uses and the draft writes otherwise."""
    defined = [one.term for one in find_definitions(grounds.source)]
    for term in defined:
        if not is_quoted(text, term):
            sentence = f"The definition of the term “{term}” is missing."
            yield Finding(check="terms", severity="block", sentence=sentence)
    # A recipe that shortens may leave a term out with what it stands in; it may not write it otherwise.
    keeps_all = not 0 < grounds.recipe.output.max_ratio < 1
    for term in {
        one.term: None for one in find_definitions(grounds.values.get(CONTEXT, "")) if one.term not in defined
    }:
        is_gone = has_term(grounds.source, term) and not has_term(text, term)
        if is_gone and (keeps_all or term.casefold() in text.casefold()):
            sentence = f"The document defines the term “{term}”, which must be written just so."
            yield Finding(check="terms", severity="block", sentence=sentence)
