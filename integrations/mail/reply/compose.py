"""From a mail to a reply job, and from a draft to a mail file: the same for the same inputs. Pure.

RFC 5322 section 3.6.4 (threading), RFC 2046 section 5.1.4 (alternatives, plain text first). `X-Unsent`
makes mail programs open the file as a draft. Nothing here sends anything. Header fields are encoded, folded and closed
to injection here (RFC 5322, 2047 and, for addresses beyond ASCII, 6532): the standard library's writer encodes long
message ids into something that no mail program threads by.
"""

import base64
import hashlib
import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from quopri import encodestring

from core.drafts import GAP, Draft, without_hints
from core.errors import MessageError
from core.job import Job
from core.text.catalogues import N_
from core.text.charsets import clean_text
from core.text.forms import consists_of
from core.text.lexicon import pattern_beside
from integrations.mail.message.addresses import ADDRESS, Address, OwnerAddresses, wire_domain
from integrations.mail.message.flowed import flow
from integrations.mail.message.message import MailMessage
from integrations.mail.message.mime import has_control_characters, message_ids, on_one_line, own_message_id
from integrations.mail.message.quotes import oldest_first, split_text
from integrations.mail.message.senders import is_list_domain, is_tool, list_addresses, split_of, written_by_person
from integrations.mail.reply import greeting as quote_below
from integrations.mail.reply.greeting import mail_language, spelled_as_signed
from integrations.mail.reply.writing_style import WritingStyle, frame_inputs

_MAX_LINE_CHARS = 76
_MAX_WORD_BYTES = 42  # of UTF-8 in one encoded word, which has at most 75 characters
_MAX_REFERENCES = 20
_MAX_REFERENCES_CHARS = 2_000
_MAX_SUBJECT_CHARS = 500
# More people than that are informed, and do not talk to each other.
_MAX_KEPT_IN = 8
# `Re:` in the mail programs of many languages, with the counters that some of them add.
_REPLY_PREFIX = pattern_beside(
    __file__, "reply_prefixes", r"\s*", r"\.?\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|[*^]\d{1,3})?\s?[:\uff1a]"
)
_PLAIN_MARKS = "!#$%&'*+/=?^_`{|}~ -"
_MAX_TAG_CHARS = 62
# Before the words of a gap, since a telephone shows brackets in plain text too small to be seen: a pencil.
GAP_SIGN = "\u270f\ufe0f "
RECIPE = "reply"
# What delivery did with a reply that is left to the person, and how a job says that its draft was asked for.
ONLY_GAPS = "only_gaps"
REQUESTED = "requested"
_MAX_RECIPIENT_CHARS = 500
# More of a mail is not laid out in a draft by far.
MAX_TEXT_CHARS = 500_000


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
        MessageError: one of them is not an email address.
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
    if not domain or not ADDRESS.fullmatch(address.address) or has_control_characters(address.address):
        raise MessageError(
            f"{_one_line(address.address)[:100]!r} is not an email address.", fix="Write it as name@example.com."
        )
    name = _one_line(address.name)
    if not name:
        return [f"{local}@{domain}"]
    return [*_phrase(name), f"<{local}@{domain}>"]


def _phrase(name: str) -> list[str]:
    if name.isascii() and consists_of(name, _PLAIN_MARKS) and "=?" not in name:
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
    return on_one_line(clean_text(value))


def _folded(name: str, words: list[str]) -> str:
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > _MAX_LINE_CHARS and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)


def compose_reply(
    original: MailMessage,
    body_text: str,
    *,
    owner: Address,
    reply_all: bool = False,
    message_id: str,
    date: datetime,
) -> bytes:
    """Return the reply to a mail as a draft (.eml), with the original quoted below.

    Args:
        original: the mail that is answered.
        body_text: what the owner says, with greeting and signature.
        owner: the writer; pass `OwnerAddresses` so that their aliases are not answered.
        reply_all: also address everybody else who got the original.
        message_id: the draft's own id, in angle brackets.
        date: the draft's date; without a time zone it counts as UTC.

    Raises:
        MessageError: an address or the message id cannot be written.
    """
    to, cc = reply_recipients(original, owner, reply_all=reply_all)
    threading = [id_field("In-Reply-To", [original.message_id])] if original.message_id else []
    if references := reply_references(original):
        threading.append(id_field("References", references))
    head = _head(written_to(original, owner), (to, cc), reply_subject(original.subject), message_id, date)
    text = plain_body(body_text)
    announced = quote_below.attribution(original, quote_below.mail_language(original))
    plain = f"{text}\n\n{announced}\n{quote_below.quoted_text(original)}\n"
    rich = f"{_html(text)}\n<br>\n{quote_below.quoted_html(original, announced)}" if original.has_html else ""
    return _mail([*head, *threading], plain, rich)


def compose_new(
    to: Iterable[Address], subject: str, body_text: str, *, owner: Address, message_id: str, date: datetime
) -> bytes:
    """Return a new mail as a draft (.eml), in plain text and HTML.

    Raises:
        MessageError: an address or the message id cannot be written.
    """
    text = plain_body(body_text)
    return _mail(_head(owner, (tuple(to), ()), subject, message_id, date), f"{text}\n", _html(text))


