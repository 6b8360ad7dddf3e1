"""What is said below a draft of what was read for it."""

from collections.abc import Mapping
from typing import Any

from core.text.catalogues import N_, gettext, told
from integrations.slack.sources.thread_files import NO_ROOM, NOT_READ, ONLY_PART, READ_WITH_IT
from integrations.slack.views.mrkdwn import escape


def notes_of(read: Mapping[str, Any]) -> list[str]:
    """Return the quiet lines, in mrkdwn, that tell how much of a thread and which of its files were read."""
    return [*_notes_of_thread(read), *map(_note_of_file, read.get("files", ()))]


def _note_of_file(line: str) -> str:
    """Return what `ThreadFiles` says of files; their names stay as they are."""
    label = next((mark for mark in (READ_WITH_IT, NOT_READ) if line.startswith(mark)), "")
    part = next((mark for mark in (ONLY_PART, NO_ROOM) if line.endswith(mark)), "")
    names = line.removeprefix(label).removesuffix(part)
    return f":page_facing_up: {gettext(label) if label else ''}{escape(names)}{gettext(part) if part else ''}"


def _notes_of_thread(read: Mapping[str, Any]) -> list[str]:
    if not read or read["is_whole"]:
        return []
    if read.get("channel"):
        return [told(N_(f"I read the newest {read['messages']} messages; there were more."))]
    if read.get("is_deleted"):
        return [gettext("The message was deleted meanwhile: I read it as it was, without its thread.")]
    if read["messages"] == 1:
        return [gettext("I could only read this message. Invite me with /invite @Inlaid for the whole thread.")]
    return [told(N_(f"The thread is long: I read the newest {read['messages']} messages."))]
