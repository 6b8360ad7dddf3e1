"""What was decided about each mail and why, and what became of its draft, so that a person can see it."""

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from core.drafts import GAP, JsonObject
from core.errors import NotFoundError
from core.job import DANGER, Job
from core.outcomes import EVENT, OPEN_GAPS, Act, shown_text
from core.store import EffectStore, JobStore, Store
from core.store.effects import MAILBOX_DRAFT, PUT_OFF
from core.store.records import RecordStore
from core.text.asks import find_wanted, is_question, without_greeting
from core.text.catalogues import N_
from core.text.lexicon import pattern_beside
from integrations.mail.mailbox.account import OPEN_GAPS_KIND, MailboxAccount, records_of
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import split_text
from integrations.mail.message.senders import written_by_person
from integrations.mail.reply.compose import ONLY_GAPS, REQUESTED
from integrations.mail.triage.decide import FOLLOW_UP

KEEP_SECONDS = 30 * 24 * 3600.0
_ALL = 100_000
_ON_THE_SPOT = pattern_beside(__file__, "on_the_spot")
# "Come back to me with the numbers" does wait.
_TO_OWNER = pattern_beside(__file__, "to_owner", r"(?<!\w)", r"(?!\w)")
_OUTCOMES = N_(
    {
        "accepted": "sent as it was",
        "edited": "sent with changes",
        "rejected": "not used",
        "expired": "no longer needed",
        "regenerated": "written again",
    }
)
_PLACED = N_(
    {
        "placed": "waits in Drafts",
        "superseded": "left to a newer mail",
        "left_to_person": "left to a draft of yours",
        "dealt_with": "the mail was dealt with",
        "withdrawn": "taken out of Drafts",
        ONLY_GAPS: "not made: only you can answer it",
    }
)
_STATES = N_(
    {
        "queued": "to be written",
        "running": "being written",
        "ready": "on its way",
        "delivered": "written",
        "failed": "failed",
        "cancelled": "cancelled",
    }
)


class MailPlace(NamedTuple):
    """Where a mail is found.

    Attributes:
        uid: what its provider calls it.
        uidvalidity: which numbering of an IMAP folder the uid belongs to; None at other providers.
        message_id: its Message-ID, by which it is found when it was moved.
        folder: the IMAP folder that the uid counts in; "" for the inbox and at other providers.
    """

    uid: int | str
    uidvalidity: int | None
    message_id: str
    folder: str = ""


class LabelChange(NamedTuple):
    """A change to the labels of a mail: `add` is put there unless it is "", and `remove` is taken away."""

    place: MailPlace
    add: str
    remove: tuple[str, ...]


@dataclass(frozen=True)
class TriageRecord:
    """A mail, what was decided about it, and the job that writes the answer ("" when there is none).

    Args:
        account: name of the mailbox.
        uid: what its provider calls the mail.
        decision: see `triage.decide.Decision`.
        subject: its subject.
        sender: who wrote it.
        message_id: its Message-ID.
        job: the job that writes the answer.
        at: when it was decided, in Unix seconds.
        uidvalidity: which numbering of an IMAP folder the uid belongs to; None at other providers.
        before: Message-IDs of the mails before it in its thread.
        folder: the IMAP folder that the uid counts in; None for the inbox and at other providers.
        content: what tells the same mail under another Message-ID (`content_of`); "" where nothing does.
        are_gaps_known: whether its owner knows that its draft went out with open gaps, or has written again.
    """

    account: str
    uid: int | str
    decision: JsonObject
    subject: str = ""
    sender: str = ""
    message_id: str = ""
    job: str = ""
    at: float = field(default_factory=time.time)
    uidvalidity: int | None = None
    before: Sequence[str] = ()
    folder: str | None = None
    content: str = ""
    are_gaps_known: bool = False

    @property
    def place(self) -> MailPlace:
        """Where the mail is found."""
        return MailPlace(self.uid, self.uidvalidity, self.message_id, self.folder or "")


