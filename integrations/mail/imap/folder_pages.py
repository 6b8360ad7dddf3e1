"""Folders of an IMAP mailbox as knowledge: what came since, and what is gone; nothing is marked as read.

A position is the numbering (UIDVALIDITY) and the UIDs that were seen, as a set of IMAP ("1:500,502", RFC 9051 section
9). All UIDs of the folder are asked for each time, so a deletion is never missed, whatever extensions a server lacks.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypedDict

from imapclient import IMAPClient

from core.errors import CursorExpired, InputError, MessageError, NotFoundError
from core.system.connections import is_short
from integrations.mail.imap.folders import sent_folder
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.folder_pages import SENT, FolderMail, FolderPage
from integrations.mail.message.mime import MAX_MESSAGE_BYTES

PAGE_MAILS = 50
PAGE_BYTES = 20_000_000
_CLOSED = {b"\\noselect", b"\\nonexistent", b"\\drafts", b"\\trash", b"\\junk", b"\\all"}
_FACTS = ("FLAGS", "INTERNALDATE", "RFC822.SIZE")


class _Position(TypedDict):
    uidvalidity: int
    seen: str


def listed_folders(client: IMAPClient) -> list[str]:
    """Return the folders whose mails can be read, without drafts, deleted mail and spam."""
    return [str(name) for flags, _, name in client.list_folders() if not {flag.lower() for flag in flags} & _CLOSED]


def folder_page(client: IMAPClient, folder: str, position: str) -> FolderPage:
    """Return the next mails of a folder, the newest first, and which are gone; see `Mailbox.folder_page`."""
    uidvalidity = _select(client, folder)
    before: _Position | None = json.loads(position) if position else None
    if before and before["uidvalidity"] != uidvalidity:
        raise CursorExpired(f"The server has numbered {folder} again.", fix="It is read again.")
    there = set(client.search(["NOT", "DELETED"]))
    seen = set(numbers_of(before["seen"])) if before else set[int]()
    waiting = sorted(there - seen, reverse=True)
    mails, taken = _read(client, uidvalidity, waiting[:PAGE_MAILS])
    now = _Position(uidvalidity=uidvalidity, seen=written((seen & there) | taken))
    gone = [_name(uidvalidity, uid) for uid in sorted(seen - there)]
    return FolderPage(mails, gone, json.dumps(now), is_last=len(taken) == len(waiting))


def raw_in(client: IMAPClient, folder: str, uid: str) -> bytes | None:
    """Return one mail of a folder as it came; None when it is gone."""
    numbering, _, number = uid.partition("/")
    if str(_select(client, folder)) != numbering or not number.isdecimal():
        return None
    found = client.fetch([int(number)], ["BODY.PEEK[]"]).get(int(number), {}).get(b"BODY[]")
    return found if isinstance(found, bytes) else None


def _select(client: IMAPClient, folder: str) -> int:
    names = [str(known) for _, _, known in client.list_folders()]
    wanted = sent_folder(client) if folder == SENT else folder
    # As `check` accepts it: by its very name first, since a server may tell large letters from small ones.
    alike = (known for known in names if wanted and known.casefold() == wanted.casefold())
    name = wanted if wanted in names else next(alike, "")
    if not name:
        raise NotFoundError(
            f"There is no folder {folder[:80]} in this mailbox.",
            fix=f"Choose from: {', '.join(listed_folders(client))}.",
        )
    return int(client.select_folder(name, readonly=True).get(b"UIDVALIDITY", 1))


def _read(client: IMAPClient, uidvalidity: int, uids: list[int]) -> tuple[list[FolderMail], set[int]]:
    """Return mails with their text, as many as there is time for, and the UIDs that were looked at."""
    facts = client.fetch(uids, _FACTS) if uids else {}
    mails, taken, room_bytes = list[FolderMail](), set[int](), PAGE_BYTES
    for uid in uids:
        found = facts.get(uid, {})
        size = int(found.get(b"RFC822.SIZE", 0))
        if taken and (is_short() or size > room_bytes):
            break
        taken.add(uid)
        room_bytes -= size
        if b"\\draft" not in {flag.lower() for flag in found.get(b"FLAGS", ())}:
            mails += _mail(client, uidvalidity, uid, found)
    return mails, taken


def _mail(client: IMAPClient, uidvalidity: int, uid: int, facts: dict[bytes, Any]) -> Iterator[FolderMail]:
    arrived = facts.get(b"INTERNALDATE")
    at = arrived.timestamp() if isinstance(arrived, datetime) else 0.0
    if int(facts.get(b"RFC822.SIZE", 0)) > MAX_MESSAGE_BYTES:
        return
    data = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
    if isinstance(data, bytes):
        try:
            yield FolderMail(_name(uidvalidity, uid), at, parse_message(data))
        except (MessageError, InputError):
            return  # nothing that could be quoted


def _name(uidvalidity: int, uid: int) -> str:
    return f"{uidvalidity}/{uid}"


def numbers_of(written: str) -> Iterator[int]:
    """Yield the numbers of a set of IMAP."""
    for part in filter(None, written.split(",")):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)


def written(numbers: Iterable[int]) -> str:
    """Return numbers as a set of IMAP, which is short where they follow each other."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in runs)
