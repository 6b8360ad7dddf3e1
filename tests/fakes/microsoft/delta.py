"""Changes of a folder since the last look: pages, then a link for the next time, which can be forgotten."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.microsoft.mail import READ, mailbox_of, matches, show
from tests.fakes.microsoft.mailboxes import Mailbox
from tests.fakes.microsoft.wire import Answer, Call, Refusal, Routes

USUAL_PER_PAGE = 10
KINDS = frozenset({"created", "updated", "deleted"})


@dataclass
class _Round:
    """Where a reader stands. `left` are the numbers of mails that are still to be told, None for an empty page."""

    folder: str
    select: str
    condition: str
    kinds: frozenset[str]
    position: int
    left: list[int | None] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


class Rounds:
    """The readers of all folders, by token. `forget` makes every token unknown, as Outlook's cache does in time."""

    def __init__(self) -> None:
        self._rounds: dict[str, _Round] = {}

    def forget(self) -> None:
        """Answer 410 to every link that was given so far."""
        self._rounds.clear()

    def keep(self, standing: _Round) -> str:
        token = secrets.token_urlsafe(12)
        self._rounds[token] = standing
        return token

    def find(self, token: str) -> _Round:
        standing = self._rounds.get(token)
        if standing is None:
            raise Refusal(410, "SyncStateNotFound", "The sync state generation is not found.")
        return standing


def add_delta(routes: Routes) -> None:
    """Add the list of changes."""
    routes.add("GET", "/users/{user}/mailFolders/{folder}/messages/delta", read_changes, allows=READ)


def read_changes(call: Call) -> Answer:
    mailbox = mailbox_of(call)
    with call.microsoft.lock:
        folder = mailbox.folder(call.params["folder"])
        token = call.query.get("$skiptoken") or call.query.get("$deltatoken")
        if token is None:
            standing = _begin(call, mailbox, folder)
        else:
            standing = call.microsoft.rounds.find(token)
            if "$deltatoken" in call.query:
                standing = _go_on(mailbox, standing)
        return Answer(200, _page(call, mailbox, standing))


def _begin(call: Call, mailbox: Mailbox, folder: str) -> _Round:
    kinds = frozenset(filter(None, call.query.get("changeType", "").split(",")))
    if kinds - KINDS or "$search" in call.query or "$expand" in call.query:
        raise Refusal(400, "ErrorInvalidUrlQuery", "This option is not supported by delta.")
    condition = call.query.get("$filter", "")
    if condition and not condition.startswith("receivedDateTime g"):
        raise Refusal(400, "ErrorInvalidUrlQueryFilter", "Delta filters by receivedDateTime only.")
    found = [one.number for one in mailbox.in_folder(folder) if matches(one, condition)]
    left: list[int | None] = [*found, None]  # an empty page before the last one is nothing unusual
    return _Round(folder, call.query.get("$select", ""), condition, kinds, len(mailbox.changes), left)


def _go_on(mailbox: Mailbox, standing: _Round) -> _Round:
    news = [change for change in mailbox.changes[standing.position :] if change.folder == standing.folder]
    told = [one for one in news if not standing.kinds or one.kind in standing.kinds]
    kept = [one.number for one in told if one.kind != "deleted"]
    gone = [one.number for one in news if one.kind == "deleted"]
    still = [number for number in kept if mailbox.messages[number].folder == standing.folder]
    fixed = (standing.folder, standing.select, standing.condition, standing.kinds)
    return _Round(*fixed, len(mailbox.changes), [*still], gone)


def _page(call: Call, mailbox: Mailbox, standing: _Round) -> dict[str, Any]:
    sizes = [preference for preference in call.preferences if preference.startswith("odata.maxpagesize=")]
    size = int(sizes[0].partition("=")[2]) if sizes else USUAL_PER_PAGE
    now, later = standing.left[:size], standing.left[size:]
    if None in now[1:]:
        cut = now.index(None)
        now, later = now[:cut], standing.left[cut:]
    value = [show(call, mailbox.messages[number], select=standing.select) for number in now if number is not None]
    if not later:
        is_immutable = 'IdType="ImmutableId"' in call.preferences
        for number in standing.removed:
            message = mailbox.messages[number]
            name = message.immutable_id if is_immutable else message.mutable_id
            value.append({"id": name, "@removed": {"reason": "deleted"}})
    fixed = (standing.folder, standing.select, standing.condition, standing.kinds, standing.position)
    name, kind = ("@odata.nextLink", "$skiptoken") if later else ("@odata.deltaLink", "$deltatoken")
    token = call.microsoft.rounds.keep(_Round(*fixed, later, standing.removed))
    return {"value": value, name: call.microsoft.link(call.request, {kind: token}, only=True)}