def content_of(message: MailMessage) -> str:
    """Return a digest of who wrote a mail, its subject, what it answers, its words and what is attached.

    "" for an invitation: the time that it tells stands in none of these.
    """
    if message.calendar_method:
        return ""
    writers = [message.sender.key, written_by_person(message).sender.key, *(to.key for to in message.reply_to)]
    files = [(file.name, file.type, file.size_bytes) for file in message.attachments]
    content = [writers, message.subject.split(), message.in_reply_to, message.text.split(), files]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@dataclass(frozen=True)
class TriageRecords:
    """The decisions about the mails of one mailbox. A mail's key is unique among all mailboxes.

    Args:
        records: where they are kept.
        account: the mailbox.
    """

    records: RecordStore
    account: MailboxAccount

    @property
    def _kind(self) -> str:
        return f"{self.account.namespace}_decision"

    def newest(self, *, limit: int = _ALL) -> Sequence[TriageRecord]:
        """Return the newest decisions, newest first."""
        own = [TriageRecord(**record.data) for record in records_of(self.records, self._kind, self.account)]
        return sorted(own, key=lambda record: (record.at, record.uid), reverse=True)[:limit]

    def get(self, key: str) -> TriageRecord | None:
        """Return what was decided about a mail, None when nothing was."""
        record = self.records.get(self._kind, self.account.workspace, key)
        return TriageRecord(**record.data) if record else None

    def put(self, key: str, value: TriageRecord, *, is_version: bool = False) -> None:
        """Store a decision, in place of an earlier one about the same mail.

        A draft of the mail that was left to its owner waits no longer once the mail has another; a version of it is
        the same draft.
        """
        before = self.get(key)
        if before and before.job and value.job not in {"", before.job} and not is_version:
            _replace_left(self.records, before.job)
        data = {name: part for name, part in asdict(value).items() if part is not None}
        person = self.account.person
        self.records.put(self._kind, self.account.workspace, key, data, person=person, expires_in_seconds=KEEP_SECONDS)

    def replace(self, before: TriageRecord, value: TriageRecord) -> None:
        """Store what is known of a mail now, in place of what was."""
        for record in records_of(self.records, self._kind, self.account):
            if TriageRecord(**record.data) == before:
                self.put(record.key, value)

    def count_drafts(self, *, since: float) -> int:
        """Return how many drafts the mailbox got since then that nobody asked for."""
        unasked = {REQUESTED, FOLLOW_UP}
        return sum(
            bool(record.job) and record.decision["rule"] not in unasked and record.at >= since
            for record in self.newest()
        )


