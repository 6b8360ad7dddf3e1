"""Where a person's writing style is kept, sealed: what the command line and the console show and delete.

Past replies are kept where every surface finds them as examples (`core.insight.learning.examples`).
"""

from collections.abc import Sequence

from core.insight.learning.examples import PAST_WORK_KIND
from core.store.records import RecordStore
from integrations.mail.reply.examples import ReplyExample
from integrations.mail.reply.writing_style import WritingStyle

STYLE_KIND = "mailbox_voice"
# The recipe that past replies are examples for.
RECIPE = "reply"


def load_style(records: RecordStore, workspace: str, mailbox: str) -> WritingStyle | None:
    """Return what was learnt from a mailbox; None when nothing was, or it was forgotten."""
    record = records.get(STYLE_KIND, workspace, mailbox)
    return WritingStyle.model_validate(record.data) if record else None


def load_examples(records: RecordStore, workspace: str, mailbox: str) -> Sequence[ReplyExample]:
    """Return the past replies that serve as examples."""
    record = records.get(PAST_WORK_KIND, workspace, _key(mailbox))
    return [ReplyExample.model_validate(work) for work in record.data["works"]] if record else []


def save_style(
    records: RecordStore,
    workspace: str,
    mailbox: str,
    style: WritingStyle,
    exchanges: Sequence[ReplyExample],
    *,
    person: str,
) -> None:
    """Store what was learnt, in place of what was before."""
    records.put(STYLE_KIND, workspace, mailbox, style.model_dump(mode="json"), person=person)
    works = [example.model_dump(mode="json") for example in exchanges]
    past = {"recipe": RECIPE, "usual_words": style.typical_words, "works": works}
    records.put(PAST_WORK_KIND, workspace, _key(mailbox), past, person=person)


def forget_style(records: RecordStore, workspace: str, mailbox: str) -> bool:
    """Delete what was learnt, and return whether there was anything."""
    records.delete(PAST_WORK_KIND, workspace, _key(mailbox))
    return records.delete(STYLE_KIND, workspace, mailbox) > 0


def _key(mailbox: str) -> str:
    return f"mail:{mailbox}"
