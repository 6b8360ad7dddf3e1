"""Mail addresses and their display names, read from fields that break every rule: pure and linear."""

import functools
import re
import unicodedata

from core.drafts import Value
from core.text.charsets import clean_text
from integrations.mail.message.mime import decode_words, on_one_line

ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@\\]{1,64}@[^\s<>(),;:\"@\\]{1,255}")
_MAX_ADDRESSES = 2_000


class Address(Value):
    """A person or a machine: display name ("" if none) and mail address ("" if it cannot be read)."""

    name: str = ""
    address: str = ""

    @property
    def key(self) -> str:
        """The address in lower case, for comparisons; letters with accents are one however they are written."""
        return self.address.lower() if self.address.isascii() else unicodedata.normalize("NFC", self.address).lower()

    @property
    def local_part(self) -> str:
        """What stands before the @, in lower case."""
        return self.key.partition("@")[0]

    @property
    def domain(self) -> str:
        """What stands behind the @, in lower case."""
        return self.key.partition("@")[2]

    def owns(self, other: "Address") -> bool:
        """Whether the other address is this one, whatever its case and `+tag`."""
        return bool(self.address) and _without_tag(other.key) == _without_tag(self.key)

    def __str__(self) -> str:
        if self.name and self.address:
            return f"{self.name} <{self.address}>"
        return self.name or self.address


class OwnerAddresses(Address):
    """The person whose mailbox it is: main address with name, and all other addresses that reach them.

    `assumed` says that nobody named the owner and a recipient of the mail was taken for them: then no rule
    may rest on who the owner is. `role` is what they do, where the mailbox's directory says it.
    """

    aliases: tuple[str, ...] = ()
    assumed: bool = False
    role: str = ""

    def owns(self, other: Address) -> bool:
        """Whether the other address is the owner's own or an alias."""
        return super().owns(other) or any(Address(address=alias).owns(other) for alias in self.aliases)


def parse_addresses(value: str) -> tuple[Address, ...]:
    """Return the addresses of an unfolded field body, each address once, in order."""
    found: dict[str, Address] = {}
    surname = ""
    for piece in _split(value):
        parsed = _parse_one(piece)
        if not parsed.address:
            # `Hill, Jo Ann <jo@example.com>` without quotes: the surname arrives as a piece of its own.
            surname = parsed.name
            continue
        if surname and parsed.name and "<" in piece:
            parsed = Address(name=f"{surname}, {parsed.name}", address=parsed.address)
        surname = ""
        found.setdefault(parsed.key, parsed)
        if len(found) >= _MAX_ADDRESSES:
            break
    return tuple(found.values())


def parse_sender(value: str) -> Address:
    """Return the first address of a From field, or a name alone when it holds no address."""
    addresses = parse_addresses(value)
    if addresses:
        return addresses[0]
    pieces = _split(value)
    return Address(name=_parse_one(pieces[0]).name) if pieces else Address()


def wire_domain(domain: str) -> str:
    """Return a mail domain as it travels (IDNA), "" when it cannot."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return ""


@functools.lru_cache(maxsize=10_000)
def organization(domain: str) -> str:
    """Return the part of a domain that somebody registered: `news.co.uk` of `mail.news.co.uk`.

    By the Public Suffix List. Domains below no known suffix count as if their last label were one.
    """
    from tld import get_fld

    domain = wire_domain(domain.casefold().rstrip("."))
    found: str | None = get_fld(f"http://{domain}", fail_silently=True)
    return found or ".".join(domain.split(".")[-2:])


def _without_tag(key: str) -> str:
    local, at, domain = key.partition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def _split(value: str) -> list[str]:
    """Split at commas and semicolons outside of quotes, comments and angle brackets; drop group names."""
    pieces: list[str] = []
    start, quoted, comment, angle = 0, False, 0, False
    position, end = 0, len(value)
    while position < end:
        char = value[position]
        if char == "\\":
            position += 1
        elif char == '"' and not comment:
            quoted = not quoted
        elif not quoted and char in "()":
            comment = max(0, comment + (1 if char == "(" else -1))
        elif not quoted and not comment:
            if char in "<>":
                angle = char == "<"
            elif char in ",;" and not angle:
                pieces.append(value[start:position])
                start = position + 1
            elif char == ":" and not angle:  # the name of a group
                start = position + 1
        position += 1
    pieces.append(value[start:])
    return [piece for piece in pieces if piece.strip()]


def _parse_one(piece: str) -> Address:
    before, bracket, behind = piece.rpartition("<")
    if bracket:
        match = ADDRESS.search(behind)
        name = _name(before) or (_name(_comment(behind)[1]) if "(" in behind else "")
    else:
        plain, comment = _comment(piece)
        match = ADDRESS.search(plain)
        name = _name(comment) if match else _name(piece)
    address = clean_text(decode_words(match[0])).rstrip(".") if match else ""
    if address[:1] == address[-1:] == "'":
        address = address[1:-1]
    if not ADDRESS.fullmatch(address) or not wire_domain(address.rpartition("@")[2]):
        address = ""
    return Address(name="" if name.lower() == address.lower() else name, address=address)


def _comment(piece: str) -> tuple[str, str]:
    """Return the piece without its comment, and the comment."""
    before, opened, rest = piece.partition("(")
    if not opened:
        return piece, ""
    comment, _, behind = rest.rpartition(")")
    return f"{before} {behind}", comment or rest


def _name(raw: str) -> str:
    name = raw.strip(' \t<"').replace('\\"', '"').replace("\\\\", "\\")
    name = on_one_line(clean_text(decode_words(name))).strip('"')
    if len(name) > 1 and name[0] == name[-1] == "'":
        name = name[1:-1]
    return name.strip()[:200]
