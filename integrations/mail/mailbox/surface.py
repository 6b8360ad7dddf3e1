"""Mail in a worker: replies go into their thread, new mails into the Drafts folder, each draft once.

A draft is stored in a thread of its own: a server that hangs holds up the thread of a job for seconds only. A delivery
that takes longer continues until its deadline, and the job comes back later to see the result. Until then the same
delivery is not started again.
"""

import contextvars
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import replace
from functools import cache, partial
from typing import Any, Generic, TypeVar

from core.drafts import Draft, JsonObject
from core.errors import InlaidError, NotFoundError, OutageError, SurfaceOutage
from core.job import CAUTION, Job
from core.logs import logger
from core.ports import SurfaceContext
from core.settings import load_settings
from core.sources.attached import attached_value, unread
from core.sources.formats import is_document
from core.sources.ports import FileReader
from core.store.records import RecordStore
from core.system.connections import deadline
from core.text.language import detect_language
from core.writing.grounded.passages import passages_value
from integrations.mail.isolated import attached_files
from integrations.mail.mailbox.account import A, MailboxAccount, MailOwner, NewDraft, own_mailbox
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts, Thread
from integrations.mail.mailbox.preferences import Preferences, goes_to_all, load_preferences, owner_of_account
from integrations.mail.mailbox.provider import Provider, ReplyDraft
from integrations.mail.mailbox.style_learning import load_style
from integrations.mail.mailbox.visits import Backoff, MailboxPlace
from integrations.mail.message.message import MailMessage
from integrations.mail.reply.caution import caution_draft
from integrations.mail.reply.compose import (
    ONLY_GAPS,
    RECIPE,
    SOURCE_FILE,
    bare_subject,
    is_left_to_person,
    reply_recipients,
)
from integrations.mail.reply.greeting import mail_language
from integrations.mail.reply.writing_style import signature_below

log = logger(__name__)

# How long a job's thread waits; not at all where another delivery to the same server takes longer.
PATIENCE_SECONDS = 2.0
DELIVERY_SECONDS = 30.0
MAX_AT_ONCE = 32
# When it is first looked for what became of a draft.
OUTCOME_SECONDS = 60.0

T = TypeVar("T")
EFFECT = "draft"
KEEP_SECONDS = 90 * 24 * 3600.0
LOCK_SECONDS = 120.0
# What a job's `prepare` gives of the files of a mail, and how often it waits for a mailbox to have them.
ATTACHED, ATTACHED_FILES, MAX_TRIES_FOR_FILES = "attached", "the attached files", 2


