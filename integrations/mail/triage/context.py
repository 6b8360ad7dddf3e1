"""What triage looks at: a mail, its parts, whose mailbox it is; whom it addresses, and whether it is signed. Pure."""

import re
from dataclasses import dataclass

from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import Message
from integrations.mail.message.quotes import SplitText

# Addresses behind which many people stand: all.staff@, dl-sales@.
_GROUP_ADDRESS = re.compile(
    r"(?:^|[._-])(?:all|everyone|everybody|staff|employees|dl|list|users|members|worldwide|undisclosed|recipients"
    r"|team|group)(?:[._-]|$)"
)


@dataclass(frozen=True, slots=True)
class TriageInput:
    """What the rules look at: the mail, its parts, whose mailbox it is, and the folder."""

    message: Message
    split: SplitText
    owner: OwnerAddresses
    folder: str = ""


def personally_addressed(facts: TriageInput) -> tuple[Address, ...]:
    """Return the people in To, without the addresses of lists that the mail came by."""
    lists = _list_addresses(facts.message)
    return tuple(address for address in facts.message.to if address.key not in lists and not _looks_like_list(address))


def is_signed(facts: TriageInput) -> bool:
    """Whether the sender's name stands below the text, in a line of little else."""
    names = name_words(facts.message.sender)
    below = [*facts.split.new_text[-300:].split("\n")[-3:], *facts.split.signature[:300].split("\n")[:4]]
    lines = (re.findall(r"[^\W\d_]{2,}", line.lower()) for line in below)
    return any(line and 2 * len(names.intersection(line)) >= len(line) for line in lines)


def name_words(address: Address) -> set[str]:
    """Return the words of a person's name and address, in lower case."""
    return set(re.findall(r"[^\W\d_]{2,}", f"{address.name} {address.local_part}".lower()))


def _list_addresses(message: Message) -> frozenset[str]:
    text = " ".join(
        value
        for name, value in message.headers
        if name in {"list-post", "x-beenthere", "x-mailing-list", "mailing-list"}
    )
    return frozenset(re.findall(r"[\w.+-]{1,64}@[\w.-]{1,255}", text.lower()[:5_000]))


def _looks_like_list(address: Address) -> bool:
    if _GROUP_ADDRESS.search(address.local_part):
        return True
    return address.domain.startswith(("lists.", "list.", "listserv.", "groups.")) or address.domain in {
        "googlegroups.com", "yahoogroups.com", "egroups.com", "topica.com",
    }  # fmt: skip