@dataclass(frozen=True)
class DraftStatus:
    """What became of one draft.

    Args:
        job: the job that writes it.
        placed: what delivery did with it: `placed`, `superseded`, `left_to_person`, `dealt_with`, `only_gaps`; ""
            before.
        outcome: what the person did with it; "" while nobody knows.
        has_open_gaps: whether it went out with its questions still in it.
        asks: whether what was sent asks something.
        gaps_left: how many gaps it had when it was last looked at; None where nobody has looked.
        put_off: why it waits for a model that is away, since when, and until when it is tried; {} where it does not.
    """

    job: Job
    placed: str = ""
    outcome: str = ""
    has_open_gaps: bool = False
    asks: bool = False
    gaps_left: int | None = None
    put_off: JsonObject = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The same for a person."""
        if self.has_open_gaps:
            return N_("sent with open gaps")
        if self.put_off:
            why, since, until = self.put_off["message"], clock(self.put_off["since"]), clock(self.put_off["until"])
            return N_(
                f"waiting since {since}; the last try said: {why} It comes by itself once that works; it is tried until"
                f" {until}"
            )
        return _OUTCOMES.get(self.outcome) or _PLACED.get(self.placed) or _STATES[self.job.state]

    def to_json(self) -> JsonObject:
        """Return what `--json` prints of it."""
        job = self.job
        return {
            "job": job.id,
            "state": job.state,
            "placed": self.placed,
            "outcome": self.outcome,
            "open_gaps": self.has_open_gaps,
            "job_error": job.error,
        }


def _replace_left(records: RecordStore, job_id: str) -> None:
    if unplaced(records, job_id) == "left":
        job = JobStore(records.database, records.cipher).get(job_id)
        effects = EffectStore(records.database, records.cipher)
        effects.add_outcome(job, "expired", person=job.person, distance=None, detail={"why": "replaced"})


def unplaced(records: RecordStore, job_id: str) -> Literal["", "running", "left"]:
    """Tell whether a draft is being written, or was left to its owner or came to nothing; "" when it was dealt with."""
    try:
        job = JobStore(records.database, records.cipher).get(job_id)
    except NotFoundError:
        return ""
    placed = EffectStore(records.database, records.cipher).get_detail(job, MAILBOX_DRAFT).get("placed", "")
    if placed == ONLY_GAPS or (not placed and job.state in {"failed", "cancelled"}):
        return "left"
    return "" if placed or job.state == "delivered" else "running"


def waits(records: RecordStore, job_id: str) -> bool:
    """Tell whether a draft is being written, or lies in the Drafts folder and nothing else is known of it."""
    if is_open := unplaced(records, job_id):
        return is_open == "running"
    effects = EffectStore(records.database, records.cipher)
    try:
        job = JobStore(records.database, records.cipher).get(job_id)
    except NotFoundError:
        return False
    return (
        effects.get_detail(job, MAILBOX_DRAFT).get("placed") == "placed"
        and not effects.outcomes.acts_of([job_id])[job_id]
    )


def alerts_of(record: TriageRecord, status: DraftStatus | None) -> list[str]:
    """Return what in a mail is to be seen first, as its draft says it; failing that, the danger that it tells."""
    found = [gap.question for gap in status.job.draft.alerts] if status and status.job.draft else []
    danger = str(record.decision.get(DANGER) or "")
    return found or ([N_(f"Possible danger: {danger}")] if danger else [])


def draft_statuses(store: Store, judged: Sequence[TriageRecord]) -> dict[str, DraftStatus]:
    """Return the draft_statuses by job id; a job that was deleted has none."""
    acts = store.effects.outcomes.acts_of([record.job for record in judged if record.job])
    found = {}
    for job_id, known in acts.items():
        try:
            job = store.jobs.get(job_id)
        except NotFoundError:
            continue
        placed = str(store.effects.get_detail(job, MAILBOX_DRAFT).get("placed", ""))
        last = next((act for act in reversed(known) if act.outcome != EVENT), Act(""))
        has_open_gaps, sent = OPEN_GAPS in last.labels, ""
        if last.outcome in {"accepted", "edited"}:
            sent = store.outcomes.used_text(job) or (shown_text(job.draft) if job.draft else "")
        found[job_id] = DraftStatus(
            job,
            placed,
            last.outcome,
            has_open_gaps=has_open_gaps,
            asks=asks_something(sent),
            gaps_left=_gaps_left(store.records, job) if placed == "placed" and not last.outcome else None,
            put_off=store.effects.get_detail(job, PUT_OFF) if job.state == "queued" and job.started_at else {},
        )
    return found


def clock(at: float) -> str:
    """Return a time in Unix seconds as people read it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _gaps_left(records: RecordStore, job: Job) -> int | None:
    record = records.get(OPEN_GAPS_KIND, job.workspace, job.id)
    return int(record.data["gaps"]) if record else None


def note_gaps_left(records: RecordStore, account: MailboxAccount, job: Job, gaps: int) -> None:
    """Store how many gaps a draft that waits has by now."""
    if _gaps_left(records, job) != gaps:
        data = {"account": account.name, "gaps": gaps}
        person = account.person
        records.put(OPEN_GAPS_KIND, job.workspace, job.id, data, person=person, expires_in_seconds=KEEP_SECONDS)


def asks_something(text: str) -> bool:
    """Tell whether who gets an answer is asked for anything in it, whatever its gaps and its signature say.

    What they are to bring, and when to come, waits for no answer.
    """
    asked = find_wanted(split_text(GAP.sub(" ", text)).new_text).all
    lines = map(without_greeting, asked)
    return any(is_question(line) or _TO_OWNER.search(line) or not _ON_THE_SPOT.match(line) for line in lines)
