"""Past replies beside what they answered, from sent mail that quotes it: what a larger model sees as examples. Pure."""

from collections.abc import Iterable

from core.drafts import Value
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import Message
from integrations.mail.message.quotes import quoted_mails, split_text
from integrations.mail.reply.writing_style import Written, is_own_work

MAX_EXAMPLES = 60
_MIN_WORDS, _MAX_WORDS = 4, 150
_MAX_GIVEN_CHARS = 1_500
_NO_GREETING, _NO_CLOSING = "Hello,", "Regards"


class ReplyExample(Value):
    """What somebody wrote to the owner, and the owner's reply, with its greeting and closing."""

    given: str
    used: str


def find_examples(sent: Iterable[Message], owner: OwnerAddresses) -> tuple[ReplyExample, ...]:
    """Return the owner's replies that quote what they answer, newest first, each text once.

    Args:
        sent: mails from the folder of sent mail, newest first; those of others and those that we drafted are left out.
        owner: who wrote them.
    """
    found: dict[str, ReplyExample] = {}
    for message in sent:
        quoted = split_text(message.text).quoted if is_own_work(message, owner) else ""
        given = quoted_message(quoted) if quoted else ""
        written = Written(message, owner)
        is_fit = _MIN_WORDS <= len(written.text.split()) <= _MAX_WORDS and len(given.split()) >= _MIN_WORDS
        if is_fit and len(given) <= _MAX_GIVEN_CHARS:
            used = "\n\n".join((written.greeting_line or _NO_GREETING, written.text, written.closing or _NO_CLOSING))
            found.setdefault(written.text, ReplyExample(given=given, used=used))
        if len(found) >= MAX_EXAMPLES:
            break
    return tuple(found.values())


def quoted_message(quoted: str) -> str:
    """Return the new text of the mail that is quoted, without the lines that announce it and what it quotes itself."""
    return next((text for _, text in quoted_mails(quoted)), "")
