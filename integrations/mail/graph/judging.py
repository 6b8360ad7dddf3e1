"""From a new mail to a decision, kept with its reason, and a job when an answer is due.

Order makes it safe to be killed anywhere: the job first (its key makes a repeat the same job), then the decision.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from core.errors import ConflictError, InlaidError, LimitError, OutageError
from core.job import Job, JobRequest
from integrations.mail.graph.accounts import INBOX, GraphAccount, GraphAccounts
from integrations.mail.graph.opening import Box
from integrations.mail.graph.reading import Arrival, read_content, read_facts
from integrations.mail.graph.seen import is_seen, mail_key, note_seen
from integrations.mail.graph.target import KIND
from integrations.mail.isolated import judge
from integrations.mail.mailbox.failures import is_lasting
from integrations.mail.mailbox.preferences import Preferences, now, reader_of
from integrations.mail.mailbox.style_store import load_voice
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import Message
from integrations.mail.message.owner import owner_of
from integrations.mail.reply.reply import RECIPE, REQUESTED, SOURCE_FILE
from integrations.mail.triage.decide import Decision
from integrations.mail.triage.policy import Reader, no_draft

log = structlog.get_logger(__name__)

SURFACE = "mail"
# What no mark on a mail can change.
LASTING = frozenset({REQUESTED, "no_text", "too_large", "unreadable"})

Submit = Callable[[JobRequest], Job]


@dataclass(frozen=True)
class Judge:
    """Decides about the mails of one mailbox.

    Args:
        accounts: where decisions are kept.
        box: the open mailbox.
        preferences: what its owner has set.
        submit: takes the job that writes an answer.
    """

    accounts: GraphAccounts
    box: Box
    preferences: Preferences
    submit: Submit

    @property
    def triaged(self) -> TriageRecords:
        """What was decided before."""
        return TriageRecords(self.accounts.records, self.box.account)

    def judge(
        self, message_id: str, *, since_seconds: float = 0.0, folder: str = INBOX, is_requested: bool = False
    ) -> TriageRecord | None:
        """Decide about one mail; None when it is no news: judged before, gone, a draft, or older than that.

        A mail that its owner has marked for a draft is judged again, until it has had one.

        Raises:
            InlaidError: Graph does not give it now.
        """
        account = self.box.account
        before = self.triaged.get(mail_key(account, message_id))
        if before and (not is_requested or before.job or before.decision["rule"] in LASTING):
            return None
        arrival = self._facts(message_id)
        if isinstance(arrival, TriageRecord) or arrival is None or arrival.is_draft:
            return arrival if isinstance(arrival, TriageRecord) else None
        is_news = arrival.arrived_at >= since_seconds and not is_seen(
            self.accounts.records, account, arrival.message_id
        )
        if not is_news and not is_requested:
            return None
        try:
            message = read_content(self.box, message_id)
        except LimitError as error:
            return self._note(arrival, no_draft("too_large", f"Not read: {error.message}"))
        except InlaidError as error:
            if is_lasting(error):
                raise
            return self._note(arrival, no_draft("unreadable", error.message))
        if message is None:
            return None
        try:
            decision, inputs = judge(
                message,
                self._reader(message),
                folder=folder,
                is_answered=arrival.is_answered,
                is_requested=is_requested,
            )
        except OutageError:
            raise
        except Exception as error:  # Whatever a fault in our code is, one mail must not stop all that come after it.
            log.exception("mail not judged", code=type(error).__name__)
            decision, inputs = no_draft("fault", "It could not be judged; the fault is on our side."), {}
        job = self._ask(message, arrival, inputs, is_requested=is_requested) if inputs else ""
        return self._note(arrival, decision, message=message, job=job)

    def _facts(self, message_id: str) -> Arrival | TriageRecord | None:
        """Return the facts of a mail; one that Graph refuses is noted, so that it holds up no other."""
        try:
            return read_facts(self.box, message_id)
        except InlaidError as error:
            if is_lasting(error):
                raise
            return self._note(Arrival(message_id), no_draft("unreadable", error.message))

    def _reader(self, message: Message) -> Reader:
        account, preferences = self.box.account, self.preferences
        voice = load_voice(self.accounts.records, account.workspace, account.name)
        today = self._count_today() if preferences.drafts_per_day else 0
        return reader_of(owner_of_mailbox(account, preferences, message), preferences, voice, drafts_today=today)

    def _count_today(self) -> int:
        return self.triaged.count_drafts(since=self.preferences.day_start(now()))

    def _ask(self, message: Message, arrival: Arrival, inputs: dict[str, str], *, is_requested: bool) -> str:
        """Submit the job that writes the answer, and return its id; "" when it was handled before."""
        account = self.box.account
        delivery: dict[str, object] = {"kind": KIND, "account": account.name, "id": arrival.id}
        delivery["conversation"] = arrival.conversation
        if is_requested:
            delivery[REQUESTED] = True
        request = JobRequest(
            RECIPE,
            dict(inputs),
            surface=SURFACE,
            person=account.person,
            workspace=account.workspace,
            dedupe_key=mail_key(account, arrival.id),
            queue="background",
            delivery={**delivery, "arrived_at": arrival.arrived_at, "number": _number(message, arrival.id)},
            blobs={SOURCE_FILE: message.model_dump_json().encode()},
        )
        try:
            return self.submit(request).id
        except ConflictError:  # the mailbox was connected before, with other settings
            return ""

    def _note(
        self, arrival: Arrival, decision: Decision, *, message: Message | None = None, job: str = ""
    ) -> TriageRecord:
        record = TriageRecord(
            self.box.account.name,
            arrival.id,
            decision.model_dump(mode="json"),
            subject=message.subject if message else arrival.subject,
            sender=str(message.sender) if message else "",
            message_id=arrival.message_id,
            job=job,
        )
        note_seen(self.accounts.records, self.box.account, arrival.message_id)
        self.triaged.put(mail_key(self.box.account, arrival.id), record)
        return record


def owner_of_mailbox(account: GraphAccount, preferences: Preferences, message: Message) -> OwnerAddresses:
    """Return who answers a mail, with what they do where the directory says it."""
    owner = owner_of(message, name=account.owner_name, address=account.address, aliases=preferences.aliases)
    return owner.model_copy(update={"role": account.owner_role})


def _number(message: Message, message_id: str) -> int:
    """Return a number that puts mails of the same second in an order: by what they answer, then by id."""
    return len(message.references) << 32 | int.from_bytes(hashlib.sha256(message_id.encode()).digest()[:4])
