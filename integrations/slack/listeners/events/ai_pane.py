"""The AI pane of either kind: suggested prompts when it opens, and its Stop button."""

from collections.abc import Mapping
from contextlib import suppress

from core.errors import ConflictError, NotFoundError
from core.recipes.model import Recipe
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.history import open_jobs
from integrations.slack.reply_target import SlackTarget
from integrations.slack.request import SlackRequest
from integrations.slack.submit import unavailable_recipes
from integrations.slack.views.splitting import shorten

MAX_PROMPTS = 4
_USUAL_RECIPES = ("ask", "compose", "rewrite", "summarize", "reply")
_PROMPTS = {
    "compose": "Draft a message that says: ",
    "rewrite": "Rewrite: ",
    "summarize": "Summarize: ",
    "reply": "Reply to: ",
    "ask": "",
}


def assistant_thread_started(context: AppContext, request: SlackRequest) -> Ack:
    """The older AI pane was opened: suggest prompts in its thread."""
    thread = request.event.get("assistant_thread") or {}
    channel, thread_ts = str(thread.get("channel_id", "")), str(thread.get("thread_ts", ""))
    context.in_background(lambda: suggest_prompts(context, request, channel, thread_ts=thread_ts))
    return EMPTY_ACK


def suggest_prompts(context: AppContext, request: SlackRequest, channel: str, *, thread_ts: str = "") -> None:
    """Suggest prompts: with `thread_ts` for the older pane, without for `agent_view`, where Slack ignores one."""
    unavailable = unavailable_recipes(context)
    listed = prompts({name: recipe for name, recipe in context.recipes.items() if recipe not in unavailable})
    if not listed or not channel:
        return
    client = context.connections.client(request.team, request.enterprise)
    try:
        call(
            client.assistant_threads_setSuggestedPrompts,
            channel_id=channel,
            title="What should I write?",
            prompts=listed,
            **({"thread_ts": thread_ts} if thread_ts else {}),
        )
    except SlackRefusal:
        return  # an app without an AI pane has no prompts


def prompts(recipes: Mapping[str, Recipe]) -> list[dict[str, str]]:
    """Return at most four prompts, the usual recipes first."""
    names = [name for name in _USUAL_RECIPES if name in recipes]
    names += sorted(name for name in recipes if name not in _USUAL_RECIPES)
    return [
        {"title": shorten(recipes[name].title, 60), "message": _PROMPTS.get(name, f"{name}: ") or recipes[name].title}
        for name in names[:MAX_PROMPTS]
    ]


def stopped(context: AppContext, request: SlackRequest) -> Ack:
    """The person pressed Stop in the pane, or ended the session: what runs there ends."""
    thread_ts = str(request.event.get("thread_ts") or "")
    for job in open_jobs(context.store, request.team):
        target = SlackTarget.from_json(job.delivery).reply_to
        if target.channel == request.channel and thread_ts in ("", target.thread_ts):
            with suppress(ConflictError, NotFoundError):  # it has already ended
                context.store.jobs.request_cancel(job.id)
    return EMPTY_ACK


def ignored(_context: AppContext, _request: SlackRequest) -> Ack:
    """Acknowledge what needs no answer, so that Slack does not send it again."""
    return EMPTY_ACK
