"""Tells the owner of a mailbox in Slack that a draft waits there, one message a thread, and what became of it.

It is shown in the owner's own messages with the app: who wrote, what about, and how many questions are left; nothing of
the mail or the draft itself.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.job import Job
from core.people import People
from core.ports import SurfaceContext
from core.store.records import Record
from core.text.catalogues import speaking
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.client.connections import Connections
from integrations.slack.client.languages import language_of
from integrations.slack.delivery.answer import KIND as ANSWER
from integrations.slack.delivery.answer import AnswerDelivery
from integrations.slack.delivery.digest import slack_digests
from integrations.slack.delivery.gap_notice import tell_of_open_gaps
from integrations.slack.views.blocks import BlockMessage
from integrations.slack.views.waiting_draft import over_message, waiting_message

if TYPE_CHECKING:
    from slack_sdk import WebClient

NOTICE_KIND = "slack_draft_notice"
KEEP_SECONDS = 30 * 24 * 3600.0
# Among the messages of a job; the first tells of a mail that went out with questions.
NUMBER = 2


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
        """Tell of a mail that went out with questions, see `tell_of_open_gaps`."""
        return tell_of_open_gaps(self._context, self._people, job)

    def waits(self, job: Job, thread: str, link: str, is_untouched: Callable[[], bool]) -> None:
        """Tell that a draft waits: by a message of its own, or in that of the draft before it in the thread."""
        told = self._told(job, thread)
        if told and told.data["job"] == job.id:
            return
        slack = slack_digests(self._context, self._people.names(job.workspace, job.person))
        if slack is None or not is_untouched():
            return
        owner = slack.owner
        client = Connections(self._context.settings, self._context.records).client(owner.workspace)
        with speaking(self._language(owner.workspace, owner.person)):
            message = waiting_message(job, link or self._page(job))
        place = {"team": owner.workspace, "person": owner.person}
        if told is None or not _update(client, told, message):
            channel = str(call(client.conversations_open, users=owner.person)["channel"]["id"])
            delivery = AnswerDelivery(client, self._context.settings.slack_api_url, job, self._context.effects)
            delivery.show_to(channel, [message], first=NUMBER)
            shown = self._context.effects.get_detail(job, f"{ANSWER}:{NUMBER}")
            place |= {"channel": channel, "ts": str(shown["ts"])}
        else:
            place |= {"channel": told.data["channel"], "ts": told.data["ts"]}
        self._context.records.put(
            NOTICE_KIND,
            job.workspace,
            thread,
            {"job": job.id, **place},
            person=job.person,
            expires_in_seconds=KEEP_SECONDS,
        )

    def is_over(self, job: Job, thread: str, outcome: str, why: str) -> None:
        """Say in the message that told of a draft what became of it; its buttons go."""
        told = self._told(job, thread)
        if told is None or told.data["job"] != job.id:
            return
        client = Connections(self._context.settings, self._context.records).client(str(told.data["team"]))
        with speaking(self._language(str(told.data["team"]), str(told.data["person"]))):
            _update(client, told, over_message(job, outcome, why))

    def _told(self, job: Job, thread: str) -> Record | None:
        return self._context.records.get(NOTICE_KIND, job.workspace, thread)

    def _language(self, workspace: str, person: str) -> str:
        return language_of(self._context.settings, self._context.records, workspace, person)

    def _page(self, job: Job) -> str:
        """Return the console's page of a job, "" where nobody has said under which address it is reached."""
        base = self._context.settings.public_url
        return f"{base.rstrip('/')}/console/jobs/{job.id}" if base else ""


def _update(client: "WebClient", told: Record, message: BlockMessage) -> bool:
    """Change a message that told of a draft, and return whether it is still there."""
    try:
        call(
            client.chat_update,
            channel=told.data["channel"],
            ts=told.data["ts"],
            text=message.text,
            blocks=message.blocks,
        )
    except SlackRefusal:  # the person has deleted it
        return False
    return True
