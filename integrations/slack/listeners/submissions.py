"""Submitted modals: recipe forms, edited texts, a conversation to post to, feedback, settings."""

from collections.abc import Mapping
from typing import Any

from core.errors import InlaidError
from core.recipes.inputs import input_errors
from integrations.slack import profiles
from integrations.slack.access import NOT_HERE
from integrations.slack.client.response_url import respond
from integrations.slack.context import NOTHING, Answer, Desk
from integrations.slack.delivery import edits
from integrations.slack.delivery.posting import post_draft
from integrations.slack.draft_owner import at_home, require_own_job
from integrations.slack.history import add_outcome
from integrations.slack.listeners.app_home import publish_home
from integrations.slack.reply_target import Place, SlackTarget
from integrations.slack.request import Incoming, noted
from integrations.slack.submit import Question, Refused, ask, find_recipe, for_person, require_access
from integrations.slack.views.blocks import note_message
from integrations.slack.views.modals import notice_modal, read_edited, read_feedback, read_settings, read_values
from integrations.slack.views.mrkdwn import escape

WORKING = ":hourglass_flowing_sand: {title}: I am on it."
IN_MESSAGES = "I am on it. You will find the draft in your messages with me."


def recipe_form(desk: Desk, incoming: Incoming) -> Answer:
    """A recipe's form: run it, or say beside each field what is wrong."""
    view = _view(incoming)
    data = noted(view)
    place = Place.from_json({"team": incoming.team, **data})
    try:
        require_access(desk, incoming)
        recipe = find_recipe(desk, incoming, str(data.get("recipe", "")))
        values = read_values(recipe, view)
        if errors := {name: text for name, text in input_errors(recipe, values).items() if name in _fields(view)}:
            return Answer({"response_action": "errors", "errors": errors})
        question = Question(
            recipe.name, values, SlackTarget(place, mail=bool(data.get("mail"))), f"view:{view.get('id', '')}"
        )
        ask(desk, incoming, question)
    except InlaidError as error:
        return _notice(for_person(error))
    if not place.has_response_url():
        return _notice(IN_MESSAGES)
    sign = note_message(WORKING.format(title=escape(recipe.title)))
    desk.later(lambda: respond(place.response_url, sign, desk.connections.api_url, thread_ts=place.thread_ts))
    return NOTHING


def edited_text(desk: Desk, incoming: Incoming) -> Answer:
    """The text as the person wants it: the answer is shown again with it."""
    view = _view(incoming)
    data = noted(view)
    try:
        job = require_own_job(desk, incoming, str(data.get("job", "")))
        incoming = at_home(incoming, job)
        require_access(desk, incoming)
        text = read_edited(view, edits.current_text(desk.store, job))
        if not text.strip():
            return Answer({"response_action": "errors", "errors": {"part0": "Please leave some text, or discard it."}})
        edits.keep_edit(desk.store, job, text)
    except InlaidError as error:
        return _notice(for_person(error))
    edits.show_again(desk, incoming, job, data)
    return NOTHING


def chosen_conversation(desk: Desk, incoming: Incoming) -> Answer:
    """Post to another conversation."""
    view = _view(incoming)
    data = noted(view)
    channel = _fields(view).get("conversation", {}).get("value", {}).get("selected_conversation")
    if not isinstance(channel, str) or not channel:
        return Answer({"response_action": "errors", "errors": {"conversation": "Please choose a conversation."}})
    try:
        job = require_own_job(desk, incoming, str(data.get("job", "")))
        incoming = at_home(incoming, job)
        require_access(desk, incoming)
    except InlaidError as error:
        return _notice(for_person(error))
    if desk.settings.slack_channels and channel not in desk.settings.slack_channels:
        return Answer({"response_action": "errors", "errors": {"conversation": NOT_HERE}})
    desk.later(lambda: post_draft(desk, incoming, job, channel=channel, thread_ts="", shown=data))
    return NOTHING


def feedback(desk: Desk, incoming: Incoming) -> Answer:
    """Why an answer was not good."""
    view = _view(incoming)
    reasons, words = read_feedback(view)
    try:
        job = require_own_job(desk, incoming, str(noted(view).get("job", "")))
        require_access(desk, at_home(incoming, job))
        add_outcome(desk.store, job, "rejected", detail={"reasons": reasons, "words": words})
    except InlaidError as error:
        return _notice(for_person(error))
    return _notice("Thank you. This helps to make the next draft better.")


def settings(desk: Desk, incoming: Incoming) -> Answer:
    """The person's settings."""
    try:
        require_access(desk, incoming)
        profile, shares = read_settings(_view(incoming))
        profiles.save_profile(desk.store, incoming.team, incoming.user, profile)
        profiles.share_examples(desk.settings, desk.store, incoming.team, incoming.user, shares=shares)
    except InlaidError as error:
        return _notice(for_person(error))
    desk.later(lambda: publish_home(desk, incoming))
    return NOTHING


def _view(incoming: Incoming) -> Mapping[str, Any]:
    view = incoming.body.get("view")
    if not isinstance(view, dict):
        raise Refused("This form cannot be read.")
    return view


def _fields(view: Mapping[str, Any]) -> Mapping[str, Any]:
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    return values if isinstance(values, dict) else {}


def _notice(text: str) -> Answer:
    return Answer({"response_action": "update", "view": notice_modal("Inlaid", escape(text))})
