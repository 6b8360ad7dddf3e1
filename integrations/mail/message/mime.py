"""MIME: charsets, header fields and the tree of parts, within bounds that hostile mails cannot push. Pure.

The standard library's parser does the work. What it leaves to the caller stands here: sizes, nesting, fields that break
its own rules, every kind of line end, and charsets that are not what they claim. Encoded words follow RFC 2047 with the
usual leniency: blanks inside them, any case, and characters that are split over two words.
"""

import base64
import binascii
import codecs
import hashlib
import quopri
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError as StdlibMessageError
from email.message import Message as Part
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import parsedate_to_datetime
from itertools import groupby

from core.errors import MessageError
from core.text.charsets import clean_text, decode_bytes

_ENCODED_WORD = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,2})\?=")
_IN_IDS = frozenset(map(chr, range(0x21, 0x7F))) - {"<", ">"}
_IN_BARE_IDS = _IN_IDS - {'"', ",", ";"}
_MAX_ID_CHARS = 900
MAX_MESSAGE_BYTES = 30 * 1024 * 1024
_MAX_HEADER_BYTES = 1024 * 1024
_MAX_LINES = 2_000_000
# The parser compares each line with the boundary of each open part.
_MAX_COMPARISONS = 30_000_000
# One of these fields tells a header from other text.
_KNOWN = frozenset(
    b"from to cc bcc subject date message-id received sender reply-to return-path mime-version content-type"
    b" content-transfer-encoding delivered-to in-reply-to references".split()
)
_FIELD = re.compile(rb"(?:from |>from |[\x21-\x39\x3b-\x7e]{1,100}[ \t]*:)", re.IGNORECASE)
_BLANK_BEFORE_COLON = re.compile(rb"^([\x21-\x39\x3b-\x7e]{1,100})[ \t]{1,20}:", re.MULTILINE)
_EMPTY_LINE = re.compile(rb"\n[ \t]*\n")
# A line that belongs to the field above it, and lost its blank: another field follows.
_LOST_FOLD = re.compile(rb"(?<=\n)(?![\x21-\x39\x3b-\x7e]{1,100}[ \t]*:|[ \t])(?=[^\n]{0,998}\n[A-Za-z-]{2,40}:)")
_PART_START = re.compile(rb"^--(\S[^\n\"\\]{0,69})\n(?=content-)", re.IGNORECASE | re.MULTILINE)
# What people give instead of a mail, by its first bytes.
_OTHER_FILES = (
    (
        b"\xd0\xcf\x11\xe0",
        "an Outlook .msg file",
        "In Outlook, save the mail as .eml, or drag it out of the web version.",
    ),
    (b"PK\x03\x04", "a ZIP archive or an Office document", "Give the mail itself, saved as .eml."),
    (b"%PDF", "a PDF file", "Give the mail itself, saved as .eml."),
    (b"\x89PNG", "a picture", "Give the mail itself, saved as .eml."),
    (b"\xff\xd8\xff", "a picture", "Give the mail itself, saved as .eml."),
    (b"\x1f\x8b", "a compressed file", "Unpack it first and give the .eml file."),
)
_PARSER_ERRORS = (RecursionError, StdlibMessageError, ValueError, LookupError, AttributeError, TypeError)
_FIX_EML = "Give one mail in its raw form, saved as .eml."
_NO_DOMAIN = "mail.invalid"
# Ids of earlier versions named the program that wrote the draft; some of those drafts still wait.
_FORMER_ID = "<inlaid."


def unfold(raw: str) -> str:
    """Return a raw field body on one line; bytes beyond ASCII (surrogate escapes) become characters."""
    if not raw.isascii():
        raw = decode_bytes(raw.encode("utf-8", "surrogateescape"))
    first, *rest = raw.replace("\r", "\n").split("\n")
    return " ".join([first, *filter(None, (line.lstrip(" \t") for line in rest))]).strip()


def header_text(raw: str) -> str:
    """Return a raw field body as a person reads it."""
    return on_one_line(clean_text(decode_words(unfold(raw))))


def on_one_line(text: str) -> str:
    """Return the text with one blank for each stretch of white space."""
    return " ".join(text.split())


def has_control_characters(text: str) -> bool:
    """Whether the text holds a line end or another control character of ASCII."""
    return any(char < " " or char == "\x7f" for char in text)


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
    enclosed = (part.partition(">")[0].strip() for part in value.split("<")[1:] if ">" in part)
    ids = [found for found in enclosed if 0 < len(found) <= _MAX_ID_CHARS and _IN_IDS.issuperset(found)]
    if not ids and all(map(_is_bare_id, value.split())):  # in a sentence it would be somebody's address
        ids = value.split()
    return tuple(dict.fromkeys(f"<{clean_text(message_id)}>" for message_id in ids))


def _is_bare_id(word: str) -> bool:
    local, _, domain = word.partition("@")
    is_long = len(word) > _MAX_ID_CHARS
    return bool(local and domain) and "@" not in domain and not is_long and _IN_BARE_IDS.issuperset(word)


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


class _Policy(Compat32):
    """The parser's lenient policy, with bounds on what its own field parsers must look at."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        if name.lower() == "content-transfer-encoding":
            words = "".join(char if char.isascii() and (char.isalnum() or char == "-") else " " for char in value)
            value = next(iter(words.split()), value)
        limit = 4_000 if name.lower().startswith("content-") else 200_000
        return name, value[:limit]

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return a field as it is: bytes beyond ASCII are decoded by those who know what they may be."""
        return value


_POLICY = _Policy()


