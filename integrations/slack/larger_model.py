"""Recipes that need a larger model than the one that is set up: which they are, and what Slack says of them."""

from collections.abc import Iterable

from core.recipes.model import Recipe
from core.writing.lanes import LARGER_MODEL_COMMAND, WHOM_TO_ASK, offered, why_not_offered
from integrations.slack.client.members import is_known_admin
from integrations.slack.context import Desk
from integrations.slack.request import Incoming

ADVICE = f"On the server, `{LARGER_MODEL_COMMAND}` shows which run there."


def not_offered(desk: Desk) -> list[Recipe]:
    """Return the recipes of Slack that the models that are set up cannot do; no server is asked."""
    return [recipe for recipe in desk.recipes.values() if not offered(recipe, desk.models).is_offered]


def said_of(recipes: Iterable[Recipe], *, is_admin: bool = False) -> str:
    """Return the sentence about them, and what to do: the command is for administrators; "" for none."""
    listed = tuple(recipes)
    return f"{why_not_offered(*listed)} {ADVICE if is_admin else WHOM_TO_ASK}" if listed else ""


def said_to(desk: Desk, incoming: Incoming, recipes: Iterable[Recipe]) -> str:
    """Return the same for whoever asks. Only the database is asked: it remembers who is an administrator."""
    listed = tuple(recipes)
    is_admin = bool(listed) and is_known_admin(desk.store.records, incoming.team, incoming.user)
    return said_of(listed, is_admin=is_admin)
