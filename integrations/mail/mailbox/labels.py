"""What is to be done about each mail, as labels that its mail program shows: Outlook categories, IMAP keywords.

What a label says follows from what was decided and what became of the draft, and is the same in every list of ours. In
the mailbox labels are put only when its owner wants them. What is about to be put is stored first, so that a worker
that is killed leaves nothing that a later one does not find. A label that a mail bore before is its owner's, and is
never taken away.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from core.drafts import JsonObject
from core.errors import InlaidError, OutageError
from core.store import Store
from core.store.records import RecordStore
from core.system.connections import deadline, is_short
from integrations.mail.mailbox.account import A, MailboxAccount
from integrations.mail.mailbox.connection_status import APPEARS_SECONDS
from integrations.mail.mailbox.mail_state import Label, MailState, danger_words, mail_state
from integrations.mail.mailbox.outcomes import MAX_SENT
from integrations.mail.mailbox.pending_drafts import CLOCK_SECONDS, MailHead
from integrations.mail.mailbox.preferences import LABELS_ENDING, Preferences, load_preferences, now, save_preferences
from integrations.mail.mailbox.provider import Mailbox, Provider, read_if_possible
from integrations.mail.mailbox.triage_records import (
    LabelChange,
    MailPlace,
    TriageRecord,
    TriageRecords,
    asks_something,
    draft_statuses,
)
from integrations.mail.mailbox.visits import LOCK_SECONDS, Backoff

LABELS_KIND = "mailbox_labels"
EVERY_SECONDS = 60.0
# Sent mail is looked at less often, and a mailbox that takes no labels is tried again later.
LOOK_SECONDS = 300.0
RETRY_SECONDS = 3600.0
# Older mail bears none any more.
LABELLED_SECONDS = 14 * 24 * 3600.0
# A few seconds at a provider that is asked mail by mail.
MAX_AT_ONCE = 20
END_SECONDS = 30.0
_SENT_STATES = frozenset({"waiting", "gaps_sent"})
PREFIX = "Inlaid: "
# Ends the key of the label that tells a danger, which stands beside what is to be done.
_DANGER = " danger"


def mail_states(store: Store, account: MailboxAccount, judged: Sequence[TriageRecord]) -> list[MailState]:
    """Return what is to be done about each of these mails, the newest first."""
    return _states(store, judged, _load(store.records, account))


def _states(store: Store, judged: Sequence[TriageRecord], book: "LabelBook") -> list[MailState]:
    """Return the states; what has been sent stays so, and is not looked up again."""
    followed = {message_id for record in judged for message_id in record.before}
    kept = {key: mail.state for key, mail in book.mails.items() if mail.state in _SENT_STATES}
    known = draft_statuses(store, [record for record in judged if _key(record) not in kept])

    def state_of(record: TriageRecord) -> MailState:
        if record.message_id and record.message_id in followed:
            return MailState()
        if state := kept.get(_key(record)):
            return MailState(state)
        is_answered, asks = record.message_id in book.answered, record.message_id in book.asked_back
        return mail_state(record, known.get(record.job), is_answered=is_answered, asks=asks)

    return [state_of(record) for record in judged]


def _key(record: TriageRecord) -> str:
    return f"{record.uidvalidity}:{record.uid}"


@dataclass(frozen=True)
class LabelledMail:
    """A label of ours on a mail, or one that is about to be put there.

    Args:
        uid: what its provider calls the mail.
        uidvalidity: which numbering of an IMAP folder the uid belongs to.
        message_id: its Message-ID.
        label: what it bears; "" while the old one is only taken away.
        state: what the label means.
        old: what it may still bear of ours.
        is_put: whether all that was done.
        is_own: whether the label is ours; one that was there before is its owner's.
    """

    uid: int | str
    uidvalidity: int | None
    message_id: str
    label: str
    state: Label = ""
    old: tuple[str, ...] = ()
    is_put: bool = False
    is_own: bool = True

    @property
    def place(self) -> MailPlace:
        """Where the mail is found."""
        return MailPlace(self.uid, self.uidvalidity, self.message_id)

    @property
    def ours(self) -> tuple[str, ...]:
        """All labels that it may bear of ours."""
        own = (self.label,) if self.label and self.is_own else ()
        return tuple(dict.fromkeys((*self.old, *own)))


@dataclass(frozen=True)
class LabelBook:
    """The labels of one mailbox.

    Args:
        mails: by what names a mail in it, and a second time where it tells a danger.
        answered: Message-IDs of mails that its owner has answered.
        looked_at: up to when its sent mail was looked at, in Unix seconds.
        error: why labels cannot be put now, as `InlaidError.to_json`.
        asked_back: of those answered, the ones whose answer asks something.
        is_outage: whether the error is that the server was away.
    """

    mails: Mapping[str, LabelledMail] = field(default_factory=dict)
    answered: tuple[str, ...] = ()
    looked_at: float = 0.0
    error: dict[str, str] | None = None
    asked_back: tuple[str, ...] = ()
    is_outage: bool = False


def _load(records: RecordStore, account: MailboxAccount) -> LabelBook:
    record = records.get(LABELS_KIND, account.workspace, account.name)
    return _book(record.data) if record else LabelBook()


def _book(data: JsonObject) -> LabelBook:
    mails = {key: LabelledMail(**{**mail, "old": tuple(mail["old"])}) for key, mail in data["mails"].items()}
    asked_back = tuple(data.get("asked_back", ()))
    is_outage = data.get("is_outage", False)
    return LabelBook(mails, tuple(data["answered"]), data["looked_at"], data["error"], asked_back, is_outage)


def _save(records: RecordStore, account: MailboxAccount, book: LabelBook) -> None:
    records.put(LABELS_KIND, account.workspace, account.name, asdict(book), person=account.person)


def label_error(records: RecordStore, workspace: str, name: str) -> dict[str, str] | None:
    """Return why no labels can be put into a mailbox, as `InlaidError.to_json`; None while that works."""
    record = records.get(LABELS_KIND, workspace, name)
    return _book(record.data).error if record else None


def label_when_due(store: Store, provider: Provider[A], account: A, wanted: Preferences) -> None:
    """Put the labels of a mailbox whose owner wants them, or take them away, once a minute.

    Where that failed it is tried once an hour, unless the server was away: then visits themselves are rare.

    Raises:
        LimitError: somebody else is doing it.
        InlaidError: the mailbox cannot be changed.
    """
    records = store.records
    if not wanted.labels or (wanted.labels != LABELS_ENDING and wanted.is_suspended(now())):
        return
    book = _load(records, account)
    is_refused = book.error is not None and not book.is_outage
    guard, seconds = ("labels again", RETRY_SECONDS) if is_refused else ("labels", EVERY_SECONDS)
    if records.first_time(account.workspace, f"{guard}:{account.name}", within_seconds=seconds):
        put_labels(store, provider, account)


def put_labels(store: Store, provider: Provider[A], account: A) -> None:
    """Put the labels of a mailbox as its owner wants them now: with the labels off, those of ours are taken away.

    Raises:
        LimitError: somebody else is doing it, or the mailbox takes no more.
        SettingsError: mails there can bear no labels.
        InlaidError: the mailbox cannot be changed; the error is also stored with it.
    """
    records = store.records
    with records.lock(account.workspace, f"{account.namespace} labels:{account.name}", seconds=LOCK_SECONDS):
        language = load_preferences(records, account.workspace, account.name).labels
        told_at = provider.accounts.status(account).outcome_at
        if not language or (language != LABELS_ENDING and not _is_anything_due(store, account, language, told_at)):
            return
        try:
            with Backoff(records).attempt(account.place), provider.open(account) as mailbox:
                if language == LABELS_ENDING:
                    _take_away(records, account, mailbox)
                else:
                    _put(store, account, mailbox, language)
        except InlaidError as error:
            is_outage = isinstance(error, OutageError)
            _save(records, account, replace(_load(records, account), error=error.to_json(), is_outage=is_outage))
            raise


def forget_labels(records: RecordStore, workspace: str, name: str) -> None:
    """Forget which labels a mailbox bears."""
    records.delete(LABELS_KIND, workspace, name)


def end_labels(records: RecordStore, provider: Provider[A], account: A) -> None:
    """Take away the labels of a mailbox that is about to be forgotten.

    Raises:
        InlaidError: it cannot be changed.
    """
    if _load(records, account).mails:
        with deadline(END_SECONDS), provider.open(account) as mailbox:
            _LabelRound(records, account, mailbox).make({})


def _take_away(records: RecordStore, account: MailboxAccount, mailbox: Mailbox) -> None:
    if not _LabelRound(records, account, mailbox).make({}):
        return
    forget_labels(records, account.workspace, account.name)
    wanted = load_preferences(records, account.workspace, account.name)
    if wanted.labels == LABELS_ENDING:
        done = replace(wanted, labels="")
        save_preferences(records, account.workspace, account.name, done, person=account.person)


def _is_anything_due(store: Store, account: MailboxAccount, language: str, told_at: float) -> bool:
    """Whether the mailbox has to be opened; its server told at `told_at` that a mail may have been answered."""
    book = _load(store.records, account)
    if book.error or time.time() >= book.looked_at + LOOK_SECONDS or told_at + APPEARS_SECONDS >= book.looked_at:
        return True
    wanted = _wanted(store, _labelled(store.records, account), book, language)
    return any(_is_due(book.mails.get(key), wanted.get(key)) for key in {**book.mails, **wanted})


def _put(store: Store, account: MailboxAccount, mailbox: Mailbox, language: str) -> None:
    mailbox.require_labels()
    judged = _labelled(store.records, account)
    book = _note_answers(store.records, account, mailbox, judged)
    _LabelRound(store.records, account, mailbox).make(_wanted(store, judged, book, language))


def _labelled(records: RecordStore, account: MailboxAccount) -> list[TriageRecord]:
    """Return the mails that may bear a label, newest first."""
    since = time.time() - LABELLED_SECONDS
    return [record for record in TriageRecords(records, account).newest() if record.at >= since]


def _wanted(store: Store, judged: Sequence[TriageRecord], book: LabelBook, language: str) -> dict[str, LabelledMail]:
    found = {}
    for record, state in zip(judged, _states(store, judged, book), strict=True):
        labels = {"": (state.words(language), state.label), _DANGER: (danger_words(record, state, language), "")}
        for beside, (words, label) in labels.items():
            if words:
                place = record.uid, record.uidvalidity, record.message_id
                found[_key(record) + beside] = LabelledMail(*place, PREFIX + words, label)
    return found


def _note_answers(
    records: RecordStore, account: MailboxAccount, mailbox: Mailbox, judged: Sequence[TriageRecord]
) -> LabelBook:
    """Note which of these mails their owner has answered since the last look, with or without a draft."""
    book, at = _load(records, account), time.time()
    known = {record.message_id for record in judged if record.message_id}
    since = book.looked_at or min((record.at for record in judged), default=at)
    sent = mailbox.sent_since(since - CLOCK_SECONDS, limit=MAX_SENT) if known else []
    answered, asked_back = {*book.answered}, {*book.asked_back}
    for head in (head for head in sent if head.answers & known):
        if is_short():  # the next look goes on with this one
            at = min(at, max(since, head.at))
            break
        answered |= head.answers
        if _asks(mailbox, head):
            asked_back |= head.answers
    book = replace(
        book,
        answered=tuple(sorted(known & answered)),
        asked_back=tuple(sorted(known & asked_back)),
        looked_at=at,
        error=None,
    )
    _save(records, account, book)
    return book


def _asks(mailbox: Mailbox, head: MailHead) -> bool:
    mail = read_if_possible(mailbox, head)
    return mail is not None and asks_something(mail.text)


@dataclass(frozen=True)
class _LabelRound:
    """Changes the labels of a mailbox to those that are wanted, a batch at a time."""

    records: RecordStore
    account: MailboxAccount
    mailbox: Mailbox

    def make(self, wanted: Mapping[str, LabelledMail]) -> bool:
        """Do what there is time for, and tell whether that was all; the next round goes on."""
        mails = dict(_load(self.records, self.account).mails)
        due = [key for key in {**mails, **wanted} if _is_due(mails.get(key), wanted.get(key))]
        # In one change no mail stands twice.
        runs = [[key for key in due if key.endswith(_DANGER) is is_danger] for is_danger in (True, False)]
        for keys in (run[at : at + MAX_AT_ONCE] for run in runs for at in range(0, len(run), MAX_AT_ONCE)):
            if is_short():
                return False
            mails |= self._intended(keys, mails, wanted)
            self._keep(mails)
            self.mailbox.relabel([_change(mails[key]) for key in keys])
            for key in keys:
                if mails[key].label:
                    mails[key] = replace(mails[key], old=(), is_put=True)
                else:
                    del mails[key]
            self._keep(mails)
        return True

    def _intended(
        self, keys: Sequence[str], mails: Mapping[str, LabelledMail], wanted: Mapping[str, LabelledMail]
    ) -> dict[str, LabelledMail]:
        """Return what is to be done: what we put before is taken away, and what its owner has put is left alone."""
        new = {key: wanted[key] for key in keys if key in wanted and wanted[key].label not in _ours(mails.get(key))}
        borne = self.mailbox.bear({mail.place: mail.label for mail in new.values()})
        found = {}
        for key in keys:
            mail = wanted.get(key) or replace(mails[key], label="")
            old = tuple(label for label in _ours(mails.get(key)) if label != mail.label)
            found[key] = replace(mail, old=old, is_put=False, is_own=not (key in new and mail.place in borne))
        return found

    def _keep(self, mails: Mapping[str, LabelledMail]) -> None:
        _save(self.records, self.account, replace(_load(self.records, self.account), mails=mails))


def _ours(mail: LabelledMail | None) -> tuple[str, ...]:
    return mail.ours if mail else ()


def _is_due(before: LabelledMail | None, wanted: LabelledMail | None) -> bool:
    if before is None or wanted is None:
        return True
    return not before.is_put or before.label != wanted.label


def _change(mail: LabelledMail) -> LabelChange:
    return LabelChange(mail.place, mail.label if mail.is_own else "", mail.old)