def read_parts(data: bytes) -> tuple[Part, tuple[str, ...]]:
    """Parse a mail into its MIME tree; the second value are warnings for the person.

    Raises:
        MessageError: the bytes are empty, too large, or not a mail.
    """
    _refuse_unreadable(data)
    data = _normalised(data)
    head_end = _EMPTY_LINE.search(data)
    head = data[: head_end.start()] if head_end else data
    if len(head) > _MAX_HEADER_BYTES:
        raise MessageError("The mail's header is longer than 1 MB.", fix=_FIX_EML)
    if not _FIELD.match(head) or not any(map(_is_known, head.split(b"\n"))):
        raise MessageError("This is not a mail: it does not begin with a mail header.", fix=_FIX_EML)
    lines = data.count(b"\n")
    too_much = lines > _MAX_LINES or lines * data.lower().count(b"boundary") > _MAX_COMPARISONS
    if not too_much:
        try:
            return message_from_bytes(data, policy=_POLICY), ()
        except _PARSER_ERRORS:
            pass
    headers = BytesHeaderParser(policy=_POLICY).parsebytes(head + b"\n\n")
    return headers, ("The mail is nested too deeply to be read; only its header was used.",)


def _is_known(line: bytes) -> bool:
    name, colon, _ = line.partition(b":")
    name = name.rstrip(b" \t").lower()
    return bool(colon) and (name in _KNOWN or (name.startswith(b"x-") and name[2:].replace(b"-", b"").isalpha()))


def part_bytes(part: Part) -> bytes:
    """Return the decoded content of a leaf part; what is damaged is decoded as far as it goes."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, binascii.Error):
        content = None
    return content if isinstance(content, bytes) else b""


def embedded(part: Part) -> Part | None:
    """Return the mail that a part of type `message/rfc822` holds, in whatever encoding."""
    inner = part.get_payload()
    if not isinstance(inner, list) or not inner or not isinstance(inner[0], Part):
        return None
    encoding = str(part.get("content-transfer-encoding", "")).lower()
    if encoding not in {"base64", "quoted-printable"} or inner[0].keys():
        return inner[0]
    leaf = Part(_POLICY)
    leaf["content-transfer-encoding"] = encoding
    leaf.set_payload(inner[0].get_payload())
    return _reparsed(_normalised(part_bytes(leaf)))


def found_parts(part: Part) -> Part | None:
    """Return a multipart whose boundary is missing or wrong with the parts that are there, None when there are none."""
    content = part_bytes(part)
    start = _PART_START.search(content[:100_000])
    if not start:
        return None
    return _reparsed(b'Content-Type: multipart/mixed; boundary="' + start[1].strip() + b'"\n\n' + content)


def embedded_entity(data: bytes) -> Part | None:
    """Return the part that stands in these bytes, with its own fields; None when they cannot be parsed."""
    return _reparsed(_normalised(data)) if len(data) <= MAX_MESSAGE_BYTES else None


def file_name_of(part: Part) -> str:
    """Return the name of a file that a part holds, "" for none."""
    name = parameter(part, "filename", "content-disposition") or parameter(part, "name")
    # A name from a mail is only a name: folders in it are dropped.
    return re.split(r"[/\\]", header_text(name))[-1][:200]


def _reparsed(data: bytes) -> Part | None:
    if data.count(b"\n") * data.lower().count(b"boundary") > _MAX_COMPARISONS:
        return None
    try:
        return message_from_bytes(data, policy=_POLICY)
    except _PARSER_ERRORS:
        return None


def parameter(part: Part, name: str, field: str = "content-type") -> str:
    """Return a parameter of a MIME field on one line, or "" when there is none or it cannot be read."""
    try:
        value = part.get_param(name, "", field)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    if isinstance(value, tuple):  # RFC 2231: charset, language, text
        charset, _language, text = value
        try:
            return unfold(text.encode("latin-1", "replace").decode(charset or "ascii", "replace"))
        except (LookupError, ValueError):
            return unfold(text)
    return unfold(str(value))


def _refuse_unreadable(data: bytes) -> None:
    if not data.strip():
        raise MessageError("The mail is empty.", fix=_FIX_EML)
    if len(data) > MAX_MESSAGE_BYTES:
        size = len(data) // (1024 * 1024)
        raise MessageError(f"The mail has {size} MB; up to 30 MB can be read.", fix="Save it without its attachments.")
    for start, kind, fix in _OTHER_FILES:
        if data.startswith(start):
            raise MessageError(f"This is {kind}, not a mail.", fix=fix)


def _normalised(data: bytes) -> bytes:
    """Return the mail as UTF-8-compatible bytes with newlines, without what programs put before its header."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n\t ")
    if data.startswith(b">From "):
        data = data.partition(b"\n")[2]
    head_end = _EMPTY_LINE.search(data)
    head, body = (data[: head_end.start()], b"\n\n" + data[head_end.end() :]) if head_end else (data, b"")
    return _LOST_FOLD.sub(b" ", _BLANK_BEFORE_COLON.sub(rb"\1:", head)) + body


def own_message_id(domain: str, key: str) -> str:
    """Return the Message-ID of a draft that we write, always the same for a key.

    It tells us, and nobody who gets the mail, who wrote it. Without a domain the id has one that nobody can own.
    """
    return f"<{key}.{_mark(key)}@{domain or _NO_DOMAIN}>"


def is_own_message_id(message_id: str) -> bool:
    """Whether we wrote the draft of that Message-ID."""
    key, _, mark = message_id.removeprefix("<").rpartition("@")[0].rpartition(".")
    return message_id.startswith(_FORMER_ID) or (bool(key) and mark == _mark(key))


def _mark(key: str) -> str:
    return hashlib.sha256(f"draft {key}".encode()).hexdigest()[:8]
