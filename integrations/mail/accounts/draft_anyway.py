"""A draft for a mail that got none, where its owner asks for one all the same."""

from collections.abc import Sequence

from core.errors import InputError, NotFoundError
from core.settings import Settings
from core.store.records import RecordStore
from core.system.connections import deadline
from integrations.mail.accounts.mailboxes import MailboxView, provider_of
from integrations.mail.mailbox.provider import Submit
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords, unplaced
from integrations.mail.mailbox.triage_round import TriageRound
from integrations.mail.triage.decide import ROBOT, SUSPICIOUS

ASK_SECONDS = 30.0
MAX_LOOKED_AT = 200
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
        mail: its Message-ID, or what its provider calls it; "" for the newest one that looks like fraud, or that only
            its owner can answer.
        submit: takes the job.

    Raises:
        NotFoundError: there is no such mail.
        InputError: mails of several folders are called so.
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


def _waits(records: RecordStore, record: TriageRecord) -> bool:
    """Whether a mail got no draft since it looks like fraud, or since only its owner can answer it."""
    return unplaced(records, record.job) == "left" if record.job else record.decision["rule"] == SUSPICIOUS


def _named(judged: Sequence[TriageRecord], mail: str) -> TriageRecord | None:
    """Return the mail of a Message-ID, else that of an id of its provider; at IMAP each folder counts from 1."""
    named = [record for record in judged if record.message_id == mail]
    if named:  # the same mail may stand in several folders
        return min(named, key=lambda record: (bool(record.job), record.decision["rule"] != SUSPICIOUS))
    found = [record for record in judged if str(record.uid) == mail]
    if len(found) > 1:
        raise InputError(
            f"{len(found)} mails of this mailbox have the number {mail[:80]}, in different folders.",
            fix="Give the mail's Message-ID instead; `inlaid mailbox list --json` shows it.",
        )
    return found[0] if found else None
