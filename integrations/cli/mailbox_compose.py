"""`inlaid run … --mailbox NAME`: the draft also waits in a mailbox, as a new mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import InputError

if TYPE_CHECKING:
    from core.jobs import Job
    from core.store.records import RecordStore
    from integrations.mail.addresses import Address
    from integrations.mail.mailboxes import MailboxView


@dataclass(frozen=True)
class MailboxTarget:
    """A mailbox that the draft of a job goes to."""

    records: "RecordStore"
    view: "MailboxView"
    to: "tuple[Address, ...]"

    def put(self, job: "Job") -> None:
        """Put the draft there; the same job is the same draft.

        Raises:
            InputError: the draft is no text.
            InlaidError: it cannot be put there; the job keeps it.
        """
        from integrations.mail.mailbox_drafts import MailOwner, NewMail, mailbox_drafts

        assert job.draft
        if not job.draft.text:
            raise InputError(f"What {job.recipe} gives is no mail.", fix="Use a recipe that writes a text: compose.")
        mail = NewMail(job.id, job.draft.subject or "", job.draft.text, self.to)
        mailbox_drafts(self.records).put(MailOwner(self.view.workspace, "", self.view.address), mail)


def mailbox_target(records: "RecordStore", name: str, to: Sequence[str]) -> MailboxTarget:
    """Return the mailbox, before a model is asked.

    Raises:
        NotFoundError: there is none of that name.
        InputError: a recipient is no mail address, or this kind of mailbox takes none.
    """
    from core.jobs import LOCAL_WORKSPACE
    from integrations.mail.addresses import parse_addresses
    from integrations.mail.mailboxes import find_mailbox

    view = find_mailbox(records, LOCAL_WORKSPACE, name)
    people = tuple(one for text in to for one in parse_addresses(text))
    if len(people) < len(to):
        raise InputError("A recipient is no mail address.", fix="Write each as --to 'Ann Lee <ann@example.com>'.")
    if people and view.kind != "imap":
        raise InputError("Recipients can only be given for IMAP mailboxes.", fix="Leave --to out, and add them there.")
    return MailboxTarget(records, view, people)
