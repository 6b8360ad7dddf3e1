"""Reads mail from Gmail: one mail, which mail answers which, and what is new. A mail stays unread.

New mail comes from the mailbox's history. An id of it is good for a week at least, at times for hours; then Gmail
answers 404 and the mails of the time since are listed: https://developers.google.com/workspace/gmail/api/guides/sync.
"""

import base64
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from core.drafts import JsonObject
from core.errors import InlaidError, LimitError, NotFoundError
from core.system.connections import is_short
from integrations.mail.gmail.accounts import GmailAccount, GmailAccounts, GmailCursor
from integrations.mail.gmail.client import Gmail
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.pending_drafts import MailHead
from integrations.mail.mailbox.provider import is_lasting
from integrations.mail.message.addresses import parse_addresses
from integrations.mail.message.message import MailMessage
from integrations.mail.message.mime import MAX_MESSAGE_BYTES, header_text, message_ids
from integrations.mail.reply.compose import bare_subject

INBOX, SENT, DRAFT, TRASH, SPAM, STARRED = "INBOX", "SENT", "DRAFT", "TRASH", "SPAM", "STARRED"
FIELDS = ("Message-ID", "In-Reply-To", "References", "Subject", "To", "Cc")
FIRST_LOOK_SECONDS = 24 * 3600.0
OVERLAP_SECONDS = 24 * 3600.0
MAX_RESULTS = 500
# Newest first: a question is only seen when everything that came after it was.
MAX_MAILS = 2000
_MAX_ALIASES = 50


def aliases_of(client: Gmail, address: str) -> tuple[str, ...]:
    """Return the further addresses that the owner of a mailbox may send from, as far as Gmail has verified them.

    https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings.sendAs; it needs no further
    permission.
    """
    found = client.call(client.users.settings().sendAs().list(userId="me"))
    proven = [alias for alias in found.get("sendAs", ()) if alias.get("verificationStatus", "accepted") == "accepted"]
    parsed = parse_addresses(", ".join(str(alias.get("sendAsEmail", "")) for alias in proven))
    return tuple(dict.fromkeys(alias.key for alias in parsed if alias.key != address.casefold()))[:_MAX_ALIASES]


@dataclass(frozen=True)
class GmailMailFacts:
    """A mail before its text is read."""

    id: str
    thread: str
    labels: frozenset[str]
    fields: dict[str, str]
    at: float
    size_bytes: int

    @property
    def message_id(self) -> str:
        """Its Message-ID, "" when it has none."""
        return next(iter(message_ids(self.fields.get("message-id", ""))), "")

    @property
    def answers(self) -> frozenset[str]:
        """The ids of the mails before it in its thread."""
        return frozenset(message_ids(f"{self.fields.get('in-reply-to', '')} {self.fields.get('references', '')}"))

    @property
    def subject(self) -> str:
        """Its subject."""
        return header_text(self.fields.get("subject", ""))

    @property
    def head(self) -> MailHead:
        """The same as all mailboxes give it."""
        people = [*parse_addresses(self.fields.get("to", "")), *parse_addresses(self.fields.get("cc", ""))]
        return MailHead(
            ref=self.id,
            message_id=self.message_id,
            answers=self.answers,
            subject=bare_subject(self.subject),
            recipients=frozenset(person.key for person in people),
            at=self.at,
            conversation=self.thread,
            is_sent=SENT in self.labels,
            is_draft=DRAFT in self.labels,
            size_bytes=self.size_bytes,
        )


def facts_of(found: JsonObject) -> GmailMailFacts:
    """Return the facts of a mail as Gmail shows them."""
    listed = (found.get("payload") or {}).get("headers") or ()
    return GmailMailFacts(
        id=str(found["id"]),
        thread=str(found.get("threadId") or ""),
        labels=frozenset(map(str, found.get("labelIds") or ())),
        fields={str(field["name"]).lower(): str(field["value"]) for field in reversed(listed)},
        at=int(found.get("internalDate") or 0) / 1000,
        size_bytes=int(found.get("sizeEstimate") or 0),
    )


@dataclass(frozen=True)
class GmailReader:
    """Reads one mailbox.

    Args:
        client: the open mailbox.
    """

    client: Gmail

    def thread(self, thread: str) -> list[GmailMailFacts]:
        """Return the facts of a thread's mails, oldest first; none when it is gone."""
        if not thread:
            return []
        request = self.client.users.threads().get(
            userId="me", id=thread, format="metadata", metadataHeaders=list(FIELDS)
        )
        try:
            found = self.client.call(request)
        except NotFoundError:
            return []
        return sorted((facts_of(mail) for mail in found.get("messages", ())), key=lambda facts: facts.at)

    def thread_of(self, mail_id: str) -> str:
        """Return the id of the thread of a mail, "" when it is gone."""
        try:
            found = self.client.call(self.client.users.messages().get(userId="me", id=mail_id, format="minimal"))
        except NotFoundError:
            return ""
        return str(found.get("threadId") or "")

    def raw(self, mail_id: str) -> bytes:
        """Return a mail as it came.

        Raises:
            LimitError: it is too large.
            NotFoundError: it is gone.
        """
        found = self.client.call(self.client.users.messages().get(userId="me", id=mail_id, format="raw"))
        data = decoded(found)
        if len(data) > MAX_MESSAGE_BYTES:
            raise LimitError(f"It has more than {MAX_MESSAGE_BYTES // 2**20} MB.")
        return data

    def read(self, mail_id: str) -> MailMessage | None:
        """Return a mail, None when it is gone.

        Raises:
            LimitError: it is too large.
            MessageError: it cannot be read.
        """
        try:
            return parse_message(self.raw(mail_id))
        except NotFoundError:
            return None

    def ids(self, *labels: str, since_seconds: float = 0.0, limit: int = MAX_MAILS, bin_too: bool = False) -> list[Any]:
        """Return id and thread of the mails with all of these labels, newest first.

        Args:
            labels: ids of labels.
            since_seconds: from when on, in Unix seconds.
            limit: how many at most.
            bin_too: whether those of the bin and of spam count.
        """
        options: dict[str, object] = {"userId": "me", "labelIds": list(labels), "maxResults": min(limit, MAX_RESULTS)}
        if since_seconds:
            options["q"] = f"after:{int(since_seconds)}"
        if bin_too:
            options["includeSpamTrash"] = True
        pages = self.client.pages(lambda token: self.client.users.messages().list(**options, pageToken=token))
        return list(islice((mail for page in pages for mail in page.get("messages", ())), limit))

    def facts(self, ids: Sequence[str]) -> list[GmailMailFacts]:
        """Return the facts of mails in this order; what is gone meanwhile is left out.

        Raises:
            InlaidError: the mailbox cannot be read.
        """
        messages = self.client.users.messages()
        asked = [
            messages.get(userId="me", id=mail_id, format="metadata", metadataHeaders=list(FIELDS)) for mail_id in ids
        ]
        return [facts_of(found) for found in present(self.client.call_many(asked))]


