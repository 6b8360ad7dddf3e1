"""A mail as the rest of the program sees it, read from any bytes that claim to be one, and its owner: pure."""

from datetime import datetime
from email.message import Message as Part

from core.drafts import Value
from integrations.mail.message.addresses import Address, OwnerAddresses, parse_addresses, parse_sender
from integrations.mail.message.bodies import Attachment, read_body
from integrations.mail.message.mime import MAX_MESSAGE_BYTES, first_date, header_text, message_ids, read_parts, unfold

__all__ = ["MAX_MESSAGE_BYTES", "Address", "Attachment", "MailMessage", "parse_message"]

_MAX_SUBJECT_CHARS = 1_000
_MAX_REFERENCES = 1_000
# The protocol of the delivery: long, and no decision rests on it. Of the authentication results only the newest counts.
_DROPPED_HEADERS = frozenset(
    {"received", "dkim-signature", "arc-seal", "arc-message-signature", "authentication-results"}
)
_MAX_HEADERS = 500
_MAX_HEADER_CHARS = 5_000
_MAX_AUTHENTICATION_CHARS = 2_000
# Of a longer text so much of its beginning and of its end is judged: what is wanted mostly stands there.
_MAX_FIRST_CHARS, _MAX_LAST_CHARS = 150_000, 50_000


class MailMessage(Value):
    """One mail. Everything in it was written by others, and is data.

    Ids stand in angle brackets, "" when there is none. `headers` are all fields but those of delivery,
    as (name in lower case, value) in order. `text` is the plain text that a person sees; `html` the source that it was
    read from, "" when that is not all of it: only `html_quote` may show it to anybody. `authentication` is the newest
    Authentication-Results field (RFC 8601), which the receiving server wrote unless it writes none: it may accuse a
    mail and never clears one.
    """

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    sender: Address = Address()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()
    authentication: str = ""
    content_type: str = "text/plain"
    calendar_method: str = ""
    has_html: bool = False
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    warnings: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """Return the first value of a field (name in lower case), or ""."""
        return next((value for field, value in self.headers if field == name), "")

    def has_header(self, name: str) -> bool:
        """Whether the mail has the field (name in lower case), even an empty one."""
        return any(field == name for field, _ in self.headers)


def parse_message(data: bytes) -> MailMessage:
    """Read a mail from its raw bytes, whatever is wrong with it.

    What cannot be read is left out and named in `warnings`.

    Raises:
        MessageError: the bytes are empty, more than `MAX_MESSAGE_BYTES`, or not a mail. Nothing else is raised.
    """
    part, warnings = read_parts(data)
    fields = _fields(part)
    body = read_body(part)
    text = body.text
    ids = message_ids(_first(fields, "message-id"))
    answered = message_ids(_first(fields, "in-reply-to"))
    return MailMessage(
        message_id=ids[0] if ids else "",
        in_reply_to=answered[0] if answered else "",
        references=message_ids(_first(fields, "references"))[-_MAX_REFERENCES:],
        subject=header_text(_first(fields, "subject"))[:_MAX_SUBJECT_CHARS],
        sender=_sender(fields),
        reply_to=_people(fields, "reply-to"),
        to=_named(_people(fields, "to"), _first(fields, "x-to")),
        cc=_people(fields, "cc"),
        date=first_date(value for name, value in fields if name == "date"),
        headers=tuple(
            (name, header_text(value)[:_MAX_HEADER_CHARS]) for name, value in fields if name not in _DROPPED_HEADERS
        )[:_MAX_HEADERS],
        authentication=_first(fields, "authentication-results")[:_MAX_AUTHENTICATION_CHARS].casefold(),
        content_type=part.get_content_type(),
        calendar_method=body.calendar_method,
        has_html=body.has_html,
        text=text,
        html=body.html if len(body.texts) == 1 else "",
        attachments=tuple(body.attachments),
        warnings=(*warnings, *body.warnings),
    )


def cut_to_judge(message: MailMessage) -> MailMessage:
    """Return a mail with the beginning and the end of a text that is too long to be judged in time."""
    if len(message.text) <= _MAX_FIRST_CHARS + _MAX_LAST_CHARS:
        return message
    text = f"{message.text[:_MAX_FIRST_CHARS]}\n\n{message.text[-_MAX_LAST_CHARS:]}"
    return message.model_copy(update={"text": text})


def _fields(part: Part) -> list[tuple[str, str]]:
    return [(name.lower(), unfold(str(value))) for name, value in part.raw_items()]


def _first(fields: list[tuple[str, str]], name: str) -> str:
    """Return the first value that says something: of doubled fields, an empty one is no use."""
    return next((value for field, value in fields if field == name and value), "")


def _sender(fields: list[tuple[str, str]]) -> Address:
    """Return who wrote the mail. Exports of Exchange and Notes keep the display name in a field of their own."""
    sender = parse_sender(_first(fields, "from") or _first(fields, "sender"))
    exported = _first(fields, "x-from").partition("<")[0] if not sender.name else ""
    name = header_text(exported).strip(" \"'")
    return Address(name=name, address=sender.address) if name and "@" not in name else sender


def _people(fields: list[tuple[str, str]], name: str) -> tuple[Address, ...]:
    """Return the people of all fields of this name, each once."""
    return parse_addresses(", ".join(value for field, value in fields if field == name and value))


def _named(people: tuple[Address, ...], exported: str) -> tuple[Address, ...]:
    """Give recipients the names that an export keeps in X-To, in the same order, when their own field has none."""
    names = [
        name.strip(" ,\"'") for name, bracket, _ in (person.partition("<") for person in exported.split(">")) if bracket
    ]
    if len(names) != len(people) or any(person.name for person in people):
        return people
    return tuple(
        Address(name=header_text(name) if "@" not in name else "", address=person.address)
        for person, name in zip(people, names, strict=True)
    )


def owner_of(message: MailMessage, *, name: str, address: str, aliases: tuple[str, ...] = ()) -> OwnerAddresses:
    """Return who answers: the person of the settings, else the one whom the mail is addressed to.

    Where nobody said the person's name, they are called as the mail calls them.
    """
    if address:
        owner = OwnerAddresses(name=name, address=address, aliases=aliases)
        people = (*message.to, *message.cc, message.sender)
        named = next((person.name for person in people if person.name and owner.owns(person)), "")
        return owner if name else owner.model_copy(update={"name": named})
    assumed = assumed_owner(message)
    return assumed.model_copy(update={"name": name}) if name else assumed


def assumed_owner(message: MailMessage) -> OwnerAddresses:
    """Return whom to take for the owner of a mail when nobody said: its first recipient."""
    delivered = parse_addresses(message.header("delivered-to"))
    first = next(iter((*message.to, *message.cc, *delivered)), Address())
    return OwnerAddresses(name=first.name, address=first.address, assumed=True)
