"""Whether a model's wording of a whole text still says what the text says."""

from collections import Counter

from core.text.content import content_stems, denials

_MOST_NEW, _LEAST_KEPT = 0.25, 0.6


def strays(written: str, source: str) -> bool:
    """Tell whether a wording adds content words or says them twice, loses too many, or turns a statement round."""
    ours, theirs = Counter(content_stems(written)), Counter(content_stems(source))
    if not ours or not theirs:
        return True
    new = (ours - theirs).total() / ours.total()
    kept = len(theirs.keys() & ours.keys()) / len(theirs)
    return new > _MOST_NEW or kept < _LEAST_KEPT or denials(written) != denials(source)
