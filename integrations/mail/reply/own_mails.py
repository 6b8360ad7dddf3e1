"""The owner's own mails of a conversation in the thread of a draft, beside what the answered mail quotes: pure.

Who answers a mail may not have seen, or not quoted, what its owner wrote later: a price or a date that was corrected
meanwhile stands in the folder of sent mail alone. And anybody can write a quotation.
"""

from collections.abc import Sequence

from core.text.forms import QUOTED_ONLY
from core.writing.grounded.threads import ThreadPeople, messages_of
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
    quoted, language = _letters(thread), mail_language(message)
    borne = [*map(_letters, said)]
    for announced, text in quoted_mails(split_text(message.text).quoted):
        if not any(_letters(text) in words for words in borne):
            thread = thread.replace(announced, _only_quoted(announced, message, owner), 1)
            quoted = quoted.replace(_letters(text), "")
    earlier, later = list[str](), list[str]()
    for mail, words in zip(mails, said, strict=True):
        if words and _letters(words) in quoted:
            earlier, later = [*earlier, *later], []
        elif words:
            writer = Address(name=owner.name or mail.sender.name, address=mail.sender.address)
            announcing = attribution(mail.model_copy(update={"sender": writer}), language)
            later.append(f"{announcing}\n{words}")
    return "\n\n".join(filter(None, (*earlier, thread, *later)))


def _only_quoted(announced: str, message: MailMessage, owner: Address) -> str:
    """Return the lines that announce a quoted mail, with a mark where they say that the owner wrote it."""
    people = ThreadPeople(owner.name, written_by_person(message).sender.name)
    who = next((mail.who for mail in messages_of(f"{announced}\n.", people)), "")
    is_own = bool(who) and people.role_of(who) == "owner"
    return announced.replace(who, f"{owner.name} {QUOTED_ONLY}", 1) if is_own else announced


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
