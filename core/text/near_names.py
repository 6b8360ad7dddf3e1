"""What to do about a name that nothing bears: the nearest one, else all there are."""

from collections.abc import Iterable

from core.text.catalogues import N_

_NEAR = 65


def near_fix(word: str, known: Iterable[str]) -> str:
    """Return a sentence with the known name that is nearest to a word, else with all of them."""
    from rapidfuzz.process import extractOne

    names = sorted(known)
    near = extractOne(word, names, score_cutoff=_NEAR)
    return N_(f"Did you mean {near[0]}?") if near else N_(f"Take one of: {', '.join(names)}.")
