"""What was decided about each mail and why, kept sealed for a month so that a person can see it."""

import hashlib
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from integrations.mail.graph.accounts import DECISION_KIND, SEEN_KIND, GraphAccount, GraphAccounts

KEEP_SECONDS = 30 * 24 * 3600.0


@dataclass(frozen=True)
class Judged:
    """A mail, what was decided about it, and the job that writes the answer ("" when there is none)."""

    account: str
    uid: str
    decision: dict[str, Any]
    subject: str = ""
    sender: str = ""
    message_id: str = ""
    job: str = ""
    at: float = field(default_factory=time.time)


def mail_key(account: GraphAccount, message_id: str) -> str:
    """Return the key of a mail: mailbox and immutable id (DESIGN section 4)."""
    return f"graph:{account.name}:{message_id}"


def decisions(accounts: GraphAccounts, account: GraphAccount, *, limit: int) -> list[Judged]:
    """Return the newest decisions about the mails of a mailbox, newest first."""
    found = accounts.records.list(DECISION_KIND, workspace=account.workspace, person=account.person)
    own = [Judged(**record.data) for record in found if record.data["account"] == account.name]
    return sorted(own, key=lambda one: (one.at, one.uid), reverse=True)[:limit]


def find_judged(accounts: GraphAccounts, account: GraphAccount, uid: str) -> Judged | None:
    """Return what was decided about a mail, by its immutable id; None when nothing was."""
    record = accounts.records.get(DECISION_KIND, account.workspace, mail_key(account, uid))
    return Judged(**record.data) if record else None


def is_seen(accounts: GraphAccounts, account: GraphAccount, message_id: str) -> bool:
    """Whether a mail was decided about, by its Message-ID: one that was exported and imported has another id."""
    key = _seen_key(account, message_id)
    return bool(message_id) and accounts.records.get(SEEN_KIND, account.workspace, key) is not None


def keep(accounts: GraphAccounts, account: GraphAccount, judged: Judged) -> None:
    """Store a decision, in place of an earlier one about the same mail."""
    owner = {"person": account.person, "expires_in_seconds": KEEP_SECONDS}
    if judged.message_id:
        seen = {"account": account.name}
        accounts.records.put(SEEN_KIND, account.workspace, _seen_key(account, judged.message_id), seen, **owner)  # type: ignore[arg-type] # as named above
    key = mail_key(account, judged.uid)
    accounts.records.put(DECISION_KIND, account.workspace, key, asdict(judged), **owner)  # type: ignore[arg-type] # likewise


def _seen_key(account: GraphAccount, message_id: str) -> str:
    return hashlib.sha256(f"{account.name}\n{message_id}".encode()).hexdigest()
