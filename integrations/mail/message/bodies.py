"""What a mail says and carries: its text as a person sees it, its attachments, and warnings. Pure.

A text may lie within its signature (S/MIME, `application/pkcs7-mime`): RFC 8551 over RFC 5652. What is signed is
readable by anybody, so it is read; whether the signature is good is not looked at, since nothing is decided by it.
What is encrypted stays closed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as Part
from typing import Literal

from core.drafts import Value
from core.text.charsets import clean_text, declared_in_html, decode_bytes
from core.text.html_text import MAX_QUOTED_CHARS, visible_text
from integrations.mail.message.flowed import unflow
from integrations.mail.message.mime import (
    embedded,
    embedded_entity,
    file_name_of,
    found_parts,
    header_text,
    parameter,
    part_bytes,
)

_MAX_TEXT_CHARS = 5_000_000
_MAX_PARTS = 1_000
_MAX_DEPTH = 20
_MAX_FORWARDS = 5

ENCRYPTED = "The mail is encrypted and cannot be read here."
_TNEF = "The mail carries an Outlook winmail.dat file; what is in that file cannot be read here."
_SIGNED_DAMAGED = "The mail is signed (S/MIME), and what was signed is damaged and cannot be read."
_HIDDEN = "The mail holds hidden text that a reader does not see; it was left out."
_CUT = "The mail's text is too long or too deeply nested; the rest was left out."
_DAMAGED = "The mail's structure is damaged; part of it may be missing."

# Signatures, and versions for a watch or for one provider.
_UNSEEN_TYPES = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "text/watch-html",
        "text/x-amp-html",
    }
)
_SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
SmimeKind = Literal["signed", "certificates", "closed"]
_CALENDAR_TEXTS, _MAX_CALENDAR_CHARS = frozenset({"SUMMARY", "LOCATION"}), 300
_PGP_MESSAGE = "-----BEGIN PGP MESSAGE-----"
_PGP_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_PGP_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END_MESSAGE = "-----END PGP MESSAGE-----"
_END_SIGNATURE = "-----END PGP SIGNATURE-----"
_FORWARD_LINE = "---------- Forwarded message ----------"


class Attachment(Value):
    """A file that came with the mail. The size is that of the file itself."""

    name: str
    type: str
    size_bytes: int


@dataclass(slots=True)
class Body:
    """What was found in the MIME tree."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    calendar_method: str = ""
    has_html: bool = False
    html: str = ""
    parts: int = 0

    def warn(self, sentence: str) -> None:
        """Add a warning once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    @property
    def text(self) -> str:
        """The whole text, without the frame of an inline PGP signature."""
        text = "\n\n".join(body_text for body_text in self.texts if body_text.strip()).strip("\n")
        if len(text) > _MAX_TEXT_CHARS:
            self.warn(_CUT)
            text = text[:_MAX_TEXT_CHARS]
        return _open_pgp(text)


def read_body(part: Part) -> Body:
    """Walk the MIME tree and collect what a person would see."""
    body = Body()
    _read(part, body, 0, 0)
    if f"\n{_PGP_MESSAGE}" in f"\n{body.text}":
        before, _, encrypted = body.text.partition(_PGP_MESSAGE)
        body.warn(ENCRYPTED)
        body.texts = [before, encrypted.partition(_END_MESSAGE)[2]]
    if any(inner.defects for inner in walk(part)):
        body.warn(_DAMAGED)
    return body


def walk(part: Part) -> Iterator[Part]:
    """Yield the part and all in it, without recursion."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(_children(one)))


def _children(part: Part) -> list[Part]:
    # Asking a leaf for its payload would have it decoded by whatever codec the mail names.
    payload = part.get_payload() if part.is_multipart() else ()
    if not part.is_multipart() and is_smime(part):
        signed = smime_opened(part)[1]
        return [signed] if signed else []
    return [inner for inner in payload if isinstance(inner, Part)]


