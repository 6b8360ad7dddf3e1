"""Mail: reading, deciding, and composing drafts. Pure: bytes and values in, bytes and values out; nothing sends.

The names are imported when they are used: an eager import here would have threads that enter the package at different
modules wait for each other, and one of them see a module half made.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from integrations.mail.addresses import Address, OwnerAddresses
    from integrations.mail.compose import compose_new, compose_reply, reply_recipients, reply_subject
    from integrations.mail.greeting import Frame, reply_frame
    from integrations.mail.message import MAX_MESSAGE_BYTES, Attachment, Message, parse_message
    from integrations.mail.preferences import DEFAULT_THRESHOLD
    from integrations.mail.quote_below import mail_language
    from integrations.mail.quoted import SplitText, split_text
    from integrations.mail.triage import Decision, assumed_owner, decide

__all__ = [
    "DEFAULT_THRESHOLD",
    "MAX_MESSAGE_BYTES",
    "Address",
    "Attachment",
    "Decision",
    "Frame",
    "Message",
    "OwnerAddresses",
    "SplitText",
    "assumed_owner",
    "compose_new",
    "compose_reply",
    "decide",
    "mail_language",
    "parse_message",
    "reply_frame",
    "reply_recipients",
    "reply_subject",
    "split_text",
]

_HOMES = {
    "Address": "addresses",
    "OwnerAddresses": "addresses",
    "compose_new": "compose",
    "compose_reply": "compose",
    "reply_recipients": "compose",
    "reply_subject": "compose",
    "Frame": "greeting",
    "reply_frame": "greeting",
    "MAX_MESSAGE_BYTES": "message",
    "Attachment": "message",
    "Message": "message",
    "parse_message": "message",
    "DEFAULT_THRESHOLD": "preferences",
    "mail_language": "quote_below",
    "SplitText": "quoted",
    "split_text": "quoted",
    "Decision": "triage",
    "assumed_owner": "triage",
    "decide": "triage",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"integrations.mail.{_HOMES[name]}"), name)
