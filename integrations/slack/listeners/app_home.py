"""Fetch what App Home shows, and publish it."""

from collections.abc import Mapping
from typing import Any

from core.errors import ForbiddenError
from integrations.slack.access import require_asker
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.client.members import is_admin
from integrations.slack.context import Desk
from integrations.slack.history import Figures, count_people, read_figures, recent_jobs
from integrations.slack.larger_model import not_offered, said_of
from integrations.slack.profiles import learned_of, read_profile, usable_settings
from integrations.slack.request import Incoming, opened_by
from integrations.slack.views.app_home import HomeData, home_view, refused_view
from integrations.slack.views.blocks import Block

MOST_DRAFTS = 5
# The app's settings at Slack have the Home tab switched off.
_NO_HOME = frozenset({"not_enabled", "not_implemented"})


def _team_figures(desk: Desk, workspace: str) -> Figures | None:
    """Return everybody's figures, None when they would tell about few people."""
    is_hidden = count_people(desk.store, workspace) < desk.settings.report_least_people
    return None if is_hidden else read_figures(desk.store, workspace)


def publish_home(desk: Desk, incoming: Incoming) -> None:
    """Publish the person's Home tab."""
    try:
        view = _home(desk, incoming, require_asker(desk, incoming))
    except ForbiddenError as error:
        view = refused_view(error.message)
    client = desk.connections.client(incoming.team, incoming.enterprise)
    try:
        call(client.views_publish, user_id=incoming.user, view=opened_by(incoming, view))
    except SlackRefusal as refusal:
        if refusal.reason not in _NO_HOME:
            raise


def _home(desk: Desk, incoming: Incoming, member: Mapping[str, Any]) -> Block:
    is_administrator, lacking = is_admin(member), not_offered(desk)
    learned, who = learned_of(desk.settings, desk.store, incoming.team, incoming.user)
    public_url = desk.settings.public_url
    return home_view(
        HomeData(
            recipes={name: recipe for name, recipe in desk.recipes.items() if recipe not in lacking},
            lacking=said_of(lacking, is_admin=is_administrator),
            drafts=recent_jobs(desk.store, incoming.team, incoming.user, limit=MOST_DRAFTS),
            figures=read_figures(desk.store, incoming.team, incoming.user),
            profile=read_profile(desk.store, incoming.team, incoming.user),
            settings=usable_settings(desk.recipes),
            shares_examples=learned.shares_examples(who),
            wishes=learned.all(who),
            has_mailbox=desk.mailbox_of(incoming.team, incoming.enterprise, incoming.user).is_connected,
            connect_url=f"{public_url}/console" if public_url.startswith("https://") else "",
            is_admin=is_administrator,
            team_figures=_team_figures(desk, incoming.team) if is_administrator else None,
        )
    )