def _read(part: Part, body: Body, depth: int, forwards: int) -> None:
    body.parts += 1
    if body.parts > _MAX_PARTS or depth > _MAX_DEPTH:
        body.warn(_CUT)
        return
    kind = part.get_content_type()
    if kind == "multipart/alternative" and part.is_multipart():
        _read_alternative(part, body, depth, forwards)
    elif kind == "multipart/encrypted":
        body.warn(ENCRYPTED)
    elif kind == "message/rfc822":
        _read_forward(part, body, depth, forwards)
    elif kind.startswith("multipart/") and part.is_multipart():
        for child in _children(part)[: 1 if kind == "multipart/report" else None]:
            _read(child, body, depth + 1, forwards)
    else:
        _read_leaf(part, kind, body, depth, forwards)


def _read_alternative(part: Part, body: Body, depth: int, forwards: int) -> None:
    """Take the version that mail programs show: the HTML, unless it says nothing or cannot be read whole.

    What an entry for the calendar says of itself is shown only where nobody wrote anything beside it.
    """
    plain, rich, entry = Body(), Body(), Body()
    for child in _children(part):
        target = {"text/plain": plain, "text/calendar": entry}.get(child.get_content_type(), rich)
        target.parts = body.parts
        _read(child, target, depth + 1, forwards)
        body.parts = target.parts
    shown = rich
    if plain.text.strip() and (not rich.text.strip() or _CUT in rich.warnings):
        shown = plain
        rich.warnings = [warning for warning in rich.warnings if warning != _CUT]
    body.texts += shown.texts if shown.text.strip() else entry.texts
    body.has_html = body.has_html or rich.has_html
    body.html = shown.html
    body.calendar_method = body.calendar_method or rich.calendar_method or entry.calendar_method
    body.attachments += plain.attachments + rich.attachments + entry.attachments
    for sentence in plain.warnings + rich.warnings + entry.warnings:
        body.warn(sentence)


def _read_forward(part: Part, body: Body, depth: int, forwards: int) -> None:
    """Put a mail that is attached to this one below its text, as mail programs do when they forward."""
    inner = embedded(part)
    if inner is None or forwards >= _MAX_FORWARDS:
        return
    fields = {name.lower(): header_text(str(value)) for name, value in reversed(list(inner.raw_items()))}
    body.attachments.append(
        Attachment(
            name=file_name_of(part) or f"{fields.get('subject', '') or 'message'}.eml",
            type="message/rfc822",
            size_bytes=sum(len(part_bytes(part)) for part in walk(inner) if not part.is_multipart()),
        )
    )
    heading = [
        f"{name}: {fields[name.lower()]}" for name in ("From", "Date", "Subject", "To") if fields.get(name.lower())
    ]
    body.texts.append("\n".join([_FORWARD_LINE, *heading]))
    _read(inner, body, depth + 1, forwards + 1)


def _read_leaf(part: Part, kind: str, body: Body, depth: int, forwards: int) -> None:
    name = file_name_of(part)
    # Some programs give the text itself a name: the first text is read, whatever it is called.
    named = bool(name) and kind != "text/html" and bool(body.texts)
    attached = part.get_content_disposition() == "attachment" or named
    if is_smime(part):
        if _read_signed(part, body, depth, forwards):
            return
    elif kind == "text/calendar":
        _read_calendar(part, body)
    elif kind in _UNSEEN_TYPES:
        return
    elif kind in {"text/plain", "text/html", "text/enriched", "text/x-markdown", "text/markdown"} and not attached:
        _read_text(part, kind, body)
        return
    elif not kind.startswith("multipart/"):
        if kind == "application/ms-tnef" or name.lower() == "winmail.dat":
            body.warn(_TNEF)
    else:  # a multipart without parts: its boundary is missing or wrong
        body.warn(_DAMAGED)
        found = found_parts(part)
        if found is not None and found.is_multipart():
            _read(found, body, depth + 1, _MAX_FORWARDS)
        else:
            _read_text(part, "text/plain", body)
        return
    size_bytes = len(part_bytes(part))
    if size_bytes or name:
        body.attachments.append(Attachment(name=name or _default_name(kind), type=kind, size_bytes=size_bytes))


