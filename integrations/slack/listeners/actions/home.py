"""Buttons of the Home tab and of the list of recipes: a recipe's form, the settings, what was learnt."""

from contextlib import suppress
from typing import Any

from core.errors import NotFoundError
from integrations.slack import profiles
from integrations.slack.access import members_only
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.listeners.events.app_home import publish_home
from integrations.slack.listeners.open_view import open_fetched_view, open_view, update_view
from integrations.slack.reply_target import ReplyTarget
from integrations.slack.request import SlackRequest, private_metadata
from integrations.slack.submit import find_recipe
from integrations.slack.views.app_home import FORGET, STOP, USE
from integrations.slack.views.modals import recipe_modal, settings_modal


@members_only
def choose_recipe(context: AppContext, request: SlackRequest) -> Ack:
    """Open a recipe's form: in place of the list, or from App Home."""
    view = request.body.get("view")
    view = view if isinstance(view, dict) else {}
    recipe = find_recipe(context, request, request.action_value)
    if view.get("type") == "modal":
        update_view(context, request, str(view.get("id", "")), recipe_modal(recipe, private_metadata(view)))
    else:
        target = ReplyTarget(request.team, request.enterprise, is_dm=True)
        open_view(context, request, recipe_modal(recipe, target.to_json()))
    return EMPTY_ACK


@members_only
def open_settings(context: AppContext, request: SlackRequest) -> Ack:
    """Open the person's settings."""

    def fetch() -> dict[str, Any]:
        profile = profiles.read_profile(context.settings, context.store.records, request.team, request.user)
        shares = profiles.shares_examples(context.settings, context.store, request.team, request.user)
        return settings_modal(profile, profiles.usable_settings(context.recipes), shares_examples=shares)

    open_fetched_view(context, request, "Settings", fetch)
    return EMPTY_ACK


@members_only
def decide_rule(context: AppContext, request: SlackRequest) -> Ack:
    """Use, stop or forget what was learnt from the person's edits, and show the Home tab as it is then.

    A preference that is gone is no error.
    """
    act, _, key = request.action_value.partition(":")
    learned, identity = profiles.learned_of(context.settings, context.store, request.team, request.user)
    with suppress(NotFoundError):
        if act == FORGET:
            learned.forget(identity, key)
        elif act in {USE, STOP}:
            learned.switch(identity, key, "enabled" if act == USE else "disabled")
    context.in_background(lambda: publish_home(context, request))
    return EMPTY_ACK
