"""Mail: reading, deciding, and composing drafts. Pure: bytes and values in, bytes and values out; nothing sends."""

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