def reply_recipients(
    original: MailMessage, owner: Address, *, reply_all: bool = False
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """Return whom a reply goes to, and who gets a copy. An own mail is answered to those who got it."""
    if owner.owns(original.sender):
        others = ([address for address in people if not owner.owns(address)] for people in (original.to, original.cc))
        to = tuple(next(filter(None, others), original.to))
    else:
        named = tuple(address for address in original.reply_to if not owner.owns(address))
        if not reply_all:  # a list that wants all answers for itself gets none that was meant for one person
            named = tuple(address for address in named if not _is_list(original, address))
        to = named or ((original.sender,) if original.sender.address else ())
        if reply_all:
            to += tuple(address for address in original.to if not owner.owns(address))
    to = _each_once(to)
    if not reply_all:
        return to, ()
    known = {address.key for address in to}
    return to, _each_once(address for address in original.cc if address.key not in known and not owner.owns(address))


def is_answered_to_all(original: MailMessage, owner: Address) -> bool:
    """Whether those of a thread answer each other before everybody: somebody has, and kept a few others in."""
    people = (*original.to, *original.cc)
    others = {address.key for address in people if not owner.owns(address)} - {original.sender.key}
    is_to_owner = any(owner.owns(address) for address in original.to)
    is_listed = any(_is_list(original, address) for address in (*people, *original.reply_to))
    return bool(original.in_reply_to) and is_to_owner and 0 < len(others) <= _MAX_KEPT_IN and not is_listed


def _is_list(original: MailMessage, address: Address) -> bool:
    return address.key in list_addresses(original) or is_list_domain(address.domain)


def written_to(original: MailMessage, owner: Address) -> Address:
    """Return the owner by the address that the mail was written to: what came to an alias is answered from it."""
    theirs = [address for address in (*original.to, *original.cc) if owner.owns(address)]
    if not theirs or any(Address(address=owner.address).owns(address) for address in theirs):
        return owner
    return Address(name=owner.name, address=theirs[0].address)


def reply_subject(subject: str) -> str:
    """Return the subject with `Re:` in front exactly once, whatever stood there and in which language."""
    tag = ""
    rest = subject
    while True:
        if prefix := _REPLY_PREFIX.match(rest):
            rest = rest[prefix.end() :]
        elif not tag and (found := _list_tag(rest)) and _REPLY_PREFIX.match(rest.lstrip()[len(found) :]):
            tag, rest = f"{found} ", rest.lstrip()[len(found) :]
        else:
            return f"Re: {tag}{rest.strip()}".strip()[:_MAX_SUBJECT_CHARS]


def _list_tag(subject: str) -> str:
    """Return the name of a mailing list in brackets that a subject begins with, "" for none."""
    name = subject.lstrip().partition("]")[0] + "]"
    is_tag = name.startswith("[") and name in subject and 2 < len(name) <= _MAX_TAG_CHARS and "[" not in name[1:]
    return name if is_tag else ""


def html_body(text: str) -> str:
    """Return what the owner says as HTML, to stand above a quote that somebody else made."""
    return _html(plain_body(text))


def plain_body(text: str) -> str:
    """Return what the owner says as it stands in a draft: with a sign in each gap, which is not a word of theirs."""
    return GAP.sub(lambda gap: f"[[{GAP_SIGN}{gap[1]}]]", _tidy(text))


def bare_subject(subject: str) -> str:
    """Return the subject without any `Re:`, for comparisons."""
    return reply_subject(subject).removeprefix("Re: ").casefold()


def reply_references(original: MailMessage) -> tuple[str, ...]:
    """Return the References of a reply: those of the original and its own id; when long, the middle is left out."""
    before = original.references or ((original.in_reply_to,) if original.in_reply_to else ())
    own = (original.message_id,) if original.message_id else ()
    ids = [*(message_id for message_id in dict.fromkeys(before) if message_id not in own), *own]
    while len(ids) > _MAX_REFERENCES or (len(ids) > 2 and sum(map(len, ids)) > _MAX_REFERENCES_CHARS):
        del ids[1]
    return tuple(ids)


def _each_once(addresses: Iterable[Address]) -> tuple[Address, ...]:
    return tuple({address.key: address for address in addresses if address.address}.values())


def _head(
    owner: Address,
    recipients: tuple[tuple[Address, ...], tuple[Address, ...]],
    subject: str,
    message_id: str,
    date: datetime,
) -> list[str]:
    ids = message_ids(message_id)
    if not ids:
        raise MessageError("The draft has no message id.", fix="Give it as <name@example.com>.")
    fields = [("From", (owner,) if owner.address else ()), ("To", recipients[0]), ("Cc", recipients[1])]
    return [
        *(address_field(name, addresses) for name, addresses in fields if addresses),
        text_field("Subject", subject),
        f"Date: {format_datetime(date if date.tzinfo else date.replace(tzinfo=UTC))}",
        id_field("Message-ID", ids[:1]),
    ]


def _mail(head: list[str], plain: str, rich: str) -> bytes:
    head = [*head, "MIME-Version: 1.0"]
    text_part = _part("plain", flow(plain), "; format=flowed")
    if not rich:
        return "\r\n".join(head).encode() + b"\r\n" + text_part
    html_part = _part(
        "html", f"<!DOCTYPE html>\n<html><head><meta charset=utf-8></head><body>\n{rich}\n</body></html>\n"
    )
    # `=_` cannot occur in quoted-printable text, so the boundary cannot occur in the parts.
    boundary = "=_" + hashlib.sha256(text_part + html_part).hexdigest()[:32]
    head.append(f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"')
    line = f"--{boundary}".encode()
    return b"\r\n".join(["\r\n".join(head).encode(), b"", line, text_part + line, html_part + line + b"--", b""])


def _part(kind: str, text: str, further: str = "") -> bytes:
    """Return a text part with its own fields; quoted-printable keeps every line below 77 characters."""
    head = f"Content-Type: text/{kind}; charset=utf-8{further}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + encodestring(text.encode("utf-8", "replace")).replace(b"\n", b"\r\n")


def _tidy(text: str) -> str:
    lines = clean_text(text).strip().split("\n")
    return "\n".join(line if line == "-- " else line.rstrip() for line in lines)


def _html(text: str) -> str:
    """Return the owner's text as HTML: paragraphs and lines kept, gaps for the owner marked.

    Only the sign has a colour. What is typed over a text takes its colour from where it began, so whoever types over
    the brackets or the words of a gap leaves nothing behind that those who get the mail would see.
    """
    paragraphs = [html.escape(paragraph, quote=False) for paragraph in re.split(r"\n{2,}", text)]
    sign = GAP_SIGN.rstrip()
    marked = [paragraph.replace(f"[[{sign}", f"[[<mark>{sign}</mark>") for paragraph in paragraphs]
    return (
        "\n".join(f"<p>{paragraph}</p>" for paragraph in marked).replace("\n", "<br>\n").replace("</p><br>\n", "</p>\n")
    )


def reply_inputs(
    message: MailMessage, owner: Address, style: WritingStyle | None = None, *, instruction: str = ""
) -> dict[str, str]:
    """Return the inputs of the recipe `reply`: all that the mail tells, and how the owner greets where that is known.

    `instruction` is what the owner wants to say.

    Raises:
        MessageError: the mail has no words that could be answered.
    """
    parts = split_text(message.text)
    if is_tool(message) or not (parts.new_text or parts.quoted).strip():
        parts = split_of(message)
    message = spelled_as_signed(written_by_person(message))
    words = parts.new_text or parts.quoted
    if not words.strip():
        raise MessageError(
            " ".join((N_("The mail has no text that could be answered."), *message.warnings)),
            fix="Write the reply by hand, or give a mail with text.",
        )
    language = mail_language(message)
    inputs = {
        "message": words[:MAX_TEXT_CHARS],
        "instruction": instruction,
        "thread": oldest_first(parts.quoted[:MAX_TEXT_CHARS]) if parts.new_text else "",
        "subject": message.subject[:_MAX_SUBJECT_CHARS],
        "sender_name": message.sender.name,
        "sent_on": message.date.date().isoformat() if message.date else "",
        "recipients": ", ".join(address.name or address.address for address in (*message.to, *message.cc))[
            :_MAX_RECIPIENT_CHARS
        ],
        "owner_name": owner.name,
        "owner_role": owner.role if isinstance(owner, OwnerAddresses) else "",
        **frame_inputs(message, owner, style, language),
    }
    return {name: value for name, value in inputs.items() if value}


def reply_file(message: MailMessage, owner: Address, job: Job, *, reply_all: bool = False) -> bytes:
    """Return the draft of a finished job as MIME, without its hints; the same job always gives the same bytes."""
    draft: Draft | None = job.draft
    assert draft is not None
    date = datetime.fromtimestamp(job.finished_at or job.created_at, UTC)
    return compose_reply(
        message,
        without_hints(draft.text, draft.gaps),
        owner=owner,
        reply_all=reply_all,
        message_id=draft_id(owner, job),
        date=date,
    )


def unsent_file(draft: bytes) -> bytes:
    """Return a draft as a file that mail programs open for sending; in a mailbox nothing says what wrote it."""
    return b"X-Unsent: 1\r\n" + draft


def is_left_to_person(job: Job, *, gaps_only: bool) -> bool:
    """Tell whether a reply is not placed: nothing but questions to the person stands in it, and nobody asked for it.

    `gaps_only` tells whether the owner wants such drafts, in general or of this mail.
    """
    return job.recipe == RECIPE and job.draft is not None and job.draft.skeleton and not gaps_only


def draft_id(owner: Address, job: Job) -> str:
    """Return the Message-ID of the draft of a job, by which a second try finds the first."""
    return own_message_id(owner.domain, job.id)
