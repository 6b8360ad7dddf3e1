"""Drafts in a mailbox at Microsoft: ours are found by an extended property.

Extended properties: https://learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-post-singlevalueextendedproperties
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.drafts import JsonObject
from core.errors import ForbiddenError, InlaidError, InputError, LimitError, NotFoundError
from integrations.mail.graph.accounts import MailboxClient
from integrations.mail.graph.reading import mime_of, people_of, seconds_of
from integrations.mail.isolated import parse_message, visible_text
from integrations.mail.message.addresses import Address
from integrations.mail.message.mime import message_ids
from integrations.mail.message.quotes import split_text

# The job that wrote the draft stands in this property, which mail programs keep and do not show.
PROPERTY = "String {6f1d3c52-8f0a-4f0e-9a55-2f5f1b6f7c11} Name InlaidJob"
# A draft that was made and not yet written: its body still is what Microsoft put there.
BEGUN = ":begun"
_SELECT = (
    "id",
    "subject",
    "body",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "hasAttachments",
    "isDraft",
    "parentFolderId",
    "createdDateTime",
    "lastModifiedDateTime",
    "webLink",
)
_EXPAND = f"singleValueExtendedProperties($filter=id eq '{PROPERTY}')"
_QUOTE = '<div id="divRplyFwdMsg"'
# Exchange takes a moment to finish what it makes.
_SETTLING_SECONDS = 5.0
_MAX_DRAFTS = 50


@dataclass(frozen=True)
class GraphDraft:
    """A draft as it stands in the mailbox.

    Args:
        id: its immutable id.
        etag: changes with every change.
        job: what our property says, "" when it is not ours.
        data: the rest, as Graph shows it.
    """

    id: str
    etag: str
    job: str
    data: JsonObject

    @property
    def is_draft(self) -> bool:
        """Whether it was not sent."""
        return bool(self.data.get("isDraft"))

    @property
    def is_html(self) -> bool:
        """Whether its body is HTML."""
        return str((self.data.get("body") or {}).get("contentType", "")).lower() == "html"

    @property
    def content(self) -> str:
        """The body as it is stored."""
        return str((self.data.get("body") or {}).get("content") or "")

    @property
    def link(self) -> str:
        """Where a person can open it, "" when Graph does not say."""
        return str(self.data.get("webLink") or "")

    @property
    def is_empty(self) -> bool:
        """Whether nobody has written or changed anything in it since it was made."""
        made, changed = (seconds_of(str(self.data.get(name))) for name in ("createdDateTime", "lastModifiedDateTime"))
        return changed - made <= _SETTLING_SECONDS and not self._own_words.strip()

    @property
    def _own_words(self) -> str:
        """What stands above the quote: by Exchange's mark, which is the same in every language, else by the text."""
        above, mark, _ = self.content.partition(_QUOTE)
        return visible_text(above) if mark else split_text(self.text).new_text

    @property
    def text(self) -> str:
        """What a person reads in it."""
        return visible_text(self.content) if self.is_html else self.content

    @property
    def digest(self) -> str:
        """A digest of what a person can change in it; Exchange's own rewriting of HTML does not change it."""
        names = ("toRecipients", "ccRecipients", "bccRecipients")
        people = [sorted(address.casefold() for _, address in people_of(self.data.get(name))) for name in names]
        parts = [self.data.get("subject"), people, self.text.split(), bool(self.data.get("hasAttachments"))]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()

    def with_text(self, above: str, *, html: str) -> "GraphDraft":
        """Return it with our text above what Microsoft put there: pure."""
        if not self.is_html:
            body = {"contentType": "text", "content": f"{above}\n\n{self.content}"}
        else:
            start = _body_start(self.content)
            at = self.content.find(">", start) + 1 if start >= 0 else 0
            body = {"contentType": "html", "content": f"{self.content[:at]}{html}<br>{self.content[at:]}"}
        return replace(self, data={**self.data, "body": body})


def _body_start(content: str) -> int:
    """Return where the tag `<body` begins, -1 without one; `<bodytext>` is another."""
    # Letters of ASCII alone keep their places in small letters.
    small = content.encode("ascii", "replace").lower()
    start = small.find(b"<body")
    while start >= 0 and small[start + 5 : start + 6] not in b" \t\r\n\f/>":
        start = small.find(b"<body", start + 1)
    return start


