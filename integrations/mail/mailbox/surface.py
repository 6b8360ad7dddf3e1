"""Mail in a worker: replies go into their thread, new mails into the Drafts folder, each draft once."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Generic, NamedTuple

from core.drafts import Draft, JsonObject
from core.errors import InlaidError, NotFoundError, OutageError, SurfaceOutage
from core.job import CAUTION, IS_SURELY_DANGER, Job
from core.ports import SurfaceContext
from core.sources.attached import attached_value, unread
from core.sources.formats import is_document
from core.sources.ports import FileReader
from core.store.effects import MAILBOX_DRAFT, SOURCE_FILE
from core.store.records import RecordStore
from core.text.language import detect_language
from core.writing.grounded.passages import passages_value
from integrations.mail.isolated import attached_files
from integrations.mail.mailbox.account import A, MailboxAccount, MailOwner, NewDraft, own_mailbox
from integrations.mail.mailbox.deliveries import DELIVERY_SECONDS, PATIENCE_SECONDS, Deliveries, deliveries
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts, Thread
from integrations.mail.mailbox.preferences import Preferences, goes_to_all, load_preferences, owner_of_account
from integrations.mail.mailbox.provider import Provider, ReplyDraft
from integrations.mail.mailbox.style_learning import load_style
from integrations.mail.mailbox.triage_records import TriageRecords
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.reply.caution import caution_draft
from integrations.mail.reply.compose import (
    ONLY_GAPS,
    RECIPE,
    REQUESTED,
    bare_subject,
    is_left_to_person,
    reply_recipients,
)
from integrations.mail.reply.goes_to import goes_to
from integrations.mail.reply.greeting import mail_language
from integrations.mail.reply.in_mailbox import as_in_mailbox
from integrations.mail.reply.writing_style import signature_below

# When it is first looked for what became of a draft.
OUTCOME_SECONDS = 60.0

KEEP_SECONDS = 90 * 24 * 3600.0
LOCK_SECONDS = 120.0
# What a job's `prepare` gives of the files of a mail, and how often it waits for a mailbox to have them.
ATTACHED, ATTACHED_FILES, MAX_TRIES_FOR_FILES = "attached", "the attached files", 2


class _Asked(NamedTuple):
    """The mail that a job answers, in whose mailbox, and whether to everybody in it."""

    source: MailMessage
    account: Any
    preferences: Preferences
    owner: OwnerAddresses
    to_all: bool


class ReplySurface(ABC):
    """See `core.ports.Surface`; each provider has a class of its own that says where its mailboxes are.

    Args:
        patience_seconds: how long a job waits for the mail server; see `integrations.mail.mailbox.deliveries`.
        read_file: reads the files that came with a mail; None: nothing does.
    """

    def __init__(self, *, patience_seconds: float = PATIENCE_SECONDS, read_file: FileReader | None = None) -> None:
        self._patience_seconds, self._read_file = patience_seconds, read_file

    @abstractmethod
    def provider(self, context: SurfaceContext) -> Provider[Any]:
        """Return the provider of the mailboxes."""

    def deliveries(self) -> Deliveries:
        """Return those that its own are among."""
        return deliveries()

    def compose(self, job: Job, context: SurfaceContext) -> Draft | None:
        """Return the draft for a mail that looks like fraud, which only warns; None for any other mail."""
        reason = str(job.delivery.get(CAUTION, ""))
        if not reason:
            return None
        asked = self._asked(job, context)
        return caution_draft(asked.source, asked.owner, reason)

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return who will get the reply, and what stands in the files that came with the mail.

        Its text was read when it was noticed.

        Raises:
            OutageError: the mailbox cannot be reached, and it is the first try that counts: later ones do without.
        """
        if job.recipe != RECIPE:
            return {}
        asked = self._asked(job, context)
        to, cc = reply_recipients(asked.source, asked.owner, reply_all=asked.to_all)
        return {**goes_to((*to, *cc), asked.owner), **self._attached(job, asked.source, context)}

    def _asked(self, job: Job, context: SurfaceContext) -> _Asked:
        """Return what a job answers. Raises NotFoundError where the mailbox is no longer connected."""
        source = MailMessage.model_validate_json(context.effects.get_file(job, SOURCE_FILE))
        account = self.provider(context).accounts.get(job.workspace, str(job.delivery.get("account", "")))
        preferences = load_preferences(context.records, account.workspace, account.name)
        style = load_style(context.records, account.workspace, account.name)
        owner = owner_of_account(source, account, preferences, style)
        to_all = goes_to_all(source, owner, preferences) and not job.delivery.get(CAUTION)
        return _Asked(source, account, preferences, owner, to_all)

    def _attached(self, job: Job, source: MailMessage, context: SurfaceContext) -> JsonObject:
        if self._read_file is None or not any(is_document(file.name) for file in source.attachments):
            return {}
        try:
            data = self._raw(job, context)
            read = attached_value(attached_files(data), self._read_file) if data else ""
        except OutageError as error:
            if job.attempts < min(MAX_TRIES_FOR_FILES, context.settings.max_attempts):
                raise
            is_busy = isinstance(error, SurfaceOutage)
            why = "there was no time to read them." if is_busy else "the mailbox could not be reached."
            read = passages_value([unread(ATTACHED_FILES, why)])
        except InlaidError as error:
            read = passages_value([unread(ATTACHED_FILES, error.message)])
        return {ATTACHED: read} if read else {}

    def _raw(self, job: Job, context: SurfaceContext) -> bytes | None:
        provider = self.provider(context)
        target = provider.target(job.delivery)
        account = provider.accounts.get(job.workspace, target.account)

        def read() -> bytes | None:
            with provider.open(account) as mailbox:
                return mailbox.raw(target)

        return self.deliveries().make(
            context.records, account.place, f"files:{job.id}", read, patience_seconds=DELIVERY_SECONDS, is_needed=True
        )

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Put the draft into the thread; the error of a failed job is shown by `inlaid mailbox list`.

        Raises:
            NotFoundError: the mailbox is no longer connected.
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """
        effects, records = context.effects, context.records
        if job.draft is None or effects.intend(job, MAILBOX_DRAFT, {})[0] == "confirmed":
            return
        provider = self.provider(context)
        source, account, preferences, owner, to_all = self._asked(job, context)
        target = provider.target(job.delivery)
        is_requested = target.is_requested or bool(job.refines) or _is_marked(records, account, target.key, job)
        # A danger that only its owner can answer stands in the mailbox all the same.
        is_wanted = is_requested or bool(job.delivery.get(IS_SURELY_DANGER))
        if is_left_to_person(job, gaps_only=preferences.gaps_only or is_wanted):
            effects.confirm(job, MAILBOX_DRAFT, {"placed": ONLY_GAPS})
            return
        known = _signatures(records, account, preferences)
        job, signature = _as_placed(job, known, mail_language(source))
        reply = ReplyDraft(job, source, owner, to_all, Thread(records, account, source), effects)
        act = partial(_place, records, provider, account, reply, signature)
        self.deliveries().make(records, account.place, job.id, act, patience_seconds=self._patience_seconds)


def _as_placed(job: Job, known: Mapping[str, str], language: str) -> tuple[Job, str]:
    """Return the job as its draft is placed, and the owner's signature below it; the house style's own stands for it.

    Hints are left out: what they quote stands below the reply. What is to be seen first stands above it, remarks in it.
    """
    assert job.draft is not None
    draft = as_in_mailbox(job.draft)
    block = "" if draft.signature else signature_below(draft.text, known, language)
    text = f"{draft.text}\n\n{block}" if block else draft.text
    return replace(job, draft=draft.model_copy(update={"text": text})), block


def _note_version(records: RecordStore, account: MailboxAccount, key: str, job: Job) -> None:
    """Note that a mail's draft is a new version of it, so that lists and labels follow that one."""
    judged = TriageRecords(records, account)
    if job.refines and (record := judged.get(key)):
        judged.put(key, replace(record, job=job.id), is_version=True)


