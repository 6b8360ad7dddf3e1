"""The Home tab: fetch what it shows and publish it, and its buttons and settings."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from core.errors import ForbiddenError, InputError, LimitError, NotFoundError
from core.job import Job
from core.text.catalogues import gettext, speaking
from integrations.slack import person
from integrations.slack.access import members_only, require_asker
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.client.members import is_admin
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.delivery.edits import current_draft, why_over
from integrations.slack.listeners.messages import suggest_prompts
from integrations.slack.listeners.views import (
    field_errors,
    notice,
    open_fetched_view,
    open_view,
    submitted_view,
    update_view,
)
from integrations.slack.mailbox import console_of
from integrations.slack.person import (
    UsageFigures,
    count_people,
    facts_of,
    learned_of,
    read_figures,
    read_profile,
    recent_jobs,
    usable_settings,
)
from integrations.slack.reply_target import ReplyTarget
from integrations.slack.request import SlackRequest, private_metadata, with_installation
from integrations.slack.submit import find_recipe, listed_recipes, unavailable_note, user_message
from integrations.slack.views.app_home import FORGET, STOP, USE, AppHome, app_home_view, refused_view
from integrations.slack.views.blocks import Block
from integrations.slack.views.draft_message import titled
from integrations.slack.views.modals import fact_modal, read_fact, read_settings, recipe_modal, settings_modal

REPLACED = "“{name}” was there already and now has the new text. Its text before was: {former}"
# Of so many drafts the newest version of each is shown, where it says something else than a newer draft.
MAX_DRAFTS, MAX_LOOKED_AT = 5, 15
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
        member = require_asker(context, request)
        # Slack has just said of them what no request before may have known.
        with speaking(context.languages.read(request.team, request.user)):
            view = _home(context, request, member)
    except ForbiddenError as error:
        view = refused_view(error.message)
    client = context.connections.client(request.team, request.enterprise)
    try:
        call(client.views_publish, user_id=request.user, view=with_installation(request, view))
    except SlackRefusal as refusal:
        if refusal.reason not in _NO_HOME:
            raise


def _home(context: AppContext, request: SlackRequest, member: Mapping[str, Any]) -> Block:
    is_administrator = is_admin(member)
    listed, unavailable = listed_recipes(context, request)
    learned, identity = learned_of(context.settings, context.store, request.team, request.user)
    facts, who = facts_of(context.settings, context.store, request.team, request.user)
    jobs = recent_jobs(context.store, request.team, request.user, limit=MAX_LOOKED_AT)
    newest = [replace(job, draft=titled(job, current_draft(context.store, job))) for job in _newest_versions(jobs)]
    drafts = _each_once(newest)[:MAX_DRAFTS]
    return app_home_view(
        AppHome(
            recipes=listed,
            unavailable=unavailable_note(unavailable, is_admin=is_administrator),
            drafts=drafts,
            over={job.id: why_over(context.store, job) for job in drafts},
            figures=read_figures(context.store, request.team, request.user),
            profile=read_profile(context.settings, context.store.records, request.team, request.user),
            settings=usable_settings(context.recipes),
            shares_examples=learned.shares_examples(identity),
            rules=learned.all(identity),
            facts=facts.own(who),
            has_mailbox=context.mailbox_of(request.team, request.enterprise, request.user).is_connected,
            connect_url=console_of(context.settings),
            is_admin=is_administrator,
            team_figures=_team_figures(context, request) if is_administrator else None,
        )
    )


def _newest_versions(jobs: Sequence[Job]) -> list[Job]:
    """Return jobs without those that another is a version of."""
    replaced = {job.refines for job in jobs}
    return [job for job in jobs if job.id not in replaced]


def _each_once(drafts: Sequence[Job]) -> list[Job]:
    """Return drafts without those that say the same as a newer one: *Try again* gives such."""
    found: dict[tuple[object, ...], Job] = {}
    for job in drafts:
        said = job.draft and (job.draft.subject, job.draft.text, tuple(item.text for item in job.draft.items or ()))
        found.setdefault((job.recipe, said), job)
    return [*found.values()]


def _team_figures(context: AppContext, request: SlackRequest) -> UsageFigures | None:
    """Return everybody's figures, or None if they would tell about few people, or are for analysts."""
    is_small = count_people(context.store, request.team) < context.settings.report_least_people
    is_hidden = is_small or not person.sees_everybody(context.settings, context.store, request.team, request.user)
    return None if is_hidden else read_figures(context.store, request.team)


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

    def fetch() -> Block:
        profile = person.read_profile(context.settings, context.store.records, request.team, request.user)
        shares = person.shares_examples(context.settings, context.store, request.team, request.user)
        return settings_modal(profile, person.usable_settings(context.recipes), shares_examples=shares)

    open_fetched_view(context, request, "Settings", fetch)
    return EMPTY_ACK


@members_only
def decide_rule(context: AppContext, request: SlackRequest) -> Ack:
    """Use, stop or forget what was learnt from the person's edits, and show the Home tab as it is then.

    A preference that is gone is no error.
    """
    act, _, key = request.action_value.partition(":")
    learned, identity = person.learned_of(context.settings, context.store, request.team, request.user)
    with suppress(NotFoundError):
        if act == FORGET:
            learned.forget(identity, key)
        elif act in {USE, STOP}:
            learned.switch(identity, key, "enabled" if act == USE else "disabled")
    context.in_background(lambda: publish_home(context, request))
    return EMPTY_ACK


@members_only
def save_settings(context: AppContext, request: SlackRequest) -> Ack:
    """The person's settings."""
    profile, shares = read_settings(submitted_view(request))
    person.save_profile(context.settings, context.store.records, request.team, request.user, profile)
    person.share_examples(context.settings, context.store, request.team, request.user, shares=shares)
    context.in_background(lambda: publish_home(context, request))
    return EMPTY_ACK


@members_only
def open_fact(context: AppContext, request: SlackRequest) -> Ack:
    """Open the form of a standing fact."""
    open_view(context, request, fact_modal())
    return EMPTY_ACK


@members_only
def save_fact(context: AppContext, request: SlackRequest) -> Ack:
    """Keep the fact that was entered, and show the Home tab with it; what is wrong is said beside the text."""
    facts, who = facts_of(context.settings, context.store, request.team, request.user)
    before = {(fact.name.casefold(), fact.language): fact.text for fact in facts.own(who)}
    try:
        fact = facts.put(who, read_fact(submitted_view(request)))
    except (InputError, LimitError) as error:
        return field_errors({"text": user_message(error)})
    context.in_background(lambda: publish_home(context, request))
    former = before.get((fact.name.casefold(), fact.language), fact.text)
    if former == fact.text:
        return EMPTY_ACK
    return notice(gettext(REPLACED).format(name=fact.name, former=former))


@members_only
def remove_fact(context: AppContext, request: SlackRequest) -> Ack:
    """Remove one of the person's facts, and show the Home tab without it. One that is gone is no error."""
    facts, who = facts_of(context.settings, context.store, request.team, request.user)
    # A value that this app did not write is no fact either.
    with suppress(NotFoundError, ValueError, TypeError):
        name, language = json.loads(request.action_value)
        facts.remove(who, str(name), language=str(language))
    context.in_background(lambda: publish_home(context, request))
    return EMPTY_ACK
