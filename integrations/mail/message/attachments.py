"""The files that a mail carries, with their bytes. Called in a child process."""

from collections.abc import Iterator
from email.message import Message as Part

from core.sources.attached import MAX_ALL_BYTES, MAX_FILES
from core.sources.formats import is_document
from integrations.mail.message.bodies import walk
from integrations.mail.message.message import MailMessage, parse_message
from integrations.mail.message.mime import file_name_of, part_bytes, read_parts

# Mails within mails: their text stands in the mail's own, see `bodies`.
_MAILS = (".eml", ".msg")


def attached_files(data: bytes) -> list[tuple[str, bytes]]:
    """Return name and bytes of the documents that a mail carries, as many and as much as is read of them.

    Raises:
        MessageError: it is no mail.
    """
    part, _warnings = read_parts(data)
    found: list[tuple[str, bytes]] = []
    left_bytes = MAX_ALL_BYTES
    for name, leaf in _documents(part):
        content = part_bytes(leaf)
        # One more than is read, so that it is said.
        if len(found) > MAX_FILES:
            break
        kept = content if len(content) <= left_bytes else content[: left_bytes + 1]
        found.append((name, kept))
        left_bytes = max(0, left_bytes - len(kept))
    return found


def documents_of(mail: MailMessage) -> list[str]:
    """Return the names of the documents that came with a mail, as many as are read."""
    named = (file.name for file in mail.attachments)
    return [name for name in named if _is_read(name)][:MAX_FILES]


def attached_document(data: bytes, number: int) -> tuple[str, bytes] | None:
    """Return name and bytes of one of the documents that `documents_of` names, by its place there; None: it is gone.

    Raises:
        MessageError: it is no mail.
    """
    names = documents_of(parse_message(data))
    if number >= len(names):
        return None
    part, _warnings = read_parts(data)
    same = [leaf for name, leaf in _documents(part) if name == names[number]]
    before = names[:number].count(names[number])
    return (names[number], part_bytes(same[before])) if before < len(same) else None


def _documents(part: Part) -> Iterator[tuple[str, Part]]:
    for leaf in walk(part):
        name = file_name_of(leaf)
        if not leaf.is_multipart() and _is_read(name):
            yield name, leaf


def _is_read(name: str) -> bool:
    return is_document(name) and not name.lower().endswith(_MAILS)
