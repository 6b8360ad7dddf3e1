"""Tells somebody in Slack that a mail of theirs went out with a question to them still in it."""

from core.job import Job
from core.people import People
from core.ports import SurfaceContext
from core.text.catalogues import N_, gettext, speaking, told
from integrations.slack.client.api import call
from integrations.slack.client.connections import Connections
from integrations.slack.client.languages import language_of
from integrations.slack.delivery.answer import AnswerDelivery
from integrations.slack.delivery.digest import slack_digests
from integrations.slack.views.blocks import MAX_FALLBACK_CHARS, BlockMessage, section, shorten
from integrations.slack.views.mrkdwn import escape

_MAX_QUESTION_CHARS, _MAX_TITLE_CHARS = 300, 100


def tell_of_open_gaps(context: SurfaceContext, people: People, job: Job) -> bool:
    """Tell the person of a job that wrote a mail, once, and return whether they are somebody in Slack.

    Raises:
        OutageError: Slack cannot be asked right now.
        InlaidError: they cannot be told there.
    """
    slack = slack_digests(context, people.names(job.workspace, job.person))
    if slack is None:
        return False
    client = Connections(context.settings, context.records).client(slack.owner.workspace)
    place = str(call(client.conversations_open, users=slack.owner.person)["channel"]["id"])
    delivery = AnswerDelivery(client, context.settings.slack_api_url, job, context.effects)
    with speaking(language_of(context.settings, context.records, slack.owner.workspace, slack.owner.person)):
        delivery.show_to(place, [gap_notice(job)])
    return True


def gap_notice(job: Job) -> BlockMessage:
    """Return the message."""
    title = shorten(" ".join(str(job.inputs.get("subject") or gettext("Your mail")).split()), _MAX_TITLE_CHARS)
    headline = told(N_(f"“{title}” was sent with a question to you still in it."))
    asked = job.draft.gaps[:1] if job.draft else ()
    quoted = [f"> {escape(shorten(' '.join(gap.question.split()), _MAX_QUESTION_CHARS))}" for gap in asked]
    lines = [f"*{escape(headline).replace('*', '')}*", *quoted, gettext("Write to its recipients again.")]
    return BlockMessage(shorten(escape(headline), MAX_FALLBACK_CHARS), [section("\n".join(lines))])