def _is_marked(records: RecordStore, account: MailboxAccount, key: str, job: Job) -> bool:
    """Whether the owner asked for a draft while it was being written."""
    record = TriageRecords(records, account).get(key)
    return record is not None and record.job == job.id and record.decision["rule"] == REQUESTED


def _signatures(records: RecordStore, account: MailboxAccount, preferences: Preferences) -> Mapping[str, str]:
    """Return the signatures that the owner has typed, by language; failing that those that were learnt."""
    style = load_style(records, account.workspace, account.name)
    return preferences.signatures or (style.signatures if style else {})


def _place(records: RecordStore, provider: Provider[A], account: A, reply: ReplyDraft, signature: str) -> None:
    job, source = reply.job, reply.source
    with provider.open(account) as mailbox:
        done = mailbox.place_reply(reply)
    if done.placed == "placed":
        to, cc = reply_recipients(source, reply.owner, reply_all=reply.reply_all)
        pending = PendingDraft(
            account.name,
            job.id,
            done.draft,
            answers=source.message_id,
            thread=reply.thread.key,
            subject=bare_subject(source.subject),
            recipients=tuple(address.key for address in (*to, *cc)),
            signature=signature,
        )
        PendingDrafts(records, account).put(pending)
        _note_version(records, account, provider.target(job.delivery).key, job)
    reply.effects.confirm(job, MAILBOX_DRAFT, {**done.detail, "placed": done.placed})
    if done.placed == "placed":
        provider.accounts.update_status(account, drafted_at=pending.placed_at)
        provider.accounts.bring(account, in_seconds=OUTCOME_SECONDS)


