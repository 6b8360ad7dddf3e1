"""Each action of the vocabulary has a form that a system for security events reads."""

import pytest

from core.audit.actions import ACTIONS, AUDITED_RECORDS, UNAUDITED_RECORDS, record_actions
from core.audit.entries import Actor, AuditEvent, ChainHead, ShownEntry, Thing, chained, said_by
from core.audit.ocsf import ocsf_event

# What schema.ocsf.io (1.6.0) requires of each class, beside what every event has.
EVERY = {
    "activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid", "status_id", "message"
}  # fmt: skip
REQUIRED = {
    3002: {"user", "service"},
    3004: {"entity"},
    6003: {"actor", "api", "src_endpoint"},
    6005: {"actor", "databucket"},
}
ACTIVITIES = {3002: {1, 2}, 3004: {1, 2, 3, 4, 8, 9}, 6003: {1, 2, 3, 4, 99}, 6005: {1, 5, 7}}


@pytest.mark.parametrize("action", ACTIONS)
def test_an_entry_is_an_event_of_its_class(action: str) -> None:
    told = AuditEvent(action, Actor("local", "", "cli"), Thing("job", "7"), "failure", {"recipe": "reply"})
    said = {"id": "7", "at_microseconds": 1_790_000_000_123_456, **said_by(told, {})}
    (entry,) = chained([said], ChainHead(4, "a" * 64))
    event = ocsf_event(ShownEntry(entry, "", "", "7"))
    assert set(event) >= EVERY | REQUIRED[event["class_uid"]]
    assert event["activity_id"] in ACTIVITIES[event["class_uid"]]
    assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
    assert (event["time"], event["status_id"], event["metadata"]["sequence"]) == (1_790_000_000_123, 2, 5)
    assert event["unmapped"]["details"] == {"recipe": "reply"}


def test_every_kind_of_record_is_written_down_or_named_as_machinery() -> None:
    used = {
        name for kind in AUDITED_RECORDS.values() for name in (kind.changed, kind.removed, kind.added or kind.changed)
    }
    assert used <= ACTIONS.keys()
    assert not AUDITED_RECORDS.keys() & UNAUDITED_RECORDS
    assert record_actions("lock") is None
    unknown = record_actions("what an extension keeps")
    assert unknown
    assert unknown.changed == "record.changed"