class GraphDrafts:
    """The drafts of one mailbox.

    Args:
        client: the open mailbox.
    """

    def __init__(self, client: MailboxClient) -> None:
        self._client = client
        self._graph = client.graph

    def of_job(self, job: str) -> list[GraphDraft]:
        """Return what a job wrote, wherever it is now: in Drafts, deleted, or sent."""
        wanted = f"singleValueExtendedProperties/Any(ep: ep/id eq '{PROPERTY}' and ep/value eq '{job}')"
        return self._list(f"{self._client.root}/messages", wanted)

    def in_conversation(self, conversation: str) -> list[GraphDraft]:
        """Return the drafts in the Drafts folder that Exchange counts to a conversation.

        Raises:
            NotFoundError: the mailbox has no Drafts folder.
        """
        wanted = "conversationId eq '{}'".format(conversation.replace("'", "''"))
        return self._list(f"{self._client.folder('drafts')}/messages", wanted)

    def answers_of(self, draft: GraphDraft) -> frozenset[str]:
        """Return the ids of the mails before a draft; empty when they cannot be known.

        Exchange puts unrelated mails of one subject into one conversation at times, so the ids decide.
        """
        try:
            message = parse_message(mime_of(self._client, draft.id))
        except (NotFoundError, InputError, ForbiddenError, LimitError):
            return frozenset()
        ids = message_ids(" ".join((message.in_reply_to, *message.references)))
        return frozenset(ids)

    def get(self, draft_id: str) -> GraphDraft | None:
        """Return a draft, None when it is gone."""
        try:
            return _found(self._graph.get(self._client.message(draft_id), select=_SELECT, params={"$expand": _EXPAND}))
        except NotFoundError:
            return None

    def get_many(self, draft_ids: Sequence[str]) -> dict[str, GraphDraft | None]:
        """Return drafts by their ids, None for one that is gone; one that cannot be read now is left out."""
        paths = [self._client.message(draft_id) for draft_id in draft_ids]
        answers = self._graph.get_many(paths, select=_SELECT, expand=_EXPAND)
        return {
            draft_id: None if isinstance(answer, NotFoundError) else _found(answer)
            for draft_id, answer in zip(draft_ids, answers, strict=True)
            if isinstance(answer, NotFoundError) or not isinstance(answer, InlaidError)
        }

    def begin_reply(self, message_id: str, job: str, *, to_all: bool, time_zone: str = "UTC") -> GraphDraft:
        """Have Microsoft make an answer to a mail, with recipients, subject, threading and the quote.

        The quote says when the mail was sent, in that time zone. The property comes along, in case Microsoft keeps it
        there; nothing relies on that, and it may be refused.
        """
        path = f"{self._client.message(message_id)}/{'createReplyAll' if to_all else 'createReply'}"
        prefer = [f'outlook.timezone="{time_zone}"']
        marked = {"message": {"singleValueExtendedProperties": _marked(job + BEGUN)}}
        try:
            return _found(self._graph.post(path, marked, prefer=prefer))
        except InputError as error:
            if type(error) is not InputError:  # what is gone, changed or forbidden stays so
                raise
            return _found(self._graph.post(path, {}))

    def write(self, draft: GraphDraft, job: str, **further: Any) -> GraphDraft:
        """Store the body of a draft and that it is ours, in one step.

        Raises:
            ChangedError: somebody changed it since it was read.
        """
        body = {"body": draft.data["body"], "singleValueExtendedProperties": _marked(job), **further}
        return _found(self._graph.patch(self._client.message(draft.id), body, if_match=draft.etag))

    def create(self, job: str, mail: JsonObject) -> GraphDraft:
        """Add a new mail (subject, body, recipients as Graph names them) as a draft, ours from the beginning."""
        made = {**mail, "singleValueExtendedProperties": _marked(job)}
        return _found(self._graph.post(f"{self._client.root}/messages", made))

    def remove(self, draft: GraphDraft) -> None:
        """Delete a draft unless it has changed since it was read; Exchange keeps it a while among the deleted mails."""
        now = self.get(draft.id)
        if now is None or now.digest != draft.digest or now.job != draft.job:
            return
        try:
            self._graph.delete(self._client.message(draft.id), if_match=draft.etag)
        except NotFoundError:
            return

    def drafts_folder_id(self) -> str:
        """Return the id of the Drafts folder.

        Raises:
            NotFoundError: the mailbox has none.
        """
        return str(self._graph.get(self._client.folder("drafts"), select=("id",))["id"])

    def _list(self, path: str, wanted: str) -> list[GraphDraft]:
        options = {"$filter": wanted, "$select": ",".join(_SELECT), "$expand": _EXPAND, "$top": _MAX_DRAFTS}
        return [_found(data) for data in self._graph.paged(path, params=options)]


def recipient(person: Address) -> JsonObject:
    """Return a person as Graph lists recipients."""
    return {"emailAddress": {"name": person.name or person.address, "address": person.address}}


def _found(data: JsonObject) -> GraphDraft:
    properties = data.get("singleValueExtendedProperties") or ()
    job = next((str(value.get("value")) for value in properties if _same_property(str(value.get("id")))), "")
    return GraphDraft(str(data["id"]), str(data.get("@odata.etag") or ""), job, data)


def _same_property(name: str) -> bool:
    return name.casefold() == PROPERTY.casefold()


def _marked(value: str) -> list[dict[str, str]]:
    return [{"id": PROPERTY, "value": value}]
