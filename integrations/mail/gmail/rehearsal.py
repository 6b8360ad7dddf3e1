"""What Inlaid relies on at Gmail, to be tried in a real mailbox: reading first, then with drafts of its own.

Nothing is sent: the client cannot. Drafts that are made here are deleted at the end.
"""

import base64
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from typing import Any

from core.drafts import JsonObject
from core.errors import NotFoundError
from core.rehearsal import Assumption, Differs, Traces, Untried
from core.text.catalogues import N_
from integrations.mail.gmail.client import Gmail
from integrations.mail.gmail.reading import decoded
from integrations.mail.isolated import parse_message

WORDS = "Inlaid rehearses here and deletes this draft in a moment."
SUBJECT = "Inlaid rehearsal"


@dataclass
class GmailRehearsal:
    """One rehearsal in one mailbox.

    Args:
        client: of the mailbox.
        address: its address.
        traces: what is made.
    """

    client: Gmail
    address: str
    traces: Traces
    _key: str = field(default_factory=lambda: uuid.uuid4().hex)

    def assumptions(self) -> Sequence[Assumption]:
        """Return what is to be tried, reading first."""
        steps = N_("Go through the steps of deploy/google/README.md once more, then connect the mailbox again.")
        report = N_("Report it: what Inlaid relies on here has to change.")
        return (
            Assumption("mailbox", "Gmail says whose mailbox it is.", self._profile, steps),
            Assumption("history", "What is new since a point in time is listed.", self._history, report),
            Assumption("senders", "The addresses that its owner may send from are listed.", self._senders, report),
            Assumption("whole mail", "A mail comes whole, as it was sent.", self._raw, report),
            Assumption(
                "message id",
                "A new draft keeps the Message-ID that it was given.",
                self._message_id,
                "After a crash a second draft could be made: report it.",
                writes=True,
            ),
            Assumption("thread", "A draft joins the thread of the mail that it answers.", self._thread, report, True),
            Assumption("deletion", "A draft that is deleted is gone.", self._deleted, report, True),
        )

    def _profile(self) -> str:
        found = self.client.call(self.client.users.getProfile(userId="me"))
        address = str(found.get("emailAddress", ""))
        if address.casefold() != self.address.casefold():
            raise Differs(f"It says {address or 'nothing'}.")
        return address

    def _history(self) -> str:
        start = str(self.client.call(self.client.users.getProfile(userId="me"))["historyId"])
        users = self.client.users
        page = self.client.call(users.history().list(userId="me", startHistoryId=start, historyTypes="messageAdded"))
        if not page.get("historyId"):
            raise Differs("The answer names no point to go on from.")
        return N_("listed")

    def _senders(self) -> str:
        found = self.client.call(self.client.users.settings().sendAs().list(userId="me")).get("sendAs", ())
        if not found:
            raise Differs("None is listed, not even the mailbox's own.")
        return f"{len(found)}"

    def _newest(self) -> JsonObject:
        """Return the newest mail of the inbox, whole: it is looked at and never changed."""
        messages = self.client.users.messages()
        listed = self.client.call(messages.list(userId="me", labelIds=["INBOX"], maxResults=1)).get("messages")
        if not listed:
            raise Untried("The inbox is empty: send a mail there first.")
        return self.client.call(messages.get(userId="me", id=str(listed[0]["id"]), format="raw"))

    def _raw(self) -> str:
        found = self._newest()
        if not found.get("raw") or not found.get("threadId"):
            raise Differs("Its bytes or its thread are missing.")
        return N_(f"{len(decoded(found)):,} bytes")

    def _draft(self, mark: str, *, answers: str = "", subject: str = SUBJECT, thread: str = "") -> JsonObject:
        mail = EmailMessage()
        mail["To"], mail["From"], mail["Subject"] = self.address, self.address, subject
        mail["Message-ID"] = f"<{self._key}.{mark}@inlaid.invalid>"
        if answers:
            mail["In-Reply-To"] = mail["References"] = answers
        mail.set_content(WORDS)
        message: dict[str, Any] = {"raw": base64.urlsafe_b64encode(mail.as_bytes()).decode()}
        if thread:
            message["threadId"] = thread
        drafts = self.client.users.drafts()
        made = self.client.call(drafts.create(userId="me", body={"message": message}))
        remove = partial(self.client.call, drafts.delete(userId="me", id=str(made["id"])))
        self.traces.note(N_(f"draft “{subject}” in {self.address}"), remove)
        return self.client.call(drafts.get(userId="me", id=str(made["id"]), format="raw"))

    def _message_id(self) -> str:
        kept = parse_message(decoded(self._draft("id")["message"])).message_id
        if self._key not in kept:
            raise Differs("Gmail gave it another.")
        return N_("kept")

    def _thread(self) -> str:
        newest = self._newest()
        parsed = parse_message(decoded(newest))
        subject = parsed.subject if parsed.subject.lower().startswith("re:") else f"Re: {parsed.subject}"
        made = self._draft("thread", answers=parsed.message_id, subject=subject, thread=str(newest["threadId"]))
        if made["message"].get("threadId") != newest["threadId"]:
            raise Differs("It stands in a thread of its own.")
        return N_("joined")

    def _deleted(self) -> str:
        made = self._draft("deleted")
        drafts = self.client.users.drafts()
        self.client.call(drafts.delete(userId="me", id=str(made["id"])))
        try:
            self.client.call(drafts.get(userId="me", id=str(made["id"]), format="minimal"))
        except NotFoundError:
            return N_("gone")
        raise Differs("It is still there.")
