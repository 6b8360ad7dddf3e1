"""Folders of a mailbox as a source: for its owner alone, without quotes, machines and spam, and deletion follows."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from core.errors import CursorExpired, InputError, NotFoundError
from core.people import load_people
from core.settings import load_settings
from core.sources.management import SourceManager, SourceUser
from core.sources.model import Hit, Source
from core.sources.search import Sources
from core.sources.sync import Slice, Sync
from core.sources.terms import load_term_keys
from core.store import Store
from core.store.rows import Scope
from integrations.mail.accounts.folder_source import MailboxConnector, is_personal, mail_passages
from integrations.mail.accounts.mailboxes import mailbox_views, remove_mailbox
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import parse_message
from integrations.registry import read_file
from tests.core.sources.making import item_store, reader_of, source_store
from tests.integrations.cli.commands.test_report import run
from tests.integrations.mail.imap.conftest import Mailbox, mailbox
from tests.memory_index import MemoryPassageIndex

__all__ = ["mailbox"]
QUOTE = "On Monday Ann Lee <ann.lee@example.com> wrote:\r\n> Which colour has the new door?\r\n> Ann\r\n"


def mail(sender: str, to: str, subject: str, body: str, *headers: str, number: int = 1) -> bytes:
    head = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{number}@example.com>", *headers]
    date = f"Date: Mon, 2 Nov 2026 10:{number:02}:00 +0000"
    return ("\r\n".join([*head, date, "", body])).encode()


@dataclass
class Desk:
    """A mailbox on Dovecot, and the sources of its owner."""

    mailbox: Mailbox
    sources: Sources
    connector: MailboxConnector

    @property
    def manager(self) -> SourceManager:
        return SourceManager(self.sources, lambda _name: self.connector)

    @property
    def sync(self) -> Sync:
        sources = self.sources
        return Sync(sources.store, sources.items, sources.indexer, lambda _name: self.connector, read_file)

    def add(self, folders: str = "Sent", *, person: str = "", name: str = "") -> Source:
        account = self.mailbox.account
        options: dict[str, Any] = {"mailbox": name or account.address, "folders": folders}
        wanted = Source("", account.workspace, person or account.person, "mailbox", "", options, every_seconds=3600)
        return self.manager.add(wanted)[0].source

    def read(self, source: Source) -> Slice:
        while (done := self.sync.work(source.id)) and done.more:
            pass
        assert done
        return done

    def put(self, folder: str, data: bytes) -> None:
        with self.mailbox.server.client(self.mailbox.account.user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, data, msg_time=datetime(2026, 11, 2, 10, tzinfo=UTC))

    def delete_all(self, folder: str) -> None:
        with self.mailbox.server.client(self.mailbox.account.user) as client:
            client.select_folder(folder)
            client.delete_messages(client.search())
            client.expunge()

    def finds(self, person: str, question: str) -> list[Hit]:
        return self.sources.find([self.sources.reader_of(self.mailbox.account.workspace, person)], question)

    def texts(self, source: Source) -> dict[str, str]:
        items = self.sources.items.page(source, limit=1000)
        reader = self.sources.reader
        return {
            item.change.title: "\n".join(part.text for part in reader.all_of(source.workspace, item.id))
            for item in items
        }


def sources_of(store: Store) -> Sources:
    return Sources(
        source_store(store), item_store(store), reader_of(store), MemoryPassageIndex(),
        load_term_keys(store.records.cipher), load_people(load_settings(), store.records), store.records,
    )  # fmt: skip


@pytest.fixture
def desk(mailbox: Mailbox) -> Desk:
    return Desk(mailbox, sources_of(mailbox.store), MailboxConnector(mailbox.store.records))


def test_own_answers_are_known_without_what_they_quote_and_to_the_owner_alone(desk: Desk) -> None:
    own = desk.mailbox.account.address
    body = f"Hello Ann,\r\n\r\nthe new door is green.\r\n\r\n{QUOTE}"
    desk.put(desk.mailbox.server.sent, mail(f"Bob <{own}>", "Ann Lee <ann.lee@example.com>", "Re: Door", body))
    source = desk.add()
    assert desk.read(source).error is None
    text = desk.texts(source)["Re: Door"]
    assert "the new door is green" in text
    assert "To: Ann Lee <ann.lee@example.com>" in text
    assert "Which colour" not in text
    assert desk.finds(desk.mailbox.account.person, "door green")
    assert not desk.finds("somebody@else.example", "door green")
    assert not desk.finds("", "door green")


def test_folders_that_were_chosen_are_read_without_machines_lists_and_spam(desk: Desk) -> None:
    own = desk.mailbox.account.address
    ann = "Ann Lee <ann.lee@example.com>"
    desk.put("Projects", mail(ann, own, "Budget", "The budget is 40,000 EUR.", number=2))
    desk.put("Projects", mail("noreply@shop.example", own, "Order", "Your order 77 was sent.", number=3))
    desk.put("Projects", mail(ann, own, "Away", "I am away.", "Auto-Submitted: auto-replied", number=4))
    desk.put("Projects", mail(ann, own, "Win", "You have won.", "X-Spam-Flag: YES", number=5))
    desk.put("Projects", mail(ann, own, "Empty", QUOTE, number=6))
    source = desk.add("Projects, sent")
    assert source.options["folders"] == "Projects,Sent"
    assert desk.read(source).error is None
    assert [*desk.texts(source)] == ["Budget"]


def test_a_folder_is_read_however_its_name_is_written(desk: Desk) -> None:
    own = desk.mailbox.account.address
    desk.put("INBOX", mail("ann@example.com", own, "New", "The door is green.", number=2))
    desk.put("Projects", mail("ann@example.com", own, "Budget", "The budget is 40,000 EUR.", number=3))
    source = desk.add("Inbox, projects, sent")
    assert desk.read(source).error is None
    assert {*desk.texts(source)} == {"New", "Budget"}


def test_deletion_follows_and_what_is_new_comes(desk: Desk) -> None:
    own = desk.mailbox.account.address
    for number in range(1, 4):
        desk.put("Projects", mail("ann@example.com", own, f"Note {number}", f"Point {number} is done.", number=number))
    source = desk.add("Projects")
    desk.read(source)
    assert len(desk.texts(source)) == 3
    desk.delete_all("Projects")
    desk.put("Projects", mail("ann@example.com", own, "Note 4", "Point 4 is done.", number=4))
    assert desk.read(source).stored == 1
    assert [*desk.texts(source)] == ["Note 4"]
    desk.delete_all("Projects")
    assert desk.read(source).error is None
    assert desk.texts(source) == {}


def with_files(own: str, subject: str, text: str, *files: tuple[str, bytes], sender: str = "ann@example.com") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Message-ID"] = sender, own, subject, f"<{subject}@x>"
    message["Date"] = "Mon, 2 Nov 2026 10:00:00 +0000"
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_files_of_mails_are_items_of_their_own_for_the_owner_alone_and_go_with_their_mail(desk: Desk) -> None:
    own = desk.mailbox.account.address
    prices = ("prices.csv", b"Plan,Fee\nBasic,12 euros\nTeam,40 euros\n")
    files = (prices, ("logo.png", b"\x89PNG"), ("prices.csv", b"Plan,Fee\nGold,90 euros\n"), ("broken.pdf", b"%PDF-"))
    desk.put("Projects", with_files(own, "Offer", "Here are our prices.", *files))
    desk.put("Projects", with_files(own, "Only a file", "", ("plan.md", b"# Plan\n\nThe hall opens in May.")))
    desk.put(
        "Projects", with_files(own, "Invoice", "Your invoice", ("bill.txt", b"Pay 5."), sender="noreply@x.example")
    )
    source = desk.add("Projects")
    done = desk.read(source)
    assert done.error is None
    texts = desk.texts(source)
    assert texts["Offer"].endswith("Here are our prices.")
    assert texts["prices.csv, attached to Offer"]
    assert "The hall opens in May." in texts["plan.md, attached to Only a file"]
    assert {*texts} == {
        "Offer", "prices.csv, attached to Offer", "broken.pdf, attached to Offer", "plan.md, attached to Only a file",
    }  # fmt: skip
    items = desk.sources.items.page(source, limit=1000)
    # The same reader and the same errors as for files.
    (broken,) = (item for item in items if item.error)
    assert broken.change.title == "broken.pdf, attached to Offer"
    assert broken.error
    assert "damaged" in broken.error["message"]
    (found, *_) = desk.finds(desk.mailbox.account.person, "What is the fee of Basic?")
    assert "Plan: Basic; Fee: 12 euros" in found.text
    assert "Plan: Gold; Fee: 90 euros" in desk.finds(desk.mailbox.account.person, "fee of Gold")[0].text
    assert not desk.finds("somebody@else.example", "fee Basic")
    desk.delete_all("Projects")
    assert desk.read(source).error is None
    assert desk.texts(source) == {}


def test_a_mailbox_that_was_read_without_its_files_is_read_again(desk: Desk) -> None:
    own = desk.mailbox.account.address
    desk.put("Projects", with_files(own, "Offer", "Here it is.", ("offer.txt", b"It costs 12 euros.")))
    source = desk.add("Projects")
    desk.read(source)
    held = desk.sources.store.get(source.id).source
    old = {name: value for name, value in json.loads(held.cursor).items() if name != "reads_files"}
    with pytest.raises(CursorExpired):
        desk.connector.changes(held, json.dumps(old))
    page = desk.connector.changes(held, "")
    assert [change.title for change in page.changes] == ["Offer", "offer.txt, attached to Offer"]


def test_other_folders_take_the_place_of_the_first(desk: Desk) -> None:
    own = desk.mailbox.account.address
    for folder, number in (("Projects", 1), ("Family", 2)):
        desk.put(folder, mail("ann@example.com", own, folder, f"About {folder}.", number=number))
    source = desk.add("Projects")
    desk.read(source)
    again = desk.add("Family")
    assert again.id == source.id
    assert desk.read(again).error is None
    assert [*desk.texts(again)] == ["Family"]


def test_a_folder_that_is_numbered_anew_is_read_again_and_known_once(desk: Desk) -> None:
    own = desk.mailbox.account.address
    desk.put("Projects", mail("ann@example.com", own, "Note", "Point 1 is done."))
    source = desk.add("Projects")
    desk.read(source)
    with desk.mailbox.server.client(desk.mailbox.account.user) as client:
        client.delete_folder("Projects")
    desk.put("Projects", mail("ann@example.com", own, "Note", "Point 1 is done."))
    assert desk.read(source).error is None
    assert desk.sources.store.get(source.id).items == 1


def test_nobody_adds_the_mailbox_of_somebody_else(desk: Desk) -> None:
    for person, name in (("eve@example.org", ""), ("", "nobody@example.org")):
        with pytest.raises(NotFoundError, match="no mailbox"):
            desk.add(person=person, name=name)
    assert desk.manager.listed() == []


@pytest.mark.parametrize(("folders", "said"), [("Nowhere", "no folder Nowhere"), (" , ", "Which folders")])
def test_folders_that_are_not_there_are_named(desk: Desk, folders: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        desk.add(folders)


def test_a_mailbox_that_is_removed_takes_its_source_along(desk: Desk) -> None:
    own = desk.mailbox.account.address
    desk.put("Projects", mail("ann@example.com", own, "Note", "Point 1 is done."))
    source = desk.add("Projects")
    desk.read(source)
    (view,) = mailbox_views(desk.mailbox.store.records)
    remove_mailbox(load_settings(), desk.mailbox.store.records, view)
    assert not desk.finds(desk.mailbox.account.person, "point done")
    desk.sync.work(source.id)
    assert desk.manager.listed() == []


OWNER = OwnerAddresses(name="Bob Ray", address="bob@example.org")


@pytest.mark.parametrize(
    ("change", "is_kept"),
    [
        (lambda data: data, True),
        (lambda data: data.replace(b"To: bob@example.org", b"To: ann@example.com\r\nCc: bob@example.org"), True),
        (lambda data: data.replace(b"From: Ann <ann@example.com>", b"From: Bob Ray <bob@example.org>"), True),
        (lambda data: data.replace(b"From: Ann <ann@example.com>", b"From: MAILER-DAEMON@example.com"), False),
        (lambda data: data.replace(b"\r\nDate:", b"\r\nList-Id: <news.example.com>\r\nDate:"), False),
    ],
    ids=["person", "copy", "own", "bounce", "list"],
)
def test_what_a_person_wrote_is_read(change: Callable[[bytes], bytes], is_kept: bool) -> None:
    data = change(mail("Ann <ann@example.com>", "bob@example.org", "Price", "Hello Bob,\r\n\r\nThe price is 10 EUR."))
    assert is_personal(parse_message(data), OWNER, "INBOX") == is_kept


def test_a_passage_says_who_wrote_to_whom_and_when() -> None:
    data = mail(
        "Ann <ann@example.com>", "bob@example.org", "Price", "The price is 10 EUR.\r\n\r\n-- \r\nAnn Lee, Sales"
    )
    (passage,) = mail_passages(parse_message(data))
    assert passage.text.startswith("From: Ann <ann@example.com>\nTo: bob@example.org\nDate: 2026-11-02")
    assert passage.text.endswith("The price is 10 EUR.")


def test_its_owner_adds_it_with_the_command_for_themselves_alone(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    own = desk.mailbox.account.address
    desk.put("Projects", mail("ann@example.com", own, "Note", "Point 1 is done."))
    assert run("sources", "add", "mailbox", own, "--folders", "Projects") == 0
    said = capsys.readouterr()
    assert "Projects: only you find what stands there" in said.err
    assert f"Mail of {own}  (mailbox: 1 document, 1 passage, for the owner of the mailbox" in said.out
    assert run("sources", "add", "mailbox", "nobody@example.org") == 1
    assert "no mailbox nobody@example.org" in capsys.readouterr().err


def test_whoever_looks_after_sources_does_not_see_what_stands_in_a_mailbox(desk: Desk) -> None:
    own = desk.mailbox.account.address
    desk.put("Projects", mail("ann@example.com", own, "Divorce", "The lawyer comes on Monday."))
    source = desk.add("Projects")
    desk.read(source)
    account = desk.mailbox.account
    names = frozenset({(account.workspace, account.person)})
    owner = SourceUser(account.workspace, account.person, names)
    administrator = SourceUser("local", "admin", frozenset({("local", "admin")}), Scope(is_wide=True))
    assert administrator.manages(source)
    assert [item.change.title for item in desk.manager.items(owner, source, 0, 9)] == ["Divorce"]
    (hidden,) = desk.manager.items(administrator, source, 0, 9)
    assert "Divorce" not in str(hidden.change)
    assert hidden.change.key == ""
