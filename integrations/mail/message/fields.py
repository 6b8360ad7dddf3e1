"""Header fields of a mail that we write: encoded, folded, and closed to injection. Pure.

The standard library's writer encodes long message ids into something that no mail program threads by,
so the few kinds of fields that a draft has are written here. RFC 5322, 2047 and, for addresses beyond
ASCII, 6532.
"""

import base64
import re
from collections.abc import Iterable

from core.errors import MessageError
from integrations.mail.message.addresses import Address, wire_domain
from integrations.mail.message.charsets import clean_text

_MAX_LINE_CHARS = 76
_MAX_WORD_BYTES = 42  # of UTF-8 in one encoded word, which has at most 75 characters
_BLANKS = re.compile(r"\s+")
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@\\\x00-\x1f\x7f]{1,64}@[^\s<>(),;:\"@\\\x00-\x1f\x7f]{1,255}")


def text_field(name: str, value: str) -> str:
    """Return a field with free text, such as a subject."""
    value = _one_line(value)
    words = value.split(" ")
    if value.isascii() and "=?" not in value and max(map(len, words)) <= _MAX_LINE_CHARS:
        return _folded(name, words)
    return _folded(name, _encoded_words(value))


def address_field(name: str, addresses: Iterable[Address]) -> str:
    """Return a field with addresses.

    Raises:
        MessageError: one of them is not a mail address.
    """
    written = [_written(address) for address in addresses]
    words = [word for address in written[:-1] for word in [*address[:-1], address[-1] + ","]] + (
        written[-1] if written else []
    )
    return _folded(name, words)


def id_field(name: str, ids: Iterable[str]) -> str:
    """Return a field with message ids, one a line."""
    return f"{name}: " + "\r\n ".join(ids)


def _written(address: Address) -> list[str]:
    """Return the words of an address, between which a line may be folded."""
    local, _, domain = address.address.rpartition("@")
    domain = wire_domain(domain)
    if not domain or not _ADDRESS.fullmatch(address.address):
        raise MessageError(
            f"{_one_line(address.address)[:100]!r} is not a mail address.", fix="Write it as name@example.com."
        )
    name = _one_line(address.name)
    if not name:
        return [f"{local}@{domain}"]
    return [*_phrase(name), f"<{local}@{domain}>"]


def _phrase(name: str) -> list[str]:
    if _PLAIN_PHRASE.fullmatch(name) and "=?" not in name:
        return name.split(" ")
    if name.isascii() and "=?" not in name:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"'.split(" ")
    return _encoded_words(name)


def _encoded_words(text: str) -> list[str]:
    """Return RFC 2047 words in UTF-8; no character is split over two of them."""
    chunks: list[bytes] = [b""]
    for char in text:
        encoded = char.encode("utf-8", "replace")
        if len(chunks[-1]) + len(encoded) > _MAX_WORD_BYTES:
            chunks.append(b"")
        chunks[-1] += encoded
    return [f"=?utf-8?B?{base64.b64encode(chunk).decode()}?=" for chunk in chunks if chunk]


def _one_line(value: str) -> str:
    return _BLANKS.sub(" ", clean_text(value)).strip()


def _folded(name: str, words: list[str]) -> str:
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > _MAX_LINE_CHARS and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)
