"""Decisions that earlier versions stored are read, and what a sent mail asks."""

import pytest

from core.store import Store
from integrations.mail.imap.placing import ImapTarget
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords, asks_something
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


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Hi Ann,\n\nyes.\n\n[[Your answer: “Can you also bring the plan?”]]\n\nBest,\nBob", False),
        ("Yes.\n\nBest regards\nBob Ray\n\nPlease consider the environment before printing this mail.", False),
        ("Yes.\n\n-- \nBob Ray\nPlease consider the environment before printing this mail.", False),
        ("Hallo Ann,\n\ndas Rad ist fertig. Bitte bringen Sie 214 Euro mit. Bis 14 Uhr sind wir da.\n\nBob", False),
        ("Hi Ann,\n\nit is ready. Please bring 20 euros.\n\nBob", False),
        ("Buenos días:\n\nestá lista. Por favor, traiga 20 euros.\n\nBob", False),
        ("Hallo Ann,\n\nbitte schicken Sie mir die Rechnung.\n\nBob", True),
        ("Hi Ann,\n\nplease come back to me with the numbers by Friday.\n\nBob", True),
        ("Hi Ann,\n\nplease bring the key and send me the contract.\n\nBob", True),
        ("Hallo Ann,\n\nbitte kommen Sie mit einem Vorschlag auf mich zu.\n\nBob", True),
        ("Hi Ann,\n\nplease bring the key. When will you be here?\n\nBob", True),
        ("Yes. Which table do you want?\n\n[[Your answer: “When?”]]\n\nBest regards\nBob Ray", True),
    ],
)
def test_what_asks_is_what_the_owner_wrote(text: str, asks: bool) -> None:
    assert asks_something(text) == asks
