"""Suggested prompts of the AI pane, made from the recipes."""

from collections.abc import Mapping

from core.recipes.model import Recipe
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.context import Desk
from integrations.slack.larger_model import not_offered
from integrations.slack.request import Incoming
from integrations.slack.views.splitting import shorten

MOST_PROMPTS = 4
_ORDER = ("ask", "compose", "rewrite", "summarize", "reply")
_WORDS = {
    "compose": "Draft a message that says: ",
    "rewrite": "Rewrite: ",
    "summarize": "Summarize: ",
    "reply": "Reply to: ",
    "ask": "",
}


def prompts(recipes: Mapping[str, Recipe]) -> list[dict[str, str]]:
    """Return at most four prompts, the usual recipes first."""
    names = [name for name in _ORDER if name in recipes] + sorted(name for name in recipes if name not in _ORDER)
    return [
        {"title": shorten(recipes[name].title, 60), "message": _WORDS.get(name, f"{name}: ") or recipes[name].title}
        for name in names[:MOST_PROMPTS]
    ]


def suggest_prompts(desk: Desk, incoming: Incoming, *, thread_ts: str) -> None:
    """Suggest prompts: with `thread_ts` for the older pane, without for `agent_view`, where Slack ignores one."""
    lacking = not_offered(desk)
    listed = prompts({name: recipe for name, recipe in desk.recipes.items() if recipe not in lacking})
    if not listed or not incoming.channel:
        return
    client = desk.connections.client(incoming.team, incoming.enterprise)
    place = {"thread_ts": thread_ts} if thread_ts else {}
    try:
        call(
            client.assistant_threads_setSuggestedPrompts,
            channel_id=incoming.channel,
            title="What shall I write?",
            prompts=listed,
            **place,
        )
    except SlackRefusal:
        return  # an app without an AI pane has no prompts
