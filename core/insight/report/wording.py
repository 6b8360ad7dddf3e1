"""How the report says to people what is counted under a name of ours: surfaces, recipes, checks, models passed over.

All texts are English, and told in another language where they are shown; JSON and CSV keep the names. Pure.
"""

from collections.abc import Mapping

from core.text.catalogues import N_

SURFACES = N_(
    {
        "api": "console or API",
        "cli": "command line",
        "mail": "mail",
        "mcp": "AI assistant (MCP)",
        "outlook": "Outlook",
        "signals": "a scan",
        "slack": "Slack",
        "template": "a document's template",
        "trial": "a trial",
        "word": "Word",
    }
)
# As the report names what it counts by.
DIMENSION_WORDS = N_(
    {
        "recipe": "recipe",
        "surface": "place",
        "model": "model",
        "variant": "variant",
        "team": "team",
        "recipe_version": "recipe version",
        "prompt_hash": "wording of the prompt",
    }
)
OUTCOME_WORDS = N_(
    {
        "accepted": "Used as they were",
        "edited": "Used with changes",
        "rejected": "Discarded",
        "regenerated": "Replaced by a new version",
        "expired": "Expired",
    }
)
# Of the other shares, by the name that they have as JSON.
FIGURE_WORDS = N_(
    {
        "used": "Used, with or without changes",
        "open_gaps": "Used with open questions in it",
        "small": "By rules or a small model alone",
        "escalated": "Another model asked, or left to the person",
        "skeleton": "Without an answer, or left to the person",
    }
)
# Of the lists, by the name that they have as JSON.
LIST_TITLES = N_(
    {
        "checks": "What the checks remarked",
        "escalations": "Why another model was asked, or it was left to the person",
        "reasons": "Reasons for discarding",
        "kinds": "What was changed",
        "events": "Outside events, such as clicks",
    }
)
CHECKS = N_(
    {
        "accounts": "bank accounts that the source does not hold",
        "attachments": "speaks of an attachment",
        "cut": "the end was cut off",
        "doers": "what one speaker does, given to another",
        "echo": "repeats the text",
        "facts": "facts that the source does not hold",
        "house_style": "words that the house style avoids",
        "injection": "instructions hidden in the text",
        "items": "a person or date that the text does not hold",
        "kept": "facts of the source left out",
        "negations": "denials of the source that were lost",
        "language": "another language",
        "length": "too long or too short",
        "likely_fault": "a fault that may be meant",
        "line": "more than one line",
        "links": "links that the source does not hold",
        "loops": "says the same again and again",
        "meaning": "the meaning differs from the source",
        "names": "names that the source does not hold",
        "obedience": "does what somebody else wrote",
        "outdated": "values that a later message corrects",
        "persons": "speaks for the wrong person",
        "placeholders": "places that were not filled in",
        "promises": "promises of its own",
        "prompt": "words of our own prompt",
        "quotations": "words put into quotation marks that nobody wrote",
        "quotes": "entries without their quote",
        "recipients": "who gets it",
        "residue": "words of a chatbot",
        "restyled": "rewrites more than was asked",
        "terms": "terms that were changed",
        "told": "facts that the person told, left out",
        "thoughts": "thoughts of the model",
        "unchanged": "nothing changed",
        "unanswered": "a question left unanswered",
    }
)
CAUSES = N_(
    {
        "no sound text": "no text that could be given",
        "answer_cut": "the answer was cut off",
        "credential": "the key was refused",
        "input": "the text could not be worked on",
        "limit": "a limit was reached",
        "model_answer": "the answer could not be read",
        "model_outage": "the model did not answer",
        "model_unreachable": "the model server could not be reached",
        "model_too_small": "the model is too small for it",
        "rate": "too many requests",
        "window": "the text is too long for the model",
    }
)
KINDS = N_(
    {
        "added_sentence": "sentences added",
        "deleted_sentence": "sentences deleted",
        "facts": "numbers, dates and the like",
        "length": "length",
        "names": "names",
        "open_gaps": "used with open questions in it",
        "punctuation": "punctuation",
        "structure": "order and paragraphs",
        "tone": "tone",
        "wording": "wording",
    }
)
BY_RULES = "rules"
_SKELETON = "skeleton"


def group_words(dimension: str, name: str, titles: Mapping[str, str]) -> str:
    """Return how a value of a dimension is called, as it is where there are no other words for it.

    Args:
        dimension: such as "surface".
        name: the value; of what a recipe has "summarize / 3".
        titles: of recipes, by name.
    """
    if dimension == "surface":
        return SURFACES.get(name, name)
    if dimension == "model" and name == BY_RULES:
        return N_("rules, without a model")
    recipe, parted, rest = name.partition(" / ")
    is_of_recipe = dimension == "recipe" or (parted and dimension in {"variant", "recipe_version", "prompt_hash"})
    return f"{titles.get(recipe, recipe)}{parted}{rest}" if is_of_recipe else name


def entry_words(listed: str, name: str) -> str:
    """Return how an entry of a list is called, such as `checks` or `escalations`."""
    if listed == "escalations":
        return _escalation(name)
    words = {"checks": CHECKS, "kinds": KINDS}.get(listed, {})
    return words.get(name, name.replace("_", " "))


def _escalation(name: str) -> str:
    steps, _, cause = name.partition(": ")
    source, _, target = steps.rpartition(" to ")
    kind = CAUSES.get(cause) or CHECKS.get(cause) or cause.replace("_", " ")
    if target == _SKELETON:
        return N_(f"left to the person: {kind}")
    if source == BY_RULES:
        return N_(f"by the rules, then asked of {target}: {kind}")
    return N_(f"asked of {source}, then of {target}: {kind}")
