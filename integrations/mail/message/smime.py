"""Mails whose text lies within their signature (S/MIME, `application/pkcs7-mime`): RFC 8551 over RFC 5652.

What is signed is readable by anybody, so it is read; whether the signature is good is not looked at, since nothing is
decided by it. What is encrypted stays closed. Pure.
"""

from email.message import Message as Part
from typing import Literal

from integrations.mail.message.mime import embedded_entity, file_name_of, part_bytes

_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})

Kind = Literal["signed", "certificates", "closed"]


def is_smime(part: Part) -> bool:
    """Whether a part is signed or encrypted in the closed form, by its type or its name."""
    return part.get_content_type() in _TYPES or file_name_of(part).lower() == "smime.p7m"


def opened(part: Part) -> tuple[Kind, Part | None]:
    """Return of what kind a part is, and what was signed in it; None where that cannot be read."""
    kind, content = _signed_content(part_bytes(part))
    inner = embedded_entity(content) if content else None
    return ("closed" if kind == "signed" and inner is None else kind), inner


def _signed_content(data: bytes) -> tuple[Kind, bytes]:
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
