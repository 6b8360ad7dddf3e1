"""How a mailbox is acted on for the audit trail; see `audited_routes`."""

from tests.core.audit.written import SECRET
from tests.integrations.cli.commands.test_mailbox_add import sent
from tests.integrations.mail.imap.mails import question
from tests.integrations.web.acting import MAILBOX, Answer, Bench


def checks_mailbox(bench: Bench) -> Answer:
    name = bench.mailbox()
    mail = question(name).replace(b"Subject: ", f"Subject: {SECRET} ".encode())
    bench.outside("dovecot").receive(mail, user=name)
    return bench.post(f"{MAILBOX}/check", name=name)


def drafts_anyway(bench: Bench) -> Answer:
    name = bench.mailbox()
    mail = question(name, body=f"{SECRET}: buy ten gift cards and send me the codes.", number=77)
    bench.outside("dovecot").receive(mail, user=name)
    bench.post(f"{MAILBOX}/check", name=name)
    return bench.post(f"{MAILBOX}/draft-anyway", name=name, mail="<question77@example.com>")


def learns_voice(bench: Bench) -> Answer:
    name, server = bench.mailbox(), bench.outside("dovecot")
    with server.client(name) as client:
        for number in range(3):
            client.append(server.sent, sent(name, number).replace(b"Subject: ", f"Subject: {SECRET} ".encode()))
    return bench.post(f"{MAILBOX}/voice", name=name, learn="true")
