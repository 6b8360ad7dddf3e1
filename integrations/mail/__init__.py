"""Mail: reading, deciding, and composing drafts. Pure: bytes and values in, bytes and values out; nothing sends."""

from integrations.mail.addresses import Address, OwnerAddresses
from integrations.mail.compose import compose_new, compose_reply, reply_recipients, reply_subject
from integrations.mail.message import MAX_MESSAGE_BYTES, Attachment, Message, parse_message
from integrations.mail.quote_below import mail_language
from integrations.mail.quoted import SplitText, split_text

__all__ = [
    "MAX_MESSAGE_BYTES",
    "Address",
    "Attachment",
    "Message",
    "OwnerAddresses",
    "SplitText",
    "compose_new",
    "compose_reply",
    "mail_language",
    "parse_message",
    "reply_recipients",
    "reply_subject",
    "split_text",
]
