"""Folders of a mailbox at Microsoft as knowledge, by delta query: what came, and what is gone.

https://learn.microsoft.com/graph/delta-query-messages
"""

from collections.abc import Iterator, Sequence

from core.drafts import JsonObject
from core.errors import CursorExpired, InputError, LimitError, MessageError, NotFoundError
from integrations.graph.errors import ResyncError
from integrations.mail.graph.accounts import MailboxClient
from integrations.mail.graph.reading import read_content, seconds_of
from integrations.mail.mailbox.folder_pages import INBOX, SENT, FolderMail, FolderPage

PAGE_SIZE = "odata.maxpagesize=20"
MAX_DEPTH = 8
# Whatever the language of the mailbox calls them.
_WELL_KNOWN = {SENT.casefold(): "sentitems", INBOX.casefold(): "inbox"}
_FIELDS = "id,receivedDateTime,isDraft"
# By well-known name; they are asked for by id, since people call them otherwise.
_CLOSED = ("drafts", "deleteditems", "junkemail", "outbox")


def listed_folders(client: MailboxClient) -> list[str]:
    """Return the folders whose mails can be read, without drafts, deleted mail and spam."""
    return [name for name, _ in _folders(client)]


def folder_ids(client: MailboxClient, names: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of folders by their names; one that is gone is left out."""
    known = {name.casefold(): folder_id for name, folder_id in _folders(client)} if names else {}
    return tuple(known[name.casefold()] for name in names if name.casefold() in known)


def folder_page(client: MailboxClient, folder: str, position: str) -> FolderPage:
    """Return the next changes of a folder; see `Mailbox.folder_page`."""
    graph = client.graph
    if position:
        pages = graph.pages(position, prefer=[PAGE_SIZE])
    else:
        path = f"{client.folder(_id_of(client, folder))}/messages/delta"
        pages = graph.pages(path, params={"$select": _FIELDS}, prefer=[PAGE_SIZE])
    try:
        page = next(iter(pages))
    except ResyncError as error:
        raise CursorExpired(f"Microsoft does not know any more what changed in {folder}.", fix="It is read.") from error
    items = page.get("value", ())
    gone = [str(item["id"]) for item in items if "@removed" in item]
    mails = [mail for item in items if "@removed" not in item for mail in _mail(client, item)]
    following = str(page.get("@odata.nextLink") or "")
    return FolderPage(mails, gone, following or str(page.get("@odata.deltaLink") or ""), is_last=not following)


def _mail(client: MailboxClient, item: JsonObject) -> Iterator[FolderMail]:
    if item.get("isDraft"):
        return
    try:
        message = read_content(client, str(item["id"]))
    except (LimitError, MessageError, InputError):
        return  # nothing that could be quoted
    if message:
        yield FolderMail(str(item["id"]), seconds_of(str(item.get("receivedDateTime") or "")), message)


def _id_of(client: MailboxClient, folder: str) -> str:
    if known := _WELL_KNOWN.get(folder.casefold()):
        return known
    found = _folders(client)
    for name, folder_id in found:
        if name.casefold() == folder.casefold():
            return folder_id
    names = ", ".join(name for name, _ in found)
    raise NotFoundError(f"There is no folder {folder[:80]} in this mailbox.", fix=f"Choose from: {names}.")


def _folders(client: MailboxClient) -> list[tuple[str, str]]:
    closed = set[str]()
    for name in _CLOSED:
        try:
            closed.add(str(client.graph.get(client.folder(name), select=("id",))["id"]))
        except NotFoundError:  # this mailbox has none
            continue
    return [*_below(client, f"{client.root}/mailFolders", "", closed)]


def _below(client: MailboxClient, path: str, above: str, closed: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the folders at a path and within them: names as "Inbox/Projects", and ids."""
    for found in client.graph.paged(path, params={"$select": "id,displayName,childFolderCount", "$top": 100}):
        if (folder_id := str(found["id"])) in closed:
            continue
        name = f"{above}{found['displayName']}"
        yield name, folder_id
        if found.get("childFolderCount") and name.count("/") < MAX_DEPTH:
            yield from _below(client, f"{client.folder(folder_id)}/childFolders", f"{name}/", closed)
