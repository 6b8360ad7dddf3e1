"""Connected mailboxes at Gmail, sealed in the record store, how far they have been read, and their client."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

from core.drafts import JsonObject
from core.job import LOCAL_WORKSPACE
from core.settings import Settings
from core.store.records import RecordStore
from integrations.mail.gmail.client import Gmail
from integrations.mail.gmail.sign_in import TOKENS_KIND, MailboxTokens, is_set_up, make_client
from integrations.mail.mailbox.account import AccountStore, AddressedAccount
from integrations.mail.mailbox.pending_drafts import KEEP_SECONDS
from integrations.mail.mailbox.visits import MailboxPlace

NAMESPACE = "gmail"
ACCOUNT_KIND = "gmail_mailbox"
CURSOR_KIND = "gmail_cursor"
DRAFT_KIND = "gmail_draft"


@dataclass(frozen=True)
class GmailAccount(AddressedAccount):
    """One mailbox of one person.

    Args:
        address: the mail address of the mailbox, which is also its name.
        person: whose jobs its drafts are.
        owner_name: the name that drafts are signed with.
        owner_role: what the owner does; Google does not say.
        aliases: further addresses that the owner may send from, as Gmail's settings say.
    """

    kinds_begin_with: ClassVar[str] = NAMESPACE
    stored_as: ClassVar[str] = ACCOUNT_KIND

    address: str
    person: str
    owner_name: str = ""
    workspace: str = LOCAL_WORKSPACE
    owner_role: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def place(self) -> MailboxPlace:
        """Where it is, for counting failures: those of one domain say nothing of another's."""
        domain = self.address.rpartition("@")[2]
        return MailboxPlace("gmail", self.workspace, self.name, self.person, f"Gmail, {domain}")


@dataclass(frozen=True)
class GmailCursor:
    """How far a mailbox has been read.

    Args:
        history: the id of the last record of its history that was read; "" before the first round, and when Gmail
            does not know it any more.
        since_seconds: mails that arrived before are left alone in a first round, in Unix seconds.
    """

    history: str = ""
    since_seconds: float = 0.0


@dataclass(frozen=True)
class KeptDraft:
    """A draft of ours at Gmail.

    Args:
        account: name of the mailbox.
        message_id: the Message-ID that we gave it, which Gmail may change when its owner goes on with it.
        written: the digest of what we wrote.
        shown: its digest as Gmail showed it then; it may have written a field otherwise.
        mail: the id of its message then; whoever changes the draft replaces it. "" where it was not kept.
        at: when it was put there, in Unix seconds.
        answers: the ids of the mails before it in its thread.
    """

    account: str
    message_id: str
    written: str
    shown: str
    mail: str = ""
    at: float = 0.0
    answers: Sequence[str] = ()


class GmailAccounts(AccountStore[GmailAccount]):
    """The mailboxes at Gmail in the record store."""

    kind = ACCOUNT_KIND
    namespace = NAMESPACE
    mail_kinds = (DRAFT_KIND,)
    mailbox_kinds = (CURSOR_KIND,)
    sign_in_kinds = (TOKENS_KIND,)

    def load(self, data: JsonObject) -> GmailAccount:
        """Return an account as it was stored."""
        return GmailAccount(**{**data, "aliases": tuple(data.get("aliases", ()))})

    def save(self, account: GmailAccount) -> None:
        """Store a mailbox, in place of an earlier one of that name; what has been read stays read."""
        super().save(account)
        self.update_status(account, error=None, is_behind=True)

    def cursor(self, account: GmailAccount) -> GmailCursor:
        """Return how far a mailbox has been read."""
        record = self.records.get(CURSOR_KIND, account.workspace, account.name)
        return GmailCursor(**record.data) if record else GmailCursor()

    def save_cursor(self, account: GmailAccount, cursor: GmailCursor) -> None:
        """Store how far a mailbox has been read."""
        self.records.put(CURSOR_KIND, account.workspace, account.name, asdict(cursor), person=account.person)

    def kept_drafts(self, account: GmailAccount) -> dict[str, KeptDraft]:
        """Return our drafts in a mailbox by the ids that Gmail gave them."""
        found = self.records.list(DRAFT_KIND, workspace=account.workspace, person=account.person)
        return {record.key: KeptDraft(**record.data) for record in found if record.data["account"] == account.name}

    def keep_draft(self, account: GmailAccount, draft_id: str, draft: KeptDraft) -> None:
        """Store which draft is ours, for as long as one is waited for."""
        value, person = asdict(draft), account.person
        self.records.put(DRAFT_KIND, account.workspace, draft_id, value, person=person, expires_in_seconds=KEEP_SECONDS)


@dataclass(frozen=True)
class Google:
    """The way to all mailboxes at Gmail.

    Args:
        settings: whose OAuth client.
        records: where mailboxes and tokens are kept.
        wait: called with the seconds to wait when Google asks for it.
    """

    settings: Settings
    records: RecordStore
    wait: Callable[[float], None] = time.sleep

    @property
    def accounts(self) -> GmailAccounts:
        """The connected mailboxes."""
        return GmailAccounts(self.records)

    @property
    def is_set_up(self) -> bool:
        """Whether there is an OAuth client."""
        return is_set_up(self.settings)

    @property
    def tokens(self) -> MailboxTokens:
        """The tokens of mailboxes; raises SettingsError when there is no OAuth client."""
        return MailboxTokens(self.records, make_client(self.settings))

    def open(self, account: GmailAccount) -> Gmail:
        """Return the client of a mailbox; its first call asks for a token.

        Raises:
            SettingsError: Google is not set up.
        """
        token = self.tokens.of(account.workspace, account.name, account.person)
        return Gmail(self.settings.google_url, token, wait=self.wait)
