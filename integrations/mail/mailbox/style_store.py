"""Where the voice of a person is kept, sealed: what the command line and the console show and delete.

Past replies are kept where every surface finds them as examples (`core.insight.learning.examples`).
"""

from collections.abc import Sequence

from core.insight.learning.examples import PAST_WORK_KIND
from core.store.records import RecordStore
from integrations.mail.reply.examples import Exchange
from integrations.mail.reply.writing_style import Voice

VOICE_KIND = "mailbox_voice"
# The recipe that past replies are examples for.
RECIPE = "reply"


def load_voice(records: RecordStore, workspace: str, mailbox: str) -> Voice | None:
    """Return what was learnt from a mailbox; None when nothing was, or it was forgotten."""
    record = records.get(VOICE_KIND, workspace, mailbox)
    return Voice.model_validate(record.data) if record else None


def load_exchanges(records: RecordStore, workspace: str, mailbox: str) -> Sequence[Exchange]:
    """Return the past replies that serve as examples."""
    record = records.get(PAST_WORK_KIND, workspace, _key(mailbox))
    return [Exchange.model_validate(one) for one in record.data["works"]] if record else []


def save_voice(
    records: RecordStore, workspace: str, mailbox: str, voice: Voice, exchanges: Sequence[Exchange], *, person: str
) -> None:
    """Store what was learnt, in place of what was before."""
    records.put(VOICE_KIND, workspace, mailbox, voice.model_dump(mode="json"), person=person)
    works = [one.model_dump(mode="json") for one in exchanges]
    past = {"recipe": RECIPE, "usual_words": voice.typical_words, "works": works}
    records.put(PAST_WORK_KIND, workspace, _key(mailbox), past, person=person)


def forget_voice(records: RecordStore, workspace: str, mailbox: str) -> bool:
    """Delete what was learnt, and return whether there was anything."""
    records.delete(PAST_WORK_KIND, workspace, _key(mailbox))
    return records.delete(VOICE_KIND, workspace, mailbox) > 0


def _key(mailbox: str) -> str:
    return f"mail:{mailbox}"
