"""Follow-up drafts for questions that were sent from a mailbox at Microsoft and that nobody answered.

All folders are looked through, so that an answer counts wherever a rule has filed it. When one comes after all, the
draft is taken back, unless its owner has changed it.
"""

from core.errors import InlaidError
from core.store import Store
from integrations.mail.graph.accounts import GraphAccount
from integrations.mail.graph.drafts import Drafts
from integrations.mail.graph.heads import Head, heads_since
from integrations.mail.graph.judging import KIND, Submit, is_lasting
from integrations.mail.graph.learning import SENT
from integrations.mail.graph.opening import Box, Microsoft
from integrations.mail.graph.outcomes import take_back
from integrations.mail.graph.reading import read_content
from integrations.mail.graph.seen import mail_key
from integrations.mail.mailbox.follow_ups import RECIPE, Asking, span_of
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from integrations.mail.message.message import Message


def follow_up_microsoft(microsoft: Microsoft, store: Store, account: GraphAccount, submit: Submit) -> int:
    """Submit a follow-up for each question that is open for long enough, and return how many that are.

    Raises:
        InlaidError: the mailbox cannot be read.
    """
    box, span = microsoft.open(account), span_of(store.records, account)
    sent_folder = str(box.graph.get(box.folder(SENT), select=("id",))["id"])
    mails = [one for one in heads_since(box, span.since) if not one.is_draft]
    settled = frozenset(message_id for one in mails for message_id in one.answers)
    due = [
        one for one in mails
        if one.folder == sent_folder and one.at <= span.until and one.message_id and one.message_id not in settled
    ]  # fmt: skip
    asking = Asking(store.records, account, submit)
    made = sum(_ask(box, asking, one) for one in due)
    for waiting in PendingDrafts(store.records, account).list():
        if waiting.answers in settled and store.jobs.get(waiting.job).recipe == RECIPE:
            take_back(store, Drafts(box), account, waiting)
    return made


def _ask(box: Box, asking: Asking, mail: Head) -> bool:
    message = _read(box, mail)
    if message is None:
        return False
    delivery = {"kind": KIND, "account": box.account.name, "id": mail.ref, "conversation": mail.conversation}
    made = asking.ask(message, mail.message_id, {**delivery, "arrived_at": mail.at, "number": 0})
    if made is None:
        return False
    key, triaged = mail_key(box.account, mail.ref), TriageRecords(asking.records, box.account)
    if triaged.get(key) is None:
        decision = made.decision.model_dump(mode="json")
        triaged.put(key, TriageRecord(box.account.name, mail.ref, decision, made.subject, made.asked, job=made.job))
    return True


def _read(box: Box, mail: Head) -> Message | None:
    try:
        return read_content(box, mail.ref)
    except InlaidError as error:
        if is_lasting(error):
            raise
        return None
