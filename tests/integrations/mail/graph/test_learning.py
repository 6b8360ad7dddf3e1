"""How a person writes is learnt from their sent mail at Microsoft, when they agreed to it."""

import pytest

from core.errors import CredentialError, InputError
from integrations.mail.accounts.mailboxes import change_preferences, find_mailbox
from integrations.mail.mailbox.style_learning import MAX_MAILS, load_style
from tests.integrations.mail.graph.conftest import ADDRESS, Office
from tests.integrations.mail.imap.mails import question

HEAD = b"From: Ann Lee <ann.lee@example.com>\r\nTo: Bob Ray <x@example.org>"
OWN_HEAD = b"From: Bob Ray <%b>\r\nTo: Ann Lee <ann.lee@example.com>" % ADDRESS.encode()


def sent(office: Office, *, greeting: str = "Hey Ann -", number: int = 1) -> None:
    """File a mail that the owner sent."""
    body = f"{greeting}\n\nthe plan is on its way to the printer.\n\nCheers,\nBob"
    office.box.receive(question("x@example.org", body=body, number=number).replace(HEAD, OWN_HEAD), "sentitems")


def agree(office: Office, *, agrees: bool = True) -> None:
    view = find_mailbox(office.store.records, "local", ADDRESS)
    change_preferences(office.store.records, view, learns_voice=agrees)


@pytest.fixture
def writer(connected: Office) -> Office:
    """Have a mailbox with three sent mails."""
    for number in range(3):
        sent(connected, number=number)
    return connected


def test_nothing_is_read_without_consent(writer: Office) -> None:
    with pytest.raises(InputError, match="has not agreed"):
        writer.learn()
    writer.beat()
    assert writer.fake.ledger.requests == []


def test_habits_are_learnt_used_and_forgotten(writer: Office) -> None:
    agree(writer)
    writer.beat()
    voice = load_style(writer.store.records, "local", ADDRESS)
    assert voice is not None
    assert (voice.greetings, voice.closings) == ({"en": "Hey {name} -"}, {"en": "Cheers,\nBob"})
    writer.box.receive(question(ADDRESS, number=9))
    (job,) = writer.answer_new()
    assert (job.inputs["greeting"], job.inputs["closing"]) == ("Hey Ann -", "Cheers,\nBob")
    agree(writer, agrees=False)
    assert load_style(writer.store.records, "local", ADDRESS) is None


def test_it_is_learnt_once_a_week_and_not_after_a_refused_sign_in(writer: Office) -> None:
    agree(writer)
    writer.microsoft.accounts.update_status(writer.account, error=CredentialError("x").to_json())
    writer.beat()
    assert writer.fake.ledger.requests == []
    writer.microsoft.accounts.update_status(writer.account, error=None)
    writer.beat()
    assert writer.fake.ledger.find("GET */sentitems/messages*")
    writer.fake.ledger.clear()
    writer.beat()
    assert writer.fake.ledger.requests == []


def test_only_the_newest_mails_are_read_and_none_is_changed(writer: Office) -> None:
    old = [one.immutable_id.rstrip("=") for one in writer.box.in_folder("sentitems")]
    writer.fake.clock.advance(60)
    for number in range(MAX_MAILS):
        sent(writer, greeting="Dear Ann,", number=100 + number)
    agree(writer)
    voice = writer.learn()
    assert (voice.learnt_from, voice.greetings) == (MAX_MAILS, {"en": "Dear {name},"})
    requests = writer.fake.ledger.requests
    assert not [request.path for request in requests if any(mail in request.path for mail in old)]
    assert {request.method for request in requests} == {"GET"}
    assert writer.fake.ledger.opened == []


def test_a_mail_that_cannot_be_read_holds_up_no_other(writer: Office) -> None:
    broken = writer.box.in_folder("sentitems")[0]
    broken.mime = b"\x00\x01"
    agree(writer)
    assert writer.learn().learnt_from == 2
