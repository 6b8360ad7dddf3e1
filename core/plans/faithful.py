"""Whether a model's wording of a whole text still says what the text says."""

from core.facts.content import content_stems, denials

_MOST_NEW, _LEAST_KEPT = 0.25, 0.6


def strays(written: str, source: str) -> bool:
    """Tell whether a wording brings in other content words, loses too many, or turns a statement round."""
    ours, theirs = content_stems(written), set(content_stems(source))
    if not ours or not theirs:
        return True
    new = sum(1 for word in ours if word not in theirs) / len(ours)
    kept = len(theirs.intersection(ours)) / len(theirs)
    return new > _MOST_NEW or kept < _LEAST_KEPT or denials(written) != denials(source)
