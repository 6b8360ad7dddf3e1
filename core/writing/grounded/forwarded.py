"""What a forwarded mail asks: its reader answers who forwarded it, and sees apart what the mail below says."""

from collections.abc import Iterator

from core.drafts import Gap
from core.text.language import detect_language
from core.text.salutations import ANSWER_SUBJECT, FORWARD_SUBJECT
from core.writing.checks import Grounds
from core.writing.grounded.asked import Asking
from core.writing.grounded.blocks import blocks_of
from core.writing.grounded.hints import open_others
from core.writing.grounded.threads import (
    EarlierMessage,
    ThreadPeople,
    is_forwarded,
    messages_of,
    own_part,
    without_closing,
    without_mark,
)
from core.writing.result import PlanOptions
from core.writing.roles.mails import read_mail

_MAX_SHOWN = 12


def as_said(grounds: Grounds) -> Grounds:
    """Return the grounds with only what the sender of the message says in it, and below that as its thread."""
    values, main = grounds.values, grounds.recipe.main_input
    said, below = own_part(values[main], values.get("sender_name", ""))
    given = values.get("thread", "").strip()
    return Grounds(grounds.recipe, {**values, main: said, "thread": given or below}, said)


def look_at_forwarded(grounds: Grounds, safe: Grounds, asking: Asking, options: PlanOptions) -> Iterator[Gap]:
    """Yield the gaps that show what the mail that a message forwards says.

    Args:
        grounds: of the reply.
        safe: the same as `as_said` returns them.
        asking: how the message asks.
        options: what compares meanings.
    """
    mail = forwarded_mail(grounds, safe)
    if mail:
        form = "forwarded" if mail.who else "forwarded_unnamed"
        its = Asking(detect_language(mail.text) or asking.language)
        text = without_closing(mail.text, mail.who)
        read = read_mail(text, its.language, options.embedder, asks_reader=False)
        blocks = blocks_of(text, [], read.alerts(), its)
        yield from open_others([block.text for block in blocks][:_MAX_SHOWN], asking, form, mail.who)


def forwarded_mail(grounds: Grounds, safe: Grounds) -> EarlierMessage | None:
    """Return the mail of a third person that a message forwards; None for an answer.

    Where nobody is named it is all that stands below the mark.
    """
    values, main = grounds.values, grounds.recipe.main_input
    subject = values.get("subject", "")
    people = ThreadPeople(values.get("owner_name", ""), values.get("sender_name", ""))
    is_marked = is_forwarded(values[main]) and not ANSWER_SUBJECT.match(subject)
    if not (is_marked or FORWARD_SUBJECT.match(subject)):
        return None
    # A thread that is given has the newest mail last, what stands below a message has it first.
    is_given = bool(values.get("thread", "").strip())
    written = [mail for mail in messages_of(safe.values["thread"], people) if mail.who]
    mail = next(iter(written[::-1] if is_given else written), None)
    if is_marked and not is_given and mail is None:
        return EarlierMessage("", "", without_mark(safe.values["thread"]))
    return mail if mail and people.role_of(mail.who) == "other" else None
