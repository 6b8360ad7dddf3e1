"""Past replies beside what they answered, from sent mail that quotes it: what a larger model sees as examples. Pure."""

from collections.abc import Iterable

from core.drafts import Value
from integrations.mail import quote_marks
from integrations.mail.addresses import OwnerAddresses
from integrations.mail.message import Message
from integrations.mail.quoted import split_text
from integrations.mail.voice import Written, is_own_work

MOST_EXCHANGES = 60
_LEAST_WORDS, _MOST_WORDS = 4, 150
_MOST_GIVEN_CHARS = 1_500
_NO_GREETING, _NO_CLOSING = "Hello,", "Regards"


class Exchange(Value):
    """What somebody wrote to the owner, and the owner's reply, with its greeting and closing."""

    given: str
    used: str


def find_exchanges(sent: Iterable[Message], owner: OwnerAddresses) -> tuple[Exchange, ...]:
    """Return the owner's replies that quote what they answer, newest first, each text once.

    Args:
        sent: mails from the folder of sent mail, newest first; those of others and those that we drafted are left out.
        owner: who wrote them.
    """
    found: dict[str, Exchange] = {}
    for message in sent:
        quoted = split_text(message.text).quoted if is_own_work(message, owner) else ""
        given = quoted_message(quoted) if quoted else ""
        written = Written(message, owner)
        is_fit = _LEAST_WORDS <= len(written.text.split()) <= _MOST_WORDS and len(given.split()) >= _LEAST_WORDS
        if is_fit and len(given) <= _MOST_GIVEN_CHARS:
            used = "\n\n".join((written.greeting_line or _NO_GREETING, written.text, written.closing or _NO_CLOSING))
            found.setdefault(written.text, Exchange(given=given, used=used))
        if len(found) >= MOST_EXCHANGES:
            break
    return tuple(found.values())


def quoted_message(quoted: str) -> str:
    """Return the new text of the mail that is quoted, without the lines that announce it and what it quotes itself."""
    lines = quoted.split("\n")
    marked = [line[1:].removeprefix(" ") for line in lines if quote_marks.is_quoted(line)]
    return split_text("\n".join(marked or _below_announcement(lines))).new_text


def _below_announcement(lines: list[str]) -> list[str]:
    """Return what stands below the head of a mail that is quoted without marks, as Outlook does."""
    for number, line in enumerate(lines):
        is_head = quote_marks.is_delimiter(line) or not line.strip()
        block = 0 if is_head else quote_marks.header_block_lines(lines, number)
        block = block or (0 if is_head else quote_marks.attribution_lines(lines, number)[0])
        if block:
            return lines[number + block :]
        if not is_head:
            return []
    return []
