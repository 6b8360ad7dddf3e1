"""A mailbox that is connected one way is refused when it is connected another way too."""

from dataclasses import replace

import pytest

from core.errors import ConflictError
from core.store import Store
from integrations.mail.gmail.accounts import GmailAccount, GmailAccounts
from integrations.mail.graph.accounts import GraphAccount, GraphAccounts
from integrations.mail.imap.accounts import Accounts as ImapAccounts
from integrations.mail.imap.accounts import ImapAccount
from integrations.mail.mailbox.account import ACCOUNT_KINDS, MailboxAccount
from integrations.mail.mailbox.one_way import require_one_way

ADDRESS = "bob.ray@example.org"
IMAP = ImapAccount("imap.gmail.com", 993, ADDRESS, "secret", "tls", "bob", address=ADDRESS)
GMAIL, GRAPH = GmailAccount(ADDRESS, "bob"), GraphAccount(ADDRESS, "bob")


def save(store: Store, account: MailboxAccount) -> None:
    stores = (ImapAccounts(store.records), GraphAccounts(store.records), GmailAccounts(store.records))
    next(store for store in stores if store.kind == ACCOUNT_KINDS[account.place.kind]).save(account)  # type: ignore[arg-type]


def test_the_kinds_are_those_that_the_providers_keep() -> None:
    kinds = {"imap": ImapAccounts.kind, "graph": GraphAccounts.kind, "gmail": GmailAccounts.kind}
    assert kinds == ACCOUNT_KINDS


@pytest.mark.parametrize(
    ("there", "new", "said"),
    [
        (IMAP, GMAIL, "by IMAP"),
        (IMAP, GRAPH, "by IMAP"),
        (GMAIL, IMAP, "at Gmail"),
        (GRAPH, IMAP, "at Microsoft 365"),
        (replace(IMAP, user="bob"), GMAIL, "by IMAP"),
        (replace(IMAP, user="BOB.RAY@example.org", host="mail.example.org"), GMAIL, "by IMAP"),
        (IMAP, GraphAccount("b@example.org", "bob", aliases=(ADDRESS,)), "by IMAP"),
        (replace(GMAIL, workspace="T1", person="eve"), IMAP, "at Gmail"),
        (
            GraphAccount("b@example.org", "bob", aliases=(ADDRESS,)),
            replace(IMAP, host="Outlook.office365.com"),
            "at Microsoft 365",
        ),
        (GmailAccount("bob.ray@gmail.com", "bob"), replace(IMAP, user="BobRay@googlemail.com"), "at Gmail"),
    ],
)
def test_the_same_mailbox_is_refused_by_another_way(
    store: Store, there: MailboxAccount, new: MailboxAccount, said: str
) -> None:
    save(store, there)
    with pytest.raises(ConflictError, match=said):
        require_one_way(store.records, new)


@pytest.mark.parametrize(
    ("there", "new"),
    [
        (IMAP, IMAP),
        (replace(IMAP, user="ann@example.org", address="ann@example.org"), GMAIL),
        # The alias of one mailbox can be a mailbox of its own at another server.
        (GraphAccount("b@example.org", "bob", aliases=(ADDRESS,)), replace(IMAP, host="mail.example.org")),
        # Gmail sends as an address that is a mailbox elsewhere.
        (replace(IMAP, host="mail.example.org"), GmailAccount("bob@gmail.example", "bob", aliases=(ADDRESS,))),
    ],
)
def test_other_mailboxes_and_the_same_way_are_not(store: Store, there: MailboxAccount, new: MailboxAccount) -> None:
    save(store, there)
    require_one_way(store.records, new)
