"""Make a long input fit a model's window, and say what was left out."""

from collections.abc import Mapping

from core.recipes.model import Recipe
from core.text.sentences import split_paragraphs, split_sentences


def fit_values(recipe: Recipe, values: Mapping[str, str], budget_chars: int) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the values with every long one cut at a paragraph or sentence, and a notice for each cut.

    The main input may use the budget, the others together a third of it more and what the main one leaves. A short
    value leaves its share to the longer ones, so that only what is truly long is cut.
    """
    fitted, notices = dict(values), []
    for name, limit in _limits(recipe.main_input, values, budget_chars).items():
        value = values[name]
        one = recipe.input_named(name)
        if one is not None and len(value) > limit:
            fitted[name] = _head(value, limit)
            left = len(value) - len(fitted[name])
            notices.append(f"{one.title} is long: the model read its beginning, the last {left:,} characters not.")
    return fitted, tuple(notices)


def _limits(main_input: str, values: Mapping[str, str], budget_chars: int) -> dict[str, int]:
    """Return how many characters of each value fit, sharing out what is left among the longer ones."""
    room = max(budget_chars // 3, budget_chars + budget_chars // 3 - len(values.get(main_input, "")))
    others = sorted((name for name in values if name != main_input), key=lambda name: len(values[name]))
    limits = {main_input: budget_chars} if main_input in values else {}
    for place, name in enumerate(others):
        limits[name] = min(len(values[name]), room // (len(others) - place))
        room -= limits[name]
    return limits


def _head(text: str, limit: int) -> str:
    """Return whole paragraphs, else whole sentences, else characters, up to the limit."""
    for parts, glue in ((split_paragraphs(text[: limit + 1]), "\n\n"), (split_sentences(text[: limit + 1]), " ")):
        if len(parts) > 1 and len(kept := glue.join(parts[:-1])) > limit // 2:
            return kept[:limit]
    return text[:limit]


def split_to_fit(text: str, budget_chars: int) -> list[str]:
    """Return the text in pieces of whole paragraphs, or sentences of a long one, each within the budget."""
    pieces: list[str] = []
    for paragraph in split_paragraphs(text):
        for part, glue in _units(paragraph, budget_chars):
            if pieces and len(pieces[-1]) + len(glue) + len(part) <= budget_chars:
                pieces[-1] += glue + part
            else:
                pieces.append(part)
    return pieces


def _units(paragraph: str, budget_chars: int) -> list[tuple[str, str]]:
    if len(paragraph) <= budget_chars:
        return [(paragraph, "\n\n")]
    units: list[tuple[str, str]] = []
    for sentence in split_sentences(paragraph):
        chunks = [sentence[at : at + budget_chars] for at in range(0, len(sentence), budget_chars)]
        units.extend((chunk, " " if units else "\n\n") for chunk in chunks)
    return units
