"""From a new mail to a decision, kept with its reason, and a job when an answer is due.

Order makes it safe to be killed anywhere: the job first (its key makes a repeat the same job), then the decision.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from core.errors import ConflictError, CredentialError, LimitError, MessageError, OutageError
from core.jobs import Job, JobRequest
from integrations.mail.addresses import OwnerAddresses
from integrations.mail.graph.accounts import GraphAccount, GraphAccounts
from integrations.mail.graph.decisions import Judged, is_judged, is_seen, keep, mail_key
from integrations.mail.graph.opening import Box
from integrations.mail.graph.reading import Arrival, read_content, read_facts
from integrations.mail.message import Message
from integrations.mail.preferences import Preferences
from integrations.mail.replying import RECIPE, reply_inputs
from integrations.mail.triage import Decision, decide

log = structlog.get_logger(__name__)

SURFACE = "mail"
KIND = "graph_mail"
SOURCE_FILE = "source.json"
# A mail that was restored or imported shows up as new.
OLDEST_SECONDS = 7 * 24 * 3600.0

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

    def judge(self, message_id: str, *, since_seconds: float = 0.0, folder: str = "inbox") -> Judged | None:
        """Decide about one mail; None when it is no news: judged before, gone, a draft, or older than that.

        Raises:
            InlaidError: Graph does not give it now.
        """
        account = self.box.account
        if is_judged(self.accounts, account, message_id):
            return None
        arrival = read_facts(self.box, message_id)
        if arrival is None or arrival.is_draft or arrival.arrived_at < since_seconds:
            return None
        if arrival.message_id and is_seen(self.accounts, account, arrival.message_id):
            return None
        try:
            message = read_content(self.box, message_id)
        except LimitError as error:
            return self._note(arrival, _no("too_large", f"Not read: {error.message}"))
        except MessageError as error:
            return self._note(arrival, _no("unreadable", error.message))
        if message is None:
            return None
        try:
            decision, inputs = self._decide(message, arrival, folder)
        except Exception as error:  # Whatever a fault in our code is, one mail must not stop all that come after it.
            log.exception("mail not judged", code=type(error).__name__)
            decision, inputs = _no("fault", "It could not be judged; the fault is on our side."), {}
        job = self._ask(message, arrival, inputs) if inputs else ""
        return self._note(arrival, decision, message=message, job=job)

    def _decide(self, message: Message, arrival: Arrival, folder: str) -> tuple[Decision, dict[str, str]]:
        """Return the decision, and the inputs of the reply when one is due."""
        if arrival.is_answered:
            return _no("answered", "It has been answered already."), {}
        if message.date and message.date.timestamp() < time.time() - OLDEST_SECONDS:
            return _no("old", "It was written more than a week ago."), {}
        owner = owner_of_mailbox(self.box.account, self.preferences)
        decision = decide(message, owner, folder=folder)
        try:
            return decision, reply_inputs(message, owner) if decision.needs_reply else {}
        except MessageError as error:
            return _no("no_text", error.message), {}

    def _ask(self, message: Message, arrival: Arrival, inputs: dict[str, str]) -> str:
        """Submit the job that writes the answer, and return its id; "" when it was handled before."""
        account = self.box.account
        delivery = {"kind": KIND, "account": account.name, "id": arrival.id, "conversation": arrival.conversation}
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

    def _note(self, arrival: Arrival, decision: Decision, *, message: Message | None = None, job: str = "") -> Judged:
        judged = Judged(
            self.box.account.name,
            arrival.id,
            decision.model_dump(mode="json"),
            subject=message.subject if message else arrival.subject,
            sender=str(message.sender) if message else "",
            message_id=arrival.message_id,
            job=job,
        )
        keep(self.accounts, self.box.account, judged)
        return judged


def owner_of_mailbox(account: GraphAccount, preferences: Preferences) -> OwnerAddresses:
    """Return who answers in a mailbox."""
    return OwnerAddresses(name=account.owner_name, address=account.address, aliases=preferences.aliases)


def is_lasting(error: Exception) -> bool:
    """Whether an error concerns the mailbox as a whole, and not the one mail that was asked for."""
    return isinstance(error, CredentialError | OutageError)


def _number(message: Message, message_id: str) -> int:
    """Return a number that puts mails of the same second in an order: by what they answer, then by id."""
    return len(message.references) << 32 | int.from_bytes(hashlib.sha256(message_id.encode()).digest()[:4])


def _no(rule: str, reason: str) -> Decision:
    return Decision(needs_reply=False, reason=reason, rule=rule)