def present(answers: Sequence[JsonObject | InlaidError]) -> Iterator[JsonObject]:
    """Yield the answers that are there; one that is missing for now would count as gone.

    Raises:
        InlaidError: the mailbox cannot be read.
    """
    for answer in answers:
        if not isinstance(answer, InlaidError):
            yield answer
        elif is_lasting(answer):
            raise answer


def decoded(found: JsonObject) -> bytes:
    """Return the bytes of a mail that Gmail gave as `raw`."""
    raw = str(found.get("raw") or "")
    return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))


@dataclass(frozen=True)
class GmailNews:
    """What is new in the inbox, and in the labels that the owner has chosen.

    Args:
        accounts: where the position is kept.
        account: the mailbox.
        reader: the same, open.
        labels: ids of these labels; a mail that gets one of them later is no news.
    """

    accounts: GmailAccounts
    account: GmailAccount
    reader: GmailReader
    labels: tuple[str, ...] = ()

    def found(self) -> Iterator[tuple[str, str, float]]:
        """Yield id and thread of each new mail, oldest first, and from when on mail is news.

        The position is kept after each record of the history; a mail counts as read when the next one is asked for.
        """
        cursor = self.accounts.cursor(self.account)
        if cursor.history:
            try:
                yield from self._since(cursor)
                return
            except NotFoundError:  # forgotten by Gmail
                cursor = replace(cursor, history="")
        yield from self._listed(cursor)

    def _since(self, cursor: GmailCursor) -> Iterator[tuple[str, str, float]]:
        asked = {"userId": "me", "startHistoryId": cursor.history, "historyTypes": ["messageAdded"]}
        if not self.labels:  # of several the history cannot be asked
            asked["labelId"] = INBOX
        pages = self.reader.client.pages(
            lambda token: self.reader.client.users.history().list(**asked, maxResults=MAX_RESULTS, pageToken=token)
        )
        last = cursor
        for page in pages:
            for record in page.get("history", ()):
                for change in record.get("messagesAdded", ()):
                    if is_short():
                        self._keep(last)
                        return
                    if self._is_looked_after(change["message"].get("labelIds", ())):
                        yield str(change["message"]["id"]), str(change["message"]["threadId"]), cursor.since_seconds
                last = replace(cursor, history=str(record["id"]))
            if not page.get("nextPageToken"):
                last = replace(cursor, history=str(page.get("historyId") or last.history))
            self._keep(last)

    def _listed(self, cursor: GmailCursor) -> Iterator[tuple[str, str, float]]:
        """Yield the mails of the time since the last round, or of the last day; judged ones are not judged twice."""
        checked_at = self.accounts.status(self.account).checked_at
        since = checked_at - OVERLAP_SECONDS if checked_at else cursor.since_seconds or time.time() - FIRST_LOOK_SECONDS
        cursor = replace(cursor, since_seconds=since)
        self._keep(cursor)
        profile = self.reader.client.call(self.reader.client.users.getProfile(userId="me"))
        for mail in self._listed_since(since):
            if is_short():
                return
            yield str(mail["id"]), str(mail["threadId"]), since
        self._keep(replace(cursor, history=str(profile["historyId"])))

    def _is_looked_after(self, labels: Sequence[str]) -> bool:
        if INBOX in labels:
            return True
        return not {SENT, DRAFT, TRASH, SPAM} & {*labels} and bool({*self.labels} & {*labels})

    def _listed_since(self, since: float) -> list[JsonObject]:
        """Return id and thread of the mails of all these labels, oldest first."""
        found = [mail for label in (INBOX, *self.labels) for mail in self.reader.ids(label, since_seconds=since)]
        if self.labels:  # ids grow with time
            found = list({str(mail["id"]): mail for mail in found}.values())
            found.sort(key=lambda mail: int(str(mail["id"]), 16), reverse=True)
        return found[::-1]

    def _keep(self, cursor: GmailCursor) -> None:
        self.accounts.save_cursor(self.account, cursor)


def label_ids(client: Gmail) -> dict[str, str]:
    """Return the ids of the labels by their names in lower case."""
    found = client.call(client.users.labels().list(userId="me"))
    return {str(label["name"]).casefold(): str(label["id"]) for label in found.get("labels", ())}
