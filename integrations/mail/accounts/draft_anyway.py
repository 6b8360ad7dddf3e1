"""What an owner says of a mail that they name: to draft for it although it got none, and that they know of its gaps."""

from collections.abc import Sequence
from shlex import quote

from core.errors import InputError, NotFoundError
from core.settings import Settings
from core.store.records import RecordStore
from core.system.connections import deadline
from integrations.mail.accounts.mailboxes import MailboxView, provider_of
from integrations.mail.mailbox.open_gaps import acknowledge_gaps, gaps_sent
from integrations.mail.mailbox.provider import Submit
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords, clock, unplaced
from integrations.mail.mailbox.triage_round import TriageRound
from integrations.mail.triage.decide import ROBOT, SUSPICIOUS

ASK_SECONDS = 30.0
MAX_LOOKED_AT = 200
# So much of a subject lists show; so many mails of one subject are told apart.
TITLE_CHARS, _MAX_TOLD = 60, 5
# Rules of mails that cannot be read any more, or whose answer nobody would read.
CANNOT_HAVE_DRAFT = frozenset({"gone", "too_large", "bounce", ROBOT})


def draft_anyway(
    settings: Settings, records: RecordStore, view: MailboxView, mail: str, submit: Submit
) -> TriageRecord:
    """Submit the job of a draft, and return what is known of the mail now.

    Args:
        settings: those of the process.
        records: where decisions are kept.
        view: the mailbox.
        mail: its Message-ID, what its provider calls it, or its subject; "" for the newest one that looks like fraud,
            or that only its owner can answer.
        submit: takes the job.

    Raises:
        NotFoundError: there is no such mail.
        InputError: several mails are called so.
        InlaidError: see `TriageRound.draft_anyway`.
    """
    provider = provider_of(view.kind, records, settings)
    account = provider.accounts.get(view.workspace, view.name)
    judged = TriageRecords(records, account).newest()
    waiting = (record for record in judged[:MAX_LOOKED_AT] if _waits(records, record))
    found = _named(judged, mail) if mail else next(waiting, None)
    if found is None:
        which = f"No mail {mail[:80]!r}" if mail else "No mail that waits for a draft"
        raise NotFoundError(f"{which} is known.", fix="List mails with: inlaid mailbox list --json")
    with deadline(ASK_SECONDS), provider.open(account) as mailbox:
        return TriageRound(records, account, mailbox, submit).draft_anyway(found)


def open_gaps(records: RecordStore, view: MailboxView) -> list[dict[str, str]]:
    """Return the mails that were answered with open gaps, newest first, until their owner knows or writes again.

    Each has its `subject`, its `sender`, the `job` of the draft, and in `mail` what it is named by.
    """
    account = provider_of(view.kind, records).accounts.get(view.workspace, view.name)
    return [
        {
            "subject": record.subject,
            "sender": record.sender,
            "job": record.job,
            "mail": record.message_id or str(record.uid),
        }
        for record in gaps_sent(records, account)
    ]


def acknowledge_mail(records: RecordStore, view: MailboxView, mail: str) -> None:
    """Note that the owner of a mailbox knows that a mail was answered with open gaps.

    Args:
        records: where decisions are kept.
        view: the mailbox.
        mail: as for `draft_anyway`.

    Raises:
        NotFoundError: no such mail was, or it is known already.
        InputError: several are called so.
    """
    account = provider_of(view.kind, records).accounts.get(view.workspace, view.name)
    found = _named(gaps_sent(records, account), mail)
    if found is None:
        raise NotFoundError(
            f"No mail {mail[:80]!r} was answered with an open question, or you know already.",
            fix="List mails with: inlaid mailbox list",
        )
    acknowledge_gaps(records, account, found)


def _waits(records: RecordStore, record: TriageRecord) -> bool:
    """Whether a mail got no draft since it looks like fraud, or since only its owner can answer it."""
    return unplaced(records, record.job) == "left" if record.job else record.decision["rule"] == SUSPICIOUS


def _named(judged: Sequence[TriageRecord], mail: str) -> TriageRecord | None:
    """Return the mail of a Message-ID, else that of an id of its provider, else that of a subject, as lists show it.

    At IMAP each folder counts from 1.
    """
    named = [record for record in judged if record.message_id == mail]
    if named:  # the same mail may stand in several folders
        return min(named, key=lambda record: (bool(record.job), record.decision["rule"] != SUSPICIOUS))
    found = [record for record in judged if str(record.uid) == mail]
    if len(found) > 1:
        raise InputError(
            f"{len(found)} mails of this mailbox have the number {mail[:80]}, in different folders.",
            fix="Give the mail's Message-ID instead; `inlaid mailbox list --json` shows it.",
        )
    return found[0] if found else _of_subject(judged, mail)


def _of_subject(judged: Sequence[TriageRecord], subject: str) -> TriageRecord | None:
    words = " ".join(subject.split()).casefold()
    titles = [(" ".join(record.subject.split()).casefold(), record) for record in judged]
    found = [record for title, record in titles if words and words in {title, title[:TITLE_CHARS].strip()}]
    if len(found) > 1:
        told = [
            f"{clock(mail.at)}, {mail.sender}, {quote(mail.message_id or str(mail.uid))}" for mail in found[:_MAX_TOLD]
        ]
        raise InputError(
            f"{len(found)} mails have the subject {subject[:80]!r}: {'; '.join(told)}.",
            fix="Give what stands behind the sender instead of the subject.",
        )
    return found[0] if found else None
