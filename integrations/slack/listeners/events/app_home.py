"""App Home is opened: fetch what its Home tab shows, and publish it."""

from collections.abc import Mapping
from typing import Any

from core.errors import ForbiddenError
from integrations.slack.access import require_asker
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.client.members import is_admin
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.history import UsageFigures, count_people, read_figures, recent_jobs
from integrations.slack.listeners.events.ai_pane import suggest_prompts
from integrations.slack.profiles import learned_of, read_profile, usable_settings
from integrations.slack.request import SlackRequest, with_installation
from integrations.slack.submit import unavailable_note, unavailable_recipes
from integrations.slack.views.app_home import AppHome, app_home_view, refused_view
from integrations.slack.views.blocks import Block

MAX_DRAFTS = 5
# The app's settings at Slack have the Home tab switched off.
_NO_HOME = frozenset({"not_enabled", "not_implemented"})


def app_home_opened(context: AppContext, request: SlackRequest) -> Ack:
    """Show the Home tab, or suggest prompts in the Messages tab (the pane of apps with `agent_view`)."""
    if request.event.get("tab") == "messages":
        context.in_background(lambda: suggest_prompts(context, request, request.channel))
    else:
        context.in_background(lambda: publish_home(context, request))
    return EMPTY_ACK


def publish_home(context: AppContext, request: SlackRequest) -> None:
    """Publish the person's Home tab."""
    try:
        view = _home(context, request, require_asker(context, request))
    except ForbiddenError as error:
        view = refused_view(error.message)
    client = context.connections.client(request.team, request.enterprise)
    try:
        call(client.views_publish, user_id=request.user, view=with_installation(request, view))
    except SlackRefusal as refusal:
        if refusal.reason not in _NO_HOME:
            raise


def _home(context: AppContext, request: SlackRequest, member: Mapping[str, Any]) -> Block:
    is_administrator, unavailable = is_admin(member), unavailable_recipes(context)
    learned, identity = learned_of(context.settings, context.store, request.team, request.user)
    public_url = context.settings.public_url
    return app_home_view(
        AppHome(
            recipes={name: recipe for name, recipe in context.recipes.items() if recipe not in unavailable},
            unavailable=unavailable_note(unavailable, is_admin=is_administrator),
            drafts=recent_jobs(context.store, request.team, request.user, limit=MAX_DRAFTS),
            figures=read_figures(context.store, request.team, request.user),
            profile=read_profile(context.settings, context.store.records, request.team, request.user),
            settings=usable_settings(context.recipes),
            shares_examples=learned.shares_examples(identity),
            rules=learned.all(identity),
            has_mailbox=context.mailbox_of(request.team, request.enterprise, request.user).is_connected,
            connect_url=f"{public_url}/console" if public_url.startswith("https://") else "",
            is_admin=is_administrator,
            team_figures=_team_figures(context, request.team) if is_administrator else None,
        )
    )


def _team_figures(context: AppContext, workspace: str) -> UsageFigures | None:
    """Return everybody's figures, None when they would tell about few people."""
    is_hidden = count_people(context.store, workspace) < context.settings.report_least_people
    return None if is_hidden else read_figures(context.store, workspace)