class Deliveries:
    """The deliveries of this process.

    Args:
        threads: how many threads run jobs; at most half of them wait, so that others are free for jobs that somebody
            looks at.

    Attributes:
        max_waiting: how many threads may wait at once.
        waiting: how many do.
    """

    def __init__(self, threads: int) -> None:
        self.max_waiting = max(1, threads // 2)
        self._lock = threading.Lock()
        self._running: dict[tuple[str, ...], tuple[str, float]] = {}
        self._slow: set[str] = set()
        self.waiting = 0

    def make(
        self,
        records: RecordStore,
        place: MailboxPlace,
        key: str,
        act: Callable[[], T],
        *,
        patience_seconds: float,
        is_needed: bool = False,
    ) -> T:
        """Do what puts a draft into a mailbox, or reads from it for one, and return what it gives.

        Args:
            records: where failures of the mailbox are kept.
            place: the mailbox.
            key: names the draft within it.
            act: does it; a second time finds the first.
            patience_seconds: how long the caller waits for it.
            is_needed: whether it is of no use to a caller that has stopped waiting.

        Raises:
            SurfaceOutage: what is needed was not begun, since others are waited for: come back soon.
            OutageError: it takes long and continues, or the mailbox cools down after failures: come back later.
            InlaidError: what `act` raises.
        """
        Backoff(records).require_ready(place)
        name = (place.workspace, place.key, key)
        with self._lock:
            if name in self._running:
                raise _later(place, is_read=is_needed)
            if len(self._running) >= MAX_AT_ONCE:
                raise _later(place, is_read=is_needed, retry_after_seconds=DELIVERY_SECONDS)
            is_waited_for = self.waiting < self.max_waiting and (is_needed or not self._is_slow(place.server))
            if is_needed and not is_waited_for:
                raise SurfaceOutage("Other mailboxes are being read right now.", fix="Inlaid retries automatically.")
            self.waiting += is_waited_for
            self._running[name] = place.server, time.monotonic()
        future: Future[T] = Future()
        try:
            self._start(name, partial(self._work, records, place, name, act, future))
            if is_waited_for and not wait([future], patience_seconds).done:
                with self._lock:
                    self._slow.add(place.server)  # until something is stored there
        finally:
            with self._lock:
                self.waiting -= is_waited_for
        if not future.done():
            raise _later(place, is_read=is_needed)
        return future.result()

    def _start(self, name: tuple[str, ...], work: Callable[[], None]) -> None:
        context = contextvars.copy_context()
        try:
            threading.Thread(target=context.run, args=(work,), name="put draft", daemon=True).start()
        except BaseException:  # the machine has no thread left
            self._end(name)
            raise

    def _work(
        self,
        records: RecordStore,
        place: MailboxPlace,
        name: tuple[str, ...],
        act: Callable[[], T],
        future: "Future[T]",
    ) -> None:
        try:
            with deadline(DELIVERY_SECONDS), Backoff(records).attempt(place):
                result = act()
        except BaseException as error:  # whatever ends it, the thread that waits hears of it
            log.info("draft not put", code=getattr(error, "code", type(error).__name__), kind=place.kind)
            self._end(name)
            future.set_exception(error)
        else:
            self._slow.discard(place.server)
            self._end(name)
            future.set_result(result)

    def _is_slow(self, name: str) -> bool:
        """Whether another delivery to a server takes longer than a job waits: then no further one is waited for."""
        since = time.monotonic() - PATIENCE_SECONDS
        is_kept = any(server == name and began < since for server, began in self._running.values())
        return is_kept or name in self._slow

    def _end(self, name: tuple[str, ...]) -> None:
        with self._lock:
            del self._running[name]


@cache
def deliveries() -> Deliveries:
    """Return those of this process."""
    return Deliveries(load_settings().worker_threads)


def _later(place: MailboxPlace, *, is_read: bool, retry_after_seconds: float = 0.0) -> OutageError:
    said = f"{place.server} is slow to {'hand over a mail' if is_read else 'store a draft'}."
    return OutageError(said, fix="Inlaid retries automatically.", retry_after_seconds=retry_after_seconds)


class ReplySurface(ABC):
    """See `core.ports.Surface`; each provider has a class of its own that says where its mailboxes are.

    Args:
        patience_seconds: how long a job waits for the mail server; see `integrations.mail.mailbox.surface`.
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
        source = MailMessage.model_validate_json(context.effects.get_file(job, SOURCE_FILE))
        account = self.provider(context).accounts.get(job.workspace, str(job.delivery.get("account", "")))
        preferences = load_preferences(context.records, account.workspace, account.name)
        return caution_draft(source, owner_of_account(source, account, preferences), reason)

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return what stands in the files that came with the mail; its text was read when it was noticed.

        Raises:
            OutageError: the mailbox cannot be reached, and it is the first try that counts: later ones do without.
        """
        if job.recipe != RECIPE or self._read_file is None:
            return {}
        source = MailMessage.model_validate_json(context.effects.get_file(job, SOURCE_FILE))
        if not any(is_document(file.name) for file in source.attachments):
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
        if job.draft is None or effects.intend(job, EFFECT, {})[0] == "confirmed":
            return
        provider = self.provider(context)
        target = provider.target(job.delivery)
        account = provider.accounts.get(job.workspace, target.account)
        preferences = load_preferences(records, account.workspace, account.name)
        if is_left_to_person(job, gaps_only=preferences.gaps_only or target.is_requested):
            effects.confirm(job, EFFECT, {"placed": ONLY_GAPS})
            return
        source = MailMessage.model_validate_json(effects.get_file(job, SOURCE_FILE))
        owner = owner_of_account(source, account, preferences)
        to_all = goes_to_all(source, owner, preferences) and not job.delivery.get(CAUTION)
        known = _signatures(records, account, preferences)
        job, signature = _signed(job, known, mail_language(source))
        reply = ReplyDraft(job, source, owner, to_all, Thread(records, account, source), effects)
        act = partial(_place, records, provider, account, reply, signature)
        self.deliveries().make(records, account.place, job.id, act, patience_seconds=self._patience_seconds)


def _signed(job: Job, known: Mapping[str, str], language: str) -> tuple[Job, str]:
    """Return the job with its owner's signature below the draft, and that; the house style's own stands for it."""
    assert job.draft is not None
    block = "" if job.draft.signature else signature_below(job.draft.text, known, language)
    if not block:
        return job, ""
    return replace(job, draft=job.draft.model_copy(update={"text": f"{job.draft.text}\n\n{block}"})), block


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
    reply.effects.confirm(job, EFFECT, {**done.detail, "placed": done.placed})
    if done.placed == "placed":
        provider.accounts.update_status(account, drafted_at=pending.placed_at)
        provider.accounts.bring(account, in_seconds=OUTCOME_SECONDS)


class NewDrafts(Generic[A]):
    """New mails as drafts in the mailboxes of one provider.

    Args:
        records: where it is kept what was put into mailboxes.
        provider: one kind of mailbox.
        patience_seconds: how long the caller waits for the mail server; see `integrations.mail.mailbox.surface`.
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
