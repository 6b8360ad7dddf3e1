"""The intent of a few words to the app: which recipe, with which text. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.recipes.model import Recipe

RECIPE_BY_WORD = {
    "summarize": "summarize", "summarise": "summarize", "summary": "summarize", "tldr": "summarize",
    "draft": "compose", "write": "compose", "compose": "compose", "email": "compose", "mail": "compose",
    "rewrite": "rewrite", "rephrase": "rewrite", "shorten": "shorten",
    "proofread": "proofread", "correct": "proofread",
    "reply": "reply", "answer": "reply", "ask": "ask",
    "actions": "actions", "action": "actions", "tasks": "actions", "todos": "actions", "todo": "actions",
}  # fmt: skip
MAIL_WORDS = frozenset({"email", "mail"})
HELP_WORDS = frozenset({"help", "?", "hilfe", "aide", "ayuda"})
_FILLER = frozenset({"please", "this", "the", "thread", "a", "an", "items", "item", "it", "conversation", "to"})


@dataclass(frozen=True)
class Intent:
    """A recipe and its main text. `mail`: the result is an e-mail. `recipe` is "" when the words ask for help."""

    recipe: str
    text: str = ""
    mail: bool = False


def parse_intent(text: str, recipes: Mapping[str, Recipe], *, in_thread: bool = False) -> Intent:
    """Return the intent of a message to the app.

    Args:
        text: plain text, without the mention of the app.
        recipes: those that are installed.
        in_thread: whether there are other people's messages above it; then a bare "summarize" means those.
    """
    words = text.split()
    if not words and not in_thread:
        return Intent("")
    if len(words) == 1 and words[0].casefold() in HELP_WORDS:
        return Intent("")
    for position, word in enumerate(words[:3]):
        key = word.casefold().strip(".,:;!?")
        name = RECIPE_BY_WORD.get(key, key if key in recipes else "")
        if name in recipes:
            rest = text.split(maxsplit=position + 1)[position + 1 :]
            return Intent(name, _without_filler(rest[0] if rest else ""), mail=key in MAIL_WORDS)
        if key not in _FILLER:
            break
    return Intent(_default(recipes, text, in_thread=in_thread), text.strip())


def slack_recipes(recipes: Mapping[str, Recipe]) -> dict[str, Recipe]:
    """Return the recipes that are offered in Slack, by name."""
    return {name: recipe for name, recipe in recipes.items() if "slack" in recipe.surfaces}


def _default(recipes: Mapping[str, Recipe], text: str, *, in_thread: bool) -> str:
    """Return what bare words mean: a question outside a thread goes to the sources, anything else is a brief."""
    order = ["summarize", "compose"] if in_thread else ["compose", "summarize"]
    if text.rstrip().endswith("?") and not in_thread:
        order.insert(0, "ask")
    return next((name for name in order if name in recipes), next(iter(recipes), ""))


def _without_filler(text: str) -> str:
    """Return "" for "this thread please": such words refer to the messages above."""
    words = [word.casefold().strip(".,:;!?") for word in text.split()]
    return "" if all(word in _FILLER for word in words) else text.strip(" :")
