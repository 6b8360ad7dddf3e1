"""Drafts that wait, those too that earlier versions stored, and what a sent mail makes of one."""

from core.store import Store
from integrations.mail.mailbox.pending_drafts import (
    OwnDraft,
    PendingDraft,
    PendingDrafts,
    used_text,
)
from integrations.mail.message.message import MailMessage
from integrations.mail.reply.compose import plain_body
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


def test_the_sign_in_a_gap_is_no_word_of_the_person() -> None:
    draft = "Thank you.\n\n[[When will it arrive?]]"
    sent = MailMessage(text=plain_body(draft))
    assert sent.text != draft
    assert used_text(sent, draft) == (draft, 0.0)
