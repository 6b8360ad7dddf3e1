"""E-mail drafts: the port to a person's mailbox, and the mail file for people who have none connected."""

from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from core.drafts import Draft, without_hints
from core.errors import InlaidError
from core.job import Job
from core.logs import logger
from core.ports import Effects, MailDrafts
from core.settings import Settings
from core.store.records import RecordStore
from core.text.catalogues import gettext, told

# A name and an address.
Recipient = tuple[str, str]
UNSENT_HEADER = "X-Unsent"
EFFECT = "mail_draft"
PUT, FAILED = "put", "failed"
IN_DRAFTS = ":envelope: It is in your Drafts folder; what you edit here goes there with *Put into my Drafts*."
NOT_REACHED = ":envelope: Your mailbox could not be reached. Press *Put into my Drafts* to try again."
CONNECT = ":envelope: To get e-mail drafts into your Drafts folder, ask your administrator to connect your mailbox."
CONNECT_AT = ":envelope: To get e-mail drafts into your Drafts folder, connect your mailbox in the console: {address}"
_log = logger(__name__)


class NoMailbox:
    """Nobody has connected a mailbox."""

    def is_connected(self, _workspace: str, _person: str, _address: str) -> bool:
        """Return False."""
        return False

    def put_draft(
        self,
        _workspace: str,
        _person: str,
        _address: str,
        *,
        subject: str,
        text: str,
        key: str,
        to: Recipient | None = None,
    ) -> str:
        """Do nothing: `is_connected` said that there is no mailbox."""
        del subject, text, key, to
        return ""


@dataclass(frozen=True)
class PersonMailbox:
    """The mailbox of one person.

    Args:
        mailbox: those of everybody.
        workspace: the team id; `person` the user id.
        address: the person's address in Slack, "" where nobody vouches for it.
    """

    mailbox: MailDrafts
    workspace: str
    person: str
    address: str

    @property
    def is_connected(self) -> bool:
        """Whether there is one."""
        return self.mailbox.is_connected(self.workspace, self.person, self.address)

    def put(self, draft: Draft, key: str, to: Recipient | None = None) -> str:
        """Put the draft there, without hints; see `MailDrafts.put_draft`."""
        text = without_hints(draft.text, draft.gaps)
        return self.mailbox.put_draft(
            self.workspace, self.person, self.address, subject=draft.subject or "", text=text, key=key, to=to
        )


NO_MAILBOX = NoMailbox()
# Opens the mailboxes of everybody; the mail integration has one.
OpenMailboxes = Callable[[RecordStore, Settings], MailDrafts]


def no_mailboxes(_records: RecordStore, _settings: Settings) -> MailDrafts:
    """Return that nobody has a mailbox."""
    return NO_MAILBOX


def put_draft_once(mailbox: PersonMailbox, job: Job, effects: Effects, to: Recipient | None = None) -> str:
    """Put the draft of a job into the person's mailbox, once, and return the note for the answer.

    A mailbox that does not answer holds up nothing: the answer has a button for it.
    """
    if job.draft is None or not mailbox.is_connected:
        return CONNECT
    effects.intend(job, EFFECT, {"state": FAILED})
    if effects.get_detail(job, EFFECT)["state"] == PUT:
        return IN_DRAFTS
    try:
        mailbox.put(job.draft, job.id, to)
    except InlaidError as error:
        _log.warning("no draft in the mailbox", code=error.code)
        return NOT_REACHED
    effects.confirm(job, EFFECT, {"state": PUT})
    return IN_DRAFTS


def console_of(settings: Settings) -> str:
    """Return the address where people connect their mailboxes, "" where nobody has said under which it is reached."""
    return f"{settings.public_url}/console" if settings.public_url.startswith("https://") else ""


def mailbox_note(note: str, settings: Settings) -> str:
    """Return a note of `put_draft_once` as its reader sees it: in their language, and with where to connect one."""
    address = console_of(settings) if note == CONNECT else ""
    return gettext(CONNECT_AT).format(address=f"<{address}>") if address else told(note)


def mail_file(draft: Draft, to: Recipient | None = None) -> bytes:
    """Return the draft as a mail file that mail programs open as an unsent message (`X-Unsent: 1`), without hints."""
    message = EmailMessage(policy=SMTP)
    if to:
        name, address = to
        message["To"] = Address(" ".join(name.split()), addr_spec=address)
    message["Subject"] = " ".join((draft.subject or "").split())
    message[UNSENT_HEADER] = "1"
    message.set_content(without_hints(draft.text, draft.gaps), charset="utf-8", cte="quoted-printable")
    return message.as_bytes()


def file_name(draft: Draft) -> str:
    """Return a name for the mail file, made from its subject."""
    kept = "".join(char if char.isalnum() else "-" for char in draft.subject or "draft")
    return f"{'-'.join(part for part in kept.split('-') if part)[:60] or 'draft'}.eml"
