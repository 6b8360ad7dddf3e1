"""From new mail to decisions, kept with their reasons, and a job for each mail that needs an answer.

Order makes it safe to be killed anywhere: the job first (its key makes a repeat the same job), then the decision, then
the position, which the mailbox keeps.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from core.cached_property import cached_property
from core.drafts import JsonObject
from core.errors import ConflictError, InlaidError, InputError, LimitError, NotFoundError, OutageError, PolicyRefused
from core.job import CAUTION, DANGER, IS_SURELY_DANGER, JobRequest, Target
from core.logs import logger
from core.store.effects import SOURCE_FILE
from core.store.records import RecordStore
from core.surfaces import MAIL
from core.text.catalogues import N_
from core.text.forms import BETWEEN_MAILS
from integrations.mail.isolated import judge, with_own_mails
from integrations.mail.mailbox.account import MailboxAccount, is_connected, not_connected
from integrations.mail.mailbox.open_gaps import note_written_again
from integrations.mail.mailbox.pending_drafts import thread_ids
from integrations.mail.mailbox.preferences import (
    context_of,
    language_of_account,
    load_preferences,
    now,
    owner_of_account,
)
from integrations.mail.mailbox.provider import Arrival, Mailbox, MailTarget, NewMessage, Submit, is_lasting
from integrations.mail.mailbox.sent_mail import SentMail, own_mails
from integrations.mail.mailbox.style_learning import load_style
from integrations.mail.mailbox.thread_drafts import MESSAGE, THREAD, asked_before, note_answer, require_none
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords, content_of, unplaced, waits
from integrations.mail.message.addresses import parse_sender
from integrations.mail.message.message import MailMessage
from integrations.mail.message.senders import is_listed, written_by_person
from integrations.mail.reply.compose import RECIPE, REQUESTED, reply_inputs
from integrations.mail.reply.writing_style import WritingStyle
from integrations.mail.triage.decide import (
    ANSWERED,
    BY_REQUEST,
    REPEATED,
    ROBOT,
    SUSPICIOUS,
    MailboxContext,
)
from integrations.mail.triage.weighing import TriageDecision, no_draft

# A mail that came just now has hardly been answered yet.
_LATE_SECONDS = 600.0

log = logger(__name__)

_SAME = N_("The same mail of the same sender came shortly before: its draft answers this one, too.")
_SAME_WITHIN_SECONDS = 12 * 3600.0
_SEEN = N_("A mail of the same Message-ID was decided about before: this one was moved here, or sent once more.")
INBOX = "INBOX"
# What no mark on a mail can change.
LASTING_RULES = frozenset({REQUESTED, ROBOT, "no_text", "too_large", "unreadable", "fault", "policy"})


@dataclass(frozen=True)
class _ToldTarget:
    """The target of a job with what its mail tells: why the draft only warns, or the danger."""

    target: MailTarget
    told: JsonObject

    def to_json(self) -> JsonObject:
        """Return it as it is stored with the job."""
        return {**self.target.to_json(), **self.told}


def writing_request(
    account: MailboxAccount,
    recipe: str,
    inputs: Mapping[str, str],
    message: MailMessage,
    place: tuple[str, Target],
    *,
    spoken: str,
) -> JobRequest:
    """Return the request of a draft for a mail of an account.

    Args:
        account: whose mail it is.
        recipe: what writes it.
        inputs: what it is written from.
        message: the mail, which is kept with the job.
        place: where the draft goes, behind its key: the same key gives the same job.
        spoken: see `language_of_account`.
    """
    key, target = place
    return JobRequest(
        recipe,
        dict(inputs),
        surface=MAIL,
        person=account.person,
        workspace=account.workspace,
        dedupe_key=key,
        queue="background",
        target=target,
        blobs={SOURCE_FILE: message.model_dump_json().encode()},
        spoken=spoken,
    )


class TriageRound:
    """Decides about the new mail of a mailbox that is open.

    Args:
        records: where decisions and preferences are kept.
        account: the mailbox.
        mailbox: the same, open.
        submit: takes the jobs that write answers.
    """

    def __init__(self, records: RecordStore, account: MailboxAccount, mailbox: Mailbox, submit: Submit) -> None:
        self._records = records
        self._account = account
        self._mailbox = mailbox
        self._submit = submit
        self._triaged = TriageRecords(records, account)
        self._preferences = load_preferences(records, account.workspace, account.name)
        self._drafts_now = 0
        self._sent = SentMail(mailbox)

    def run(self) -> list[TriageRecord]:
        """Decide about what is new, then about what its owner has marked for a draft."""
        found = self.decide_all(self._mailbox.new_mail())
        if not self._mailbox.is_behind:
            found += self.decide_marked()
        note_written_again(self._records, self._account, self._sent)
        self._mailbox.end_round()
        return found

    def decide_marked(self) -> list[TriageRecord]:
        """Decide about the mails with the owner's mark that have had no draft yet."""
        mark = self._preferences.on_request
        marked = self._mailbox.marked(mark, is_due=self._is_due) if mark else ()
        return self.decide_all((arrival for arrival in marked if not self._is_written(arrival.key)), is_requested=True)

    def decide_all(self, arrivals: Iterable[Arrival], *, is_requested: bool = False) -> list[TriageRecord]:
        """Decide about these mails, and return the decisions about those that are news.

        Raises:
            NotFoundError: the mailbox was taken out.
        """
        found = (self._decide(arrival, is_requested=is_requested) for arrival in arrivals)
        return [record for record in found if record]

    def draft_anyway(self, before: TriageRecord) -> TriageRecord:
        """Submit a job for a mail that got no draft; that of a mail which looks like fraud only warns.

        Raises:
            InputError: it has one, or cannot have one.
            NotFoundError: the mail is gone.
            InlaidError: it cannot be read.
        """
        arrival = Arrival("", before.uid, before.uidvalidity, folder=before.folder or INBOX)
        facts = self._mailbox.facts(arrival)
        found = self._mailbox.read_new(facts) if facts else None
        if facts is None or found is None:
            raise NotFoundError("The mail is not where it was.", fix="Answer it without Inlaid.")
        require_none(self._records, self._account, self._mailbox, before, facts, self._is_answered)
        target = self._mailbox.target_of_new(facts, found.message, is_requested=True)
        decision, inputs = self._judge(facts, found.message, is_requested=True)
        said, told = decision.model_dump(mode="json"), decision.told
        if SUSPICIOUS in {before.decision["rule"], decision.rule}:
            why = str((before.decision if before.decision["rule"] == SUSPICIOUS else said)["reason"])
            inputs = reply_inputs(found.message, self._context(found.message).owner)
            told, reason = {CAUTION: why}, f"{why} You asked for a draft: it only warns."
            said = {**before.decision, "rule": SUSPICIOUS, "needs_reply": True, "reason": reason}
        elif not inputs:
            raise InputError(decision.reason, fix="Answer it without Inlaid.")
        inputs = self._beside_open(facts, found.message, decision, inputs)
        job = self._ask(facts, found.message, inputs, told, is_requested=True)
        after = replace(before, decision=said, job=job)
        self._triaged.put(target.key, after)
        return after

    def _is_due(self, key: str) -> bool:
        """Whether a marked mail is to be judged: until it has had a draft, or cannot have one."""
        before = self._triaged.get(key)
        if before is None:
            return True
        if before.decision["rule"] == SUSPICIOUS:
            return not before.job and is_listed(parse_sender(before.sender), self._preferences.draft_for)
        is_open = not before.job or bool(unplaced(self._records, before.job))
        return is_open and before.decision["rule"] not in LASTING_RULES

    def _is_written(self, key: str) -> bool:
        """Whether the draft of a marked mail is being written; then it is noted that its owner asked for it."""
        before = self._triaged.get(key)
        if before is None or not before.job or unplaced(self._records, before.job) != "running":
            return False
        self._triaged.put(
            key,
            replace(
                before,
                decision={**before.decision, **BY_REQUEST.model_dump(mode="json", exclude={DANGER, IS_SURELY_DANGER})},
            ),
        )
        return True

    def _decide(self, arrival: Arrival, *, is_requested: bool) -> TriageRecord | None:
        """Decide about one mail; None when it is no news: judged before, gone, a draft, or too old."""
        if not (self._is_due(arrival.key) if is_requested else self._triaged.get(arrival.key) is None):
            return None
        self._require_connected()
        try:
            facts = self._mailbox.facts(arrival)
            if facts is None or not (is_requested or self._is_news(facts)):
                return None
            arrival = facts
            found = self._mailbox.read_new(arrival)
        except LimitError as error:
            return self._note(arrival, no_draft("too_large", N_(f"Not read: {error.message}")))
        except NotFoundError as error:
            return self._note(arrival, no_draft("gone", error.message))
        except InlaidError as error:
            if is_lasting(error):
                raise
            return self._note(arrival, no_draft("unreadable", error.message))
        if found is None or not (is_requested or self._is_first(arrival, found)):
            return None
        note_answer(self._records, self._account, found.message, self._context(found.message).owner)
        decision, inputs = self._judge_known(arrival, found, is_requested=is_requested)
        inputs = self._beside_open(arrival, found.message, decision, inputs)
        self._require_connected()
        try:
            job = self._ask(arrival, found.message, inputs, decision.told, is_requested=is_requested) if inputs else ""
        except (PolicyRefused, InputError) as refusal:
            decision, job = _without_job(refusal), ""
        self._drafts_now += bool(job) and not is_requested
        return self._note(arrival, decision, message=found.message, message_id=found.message_id, job=job)

    def _require_connected(self) -> None:
        if not is_connected(self._records, self._account):
            raise not_connected(self._account.name)

    def _is_news(self, arrival: Arrival) -> bool:
        if arrival.arrived_at < arrival.oldest_at:
            return False
        return not (arrival.message_id and self._mailbox.is_known(arrival.message_id))

    def _is_first(self, arrival: Arrival, found: NewMessage) -> bool:
        """Whether a mail is not known by its Message-ID; one that is kept although it is known gets a record."""
        if arrival.message_id or not self._mailbox.is_known(found.message_id):
            return True
        if found.is_kept:
            self._note(arrival, no_draft(REPEATED, _SEEN), message=found.message, message_id=found.message_id)
        return False

    def _judge_known(
        self, arrival: Arrival, found: NewMessage, *, is_requested: bool
    ) -> tuple[TriageDecision, dict[str, str]]:
        """Judge a mail by what is known of its sender.

        Another copy of one that has had a draft gets none, under whatever Message-ID, nor does one of a while ago that
        was answered meanwhile.
        """
        decision, inputs = self._judge(arrival, found.message, is_requested=is_requested)
        if decision.turns_on_history and written_by_person(found.message).sender.key in self._sent.correspondents:
            decision, inputs = self._judge(arrival, found.message, is_requested=is_requested, is_correspondent=True)
        if inputs and not is_requested and found.message_id in self._drafted:
            return no_draft(REPEATED, _SEEN), {}
        if inputs and not is_requested and self._is_same(arrival, found.message):
            return no_draft(REPEATED, _SAME), {}
        if inputs and not is_requested and _is_late(arrival, found) and self._is_answered({found.message_id}):
            return no_draft("answered", ANSWERED), {}
        return decision, inputs

    def _is_same(self, arrival: Arrival, message: MailMessage) -> bool:
        """Whether the same mail came lately, and its draft waits, or was sent only after this one had come."""
        before = self._drafted.get(content_of(message))
        if before is None or before.at < time.time() - _SAME_WITHIN_SECONDS:
            return False
        answered_at = [head.at for head in self._sent.lately if before.message_id in head.answers]
        return arrival.arrived_at < min(answered_at) if answered_at else waits(self._records, before.job)

    def _beside_open(
        self, arrival: Arrival, message: MailMessage, decision: TriageDecision, inputs: dict[str, str]
    ) -> dict[str, str]:
        """Return the inputs of a draft with what was asked before in its thread, unless that is settled.

        What the owner wrote in its conversation stands in its thread, whether the mail quotes it or not.
        """
        settled = self._records, self._account, message, decision
        before = asked_before(*settled, self._is_answered if inputs else None)
        if inputs and (THREAD in inputs or message.in_reply_to or message.references or arrival.conversation):
            own = own_mails(self._mailbox, message, self._sent.lately, arrival.conversation)
            thread = with_own_mails(inputs.get(THREAD, ""), message, own, self._context(message).owner)
            inputs = {**inputs, THREAD: thread} if thread else inputs
        return {**inputs, MESSAGE: f"{before}{BETWEEN_MAILS}{inputs[MESSAGE]}"} if before else inputs

    def _is_answered(self, message_ids: Collection[str]) -> bool:
        """Whether a sent mail answers one of these, or a later one of their thread."""
        return not self._sent.answered.isdisjoint(message_ids)

    def _judge(
        self, arrival: Arrival, message: MailMessage, *, is_requested: bool, is_correspondent: bool = False
    ) -> tuple[TriageDecision, dict[str, str]]:
        try:
            return judge(
                message,
                replace(self._context(message), is_correspondent=is_correspondent),
                folder=arrival.folder,
                is_answered=arrival.is_answered,
                is_requested=is_requested,
            )
        except OutageError:
            raise
        except Exception as error:  # Whatever a fault in our code is, one mail must not stop all that come after it.
            log.exception("mail not judged", code=type(error).__name__)
            return no_draft("fault", N_("It could not be judged; the fault is on our side.")), {}

    def _context(self, message: MailMessage) -> MailboxContext:
        preferences = self._preferences
        owner = owner_of_account(message, self._account, preferences, self._style)
        today = self._drafts_before + self._drafts_now if preferences.drafts_per_day else 0
        return context_of(owner, preferences, self._style, drafts_today=today)

    @cached_property
    def _style(self) -> WritingStyle | None:
        return load_style(self._records, self._account.workspace, self._account.name)

    @cached_property
    def _drafted(self) -> dict[str, TriageRecord]:
        """The mails that have had a draft, by Message-ID and by content; of several the newest."""
        drafted = [record for record in reversed(self._triaged.newest()) if record.job]
        return {name: record for record in drafted for name in (record.message_id, record.content) if name}

    @cached_property
    def _drafts_before(self) -> int:
        return self._triaged.count_drafts(since=self._preferences.day_start(now()))

    def _ask(
        self, arrival: Arrival, message: MailMessage, inputs: dict[str, str], told: JsonObject, *, is_requested: bool
    ) -> str:
        """Submit the job that writes the answer, and return its id; "" when it was handled before."""
        found = self._mailbox.target_of_new(arrival, message, is_requested=is_requested)
        before = self._triaged.get(found.key)
        # Each job that came to nothing may be followed by another.
        key = f"{found.key}:{REQUESTED}:{before.job}" if before and before.job else found.key
        spoken = language_of_account(self._records, self._account, self._preferences)
        place = _ToldTarget(found, told)
        request = writing_request(self._account, RECIPE, inputs, message, (key, place), spoken=spoken)
        try:
            return self._submit(request).id
        except ConflictError:  # the mailbox was connected before, with other settings
            return ""

    def _note(
        self,
        arrival: Arrival,
        decision: TriageDecision,
        *,
        message: MailMessage | None = None,
        message_id: str = "",
        job: str = "",
    ) -> TriageRecord:
        record = TriageRecord(
            self._account.name,
            arrival.uid,
            decision.model_dump(mode="json"),
            subject=message.subject if message else arrival.subject,
            sender=str(written_by_person(message).sender) if message else "",
            message_id=message_id or arrival.message_id,
            job=job,
            uidvalidity=arrival.uidvalidity,
            folder=arrival.uid_folder or None,
            before=sorted(thread_ids(message) - {message.message_id}) if message else (),
            content=content_of(message) if message else "",
        )
        self._mailbox.note_known(record.message_id)
        if job:
            self._drafted.update({name: record for name in (record.message_id, record.content) if name})
        self._triaged.put(arrival.key, record)
        return record


def _is_late(arrival: Arrival, found: NewMessage) -> bool:
    """Whether a mail may have been answered before it was read here."""
    written = found.message.date.timestamp() if found.message.date else arrival.arrived_at
    return min(written, arrival.arrived_at) < time.time() - _LATE_SECONDS


def _without_job(refusal: PolicyRefused | InputError) -> TriageDecision:
    """Return why a mail has no job: it is decided about all the same, or it would hold up its mailbox in each round.

    Raises:
        NotFoundError: the recipe is missing, so that no mail could have one; they wait until it is back.
    """
    if isinstance(refusal, NotFoundError):
        raise refusal
    return no_draft("policy" if isinstance(refusal, PolicyRefused) else "unreadable", refusal.message)
