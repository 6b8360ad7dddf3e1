"""The Gmail API: each request is held against Google's description of it before it is answered."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.google.description import (
    check_query,
    find_method,
    read_body,
)
from tests.fakes.google.faults import GoogleRefusal
from tests.fakes.google.mailboxes import SYSTEM_LABELS, Mailbox, Stored
from tests.fakes.google.pubsub import PubSub
from tests.fakes.microsoft.wire import Answer, Request

# https://developers.google.com/workspace/gmail/api/reference/quota
UNITS = {
    "drafts.create": 10, "drafts.delete": 10, "drafts.get": 5, "drafts.list": 5, "drafts.update": 15,
    "getProfile": 1, "history.list": 2, "labels.create": 5, "labels.list": 1, "messages.get": 5,
    "messages.list": 5, "messages.modify": 5, "settings.sendAs.list": 1, "threads.get": 10, "watch": 100, "stop": 50,
}  # fmt: skip
UNITS_PER_MINUTE = 15_000
_SENDING = {"drafts.send", "messages.send", "messages.import", "messages.insert"}


@dataclass(frozen=True)
class Call:
    """A request that is allowed."""

    box: Mailbox
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: Mapping[str, Any] = field(default_factory=dict)

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]


class GmailFront:
    """Answers requests to mailboxes.

    Args:
        mailbox_of: returns the mailbox and the scopes of a bearer token; refuses an unknown one.
        sends: where attempts to send are written down.
        now: the time.
        pubsub: where changes are told.
    """

    def __init__(
        self,
        mailbox_of: Callable[[Request], tuple[Mailbox, frozenset[str]]],
        sends: list[str],
        now: Callable[[], float],
        pubsub: PubSub,
    ) -> None:
        self._pubsub = pubsub
        self._mailbox_of = mailbox_of
        self._sends = sends
        self._now = now
        self.units_per_minute = UNITS_PER_MINUTE
        self.spent: dict[str, list[tuple[float, int]]] = {}

    def answer(self, request: Request) -> Answer:
        try:
            return Answer(200, self._answer(request)) if request.method != "DELETE" else self._empty(request)
        except GoogleRefusal as refusal:
            return refusal.answer()

    def _empty(self, request: Request) -> Answer:
        self._answer(request)
        return Answer(204)

    def _answer(self, request: Request) -> Any:
        method, path = find_method(request)
        box, scopes = self._mailbox_of(request)
        if method.name in _SENDING:
            self._sends.append(method.name)
            raise GoogleRefusal(403, "forbidden", "Nothing may be sent.")
        if not scopes & method.scopes:
            raise GoogleRefusal(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        if unquote(path.get("userId", "me")) not in {"me", box.address}:
            raise GoogleRefusal(403, "forbidden", "Delegation denied")
        query = parse_qs(urlsplit(request.target).query, keep_blank_values=True)
        check_query(method, query)
        self._spend(box, UNITS[method.name])
        call = Call(box, {name: unquote(value) for name, value in path.items()}, query, read_body(method, request))
        with box.lock:
            if method.name == "watch":
                return self._pubsub.watch(box, dict(call.body))
            if method.name == "stop":
                return self._pubsub.stop(box)
            return _HANDLERS[method.name](call)

    def _spend(self, box: Mailbox, units: int) -> None:
        now = self._now()
        spent = [(at, count) for at, count in self.spent.get(box.address, ()) if at > now - 60]
        self.spent[box.address] = spent
        if sum(count for _, count in spent) + units > self.units_per_minute:
            raise GoogleRefusal(403, "userRateLimitExceeded", "User Rate Limit Exceeded")
        spent.append((now, units))


# What is listed.


def _page(call: Call, found: Sequence[Any], name: str) -> dict[str, Any]:
    size, start = int(call.one("maxResults", "100")), int(call.one("pageToken", "0") or 0)
    answer: dict[str, Any] = {"resultSizeEstimate": len(found)}
    if found[start : start + size]:
        answer[name] = list(found[start : start + size])
    if start + size < len(found):
        answer["nextPageToken"] = str(start + size)
    return answer


def _matches(mail: Stored, query: str) -> bool:
    for term in query.split():
        operator, _, value = term.partition(":")
        if operator in {"after", "before"} and value.isdecimal():
            is_met = mail.at >= int(value) if operator == "after" else mail.at < int(value)
        elif operator == "rfc822msgid":
            is_met = mail.message_id.strip("<>") == value.strip("<>")
        elif operator == "in" and value.upper() in SYSTEM_LABELS:
            is_met = value.upper() in mail.labels
        else:
            raise AssertionError(f"the fake does not know this search: {term}")
        if not is_met:
            return False
    return True


def _visible(call: Call, mails: Sequence[Stored]) -> list[Stored]:
    closed = set() if call.one("includeSpamTrash") == "true" else {"SPAM", "TRASH"}
    closed -= set(call.query.get("labelIds", ()))
    found = [mail for mail in mails if not mail.labels & closed and _matches(mail, call.one("q"))]
    return sorted(found, key=lambda mail: mail.at, reverse=True)


def _known_labels(call: Call, *names: str) -> None:
    for name in names:
        if name not in {*SYSTEM_LABELS, *call.box.labels.values()}:
            raise GoogleRefusal(400, "invalidArgument", f"Invalid label: {name}")


def list_messages(call: Call) -> dict[str, Any]:
    labels = call.query.get("labelIds", [])
    _known_labels(call, *labels)
    found = _visible(call, call.box.of(*labels))
    return _page(call, [{"id": mail.id, "threadId": mail.thread} for mail in found], "messages")


def list_drafts(call: Call) -> dict[str, Any]:
    named = {message_id: draft_id for draft_id, message_id in call.box.draft_ids.items()}
    found = _visible(call, call.box.drafts)
    rows = [{"id": named[mail.id], "message": {"id": mail.id, "threadId": mail.thread}} for mail in found]
    return _page(call, rows, "drafts")


def list_labels(call: Call) -> dict[str, Any]:
    system = [{"id": name, "name": name, "type": "system"} for name in SYSTEM_LABELS]
    own = [{"id": key, "name": name, "type": "user"} for name, key in call.box.labels.items()]
    return {"labels": [*system, *own]}


def list_history(call: Call) -> dict[str, Any]:
    start = int(call.one("startHistoryId", "0"))
    if start < max(call.box.first_history, 1):
        raise GoogleRefusal(404, "notFound", "Requested entity was not found.")
    label, kinds = call.one("labelId"), set(call.query.get("historyTypes", ()))
    if label:
        _known_labels(call, label)
    rows = []
    for change in call.box.changes:
        is_wanted = not kinds or change.kind in kinds
        is_there = not label or label in change.message.labels or label in change.labels
        if change.number > start and is_wanted and is_there:
            rows.append(_record(change.number, change.kind, change.message, change.labels))
    return {**_page(call, rows, "history"), "historyId": str(call.box.history_id)}


def _record(number: int, kind: str, mail: Stored, labels: Sequence[str]) -> dict[str, Any]:
    shown = {"id": mail.id, "threadId": mail.thread, "labelIds": sorted(mail.labels)}
    field_names = {"messageAdded": "messagesAdded", "messageDeleted": "messagesDeleted"}
    name = field_names.get(kind, kind.replace("label", "labels"))
    change = {"message": shown, **({"labelIds": list(labels)} if labels else {})}
    return {"id": str(number), "messages": [{"id": mail.id, "threadId": mail.thread}], name: [change]}


# What is read.


def _shown(mail: Stored, kind: str, wanted: Sequence[str] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": mail.id,
        "threadId": mail.thread,
        "labelIds": sorted(mail.labels),
        "snippet": "",
        "historyId": str(mail.history),
        "internalDate": str(int(mail.at * 1000)),
        "sizeEstimate": len(mail.data),
    }
    if kind == "raw":
        found["raw"] = base64.urlsafe_b64encode(mail.data).decode()
    elif kind == "metadata":
        names = {name.lower() for name in wanted}
        headers = [(name, str(value)) for name, value in mail.mail.items() if not names or name.lower() in names]
        found["payload"] = {"headers": [{"name": name, "value": value} for name, value in headers]}
    elif kind == "full":
        raise AssertionError("the fake shows no parsed parts")
    return found


def get_message(call: Call) -> dict[str, Any]:
    mail = call.box.messages.get(call.path["id"])
    if mail is None:
        raise GoogleRefusal(404, "notFound", "Requested entity was not found.")
    return _shown(mail, call.one("format", "full"), call.query.get("metadataHeaders", ()))


def modify_message(call: Call) -> dict[str, Any]:
    mail = call.box.messages.get(call.path["id"])
    if mail is None:
        raise GoogleRefusal(404, "notFound", "Requested entity was not found.")
    added, removed = (set(call.body.get(name, ())) for name in ("addLabelIds", "removeLabelIds"))
    _known_labels(call, *added, *removed)
    if mail.is_draft or {"DRAFT", "SENT"} & (added | removed):
        raise GoogleRefusal(400, "invalidArgument", "Invalid label: DRAFT")
    call.box.relabel(mail, add=added, remove=removed)
    return _shown(mail, "minimal")


def create_label(call: Call) -> dict[str, Any]:
    name = str(call.body.get("name") or "")
    if not name:
        raise GoogleRefusal(400, "invalidArgument", "Invalid label name")
    if name.casefold() in {known.casefold() for known in (*SYSTEM_LABELS, *call.box.labels)}:
        raise GoogleRefusal(409, "aborted", "Label name exists or conflicts")
    return {"id": call.box.label(name), "name": name, "type": "user"}


def get_thread(call: Call) -> dict[str, Any]:
    found = [mail for mail in call.box.messages.values() if mail.thread == call.path["id"]]
    if not found:
        raise GoogleRefusal(404, "notFound", "Requested entity was not found.")
    kind, wanted = call.one("format", "full"), call.query.get("metadataHeaders", ())
    shown = [_shown(mail, kind, wanted) for mail in sorted(found, key=lambda mail: mail.at)]
    return {"id": call.path["id"], "historyId": str(call.box.history_id), "messages": shown}


def get_profile(call: Call) -> dict[str, Any]:
    box = call.box
    return {"emailAddress": box.address, "messagesTotal": len(box.messages), "historyId": str(box.history_id)}


# Drafts.


def _raw(call: Call) -> tuple[bytes, str]:
    message = call.body.get("message") or {}
    try:
        data = base64.b64decode(str(message["raw"]).replace("-", "+").replace("_", "/"), validate=True)
    except (KeyError, binascii.Error) as error:
        raise GoogleRefusal(400, "invalidArgument", "Invalid raw message") from error
    if not re.match(rb"[!-9;-~]+:", data):
        raise GoogleRefusal(400, "invalidArgument", "Missing or malformed headers")
    if call.box.is_full:
        raise GoogleRefusal(403, "storageQuotaExceeded", "The user has exceeded their storage quota.")
    thread = str(message.get("threadId") or "")
    if thread and not any(mail.thread == thread for mail in call.box.messages.values()):
        raise GoogleRefusal(404, "notFound", "Requested entity was not found.")
    return data, thread


def _shown_draft(call: Call, draft_id: str, kind: str = "minimal") -> dict[str, Any]:
    mail = call.box.messages[call.box.draft_ids[draft_id]]
    wanted = call.query.get("metadataHeaders", ())
    return {"id": draft_id, "message": _shown(mail, kind, wanted)}


def _require_draft(call: Call) -> str:
    draft_id = call.path["id"]
    if draft_id not in call.box.draft_ids:
        raise GoogleRefusal(404, "notFound", "Requested entity was not found.")
    return draft_id


def create_draft(call: Call) -> dict[str, Any]:
    made = call.box.create_draft(*_raw(call))
    return _shown_draft(call, call.box.draft_of(made))


def get_draft(call: Call) -> dict[str, Any]:
    return _shown_draft(call, _require_draft(call), call.one("format", "full"))


def update_draft(call: Call) -> dict[str, Any]:
    draft_id = _require_draft(call)
    data, thread = _raw(call)
    call.box.replace_draft(draft_id, data, thread or call.box.messages[call.box.draft_ids[draft_id]].thread)
    return _shown_draft(call, draft_id)


def delete_draft(call: Call) -> None:
    call.box.delete_draft(_require_draft(call))


_HANDLERS: dict[str, Callable[[Call], Any]] = {
    "drafts.create": create_draft,
    "drafts.delete": delete_draft,
    "drafts.get": get_draft,
    "drafts.list": list_drafts,
    "drafts.update": update_draft,
    "getProfile": get_profile,
    "history.list": list_history,
    "labels.create": create_label,
    "labels.list": list_labels,
    "messages.modify": modify_message,
    "messages.get": get_message,
    "messages.list": list_messages,
    "settings.sendAs.list": lambda call: call.box.shown_send_as,
    "threads.get": get_thread,
}