class NewDrafts(Generic[A]):
    """New mails as drafts in the mailboxes of one provider.

    Args:
        records: where it is kept what was put into mailboxes.
        provider: one kind of mailbox.
        patience_seconds: how long the caller waits for the mail server; see `integrations.mail.mailbox.deliveries`.
    """

    def __init__(
        self, records: RecordStore, provider: Provider[A], *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._records = records
        self._provider = provider
        self._patience_seconds = patience_seconds

    def find(self, owner: MailOwner) -> A | None:
        """Return the person's mailbox, None when they have connected none of this kind."""
        return own_mailbox(self._provider.accounts.list(), owner, self._provider.proven_address)

    def put(self, owner: MailOwner, mail: NewDraft) -> str:
        """Put the draft there; one of the same key that nobody has changed is replaced, a changed one stays beside it.

        Returns:
            A link that opens it, "" where there is none.

        Raises:
            NotFoundError: the mailbox was disconnected meanwhile.
            LimitError: the same draft is being stored right now, or the mailbox is full.
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """
        account = self.find(owner)
        if account is None:
            raise NotFoundError("The mailbox is not connected any more.", fix="Connect it with: inlaid mailbox add")
        act = partial(self._put, account, mail)
        return deliveries().make(self._records, account.place, mail.key, act, patience_seconds=self._patience_seconds)

    def _put(self, account: A, mail: NewDraft) -> str:
        records, kind = self._records, f"{account.namespace}_new_draft"
        known = _signatures(records, account, load_preferences(records, account.workspace, account.name))
        block = "" if mail.is_signed else signature_below(mail.text, known, detect_language(mail.text))
        mail = replace(mail, text=f"{mail.text}\n\n{block}") if block else mail
        lock = records.lock(account.workspace, f"draft:{account.name}:{mail.key}", seconds=LOCK_SECONDS)
        with lock, self._provider.open(account) as mailbox:
            name = mailbox.name_of_new(mail)
            earlier = records.get(kind, account.workspace, name)
            placed = mailbox.place_new(mail, earlier=str(earlier.data) if earlier else "")
            digest, person = placed.draft.content, account.person
            records.put(kind, account.workspace, name, digest, person=person, expires_in_seconds=KEEP_SECONDS)
        if mail.job:
            pending = PendingDraft(
                account.name,
                mail.job,
                placed.draft,
                subject=bare_subject(mail.subject),
                recipients=tuple(address.key for address in mail.to),
                signature=block,
            )
            PendingDrafts(records, account).put(pending)
            self._provider.accounts.update_status(account, drafted_at=pending.placed_at)
            self._provider.accounts.bring(account, in_seconds=OUTCOME_SECONDS)
        return placed.link


class ApiReplySurface(ReplySurface):
    """Replies at a provider behind an API, which may ask to wait.

    Args:
        wait: called with the seconds to wait when it does.
        patience_seconds: how long a job waits for the provider.
        read_file: reads the files that came with a mail; None: nothing does.
    """

    def __init__(
        self,
        *,
        wait: Callable[[float], None] = time.sleep,
        patience_seconds: float = PATIENCE_SECONDS,
        read_file: FileReader | None = None,
    ) -> None:
        super().__init__(patience_seconds=patience_seconds, read_file=read_file)
        self._wait = wait
