"""What people ask for by commands, shortcuts and recipe forms: each is acknowledged with its first sign.

Text after a command runs a recipe at once, no text opens its form. The words are read by `parse_intent`.
"""

import uuid
from collections.abc import Sequence

from core.recipes.inputs import input_errors
from core.text.catalogues import gettext, told
from core.text.numbered_answers import NumberedAnswer, read_answers
from integrations.slack.access import members_only
from integrations.slack.client.api import respond
from integrations.slack.client.conversations import ThreadToRead
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.intent import HELP_WORDS, Intent, about_channel, names_thread, parse_intent
from integrations.slack.listeners.channel_sources import (
    stop_using_this_channel,
    use_this_channel,
)
from integrations.slack.listeners.recaps import asks_what_was_missed, reads_as_recap, recap_command
from integrations.slack.listeners.report import REPORT_WORDS, report
from integrations.slack.listeners.said_acts import answer_here
from integrations.slack.listeners.scans import add_scan, reads_as_scan, stop_scans
from integrations.slack.listeners.views import field_errors, notice, open_view, submitted_fields, submitted_view
from integrations.slack.listeners.welcome import WHICH_THREAD, about_app, help_text, not_understood
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest, private_metadata
from integrations.slack.submit import (
    DraftRequest,
    find_recipe,
    needs_larger_model,
    recipe_chooser,
    reply_privately,
    submit_draft,
    target_of,
)
from integrations.slack.views.blocks import note_message
from integrations.slack.views.modals import read_values, recipe_modal
from integrations.slack.views.mrkdwn import escape

FORM_WORKING = ":hourglass_flowing_sand: {title}: I am on it."
FORM_IN_MESSAGES = "I am on it. You will find the draft in your messages with me."

CALL = "/inlaid "
WORKING = ":hourglass_flowing_sand: {title}: I am on it. Only you will see the answer."
READING = ":hourglass_flowing_sand: {title}: I am reading. Only you will see the answer."
READING_THREAD = ":hourglass_flowing_sand: {title}: I am reading. The answer comes in the thread; only you will see it."


_CHANNEL_ACTS = {"use": use_this_channel, "stop": stop_using_this_channel}


def inlaid(context: AppContext, request: SlackRequest) -> Ack:
    """`/inlaid`: the list of recipes, the report, or whatever the words after it ask for."""
    text = _text(request)
    if not text:
        return _open_chooser(context, request)
    if text.casefold() in REPORT_WORDS:
        return report(context, request)
    if act := _CHANNEL_ACTS.get(about_channel(text)):
        return act(context, request)
    if said := about_app(context, request, text, CALL):
        return Ack({"text": said})
    if said := stop_scans(context, request, text):
        return Ack({"text": said})
    if (answers := read_answers(text)) and (answered := _answer(context, request, answers)):
        return answered
    if reads_as_scan(text):
        return add_scan(context, request, text)
    if reads_as_recap(context, text):
        return recap_command(context, request, text)
    return _by_words(context, request, text)


@members_only
def _answer(context: AppContext, request: SlackRequest, answers: Sequence[NumberedAnswer]) -> Ack | None:
    """Answer the questions of the draft that stands where the command is typed; None where there is none."""
    said = answer_here(context, request, target_of(request), answers)
    for message in said if isinstance(said, list) else ():
        reply_privately(context, request, message)
    return None if said is None else Ack({"text": said}) if isinstance(said, str) else Ack()


def _by_words(context: AppContext, request: SlackRequest, text: str) -> Ack:
    """Run the recipe that words name on the others, or open its form where there are none."""
    intent = parse_intent(text, context.recipes)
    if intent.about_thread or asks_what_was_missed(context, text):
        return Ack({"text": gettext(WHICH_THREAD)})
    if not intent.text:
        return _open_form(context, request, intent)
    if not intent.is_named and needs_larger_model(context, request, intent.recipe):
        return Ack({"text": not_understood(context, request, text, CALL)})
    return _submit_text(context, request, intent)


