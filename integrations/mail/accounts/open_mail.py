"""Jobs about a mail that a person has open in Outlook, and the draft that waits for its thread in their mailbox.

The add-in tells the mail (`integrations.mail.message.open_mail`); a worker reads it in a child process. Reading the job
is its delivery: only the add-in opens a reply.
"""

from collections.abc import Sequence

from core.drafts import JsonObject
from core.errors import MessageError, SuspiciousMail
from core.job import CAUTION, Job, OpenMailTarget
from core.people import People
from core.ports import SurfaceContext
from core.runner.grounds import MAX_SAID, nearest
from core.sources.attached import attached_value
from core.sources.ports import FileReader
from core.store.records import RecordStore
from core.text.catalogues import N_
from core.writing.grounded.passages import GroundPassage, passages_value, read_passages
from integrations.mail.accounts.mailboxes import mail_providers
from integrations.mail.accounts.new_mail import mailbox_drafts
from integrations.mail.isolated import as_message, conversation, judge
from integrations.mail.mailbox.account import MailOwner
from integrations.mail.mailbox.pending_drafts import PendingDrafts, Thread
from integrations.mail.mailbox.style_learning import load_style
from integrations.mail.mailbox.surface import ATTACHED
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.message.open_mail import OpenMail, ThreadMail, files_of
from integrations.mail.reply.compose import reply_inputs, reply_recipients
from integrations.mail.reply.goes_to import goes_to
from integrations.mail.reply.writing_style import WritingStyle
from integrations.mail.triage.decide import SUSPICIOUS, MailboxContext

# The effect that says that a job's person has been warned of the mail.
WARNED = "warned"
_NO_TEXT = "The mail has no text."


class OpenMailSurface:
    """See `core.ports.Surface`.

    Args:
        read_file: reads the files that came with the mail; None: nothing does.
    """

    def __init__(self, read_file: FileReader | None = None) -> None:
        self._read_file = read_file

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return the inputs that the mail gives.

        Raises:
            MessageError: it has no text, or it is suspicious and a reply was asked for.
            OutageError: too much is being read; a later try can help.
        """
        told = OpenMail.model_validate_json(context.effects.get_file(job, OpenMailTarget.MAIL_FILE))
        mail, gives, into = told.without_contents(), job.delivery["gives"], str(job.delivery["into"])
        if gives == "reply":
            files = self._files(told)
            return {**_reply_asked(job, mail, context), **({ATTACHED: passages_value(files)} if files else {})}
        turns = conversation(mail)
        if not turns:
            raise MessageError(_NO_TEXT, fix="Open a mail with text.")
        if gives == "text":
            return {into: as_text(turns)}
        files = self._files(told)
        unread = [file for file in files if not file.text]
        asked = [text for text in job.inputs.values() if isinstance(text, str)]
        read = [file for file in files if file.text]
        passages = as_passages(mail, turns, nearest(read, asked, MAX_SAID) or read[:MAX_SAID])
        return {into: passages, **({ATTACHED: passages_value(unread)} if unread else {})}

    def _files(self, mail: OpenMail) -> list[GroundPassage]:
        """Return what stands in the files of a mail, and why one was not read."""
        value = attached_value(files_of(mail), self._read_file) if self._read_file else ""
        return read_passages(value) if value else []

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Note that a failed job shows its person a warning; what else there is, the add-in opens."""
        if (job.error or {}).get("code") == SuspiciousMail.code:
            context.effects.intend(job, WARNED, {WARNED: True})


def _reply_asked(job: Job, mail: OpenMail, context: SurfaceContext) -> JsonObject:
    """Return the inputs of a reply; of a suspicious mail once its person has been warned and asks again.

    The program they have it open in says so, they have the job tried again after it was refused, or the version before
    has its draft with the warning. What it says of another mail is no suspicion.
    """
    is_urged = bool(job.inputs.get(CAUTION) or job.refines or context.effects.get_detail(job, WARNED))
    return {CAUTION: "", **reply_to(mail, own_style(job, context), is_urged=is_urged)}


def reply_to(mail: OpenMail, style: WritingStyle | None, *, is_urged: bool = False) -> JsonObject:
    """Return the inputs of a reply that its owner asks for; `is_urged` even where it looks like fraud.

    Raises:
        SuspiciousMail: it looks like fraud.
        MessageError: there is nothing to answer.
    """
    owner = OwnerAddresses(name=mail.owner.name, address=mail.owner.address, assumed=not mail.owner.address)
    message = as_message(mail)
    decision, inputs = judge(message, MailboxContext(owner, style=style), folder="", is_requested=True)
    is_suspicious = decision.rule == SUSPICIOUS
    if is_suspicious and not is_urged:
        raise SuspiciousMail(decision.reason, fix=N_("You can have a reply drafted all the same, below this warning."))
    if is_suspicious:
        inputs = {**reply_inputs(message, owner, style), CAUTION: decision.reason}
    if not inputs:
        raise MessageError(decision.reason, fix="Answer it without Inlaid, if at all.")
    # It may be opened as a reply to all.
    to, cc = reply_recipients(message, owner, reply_all=True)
    return {**inputs, **goes_to((*to, *cc), owner)}


def own_style(job: Job, context: SurfaceContext) -> WritingStyle | None:
    """Return how the person writes, where a mailbox of theirs is connected and they agreed that it is learnt."""
    account = mailbox_drafts(context.records, context.settings).find(MailOwner(job.workspace, job.person))
    return load_style(context.records, account.workspace, account.name) if account else None


def as_passages(mail: OpenMail, turns: Sequence[ThreadMail], files: Sequence[GroundPassage] = ()) -> str:
    """Return the mails of a thread as passages, the newest first, and what came with it."""
    subject = " ".join(mail.subject.split())
    mails = [GroundPassage(0, turn.who or subject, "", turn.text) for turn in reversed(turns)]
    return passages_value([*mails, *files])


def as_text(turns: Sequence[ThreadMail]) -> str:
    """Return a thread as one text, each mail below who wrote it."""
    if len(turns) == 1:
        return turns[0].text
    return "\n\n".join(f"{turn.who}:\n{turn.text}" if turn.who else turn.text for turn in turns)


def waiting_draft(
    records: RecordStore, people: People, who: tuple[str, str], message_id: str, before: Sequence[str]
) -> str:
    """Return the job of the newest draft that waits in a mailbox of a person for a thread, "" when none does.

    Args:
        records: where mailboxes are.
        people: who is who.
        who: workspace and person.
        message_id: of the mail that they have open.
        before: the ids of the mails before it in its thread, the oldest first.
    """
    open_mail = MailMessage(message_id=message_id, references=tuple(before))
    known = {message_id, *before} - {""}
    found = [
        draft
        for provider in mail_providers(records)
        for workspace, person in people.names(*who)
        for record in records.list(provider.accounts.kind, workspace=workspace, person=person)
        for account in (provider.accounts.load(record.data),)
        if account.person == person  # one that became a shared mailbox is nobody's own
        for draft in PendingDrafts(records, account).list()
        if draft.answers in known or (known and draft.thread == Thread(records, account, open_mail).key)
    ]
    return max(found, key=lambda draft: draft.placed_at).job if found else ""
