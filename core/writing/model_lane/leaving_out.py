"""Targeted repair: the sentences that a check objects to go, the others stay as they are."""

import re
from collections.abc import Sequence

from core.drafts import Finding
from core.recipes.model import Recipe
from core.text.sentences import split_sentences

# Less than this share of the words is another text.
_LEAST_SHARE = 0.5


def without_faults(recipe: Recipe, body: str, findings: Sequence[Finding]) -> str:
    """Return a model's text without the sentences that hold what was found, "" when that does not help.

    Only for texts of the model's own, such as a reply: a text that was to be rewritten must not lose a sentence.
    """
    places = [finding.place for finding in findings if finding.severity != "warn"]
    if recipe.output.apply_to == "paragraphs" or not places or not all(places):
        return ""
    left = body
    for sentence in split_sentences(body):
        if any(place.casefold() in sentence.casefold() for place in places):
            left = left.replace(sentence, "", 1)
    left = re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in left.split("\n"))).strip()
    return left if left != body and len(left.split()) >= _LEAST_SHARE * len(body.split()) else ""
