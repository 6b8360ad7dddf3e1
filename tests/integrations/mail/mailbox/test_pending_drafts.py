"""Drafts that earlier versions stored as waiting are read."""

from core.store import Store
from integrations.mail.mailbox.pending_drafts import OwnDraft, PendingDraft, PendingDrafts, mailboxes_with_drafts
from tests.integrations.mail.mailbox.test_account import graph, imap, stored


def test_drafts_that_wait(store: Store) -> None:
    in_imap, at_microsoft = imap(store), graph(store)
    kept = {
        "job": "j",
        "answers": "<1@x>",
        "thread": "t",
        "subject": "Lunch",
        "recipients": ["ann@x"],
        "placed_at": 5.0,
    }
    draft = {"message_id": "<inlaid.j@x>", "content": "digest"}
    stored(store, "mailbox_awaiting", "j", {"account": in_imap.name, "draft": draft, "missing_since": 6.0, **kept})
    stored(store, "graph_awaiting", "j", {"account": at_microsoft.name, "id": "AAMk", **kept})
    expected = PendingDraft(
        in_imap.name, "j", OwnDraft("<inlaid.j@x>", "digest"), "<1@x>", "t", "Lunch", ("ann@x",), 5.0, missing_since=6.0
    )
    assert PendingDrafts(store.records, in_imap).list() == [expected]
    (other,) = PendingDrafts(store.records, at_microsoft).list()
    assert (other.draft, other.recipients) == (OwnDraft("AAMk", ""), ("ann@x",))
    assert mailboxes_with_drafts(store.records, "graph") == {("local", at_microsoft.name)}
