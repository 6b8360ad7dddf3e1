"""What was decided about each mail and why, kept sealed for a month so that a person can see it."""

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from integrations.mail.imap.accounts import DECISION_KIND, Account, Accounts

KEEP_SECONDS = 30 * 24 * 3600.0


@dataclass(frozen=True)
class Judged:
    """A mail, what was decided about it, and the job that writes the answer ("" when there is none)."""

    account: str
    uidvalidity: int
    uid: int
    decision: dict[str, Any]
    subject: str = ""
    sender: str = ""
    message_id: str = ""
    job: str = ""
    at: float = field(default_factory=time.time)

    @property
    def key(self) -> str:
        """What identifies the mail: account, UIDVALIDITY and UID (DESIGN section 4)."""
        return mail_key(self.account, self.uidvalidity, self.uid)


def mail_key(account: str, uidvalidity: int, uid: int) -> str:
    """Return the key of a mail in an IMAP account."""
    return f"imap:{account}:{uidvalidity}:{uid}"


def decisions(accounts: Accounts, account: Account, *, limit: int) -> list[Judged]:
    """Return the newest decisions about the mails of a mailbox, newest first."""
    found = accounts.records.list(DECISION_KIND, workspace=account.workspace, person=account.person)
    own = [Judged(**record.data) for record in found if record.data["account"] == account.name]
    return sorted(own, key=lambda one: (one.at, one.uid), reverse=True)[:limit]


def keep(accounts: Accounts, account: Account, judged: Judged) -> None:
    """Store a decision, in place of an earlier one about the same mail."""
    accounts.records.put(
        DECISION_KIND,
        account.workspace,
        judged.key,
        asdict(judged),
        person=account.person,
        expires_in_seconds=KEEP_SECONDS,
    )


def keep_new(accounts: Accounts, account: Account, judged: Judged) -> None:
    """Store a decision unless one about the same mail is there."""
    if accounts.records.get(DECISION_KIND, account.workspace, judged.key) is None:
        keep(accounts, account, judged)
