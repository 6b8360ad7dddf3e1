"""Open questions in sent mail, for every kind of mailbox: when they are looked for, and the job that follows one up.

Each question gets one follow-up at most: its Message-ID is the key of the job.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import ConflictError
from core.jobs import Job, JobRequest
from core.store.records import RecordStore
from integrations.mail.follow_up import follow_up_inputs, open_question
from integrations.mail.judgement import FOLLOW_UP
from integrations.mail.learning import Writer
from integrations.mail.message import Message
from integrations.mail.preferences import load_preferences, now
from integrations.mail.replying import SOURCE_FILE, owner_of
from integrations.mail.triage import Decision
from integrations.mail.voices import load_voice

RECIPE = "compose"
DAY_SECONDS = 24 * 3600.0
# A question that has been open for longer when follow-ups are switched on is left alone.
LATEST_DAYS = 7
EVERY_SECONDS = 3600.0

Submit = Callable[[JobRequest], Job]


@dataclass(frozen=True)
class Span:
    """When a question was sent that is due now, in Unix seconds."""

    since: float
    until: float


def span_of(records: RecordStore, account: Writer) -> Span:
    """Return when questions were sent that are due now, as the owner has set it."""
    days = load_preferences(records, account.workspace, account.name).follow_up_days
    at = time.time()
    return Span(at - (days + LATEST_DAYS) * DAY_SECONDS, at - days * DAY_SECONDS)


def follow_up_when_due(records: RecordStore, account: Writer, look: Callable[[], object]) -> None:
    """Look for open questions in a mailbox whose owner wants that, once an hour.

    Raises:
        StoreOutage: nothing can be stored.
        InlaidError: what `look` raises.
    """
    preferences = load_preferences(records, account.workspace, account.name)
    if not preferences.follow_up_days or preferences.rests(now()):
        return
    if records.first_time(account.workspace, f"follow up:{account.name}", within_seconds=EVERY_SECONDS):
        look()


@dataclass(frozen=True)
class Asked:
    """A follow-up that was submitted, as it is shown among the decisions: why, its subject, who was asked, the job."""

    decision: Decision
    subject: str
    asked: str
    job: str


@dataclass(frozen=True)
class Asking:
    """Submits follow-ups for one mailbox.

    Args:
        records: where settings and voice are.
        account: the mailbox.
        submit: takes the jobs.
    """

    records: RecordStore
    account: Writer
    submit: Submit

    def ask(self, message: Message, message_id: str, delivery: Mapping[str, Any]) -> Asked | None:
        """Submit the follow-up of a sent mail; None when it asks nothing. A second time is the same job."""
        account, records = self.account, self.records
        aliases = load_preferences(records, account.workspace, account.name).aliases
        owner = owner_of(message, name=account.owner_name, address=account.address, aliases=aliases)
        asked = [one for one in (*message.to, *message.cc) if not owner.owns(one)]
        question = open_question(message, owner)
        if not question:
            return None
        request = JobRequest(
            RECIPE,
            dict(follow_up_inputs(message, question, owner, load_voice(records, account.workspace, account.name))),
            surface="mail",
            person=account.person,
            workspace=account.workspace,
            dedupe_key=f"follow-up:{account.name}:{message_id}",
            queue="background",
            delivery=dict(delivery),
            blobs={SOURCE_FILE: message.model_dump_json().encode()},
        )
        try:
            job = self.submit(request)
        except ConflictError:  # made before, in other words
            return None
        reason = f"Nobody has answered: {question}"
        return Asked(Decision(needs_reply=True, reason=reason, rule=FOLLOW_UP), message.subject, str(asked[0]), job.id)
