"""The owner's own mails of a conversation in the thread of a draft, beside what the answered mail quotes: pure.

Who answers a mail may not have seen, or not quoted, what its owner wrote later: a price or a date that was corrected
meanwhile stands in the folder of sent mail alone. And anybody can write a quotation.
"""

import re
from collections.abc import Sequence

from core.text.forms import QUOTED_ONLY
from core.writing.grounded.asked import letters_of
from core.writing.grounded.threads import EarlierMessage, ThreadPeople, messages_of
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import quoted_mails, split_text
from integrations.mail.message.senders import written_by_person
from integrations.mail.reply.greeting import attribution, mail_language

# So much of each is told.
_MAX_CHARS = 20_000


def with_own_mails(thread: str, message: MailMessage, mails: Sequence[MailMessage], owner: Address) -> str:
    """Return the thread of a mail with the owner's mails, each once, the newest last: what is quoted stays there.

    What it quotes as the owner's and none of these mails says is marked as only quoted: anybody can write a quotation.

    Args:
        thread: what the mail quotes, oldest first.
        message: the mail that is answered.
        mails: as `own_mails` gives them.
        owner: who wrote them.
    """
    said = [split_text(mail.text).new_text[:_MAX_CHARS].strip() for mail in mails]
    people, language = ThreadPeople(owner.name, written_by_person(message).sender.name), mail_language(message)
    pairs = [(head, text) for head, text in quoted_mails(split_text(message.text).quoted) if text and text in thread]
    quoted = [mail.text for mail in messages_of(thread, people) if people.role_of(mail.who) == "owner"]
    told = {letters_of(text) for text in (*quoted, *(text for head, text in pairs if _may_be_own(head, people)))}
    earlier, later = list[str](), list[str]()
    for mail, words in zip(mails, said, strict=True):
        if words and letters_of(words) in told:
            earlier, later = [*earlier, *later], []
        elif words:
            writer = Address(name=owner.name or mail.sender.name, address=mail.sender.address)
            announcing = attribution(mail.model_copy(update={"sender": writer}), language)
            later.append(f"{announcing}\n{words}")
    borne = [_padded(words) for words in said]
    borne += [_padded(f"{head}\n{text}") for head, text in pairs if _bears(borne, text)]
    # What stands below the quotation changes how it is read.
    marked = _marked(thread, borne, people)
    return _marked("\n\n".join(filter(None, (*earlier, marked, *later))), borne, people)


def _may_be_own(announced: str, people: ThreadPeople) -> bool:
    """Tell whether the lines that announce a quoted mail name the owner, nobody, or an address that may be theirs."""
    who = next((mail.who for mail in messages_of(f"{announced}\n.", people) if mail.who), "")
    return people.role_of(who) in {"owner", "nobody"} or "@" in who


def _marked(thread: str, genuine: Sequence[str], people: ThreadPeople) -> str:
    """Return a thread with a mark behind the owner's name above each message that no genuine text bears."""
    parts, rest, mails = list[str](), thread, messages_of(thread, people)
    own = [mail for mail in mails if people.role_of(mail.who) == "owner" and QUOTED_ONLY not in mail.who]
    forged = [mail for mail in own if not _bears(genuine, mail.text)]
    # Of a chat no line is found again for certain: where one is only quoted, all are.
    for who in dict.fromkeys(mail.who for mail in forged if not mail.head):
        rest = _mark_lines(rest, who, people)
    for mail in mails:
        if mail.head and (found := re.search(rf"(?m)^{re.escape(mail.head)}", rest)):
            head = _mark_head(mail, people) if mail in forged else mail.head
            parts, rest = [*parts, rest[: found.start()], head], rest[found.end() :]
    return "".join([*parts, rest])


def _mark_head(mail: EarlierMessage, people: ThreadPeople) -> str:
    """Return the lines that announce a message with the mark behind the name that is read as who wrote it."""
    name, named = f"{people.owner} {QUOTED_ONLY}", r"\W+".join(re.findall(r"\w+", mail.who))
    # "Eva <eva@example.org> Kern", and a name that stands in another line before.
    heads = (mail.head, re.sub(r"<[^>]*>|\[[^\]]*\]|\"", "", mail.head))
    found = ((head, at) for head in heads for at in re.finditer(named, head))
    for marked in (f"{head[: at.start()]}{name}{head[at.end() :]}" for head, at in found):
        if any(QUOTED_ONLY in read.who for read in messages_of(f"{marked}\n.", people)):
            return marked
    return f"On {mail.date or 'another day'}, {name} wrote:"


def _mark_lines(thread: str, who: str, people: ThreadPeople) -> str:
    """Return a thread with the mark in the lines that begin with a name, perhaps behind a time."""
    name, before = f"{people.owner} {QUOTED_ONLY}", r"(?m)^([\W\d_]{0,40}(?:[AaPp][Mm]\W{1,5})?)"
    named = rf"{before}(?!{re.escape(name)}){re.escape(who)}(?!\w| ?{re.escape(QUOTED_ONLY)})"
    return re.sub(named, lambda found: f"{found[1]}{name}", thread)


def _bears(padded: Sequence[str], text: str) -> bool:
    """Tell whether one of some padded texts says another word for word: "1,500 euros" does not say "500 euros"."""
    words = _padded(text)
    whole = rf"(?<!\d){re.escape(words)}(?!\d)"
    return any(words in said and re.search(whole, said) for said in padded)


def _padded(text: str) -> str:
    return f" {letters_of(text)} "
