"""What Inlaid relies on at Microsoft 365, to be tried in a real mailbox: reading first, then with drafts of its own.

Nothing is sent: the client cannot. Drafts that are made here are removed at the end, also from the deleted mails.
"""

import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from core.cached_property import cached_property
from core.drafts import JsonObject
from core.errors import ConflictError, InputError, NotFoundError
from core.rehearsal import Assumption, Differs, Traces, Untried
from core.text.catalogues import N_
from integrations.graph.client import segment
from integrations.mail.graph.accounts import MailboxClient
from integrations.mail.graph.drafts import GraphDraft, GraphDrafts
from integrations.mail.graph.subscriptions import LIFE_SECONDS, LIFECYCLE_PATH, NOTIFICATIONS_PATH

WORDS = "Inlaid rehearses here and removes this draft in a moment."
SUBJECT = "Inlaid rehearsal"
REPORT = N_("Report it: what Inlaid relies on here has to change.")
# Exchange's search sees a new property after a moment.
LOOKS = 6
LOOK_SECONDS = 5.0


@dataclass
class GraphRehearsal:
    """One rehearsal in one mailbox.

    Args:
        client: the open mailbox.
        token: a token for it, to be looked at and sent nowhere.
        traces: what is made.
        public_url: where Microsoft reaches the web process, "" for nowhere.
        wait: called with the seconds to wait.
    """

    client: MailboxClient
    token: Callable[[], str]
    traces: Traces
    public_url: str = ""
    wait: Callable[[float], None] = time.sleep
    _job: str = field(default_factory=lambda: f"rehearsal-{uuid.uuid4().hex}")

    def assumptions(self) -> Sequence[Assumption]:
        """Return what is to be tried, reading first."""
        return (*self._of_reading(), *self._of_writing())

    def _of_reading(self) -> Sequence[Assumption]:
        grant = N_("Grant the permissions that deploy/entra/README.md lists, with the administrator's consent.")
        return (
            Assumption("mailbox", "The mailbox and its Drafts folder can be read.", self._readable, grant),
            Assumption(
                "no sending",
                "The token holds no permission to send.",
                self._cannot_send,
                "Take it out of the app registration (API permissions) and out of the consent.",
            ),
            Assumption("delta", "New mail is listed by a delta query that gives a link to go on.", self._delta, REPORT),
            Assumption(
                "headers", "Headers and the new part of a mail come when they are selected.", self._headers, REPORT
            ),
        )

    def _of_writing(self) -> Sequence[Assumption]:
        return (
            Assumption(
                "property",
                "A draft is found by a property that nobody sees.",
                self._property,
                "After a crash a second draft could be made: report how long the search takes to see it.",
                writes=True,
            ),
            Assumption(
                "stale change",
                "A draft that changed meanwhile is not overwritten (If-Match).",
                self._stale,
                "What its owner types in the very second of a write could be lost: set a longer wait before drafts are "
                "written again, and report it.",
                writes=True,
            ),
            Assumption(
                "reply",
                "createReply makes a draft with the quote and leaves the mail as it was.",
                self._reply,
                REPORT,
                writes=True,
            ),
            Assumption(
                "lasting id",
                "A draft keeps its id when it is thrown away.",
                self._lasting_id,
                "A draft that was thrown away counts as sent or lost: report it.",
                writes=True,
            ),
            Assumption(
                "notifications",
                "Microsoft reaches the web process and announces new mail.",
                self._notifications,
                "Let https reach /graph/notifications and /graph/lifecycle of INLAID_PUBLIC_URL, answered in 10 s. "
                "Until then the mailbox is looked at each minute.",
                writes=True,
            ),
        )

    @cached_property
    def _drafts(self) -> GraphDrafts:
        return GraphDrafts(self.client)

    def _readable(self) -> str:
        self._drafts.drafts_folder_id()
        return self.client.account.address

    def _cannot_send(self) -> str:
        import jwt

        try:
            claims = jwt.decode(self.token(), options={"verify_signature": False})
        except jwt.PyJWTError as error:
            raise Untried("The token cannot be looked into.") from error
        granted = {*str(claims.get("scp", "")).split(), *(claims.get("roles") or ())}
        if found := sorted(scope for scope in granted if "send" in scope.casefold()):
            raise Differs(f"It holds {', '.join(found)}.")
        return ", ".join(sorted(granted)) or N_("no permission of its own")

    def _delta(self) -> str:
        path = f"{self.client.folder('inbox')}/messages/delta"
        page = self.client.graph.get(path, params={"changeType": "created", "$select": "id"})
        link = page.get("@odata.deltaLink") or page.get("@odata.nextLink")
        if not link:
            raise Differs("The answer has no link.")
        self.client.graph.get(str(link))
        return N_(f"{len(page.get('value', ()))} in the first page")

    def _newest(self) -> JsonObject:
        """Return the newest mail of the inbox: it is looked at and never changed."""
        wanted = ("id", "isRead", "changeKey", "conversationId", "internetMessageHeaders", "uniqueBody")
        found = self.client.graph.get(f"{self.client.folder('inbox')}/messages", select=wanted, params={"$top": 1}).get(
            "value"
        )
        if not found:
            raise Untried("The inbox is empty: send a mail there first.")
        return dict(found[0])

    def _headers(self) -> str:
        found = self._newest()
        if absent := [name for name in ("internetMessageHeaders", "uniqueBody") if not found.get(name)]:
            raise Differs(f"{', '.join(absent)} did not come.")
        return N_("both")

    def _create(self, mark: str = "") -> GraphDraft:
        body = {"subject": SUBJECT, "body": {"contentType": "html", "content": f"<p>{WORDS}</p>"}}
        return self._noted(self._drafts.create(self._job + mark, body))

    def _noted(self, draft: GraphDraft) -> GraphDraft:
        self.traces.note(N_(f"draft “{SUBJECT}” in {self.client.account.address}"), partial(self._remove, draft.id))
        return draft

    def _remove(self, draft_id: str) -> None:
        """Delete a draft, and then from among the deleted mails."""
        self.client.graph.delete(self.client.message(draft_id))
        with suppress(NotFoundError):
            self.client.graph.delete(self.client.message(draft_id))

    def _property(self) -> str:
        made = self._create()
        for look in range(LOOKS):
            if any(draft.id == made.id for draft in self._drafts.of_job(self._job)):
                return N_(f"found at look {look + 1}")
            self.wait(LOOK_SECONDS)
        raise Differs(f"Not found within {(LOOKS - 1) * LOOK_SECONDS:.0f} s.")

    def _stale(self) -> str:
        made = self._create(":stale")
        if not made.etag:
            raise Differs("A draft has no etag.")
        self._drafts.write(replace(made, etag=""), f"{self._job}:stale", subject=f"{SUBJECT}, changed")
        try:
            self._drafts.write(made, f"{self._job}:stale", subject=f"{SUBJECT}, overwritten")
        except (ConflictError, InputError) as error:
            if isinstance(error, NotFoundError):
                raise
            return N_("refused")
        raise Differs("It was overwritten.")

    def _reply(self) -> str:
        before = self._newest()
        draft = self._noted(self._drafts.begin_reply(str(before["id"]), f"{self._job}:reply", to_all=False))
        written = self._drafts.write(draft.with_text(WORDS, html=f"<p>{WORDS}</p>"), f"{self._job}:reply")
        faults = []
        if not written.is_draft:
            faults.append(N_("It is no draft."))
        if WORDS not in written.text:
            faults.append(N_("Our text is not in it."))
        if len(written.text) <= len(WORDS) + 20:
            faults.append(N_("The quote is not in it."))
        after = self._newest()
        if after["id"] == before["id"] and after.get("isRead") != before.get("isRead"):
            faults.append(N_("The mail counts as read now."))
        if faults:
            raise Differs(" ".join(faults))
        return N_("quote kept, mail untouched")

    def _lasting_id(self) -> str:
        made = self._create(":thrown-away")
        self.client.graph.delete(self.client.message(made.id))
        found = self._drafts.get(made.id)
        if found is None:
            raise Differs("Its id is not known any more.")
        return N_("found among the deleted mails")

    def _notifications(self) -> str:
        if not self.public_url.startswith("https://"):
            raise Untried("INLAID_PUBLIC_URL is not set to an https address.")
        owner = "me" if self.client.account.signed_in else f"users/{self.client.account.address}"
        ends = datetime.fromtimestamp(time.time() + LIFE_SECONDS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        made = self.client.graph.post(
            "/subscriptions",
            {
                "changeType": "created",
                "notificationUrl": self.public_url + NOTIFICATIONS_PATH,
                "lifecycleNotificationUrl": self.public_url + LIFECYCLE_PATH,
                "resource": f"{owner}/mailFolders('inbox')/messages",
                "expirationDateTime": ends,
                "clientState": uuid.uuid4().hex,
                "latestSupportedTlsVersion": "v1_2",
            },
        )
        key = str(made["id"])
        self.traces.note(N_(f"subscription {key}"), partial(self.client.graph.delete, f"/subscriptions/{segment(key)}"))
        return N_(f"until {made.get('expirationDateTime')}")
