"""Slash commands: text runs a recipe at once, no text opens its form. Each is acknowledged with its first sign."""

from integrations.slack.access import members_only
from integrations.slack.context import Ack, AppContext
from integrations.slack.intents import HELP_WORDS, parse_intent
from integrations.slack.listeners.commands.report import REPORT_WORDS, report
from integrations.slack.listeners.open_view import open_view
from integrations.slack.reply_target import SlackTarget
from integrations.slack.request import SlackRequest
from integrations.slack.submit import DraftRequest, find_recipe, recipe_chooser, submit_draft, target_of
from integrations.slack.views.modals import recipe_modal

HELP = (
    "*Inlaid* writes drafts where you work; only you see them until you post them.\n"
    "`/draft`, `/rewrite`, `/summarize`, `/email` with your text, or alone for a form; `/inlaid` shows everything, "
    "`/inlaid report` what became of it.\n"
    "In a message's menu: Summarize thread, Draft a reply, Find action items, Turn into an email."
)
WORKING = ":hourglass_flowing_sand: {title}: I am on it. Only you will see the answer."


def inlaid(context: AppContext, request: SlackRequest) -> Ack:
    """`/inlaid`: the list of recipes, the report, or whatever the words after it ask for."""
    text = _text(request)
    if not text:
        return _open_chooser(context, request)
    if text.casefold() in REPORT_WORDS:
        return report(context, request)
    intent = parse_intent(text, context.recipes)
    if not intent.recipe:
        return Ack({"text": HELP})
    return _submit(context, request, intent.recipe, intent.text, mail=intent.mail)


def recipe_command(context: AppContext, request: SlackRequest, recipe: str, *, mail: bool) -> Ack:
    """A command of one recipe: run it on the text, or open its form when there is none."""
    text = _text(request)
    if text.casefold() in HELP_WORDS:
        return Ack({"text": HELP})
    if not text:
        return _open_form(context, request, recipe, mail=mail)
    return _submit(context, request, recipe, text, mail=mail)


@members_only
def _submit(context: AppContext, request: SlackRequest, name: str, text: str, *, mail: bool) -> Ack:
    recipe = find_recipe(context, request, name)
    inputs, key = {recipe.main_input: text}, f"command:{request.trigger_id}"
    submit_draft(context, request, DraftRequest(recipe, inputs, SlackTarget(target_of(request), mail=mail), key))
    return Ack({"text": WORKING.format(title=recipe.title)})


@members_only
def _open_form(context: AppContext, request: SlackRequest, name: str, *, mail: bool) -> Ack:
    recipe = find_recipe(context, request, name)
    data = {**target_of(request).to_json(), **({"mail": True} if mail else {})}
    open_view(context, request, recipe_modal(recipe, data))
    return Ack()


@members_only
def _open_chooser(context: AppContext, request: SlackRequest) -> Ack:
    open_view(context, request, recipe_chooser(context, request, target_of(request)))
    return Ack()


def _text(request: SlackRequest) -> str:
    text = request.body.get("text")
    return text.strip() if isinstance(text, str) else ""