def recipe_command(context: AppContext, request: SlackRequest, recipe: str, *, mail: bool) -> Ack:
    """A command for a single recipe: run it on the given text, or open its form if there is no text."""
    text = _text(request)
    if text.casefold() in HELP_WORDS:
        return Ack({"text": help_text(context, request)})
    if names_thread(text):
        return Ack({"text": gettext(WHICH_THREAD)})
    return (_submit_text if text else _open_form)(context, request, Intent(recipe, text, mail))


@members_only
def _submit_text(context: AppContext, request: SlackRequest, intent: Intent) -> Ack:
    recipe = find_recipe(context, request, intent.recipe)
    inputs, target = {recipe.main_input: intent.text, **intent.inputs}, SlackTarget(target_of(request), intent.mail)
    key = f"command:{request.trigger_id or uuid.uuid4().hex}"
    submit_draft(context, request, DraftRequest(recipe, inputs, target, key))
    return Ack({"text": gettext(WORKING).format(title=told(recipe.title))})


@members_only
def _open_form(context: AppContext, request: SlackRequest, intent: Intent) -> Ack:
    recipe = find_recipe(context, request, intent.recipe)
    data = {**target_of(request).to_json(), **({"mail": True} if intent.mail else {})}
    open_view(context, request, recipe_modal(recipe, data, intent.inputs))
    return Ack()


@members_only
def _open_chooser(context: AppContext, request: SlackRequest) -> Ack:
    open_view(context, request, recipe_chooser(context, request, target_of(request)))
    return Ack()


def _text(request: SlackRequest) -> str:
    text = request.body.get("text")
    return text.strip() if isinstance(text, str) else ""


@members_only
def write_something(context: AppContext, request: SlackRequest) -> Ack:
    """The list of recipes, from anywhere in Slack; the answer comes in the app's messages."""
    target = ReplyTarget(request.team, request.enterprise, is_dm=True)
    open_view(context, request, recipe_chooser(context, request, target))
    return EMPTY_ACK


@members_only
def message_shortcut(context: AppContext, request: SlackRequest, name: str, *, mail: bool, document: bool) -> Ack:
    """Run a recipe on the thread of a message: an ephemeral answer shows only in a thread that exists."""
    message = request.body.get("message")
    message = message if isinstance(message, dict) else {}
    thread_ts = message.get("thread_ts")
    recipe = find_recipe(context, request, name)
    reply_to = target_of(request, thread_ts=thread_ts if isinstance(thread_ts, str) else "")
    thread = ThreadToRead.of_message(request.channel, message).to_json()
    target = SlackTarget(reply_to, mail=mail, document=document, read=thread)
    key = f"shortcut:{name}:{mail}:{request.trigger_id or request.body.get('action_ts', '')}"
    submit_draft(context, request, DraftRequest(recipe, {}, target, key))
    reading = READING_THREAD if reply_to.thread_ts else READING
    reply_privately(context, request, gettext(reading).format(title=told(recipe.title)))
    return EMPTY_ACK


@members_only
def recipe_form(context: AppContext, request: SlackRequest) -> Ack:
    """A recipe's form: run it, or say beside each field what is wrong."""
    view = submitted_view(request)
    data = private_metadata(view)
    reply_to = ReplyTarget.from_json({"team": request.team, **data})
    recipe = find_recipe(context, request, str(data.get("recipe", "")))
    values, fields = read_values(recipe, view), submitted_fields(view)
    if errors := {name: text for name, text in input_errors(recipe, values).items() if name in fields}:
        return field_errors(errors)
    target, key = SlackTarget(reply_to, mail=bool(data.get("mail"))), f"view:{view.get('id', '')}"
    submit_draft(context, request, DraftRequest(recipe, values, target, key))
    if not reply_to.has_response_url():
        return notice(FORM_IN_MESSAGES)
    sign = note_message(gettext(FORM_WORKING).format(title=escape(told(recipe.title))))
    context.in_background(
        lambda: respond(reply_to.response_url, sign, context.connections.api_url, thread_ts=reply_to.thread_ts)
    )
    return EMPTY_ACK
