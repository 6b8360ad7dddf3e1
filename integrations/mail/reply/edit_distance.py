"""How far what a person sent is from the draft that they were given: pure."""

from core.outcomes.edits import edit_distance
from integrations.mail.message.message import Message
from integrations.mail.message.quotes import split_text

# After so long a draft that still waits counts as not wanted.
EXPIRES_SECONDS = 7 * 24 * 3600.0
# Below this a sent mail is the draft as it was; what mail programs do to a text is no edit.
SAME_DISTANCE = 0.02


def used_text(mail: Message, draft: str) -> tuple[str, float]:
    """Return what the person wrote, and how far it is from the draft.

    The signature is compared when it is ours, and left out when the mail program has added one.
    """
    parts = split_text(mail.text)
    whole = f"{parts.new_text}\n{parts.signature}".strip()
    found = {text: edit_distance(_flowed(draft), _flowed(text)) for text in (whole, parts.new_text)}
    text = min(found, key=lambda one: found[one])
    return text, found[text]


def _flowed(text: str) -> str:
    """Return the text without the line breaks that mail programs put."""
    return " ".join(text.split())
