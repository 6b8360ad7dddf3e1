"""From a mail to a reply job, and from its draft to a mail file. Every provider and the command line use this."""

from datetime import UTC, datetime

from core.drafts import Draft
from core.errors import MessageError
from core.job import Job
from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import Message
from integrations.mail.message.quotes import oldest_first, split_text
from integrations.mail.reply.compose import compose_reply
from integrations.mail.reply.greeting import reply_frame
from integrations.mail.reply.quote import mail_language
from integrations.mail.reply.writing_style import WritingStyle, frame_inputs

RECIPE = "reply"
# What delivery did with a reply that is left to the person, and how a job says that its draft was asked for.
ONLY_GAPS = "only_gaps"
REQUESTED = "requested"
# The mail that a job is about, beside it in the store.
SOURCE_FILE = "source.json"
_MAX_RECIPIENT_CHARS = 500
FALLBACK_DOMAIN = "inlaid.invalid"


def reply_inputs(
    message: Message, owner: Address, style: WritingStyle | None = None, *, instruction: str = ""
) -> dict[str, str]:
    """Return the inputs of the recipe `reply`: all that the mail tells, and how the owner greets where that is known.

    `instruction` is what the owner wants to say.

    Raises:
        MessageError: the mail has no words that could be answered.
    """
    parts = split_text(message.text)
    words = parts.new_text or parts.quoted
    if not words.strip():
        raise MessageError(
            " ".join(("The mail has no text that could be answered.", *message.warnings)),
            fix="Write the reply by hand, or give a mail with text.",
        )
    language = mail_language(message)
    inputs = {
        "message": words,
        "instruction": instruction,
        "thread": oldest_first(parts.quoted) if parts.new_text else "",
        "subject": message.subject,
        "sender_name": message.sender.name,
        "sent_on": message.date.date().isoformat() if message.date else "",
        "recipients": ", ".join(address.name or address.address for address in (*message.to, *message.cc))[
            :_MAX_RECIPIENT_CHARS
        ],
        "owner_name": owner.name,
        "owner_role": owner.role if isinstance(owner, OwnerAddresses) else "",
        **frame_inputs(reply_frame(message, owner, language), style, language, message),
    }
    return {name: value for name, value in inputs.items() if value}


def reply_file(message: Message, owner: Address, job: Job, *, reply_all: bool = False) -> bytes:
    """Return the draft of a finished job as a mail file (.eml); the same job always gives the same bytes."""
    draft: Draft | None = job.draft
    assert draft is not None
    date = datetime.fromtimestamp(job.finished_at or job.created_at, UTC)
    return compose_reply(
        message, draft.text, owner=owner, reply_all=reply_all, message_id=draft_id(owner, job), date=date
    )


def is_left_to_person(job: Job, *, gaps_only: bool) -> bool:
    """Tell whether a reply is not placed: nothing but questions to the person stands in it, and nobody asked for it.

    `gaps_only` tells whether the owner wants such drafts, in general or of this mail.
    """
    return job.recipe == RECIPE and job.draft is not None and job.draft.skeleton and not gaps_only


def draft_id(owner: Address, job: Job) -> str:
    """Return the Message-ID of the draft of a job, by which a second try finds the first."""
    return f"<inlaid.{job.id}@{owner.domain or FALLBACK_DOMAIN}>"
