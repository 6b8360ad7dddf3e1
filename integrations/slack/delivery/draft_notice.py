"""Tells the owner of a mailbox in Slack that a draft waits there, one message a thread, and what became of it.

It is shown in the owner's own messages with the app: who wrote, what about, how the draft begins, and how many
questions are left; nothing else of the mail. When a mail goes out with a question to its owner still in it, they are
told so.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.job import Job
from core.people import People
from core.ports import SurfaceContext
from core.store.records import Record
from core.text.catalogues import N_, gettext, speaking, told
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.client.connections import Connections
from integrations.slack.client.languages import language_of
from integrations.slack.delivery.answer import KIND as ANSWER
from integrations.slack.delivery.answer import AnswerDelivery
from integrations.slack.delivery.digest import slack_digests
from integrations.slack.views.blocks import MAX_FALLBACK_CHARS, BlockMessage, section, shorten
from integrations.slack.views.mrkdwn import escape
from integrations.slack.views.waiting_draft import over_message, waiting_message

if TYPE_CHECKING:
    from slack_sdk import WebClient

NOTICE_KIND = "slack_draft_notice"
KEEP_SECONDS = 30 * 24 * 3600.0
# Among the messages of a job; the first tells of a mail that went out with questions.
NUMBER = 2
_MAX_QUESTION_CHARS, _MAX_TITLE_CHARS = 300, 100


class SlackNotices:
    """See `core.ports.OwnerNotices`.

    Args:
        context: of the Slack surface.
        people: who is who.
    """

    def __init__(self, context: SurfaceContext, people: People) -> None:
        self._context = context
        self._people = people

    def sent_with_gaps(self, job: Job) -> bool:
        """Tell, once, that a mail went out with questions, and return whether its owner is somebody in Slack."""
        slack = slack_digests(self._context, self._people.names(job.workspace, job.person))
        if slack is None:
            return False
        workspace, person = slack.owner
        with speaking(self._language(workspace, person)):
            self._show(job, workspace, person, _gap_notice(job))
        return True

    def waits(self, job: Job, thread: str, link: str, is_untouched: Callable[[], bool]) -> None:
        """Tell that a draft waits: by a message of its own, or in that of the draft before it in the thread."""
        earlier = self._told(job, thread)
        if earlier and earlier.data["job"] == job.id:
            return
        slack = slack_digests(self._context, self._people.names(job.workspace, job.person))
        if slack is None or not is_untouched():
            return
        owner = slack.owner
        client = Connections(self._context.settings, self._context.records).client(owner.workspace)
        with speaking(self._language(owner.workspace, owner.person)):
            message = waiting_message(job, link or self._page(job))
        place = {"team": owner.workspace, "person": owner.person}
        if earlier is None or not _update(client, earlier, message):
            channel = self._show(job, owner.workspace, owner.person, message, first=NUMBER)
            shown = self._context.effects.get_detail(job, f"{ANSWER}:{NUMBER}")
            place |= {"channel": channel, "ts": str(shown["ts"])}
        else:
            place |= {"channel": earlier.data["channel"], "ts": earlier.data["ts"]}
        self._context.records.put(
            NOTICE_KIND,
            job.workspace,
            thread,
            {"job": job.id, **place},
            person=job.person,
            expires_in_seconds=KEEP_SECONDS,
        )

    def _show(self, job: Job, workspace: str, person: str, message: BlockMessage, first: int = 1) -> str:
        """Show a message in somebody's own messages with the app, and return the id of that conversation."""
        client = Connections(self._context.settings, self._context.records).client(workspace)
        channel = str(call(client.conversations_open, users=person)["channel"]["id"])
        delivery = AnswerDelivery(client, self._context.settings.slack_api_url, job, self._context.effects)
        delivery.show_to(channel, [message], first=first)
        return channel

    def is_over(self, job: Job, thread: str, outcome: str, why: str) -> None:
        """Say in the message that told of a draft what became of it; its buttons go."""
        notice = self._told(job, thread)
        if notice is None or notice.data["job"] != job.id:
            return
        client = Connections(self._context.settings, self._context.records).client(str(notice.data["team"]))
        with speaking(self._language(str(notice.data["team"]), str(notice.data["person"]))):
            _update(client, notice, over_message(job, outcome, why))

    def _told(self, job: Job, thread: str) -> Record | None:
        return self._context.records.get(NOTICE_KIND, job.workspace, thread)

    def _language(self, workspace: str, person: str) -> str:
        return language_of(self._context.settings, self._context.records, workspace, person)

    def _page(self, job: Job) -> str:
        """Return the console's page of a job, "" where nobody has said under which address it is reached."""
        base = self._context.settings.public_url
        return f"{base.rstrip('/')}/console/jobs/{job.id}" if base else ""


def _update(client: "WebClient", notice: Record, message: BlockMessage) -> bool:
    """Change a message that told of a draft, and return whether it is still there."""
    try:
        call(
            client.chat_update,
            channel=notice.data["channel"],
            ts=notice.data["ts"],
            text=message.text,
            blocks=message.blocks,
        )
    except SlackRefusal:  # the person has deleted it
        return False
    return True


def _gap_notice(job: Job) -> BlockMessage:
    title = shorten(" ".join(str(job.inputs.get("subject") or gettext("Your mail")).split()), _MAX_TITLE_CHARS)
    asked, hints = (job.draft.questions, job.draft.hints) if job.draft else ((), ())
    if hints and not asked:
        headline = told(N_(f"“{title}” was sent with a hint to you still in it."))
    else:
        headline = told(N_(f"“{title}” was sent with a question to you still in it."))
    quoted = [
        f"> {escape(shorten(' '.join(gap.question.split()), _MAX_QUESTION_CHARS))}" for gap in (asked or hints)[:1]
    ]
    lines = [f"*{escape(headline).replace('*', '')}*", *quoted, gettext("Write to its recipients again.")]
    return BlockMessage(shorten(escape(headline), MAX_FALLBACK_CHARS), [section("\n".join(lines))])