def _read_signed(part: Part, body: Body, depth: int, forwards: int) -> bool:
    """Read what was signed in a part of S/MIME; False when there is nothing that can be read."""
    kind, signed = smime_opened(part)
    if signed is not None:
        _read(signed, body, depth + 1, forwards)
    elif kind == "closed":
        is_signed = parameter(part, "smime-type").lower() == "signed-data"
        body.warn(_SIGNED_DAMAGED if is_signed else ENCRYPTED)
    return signed is not None


def _read_text(part: Part, kind: str, body: Body) -> None:
    data = part_bytes(part)
    charset = parameter(part, "charset")
    text = decode_bytes(data, charset or (declared_in_html(data) if kind == "text/html" else ""))
    if kind != "text/html":
        if parameter(part, "format").lower() == "flowed":
            text = unflow(text, delete_space=parameter(part, "delsp").lower() == "yes")
        body.texts.append(clean_text(text).strip("\n"))
        return
    seen = visible_text(text)
    body.has_html = True
    body.html = text if len(text) <= MAX_QUOTED_CHARS else ""
    body.texts.append(seen.text)
    if seen.hidden:
        body.warn(_HIDDEN)
    if seen.cut:
        body.warn(_CUT)


def _read_calendar(part: Part, body: Body) -> None:
    text = clean_text(decode_bytes(part_bytes(part)[:200_000], parameter(part, "charset") or "utf-8"))
    lines = (line.partition(":") for line in text.replace("\n ", "").replace("\n\t", "").split("\n"))
    fields = [(name.partition(";")[0].upper(), value.strip()) for name, _, value in lines]
    method = next((value for name, value in fields if name == "METHOD" and value.replace("-", "").isalpha()), "")
    body.calendar_method = (parameter(part, "method") or method or "PUBLISH").upper()[:30]
    if not any(body_text.strip() for body_text in body.texts):
        said = [value for name, value in fields if name in _CALENDAR_TEXTS and 0 < len(value) <= _MAX_CALENDAR_CHARS]
        plain = (value.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\") for value in said[:4])
        body.texts.append("\n".join(plain))


def _open_pgp(text: str) -> str:
    """Return the text that an inline PGP signature covers: without its head, its dashes and its signature."""
    if f"\n{_PGP_SIGNED}" not in f"\n{text}":
        return text
    before, _, signed = text.partition(_PGP_SIGNED)
    _hashes, _, signed = signed.partition("\n\n")
    covered, _, signature = signed.partition(_PGP_SIGNATURE)
    covered = re.sub(r"^- (?=-)", "", covered, flags=re.MULTILINE).strip("\n")
    return f"{before}{covered}\n{signature.partition(_END_SIGNATURE)[2].lstrip()}".rstrip("\n")


def _default_name(kind: str) -> str:
    return {"text/calendar": "invite.ics", "application/pkcs7-mime": "smime.p7m"}.get(kind, "unnamed")


def is_smime(part: Part) -> bool:
    """Whether a part is signed or encrypted in the closed form, by its type or its name."""
    return part.get_content_type() in _SMIME_TYPES or file_name_of(part).lower() == "smime.p7m"


def smime_opened(part: Part) -> tuple[SmimeKind, Part | None]:
    """Return of what kind a part is, and what was signed in it; None where that cannot be read."""
    kind, content = _signed_content(part_bytes(part))
    inner = embedded_entity(content) if content else None
    return ("closed" if kind == "signed" and inner is None else kind), inner


def _signed_content(data: bytes) -> tuple[SmimeKind, bytes]:
    """Return of what kind a CMS structure is, and what it holds signed."""
    from asn1crypto import cms

    try:
        outer = cms.ContentInfo.load(data)
        if outer["content_type"].native != "signed_data":
            return "closed", b""
        content = outer["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return "closed", b""
    return ("signed", content) if isinstance(content, bytes) else ("certificates", b"")
