"""The drafts of a mailbox at Gmail, as `mailbox.placing` wants them, and `GmailTarget`, the mail that a job is about.

A draft is a container with a stable id; whoever changes it replaces the message in it, which gets another id and may
get another Message-ID (https://developers.google.com/workspace/gmail/api/guides/drafts). So a draft of ours is known by
the Message-ID that we gave it, and once it is there by its id, with a digest of it as Gmail keeps it. Into a thread
Gmail takes a draft only when `threadId`, `References`, `In-Reply-To` and the subject all belong there.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.drafts import JsonObject
from core.errors import MessageError, NotFoundError
from integrations.mail.gmail.accounts import GmailAccount, GmailAccounts, KeptDraft
from integrations.mail.gmail.client import Gmail
from integrations.mail.gmail.reading import FIELDS, MAX_RESULTS, decoded, facts_of, present
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.mail_targets import IdTarget
from integrations.mail.mailbox.placing import FolderDraft, content_hash
from integrations.mail.message.message import MailMessage
from integrations.mail.message.mime import message_ids

KIND = "gmail_mail"
# Of a very full folder the newest are looked at.
_MAX_LOOKED_AT = 500


class GmailTarget(IdTarget):
    """A mail at Gmail; its thread is Gmail's."""

    provider, kind, thread_field = "gmail", KIND, "thread"


class GmailDrafts:
    """The drafts of a mailbox; see `mailbox.placing.DraftsFolder`.

    Args:
        accounts: where it is kept which drafts are ours.
        account: the mailbox.
        client: the same, open.
        thread: into which thread of Gmail's drafts are put, "" for none.
    """

    def __init__(self, accounts: GmailAccounts, account: GmailAccount, client: Gmail, thread: str = "") -> None:
        self._accounts = accounts
        self._account = account
        self._client = client
        self._thread = thread
        self._kept = accounts.kept_drafts(account)
        # The message that each draft held when it was read: whoever changes a draft replaces it.
        self._compared: dict[str, str] = {}
        # What is known of messages; one of ours is not read again as long as its draft holds it: that costs quota.
        self._known = {kept.mail: _Known(kept.at, kept.message_id, kept.answers) for kept in self._kept.values()}

    def waiting(self) -> list[FolderDraft]:
        """Return the drafts, oldest first; of a very full folder the newest."""
        drafts = self._client.users.drafts()
        pages = self._client.pages(lambda token: drafts.list(userId="me", maxResults=MAX_RESULTS, pageToken=token))
        listed = [draft for page in pages for draft in page.get("drafts", ())][:_MAX_LOOKED_AT]
        held = {str(draft["id"]): str(draft["message"]["id"]) for draft in listed}
        asked = [self._asked(message) for message in held.values() if message not in self._known]
        for facts in map(facts_of, present(self._client.call_many(asked))):
            self._known[facts.id] = _Known(facts.at, facts.message_id, tuple(facts.answers))
        found = sorted(
            (self._known[message].at, uid, message) for uid, message in held.items() if message in self._known
        )
        return [self._draft(uid, self._known[message]) for _, uid, message in found]

    def _draft(self, uid: str, known: "_Known") -> FolderDraft:
        return FolderDraft(uid, self._name(uid, known.message_id), frozenset(known.answers))

    def _asked(self, message_id: str) -> Any:
        """Return the request for the fields of a draft's message."""
        messages = self._client.users.messages()
        return messages.get(userId="me", id=message_id, format="metadata", metadataHeaders=list(FIELDS))

    def _name(self, draft_id: str, message_id: str) -> str:
        """Return the Message-ID that we gave a draft of ours, else the one that it bears."""
        kept = self._kept.get(draft_id)
        return kept.message_id if kept else message_id

    def compare(self, draft: FolderDraft, content: str) -> Literal["unchanged", "changed", "gone"]:
        """Tell whether a draft is still as we wrote it, or as Gmail kept it when we had."""
        found = self._content(str(draft.uid))
        if found is None:
            return "gone"
        kept = self._kept.get(str(draft.uid))
        is_as_made = kept is not None and (kept.written, kept.shown) == (content, found)
        return "unchanged" if found == content or is_as_made else "changed"

    def read(self, draft: FolderDraft) -> MailMessage | None:
        """Return a draft as it is now; None when it is gone or cannot be read."""
        found = self._read(str(draft.uid))
        try:
            return parse_message(decoded(found)) if found else None
        except MessageError:
            return None

    def append(self, data: bytes) -> None:
        """Add a draft, and keep that it is ours."""
        message = {"raw": base64.urlsafe_b64encode(data).decode()}
        if self._thread:
            message["threadId"] = self._thread
        drafts = self._client.users.drafts()
        draft_id = str(self._client.call(drafts.create(userId="me", body={"message": message}))["id"])
        found = self._read(draft_id)
        if found is None:
            return
        mail, facts = parse_message(data), facts_of(found)
        answers = message_ids(f"{mail.header('in-reply-to')} {mail.header('references')}")
        shown = content_hash(decoded(found))
        kept = KeptDraft(self._account.name, mail.message_id, content_hash(data), shown, facts.id, facts.at, answers)
        self._kept[draft_id] = kept
        self._accounts.keep_draft(self._account, draft_id, kept)

    def remove(self, drafts: Sequence[FolderDraft]) -> None:
        """Remove drafts for good, unless their owner has gone on with them since they were compared.

        Gmail deletes whatever the draft holds by then, so that is looked at once more just before.
        """
        users_drafts = self._client.users.drafts()
        for draft in drafts:
            draft_id = str(draft.uid)
            try:
                now = self._client.call(users_drafts.get(userId="me", id=draft_id, format="minimal"))
                if now["message"]["id"] == self._compared.get(draft_id, now["message"]["id"]):
                    self._client.call(users_drafts.delete(userId="me", id=draft_id))
            except NotFoundError:
                continue  # gone already

    def _content(self, draft_id: str) -> str | None:
        """Return the digest of a draft as it is now, None when it is gone."""
        found = self._read(draft_id)
        return None if found is None else content_hash(decoded(found))

    def _read(self, draft_id: str) -> JsonObject | None:
        """Return the message of a draft as it is now, None when it is gone."""
        try:
            found = self._client.call(self._client.users.drafts().get(userId="me", id=draft_id, format="raw"))
        except NotFoundError:
            return None
        self._compared[draft_id] = str(found["message"]["id"])
        return dict(found["message"])


@dataclass(frozen=True)
class _Known:
    """What is known of the message that a draft holds; it never changes.

    Args:
        at: when it came.
        message_id: its Message-ID.
        answers: the ids of the mails before it in its thread.
    """

    at: float
    message_id: str
    answers: Sequence[str]
