"""Open questions in sent mail, for every kind of mailbox: when they are looked for, and the job that follows one up.

Each question gets one follow-up at most: its Message-ID is the key of the job.
"""

import time
from collections.abc import Callable

from core.errors import ConflictError, PolicyRefused
from core.store import Store
from core.store.records import RecordStore
from core.text.asks import find_wanted
from core.text.catalogues import N_
from integrations.mail.mailbox.account import A, MailboxAccount
from integrations.mail.mailbox.outcomes import take_back
from integrations.mail.mailbox.pending_drafts import MailHead, PendingDrafts
from integrations.mail.mailbox.preferences import (
    Preferences,
    language_of_account,
    load_preferences,
    now,
    owner_of_account,
)
from integrations.mail.mailbox.provider import Mailbox, Provider, Submit, read_if_possible
from integrations.mail.mailbox.style_learning import load_style
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from integrations.mail.mailbox.triage_round import writing_request
from integrations.mail.mailbox.visits import Backoff
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import split_text
from integrations.mail.reply.greeting import mail_language
from integrations.mail.reply.writing_style import WritingStyle, frame_inputs
from integrations.mail.triage.decide import FOLLOW_UP
from integrations.mail.triage.weighing import TriageDecision

RECIPE = "compose"
DAY_SECONDS = 24 * 3600.0
# A question that has been open for longer when follow-ups are switched on is left alone.
MAX_LATE_DAYS = 7
EVERY_SECONDS = 3600.0
_MAX_RECIPIENTS = 3
_MAX_QUOTED_CHARS = 200
_LIST_FIELDS = ("list-id", "list-post", "auto-submitted")
# How the day is written, and what is said; the question is quoted, so that nothing is claimed about it.
_WORDS = {
    "en": (
        "%d %B",
        "I would like to come back to my question of {day}, “{question}”, and would be glad to hear from you.",
    ),
    "de": (
        "%d.%m.",
        "ich komme auf meine Frage vom {day} zurück, „{question}“, und würde mich über eine Antwort freuen.",
    ),
    "fr": (
        "%d/%m",
        "je reviens sur ma question du {day}, « {question} », et vous remercie d'avance de votre réponse.",
    ),
    "es": ("%d/%m", "retomo mi pregunta del {day}, «{question}», y quedo a la espera de su respuesta."),
}


def open_question(sent: MailMessage, owner: OwnerAddresses) -> str:
    """Return the question of a sent mail that waits for an answer; "" when it asks nobody in particular anything."""
    others = tuple(address for address in (*sent.to, *sent.cc) if not owner.owns(address))
    if not owner.owns(sent.sender) or not 0 < len(others) <= _MAX_RECIPIENTS:
        return ""
    if any(sent.has_header(name) for name in _LIST_FIELDS):
        return ""
    asked = find_wanted(split_text(sent.text).new_text)
    found = [sentence for sentence in (*asked.clear, *asked.questions) if sentence.rstrip().endswith("?")]
    return found[0] if found and len(found[0]) <= _MAX_QUOTED_CHARS else ""


def follow_up_inputs(
    sent: MailMessage, question: str, owner: OwnerAddresses, style: WritingStyle | None
) -> dict[str, str]:
    """Return the inputs of the recipe `compose` for a follow-up to a sent mail."""
    language = mail_language(sent)
    day_form, words = _WORDS.get(language, _WORDS["en"])
    day = sent.date.strftime(day_form).lstrip("0") if sent.date else ""
    asked = next(address for address in sent.to if not owner.owns(address)) if sent.to else sent.sender
    as_received = sent.model_copy(update={"sender": asked, "text": split_text(sent.text).new_text})
    inputs = {
        "brief": words.format(day=day, question=" ".join(question.split())),
        "subject": sent.subject,
        "recipient_name": asked.name,
        "owner_name": owner.name,
        **frame_inputs(as_received, owner, style, language),
    }
    return {name: value for name, value in inputs.items() if value}


def follow_up_when_due(
    records: RecordStore, account: MailboxAccount, preferences: Preferences, look: Callable[[], object]
) -> None:
    """Look for open questions in a mailbox whose owner wants that, once an hour.

    Raises:
        StoreOutage: nothing can be stored.
        InlaidError: what `look` raises.
    """
    if not preferences.follow_up_days or preferences.is_suspended(now()):
        return
    if records.first_time(account.workspace, f"follow up:{account.name}", within_seconds=EVERY_SECONDS):
        look()


def follow_up(store: Store, provider: Provider[A], account: A, submit: Submit) -> int:
    """Submit a follow-up for each question that is open for long enough, and return how many there are.

    Each question gets one follow-up at most: its Message-ID is the key of the job. When the answer comes after all, the
    draft is taken back, unless its owner has changed it.

    Raises:
        InlaidError: the mailbox cannot be read.
    """
    days, at = load_preferences(store.records, account.workspace, account.name).follow_up_days, time.time()
    since, until = at - (days + MAX_LATE_DAYS) * DAY_SECONDS, at - days * DAY_SECONDS
    with Backoff(store.records).attempt(account.place), provider.open(account) as mailbox:
        mails = mailbox.mail_since(since)
        # An own mail that goes on with the thread has asked again, or settled it.
        settled = frozenset(message_id for head in mails for message_id in head.answers)
        sent = [head for head in mails if head.is_sent and head.at <= until]
        due = [head for head in sent if head.message_id and head.message_id not in settled]
        made = sum(_submit(store.records, account, submit, mailbox, head) for head in due)
        for draft in PendingDrafts(store.records, account).list():
            if draft.answers in settled and store.jobs.get(draft.job).recipe == RECIPE:
                take_back(store, account, mailbox, draft, why="answered")
    return made


def _submit(records: RecordStore, account: MailboxAccount, submit: Submit, mailbox: Mailbox, head: MailHead) -> bool:
    """Submit the follow-up of a sent mail, and tell whether there is one. A second time is the same job."""
    message = read_if_possible(mailbox, head)
    if message is None:
        return False
    style = load_style(records, account.workspace, account.name)
    preferences = load_preferences(records, account.workspace, account.name)
    owner = owner_of_account(message, account, preferences, style)
    question = open_question(message, owner)
    if not question:
        return False
    target = mailbox.target_of(head)
    inputs, key = follow_up_inputs(message, question, owner, style), f"follow-up:{account.name}:{head.message_id}"
    try:
        spoken = language_of_account(records, account, preferences)
        job = submit(writing_request(account, RECIPE, inputs, message, (key, target), spoken=spoken))
    except (ConflictError, PolicyRefused):  # made before, in other words; or its owner may not ask for it
        return False
    if (triaged := TriageRecords(records, account)).get(target.key) is None:
        asked = next(address for address in (*message.to, *message.cc) if not owner.owns(address))
        decision = TriageDecision(needs_reply=True, reason=N_(f"Nobody has answered: {question}"), rule=FOLLOW_UP)
        record = TriageRecord(
            account.name,
            target.uid,
            decision.model_dump(mode="json"),
            subject=message.subject,
            sender=str(asked),
            message_id=head.message_id,
            job=job.id,
            uidvalidity=target.uidvalidity,
        )
        triaged.put(target.key, record)
    return True
