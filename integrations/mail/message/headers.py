"""Header fields of a mail, as they should have been written and as they are: pure.

Encoded words follow RFC 2047 with the usual leniency: blanks inside them, any case, and characters
that are split over two words.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import groupby

from integrations.mail.message.charsets import clean_text, decode_bytes

_FOLD = re.compile(r"[\r\n]+[ \t]*")
_BLANKS = re.compile(r"\s+")
_ENCODED_WORD = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,2})\?=")
_MESSAGE_ID = re.compile(r"<\s{0,9}([!-;=?-~]{1,900})\s{0,9}>")
_BARE_ID = re.compile(r"[!#-+\--:=?A-~]{1,440}@[!#-+\--:=?A-~]{1,440}")


def unfold(raw: str) -> str:
    """Return a raw field body on one line; bytes beyond ASCII (surrogate escapes) become characters."""
    if not raw.isascii():
        raw = decode_bytes(raw.encode("utf-8", "surrogateescape"))
    return _FOLD.sub(" ", raw).strip()


def header_text(raw: str) -> str:
    """Return a raw field body as a person reads it."""
    return _BLANKS.sub(" ", clean_text(decode_words(unfold(raw)))).strip()


def decode_words(text: str) -> str:
    """Decode the encoded words in unfolded text; what cannot be decoded stays as it is."""
    if "=?" not in text:
        return text
    words: list[tuple[str, bytes]] = []  # charset ("" for plain text) and content
    end = 0
    for match in _ENCODED_WORD.finditer(text):
        between = text[end : match.start()]
        if between.strip() or not words:
            words.append(("", between.encode("utf-8", "replace")))
        words.append((match[1].lower(), _word_bytes(match[2], match[3])))
        end = match.end()
    words.append(("", text[end:].encode("utf-8", "replace")))
    # Neighbours of one charset are decoded together: a character may be split over them.
    return "".join(
        decode_bytes(b"".join(content for _, content in group), charset or "utf-8")
        for charset, group in groupby(words, key=lambda word: word[0])
    )


def message_ids(value: str) -> tuple[str, ...]:
    """Return the message ids of a field, each once and in angle brackets."""
    ids = _MESSAGE_ID.findall(value)
    if not ids and all(map(_BARE_ID.fullmatch, value.split())):  # in a sentence it would be somebody's address
        ids = value.split()
    return tuple(dict.fromkeys(f"<{clean_text(message_id)}>" for message_id in ids))


def first_date(values: Iterable[str]) -> datetime | None:
    """Return the first date that can be read, aware of its time zone."""
    for value in values:
        try:
            date = parsedate_to_datetime(value[:200])
            # A zone of -0000 says that the sender's zone is not known.
            date = date if date.tzinfo else date.replace(tzinfo=UTC)
            date.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return date
    return None


def _word_bytes(encoding: str, content: str) -> bytes:
    raw = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" "), header=False)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4)) or raw
    except binascii.Error:
        return raw
