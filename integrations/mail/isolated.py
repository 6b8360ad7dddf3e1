"""The functions on mails of others, each in a child process with ceilings. Surfaces call these.

A mail that takes too long or too much memory is refused with a `MessageError`; see `core.isolation`.
"""

from collections.abc import Sequence

from core.errors import MessageError
from core.isolation import Boundary
from core.job import Job
from core.sources.model import FileText
from core.text import html_text
from integrations.mail.message import attachments, file_text, message, open_mail, senders
from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.message.open_mail import OpenMail, ThreadMail
from integrations.mail.reply import compose, own_mails
from integrations.mail.triage import decide
from integrations.mail.triage.classifier import Reading, read
from integrations.mail.triage.weighing import TriageDecision, no_draft

_READER = Boundary("mail", MessageError, fix="Answer it without Inlaid.")
_FILES = Boundary("mail file", MessageError, fix="Save the mails one by one as .eml.", seconds=120, modules=("oxmsg",))


def parse_message(data: bytes) -> MailMessage:
    """See `message.parse_message`."""
    return _READER.call(message.parse_message, data)


def attached_files(data: bytes) -> list[tuple[str, bytes]]:
    """See `attachments.attached_files`."""
    return _READER.call(attachments.attached_files, data)


def attached_document(data: bytes, number: int) -> tuple[str, bytes] | None:
    """See `attachments.attached_document`."""
    return _READER.call(attachments.attached_document, data, number)


def as_message(mail: OpenMail) -> MailMessage:
    """See `open_mail.as_message`."""
    return _READER.call(open_mail.as_message, mail)


def conversation(mail: OpenMail) -> list[ThreadMail]:
    """See `open_mail.conversation`."""
    return _READER.call(open_mail.conversation, mail)


def visible_text(source: str) -> str:
    """Return the text of `html_text.visible_text`."""
    return _READER.call(html_text.visible_text, source).text


def read_eml(data: bytes) -> FileText:
    """See `file_text.read_eml`."""
    return _FILES.call(file_text.read_eml, data)


def read_mbox(data: bytes) -> FileText:
    """See `file_text.read_mbox`."""
    return _FILES.call(file_text.read_mbox, data)


def read_msg(data: bytes) -> FileText:
    """See `file_text.read_msg`."""
    return _FILES.call(file_text.read_msg, data)


def judge(
    mail: MailMessage,
    context: decide.MailboxContext,
    *,
    folder: str,
    is_answered: bool = False,
    is_requested: bool = False,
) -> tuple[TriageDecision, dict[str, str]]:
    """See `decide.judge`; a mail that breaks a ceiling gets no draft.

    The embedded model runs here and not in the child, which would load it again for each mail.
    """
    short = message.cut_to_judge(mail)
    try:
        found = _READER.call(
            decide.judge,
            short,
            context,
            folder=folder,
            is_answered=is_answered,
            is_requested=is_requested,
            # What is answered already need not be read, unless it was marked: no draft helps a fraud.
            reading=() if is_answered and not is_requested else _reading(short, context.owner, folder),
        )
        danger = _danger(short, found[0])
        if danger.is_sure and found[0].turns_on_danger:
            told = danger.sentence
            found = _READER.call(decide.judge_danger, short, context, found[0], told, is_requested=is_requested)
        decision, inputs = _with_danger(found[0], danger), found[1]
        # What is longer than a reply is given keeps its beginning and its end.
        if inputs and short is not mail and len(mail.text) <= compose.MAX_TEXT_CHARS:
            inputs = _READER.call(compose.reply_inputs, mail, context.owner, context.style)
        return decision, inputs
    except MessageError as error:
        return no_draft("unreadable", error.message), {}


def decided(mail: MailMessage, owner: OwnerAddresses) -> TriageDecision:
    """Return the decision of `decide.decide` for a mail that no mailbox holds."""
    mail = message.cut_to_judge(mail)
    decision = _READER.call(decide.decide, mail, owner, reading=_reading(mail, owner))
    danger = _danger(mail, decision)
    is_answered = danger.is_sure and decision.turns_on_danger
    return _with_danger(decide.tells_danger(danger.sentence) if is_answered else decision, danger)


def _danger(mail: MailMessage, decision: TriageDecision) -> decide.ToldDanger:
    if not decide.may_tell_danger(decision):
        return decide.ToldDanger("", is_sure=False)
    return decide.told_danger(_READER.call(senders.split_to_people, mail).new_text, decision)


def _with_danger(decision: TriageDecision, danger: decide.ToldDanger) -> TriageDecision:
    """Return a decision with the danger that a mail tells; who may deceive frightens nobody with one."""
    if decision.rule == decide.SUSPICIOUS:
        return decision
    return decision.model_copy(update={"danger": danger.sentence, "is_surely_danger": danger.is_sure})


def _reading(mail: MailMessage, owner: OwnerAddresses, folder: str = "") -> Reading:
    return read(_READER.call(decide.passage_to_read, mail, owner, folder))


def with_own_mails(thread: str, mail: MailMessage, mails: Sequence[MailMessage], owner: Address) -> str:
    """See `own_mails.with_own_mails`; the thread as it is for a mail that breaks a ceiling."""
    try:
        return _READER.call(own_mails.with_own_mails, thread, mail, mails, owner)
    except MessageError:
        return thread


def reply_file(mail: MailMessage, owner: Address, job: Job, *, reply_all: bool = False) -> bytes:
    """See `compose.reply_file`."""
    return _READER.call(compose.reply_file, mail, owner, job, reply_all=reply_all)
