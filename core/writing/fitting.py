"""Make what a model is told fit its window, what matters most first, and say what was left out."""

from collections.abc import Mapping

from core.llm.sizes import chars_per_token, token_count
from core.recipes.model import Recipe
from core.recipes.render import house_guidance
from core.text.catalogues import N_
from core.text.sentences import split_paragraphs, split_sentences

SPARE_TOKENS = 100
MIN_BUDGET_CHARS = 400
# The input that holds what was written before, the newest last: that part matters most.
THREAD = "thread"
# How long the answer to a text may be that is rewritten as a whole, where the recipe sets no bound.
_USUAL_RATIO = 1.5
_MAX_RATIO = 2.0
_MAX_SHARE_FOR_ANSWER = 0.75


def answer_tokens(recipe: Recipe, text: str, *, is_small: bool = False) -> int:
    """Return how many tokens an answer may have: as the recipe says, and never fewer than its text needs."""
    most = recipe.decoding.max_tokens
    if recipe.output.apply_to != "paragraphs" or recipe.output.format != "text":
        return most
    return max(most, int(_ratio(recipe) * token_count(text, is_small=is_small)) + SPARE_TOKENS)


def _ratio(recipe: Recipe) -> float:
    return min(_MAX_RATIO, max(1.0, recipe.output.max_ratio or _USUAL_RATIO))


def budget_chars(recipe: Recipe, values: Mapping[str, str], window_tokens: int, *, is_small: bool = False) -> int:
    """Return how many characters of the values fit beside the prompt's fixed part and the answer."""
    prompt = recipe.prompt
    fixed = [
        prompt.system,
        prompt.user,
        prompt.prefill,
        *(example.user + example.assistant for example in prompt.examples),
    ]
    told, house = "".join(values.values()), house_guidance(recipe, values)
    room_tokens = window_tokens - token_count("".join((*fixed, house)), is_small=is_small) - SPARE_TOKENS
    if recipe.output.apply_to == "paragraphs" and recipe.output.format == "text":
        grows = _ratio(recipe)
        left_tokens = min(room_tokens - recipe.decoding.max_tokens, int(room_tokens / (1 + grows)))
    else:
        left_tokens = room_tokens - min(recipe.decoding.max_tokens, int(room_tokens * _MAX_SHARE_FOR_ANSWER))
    return max(MIN_BUDGET_CHARS, int(left_tokens * chars_per_token(told, is_small=is_small)))


def main_budget_chars(recipe: Recipe, values: Mapping[str, str], budget: int) -> int:
    """Return how much of the main input fits into one prompt when all of it is to be read, part by part."""
    others = sum(len(value) for name, value in values.items() if name != recipe.main_input)
    return max(MIN_BUDGET_CHARS, budget - min(others, budget // 3))


def fit_values(recipe: Recipe, values: Mapping[str, str], budget: int) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the values with what does not fit cut at a paragraph or sentence, and a notice for each cut.

    First come the person's own words, then the main input; the others share what is left. A short one leaves its
    share to the longer ones, so that only what is truly long is cut.
    """
    fitted, notices = dict(values), []
    for name, limit in _limits(recipe, values, budget).items():
        value = values[name]
        if len(value) <= limit:
            continue
        is_newest_kept = name == THREAD
        fitted[name] = _tail(value, limit) if is_newest_kept else _head(value, limit)
        one = recipe.input_named(name)
        if one is not None:
            left = f"{len(value) - len(fitted[name]):,}"
            notices.append(_cut_notice(one.title, left if fitted[name] else "", is_newest_kept=is_newest_kept))
    return fitted, tuple(notices)


def _cut_notice(title: str, left: str, *, is_newest_kept: bool) -> str:
    """Return what is told of a value that was too long; `left` characters were not read, "" for all of it."""
    if not left:
        return N_(f"{title} is too long for the model: it did not read it.")
    if is_newest_kept:
        return N_(f"{title} is too long for the model: it read its end, the first {left} characters not.")
    return N_(f"{title} is too long for the model: it read its beginning, the last {left} characters not.")


def _limits(recipe: Recipe, values: Mapping[str, str], budget: int) -> dict[str, int]:
    """Return how many characters of each value fit."""
    limits: dict[str, int] = {}
    others: list[str] = []
    for name in sorted(values, key=lambda name: len(values[name])):
        one = recipe.input_named(name)
        if name == recipe.main_input:
            continue
        if one is None or one.foreign:
            others.append(name)
        else:
            limits[name] = min(len(values[name]), budget)
            budget -= limits[name]
    if recipe.main_input in values:
        limits[recipe.main_input] = max(MIN_BUDGET_CHARS, budget)
        budget = max(0, budget - len(values[recipe.main_input]))
    for place, name in enumerate(others):
        limits[name] = min(len(values[name]), budget // (len(others) - place))
        budget -= limits[name]
    return limits


def _head(text: str, limit: int) -> str:
    """Return whole paragraphs, else whole sentences, else characters, up to the limit."""
    for parts, glue in ((split_paragraphs(text[: limit + 1]), "\n\n"), (split_sentences(text[: limit + 1]), " ")):
        if len(parts) > 1 and len(kept := glue.join(parts[:-1])) > limit // 2:
            return kept[:limit]
    return text[:limit]


def _tail(text: str, limit: int) -> str:
    """Return whole lines, else characters, from the end up to the limit."""
    kept = text[len(text) - limit :] if limit else ""
    _cut, newline, lines = kept.partition("\n")
    return lines if newline and len(lines) > limit // 2 else kept


def split_to_fit(text: str, budget: int) -> list[str]:
    """Return the text in pieces of whole paragraphs, or sentences of a long one, each within the budget."""
    pieces: list[str] = []
    for paragraph in split_paragraphs(text):
        for part, glue in _units(paragraph, budget):
            if pieces and len(pieces[-1]) + len(glue) + len(part) <= budget:
                pieces[-1] += glue + part
            else:
                pieces.append(part)
    return pieces


def _units(paragraph: str, budget: int) -> list[tuple[str, str]]:
    if len(paragraph) <= budget:
        return [(paragraph, "\n\n")]
    units: list[tuple[str, str]] = []
    for sentence in split_sentences(paragraph):
        chunks = [sentence[at : at + budget] for at in range(0, len(sentence), budget)]
        units.extend((chunk, " " if units else "\n\n") for chunk in chunks)
    return units
