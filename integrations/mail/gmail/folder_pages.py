"""Labels of a mailbox at Gmail as knowledge: what came, by listing first and by the history later, and what is gone.

https://developers.google.com/workspace/gmail/api/guides/sync
"""

import json
from collections.abc import Iterator
from typing import Any, TypedDict

from core.drafts import JsonObject
from core.errors import CursorExpired, InputError, LimitError, MessageError, NotFoundError
from integrations.mail.gmail.client import Gmail
from integrations.mail.gmail.reading import DRAFT, INBOX, decoded, label_ids
from integrations.mail.gmail.reading import SENT as SENT_LABEL
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.folder_pages import SENT, FolderMail, FolderPage

PAGE_MAILS = 50
_CHANGES = ["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"]
# What Gmail calls its own labels, and what people call them.
_NAMES = {INBOX: "Inbox", SENT_LABEL: "Sent"}


class _Position(TypedDict):
    """Where a label was read to: from which record of the history changes count, and the page of the first listing."""

    history: str
    page: str


def listed_folders(client: Gmail) -> list[str]:
    """Return the inbox, sent mail and the labels of the owner, by name."""
    return sorted(_folders(client))


def folder_page(client: Gmail, folder: str, position: str) -> FolderPage:
    """Return the next mails of a label; see `Mailbox.folder_page`."""
    label = _label(client, folder)
    at: _Position | None = json.loads(position) if position else None
    if at is None:
        profile = client.call(client.users.getProfile(userId="me"))
        return _listed(client, label, _Position(history=str(profile["historyId"]), page=""))
    return _listed(client, label, at) if at["page"] else _changed(client, label, at)


def _listed(client: Gmail, label: str, at: _Position) -> FolderPage:
    options = {"userId": "me", "labelIds": [label], "maxResults": PAGE_MAILS, "pageToken": at["page"] or None}
    found = client.call(client.users.messages().list(**options))
    following = str(found.get("nextPageToken") or "")
    mails = _mails(client, [str(mail["id"]) for mail in found.get("messages", ())])
    position = _Position(history=at["history"], page=following)
    return FolderPage(list(mails), [], json.dumps(position), is_last=not following)


def _changed(client: Gmail, label: str, at: _Position) -> FolderPage:
    request = client.users.history().list(
        userId="me", startHistoryId=at["history"], historyTypes=_CHANGES, labelId=label, maxResults=PAGE_MAILS
    )
    try:
        found = client.call(request)
    except NotFoundError as error:
        raise CursorExpired("Gmail does not know any more what changed since.", fix="It is read again.") from error
    records = found.get("history", ())
    there: dict[str, bool] = {}
    for record in records:
        there |= dict(_changes(record, label))
    mails = list(_mails(client, [mail_id for mail_id, is_there in there.items() if is_there]))
    gone = [mail_id for mail_id, is_there in there.items() if not is_there]
    is_last = not found.get("nextPageToken")
    history = str(found.get("historyId")) if is_last or not records else str(records[-1]["id"])
    return FolderPage(mails, gone, json.dumps(_Position(history=history, page="")), is_last=is_last)


def _changes(record: JsonObject, label: str) -> Iterator[tuple[str, bool]]:
    """Yield what a record of the history did to the mails of a label: whether each is there now."""
    for name, is_there in (("messagesAdded", True), ("messagesDeleted", False)):
        for change in record.get(name, ()):
            yield str(change["message"]["id"]), is_there
    for name, is_there in (("labelsAdded", True), ("labelsRemoved", False)):
        for change in record.get(name, ()):
            if label in change.get("labelIds", ()):
                yield str(change["message"]["id"]), is_there


def _mails(client: Gmail, ids: list[str]) -> Iterator[FolderMail]:
    for mail_id in ids:
        try:
            found: dict[str, Any] = client.call(client.users.messages().get(userId="me", id=mail_id, format="raw"))
            if DRAFT not in found.get("labelIds", ()):
                yield FolderMail(mail_id, int(found.get("internalDate") or 0) / 1000, parse_message(decoded(found)))
        except (LimitError, MessageError, InputError):
            continue  # gone meanwhile, or nothing that could be quoted


def _label(client: Gmail, folder: str) -> str:
    if folder == SENT:
        return SENT_LABEL
    known = _folders(client)
    for name, label in known.items():
        if name.casefold() == folder.casefold():
            return label
    fix = f"Choose from: {', '.join(sorted(known))}."
    raise NotFoundError(f"There is no label {folder[:80]} in this mailbox.", fix=fix)


def _folders(client: Gmail) -> dict[str, str]:
    """Return the labels by what people call them, without drafts, the bin, spam and what Gmail sorts by itself."""
    own = {name: label for name, label in label_ids(client).items() if label.startswith("Label_")}
    return {**{name: label for label, name in _NAMES.items()}, **own}
