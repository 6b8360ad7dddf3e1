"""Where the voice of a person is kept, sealed: what the command line and the console show and delete."""

from core.store.records import RecordStore
from integrations.mail.voice import Voice

VOICE_KIND = "mailbox_voice"


def load_voice(records: RecordStore, workspace: str, mailbox: str) -> Voice | None:
    """Return what was learnt from a mailbox; None when nothing was, or it was forgotten."""
    record = records.get(VOICE_KIND, workspace, mailbox)
    return Voice.model_validate(record.data) if record else None


def save_voice(records: RecordStore, workspace: str, mailbox: str, voice: Voice, *, person: str) -> None:
    """Store what was learnt, in place of what was before."""
    records.put(VOICE_KIND, workspace, mailbox, voice.model_dump(mode="json"), person=person)


def forget_voice(records: RecordStore, workspace: str, mailbox: str) -> bool:
    """Delete what was learnt, and return whether there was anything."""
    return records.delete(VOICE_KIND, workspace, mailbox) > 0
