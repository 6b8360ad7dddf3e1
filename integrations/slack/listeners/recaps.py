"""What did I miss? A channel since a moment: by `/inlaid`, by mention, and in messages that name the channel."""

import uuid
from dataclasses import asdict

from core.text.catalogues import gettext
from core.text.recaps import asks_for_recap
from integrations.slack.access import NOT_HERE, RequestRefused, members_only
from integrations.slack.client.history import NAMED, ChannelToRead
from integrations.slack.context import Ack, AppContext
from integrations.slack.intent import speaks_of_thread
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest
from integrations.slack.submit import DraftRequest, find_recipe, submit_draft, target_of
from integrations.slack.views.mrkdwn import plain_text

# What may stand behind a name that is typed.
_BEHIND_NAME = ".,:;!?)”\"'"
# What it counts as, for policies and the report.
RECIPE = "summarize"
READING = ":hourglass_flowing_sand: I am reading what was written. Only you will see the answer."
WHICH = "Which channel? Name it, for example: what did I miss in #general since Monday? Or ask me in the channel."


def reads_as_recap(context: AppContext, text: str) -> bool:
    """Whether words ask what was missed in a channel."""
    return asks_what_was_missed(context, text) and not speaks_of_thread(text)


def asks_what_was_missed(context: AppContext, text: str) -> bool:
    """Whether words ask what was missed, in a channel or in the thread where they are said."""
    return RECIPE in context.recipes and asks_for_recap(plain_text(text, {}))


@members_only
def recap_command(context: AppContext, request: SlackRequest, text: str) -> Ack:
    """Have the channel read in which the command was typed, or that it names."""
    submit_recap(context, request, text, target_of(request), f"command:{request.trigger_id or uuid.uuid4().hex}")
    return Ack({"text": gettext(READING)})


def _named_channel(text: str) -> str:
    """Return the id of the first channel that a text links ("<#C123|general>"), else a typed name, "" for none."""
    for part in text.split("<#")[1:]:
        named, end, _ = part.partition(">")
        channel = named.partition("|")[0]
        if end and channel.startswith(("C", "G")) and channel.isascii() and channel.isalnum():
            return channel
    typed = (word.rstrip(_BEHIND_NAME) for word in text.casefold().split() if word.startswith(NAMED))
    return next((name for name in typed if name != NAMED), "")


def submit_recap(context: AppContext, request: SlackRequest, text: str, reply_to: ReplyTarget, key: str) -> None:
    """Store the job.

    Raises:
        RequestRefused: it is not said which channel is meant, the app may not work there, or the person asks too fast.
        StoreOutage: nothing was stored.
    """
    channel = _named_channel(text) or request.channel
    is_typed = channel.startswith(NAMED)  # which one that is a worker asks Slack
    if not (is_typed or channel.startswith(("C", "G"))):
        raise RequestRefused(WHICH)
    if not is_typed and context.settings.slack_channels and channel not in context.settings.slack_channels:
        raise RequestRefused(NOT_HERE)
    asked_ts = str(request.event.get("ts") or "")
    wanted = ChannelToRead(channel, plain_text(text, {}), asked_ts if is_typed or channel == request.channel else "")
    read = {name: value for name, value in asdict(wanted).items() if value}
    target = SlackTarget(reply_to, read=read, asked_ts=asked_ts)
    submit_draft(context, request, DraftRequest(find_recipe(context, request, RECIPE, by_rules=True), {}, target, key))
