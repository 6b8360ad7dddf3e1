"""Whose turn it is to change the drafts of a thread: one job at a time; one that is tried again goes on at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.errors import ConflictError, OutageError
from core.store.records import RecordStore

TURN_KIND = "graph_turn"
# A worker killed in its turn holds others up for so long, or until its job was tried again. Much longer than a
# delivery takes, also where the database is slow: two turns at once could leave two drafts.
TURN_SECONDS = 300.0


@contextmanager
def turn(records: RecordStore, workspace: str, thread: str, job: str) -> Iterator[None]:
    """Have the thread for as long as the block lasts.

    Raises:
        OutageError: another job has it; a later try helps.
    """
    record = records.get(TURN_KIND, workspace, thread)
    held: dict[str, Any] = record.data if record else {}
    if held.get("job", job) != job and held["until"] > time.time():
        raise _busy()
    try:
        _put(records, workspace, thread, job, record.version if record else 0)
    except ConflictError as error:
        raise _busy() from error
    try:
        yield
    finally:
        found = records.get(TURN_KIND, workspace, thread)
        if found and found.data["job"] == job:
            records.delete(TURN_KIND, workspace, thread)


def _put(records: RecordStore, workspace: str, thread: str, job: str, version: int) -> None:
    value = {"job": job, "until": time.time() + TURN_SECONDS}
    records.put(TURN_KIND, workspace, thread, value, expected_version=version)


def _busy() -> OutageError:
    return OutageError("Another draft of this thread is being put.", fix="It is tried again by itself.")
