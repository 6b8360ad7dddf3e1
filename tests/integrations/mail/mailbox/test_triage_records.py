"""Decisions that earlier versions stored are read."""

from core.store import Store
from integrations.mail.imap.placing import ImapTarget
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from tests.integrations.mail.mailbox.test_account import graph, imap, stored

DECISION = {"needs_reply": True, "reason": "It asks: when?", "rule": "asked"}


def test_what_was_decided(store: Store) -> None:
    in_imap, at_microsoft = imap(store), graph(store)
    kept = {"decision": DECISION, "subject": "Lunch", "sender": "Ann", "message_id": "<1@x>", "job": "j", "at": 5.0}
    stored(
        store, "mailbox_decision", "imap:bob@example.org:7:3",
        {"account": in_imap.name, "uidvalidity": 7, "uid": 3, **kept},
    )  # fmt: skip
    stored(store, "graph_decision", "graph:bob@example.com:AAMk", {"account": at_microsoft.name, "uid": "AAMk", **kept})
    (first,) = TriageRecords(store.records, in_imap).newest()
    assert first == TriageRecord(in_imap.name, 3, DECISION, "Lunch", "Ann", "<1@x>", "j", 5.0, uidvalidity=7)
    assert TriageRecords(store.records, in_imap).get(ImapTarget(in_imap.name, 3, 7).key) == first
    (second,) = TriageRecords(store.records, at_microsoft).newest()
    assert (second.uid, second.uidvalidity) == ("AAMk", None)
