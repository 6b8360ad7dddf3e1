"""The mailbox of the demo: a server of its own on this machine, that takes a mail and forgets it at the end."""

import socket

import pytest

from integrations.cli.demo.mail import open_mailbox_server
from integrations.mail.imap.connection import open_mailbox

MAIL = b"From: Nadia <nadia@example.com>\nDate: Mon, 16 Nov 2020 08:12:37 +0000\nSubject: Paper\n\nWhich paper?\n"


def test_a_mail_arrives_today_and_no_draft_waits() -> None:
    with open_mailbox_server("tom@example.com") as mailbox:
        mailbox.receive(MAIL)
        with open_mailbox(mailbox.account) as client:
            client.select_folder("INBOX", readonly=True)
            [found] = client.fetch(client.search(), ["BODY.PEEK[]"]).values()
        assert b"Which paper?" in found[b"BODY[]"]
        assert b"2020" not in found[b"BODY[]"]
        assert mailbox.drafts() == []
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((mailbox.account.host, mailbox.account.port), timeout=1)
