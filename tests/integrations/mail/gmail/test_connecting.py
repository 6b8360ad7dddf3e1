"""Connecting a mailbox at Gmail: the link, Google's page, the way back, and the end of a sign-in."""

import httpx
import pytest

from core.connect_links import Owner
from core.errors import CredentialError, SettingsError
from integrations.mail.gmail.connecting import GmailConnecting
from integrations.mail.gmail.sign_in import MAIL_SCOPES, TOKENS_KIND, check_google
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.mailbox.preferences import Preferences
from tests.fakes.google import Refused
from tests.integrations.mail.gmail.conftest import Desk
from tests.integrations.mail.graph.conftest import ADDRESS
from tests.integrations.mail.imap.mails import question


def names(desk: Desk) -> list[str]:
    return [account.name for account in desk.google.accounts.list()]


def test_a_person_connects_by_the_link_and_the_mailbox_works(desk: Desk) -> None:
    account = desk.connect()
    assert (account.address, account.person, account.owner_name) == (ADDRESS, "bob", "Bob Ray")
    assert desk.wakes == ["woken"]
    (asked,) = desk.fake.ledger.find("GET */o/oauth2/v2/auth")
    assert asked.status == 302
    desk.box.receive(question(ADDRESS))
    (job,) = desk.answer_new()
    assert (job.state, desk.placed(job), len(desk.drafts)) == ("delivered", "placed", 1)


def test_a_link_is_good_for_one_mailbox(desk: Desk) -> None:
    link = desk.link()
    desk.bob.signs_in(link)
    page = httpx.get(link)
    assert (page.status_code, "used or has expired" in page.text) == (400, True)


def test_declined_consent_connects_nothing_and_the_link_stays_good(desk: Desk) -> None:
    link = desk.link()
    page = desk.bob.signs_in(link, accepts=False)
    assert (page.status_code, "declined" in page.text, names(desk)) == (400, True, [])
    assert "is connected" in desk.bob.signs_in(link).text


@pytest.mark.parametrize("scope", MAIL_SCOPES)
def test_a_permission_that_was_left_out_is_named(desk: Desk, scope: str) -> None:
    desk.bob.unticked = {scope}
    page = desk.bob.signs_in(desk.link())
    assert (page.status_code, "tick the box for Gmail" in page.text, names(desk)) == (400, True, [])


def test_an_account_without_gmail_is_told_so(desk: Desk) -> None:
    desk.bob.has_gmail = False
    page = desk.bob.signs_in(desk.link())
    assert ("has no Gmail" in page.text, names(desk)) == (True, [])


def test_an_answer_that_nobody_asked_for_connects_nothing(desk: Desk) -> None:
    page = httpx.get(f"{desk.url}/gmail/signed-in", params={"state": "made-up", "code": "stolen"})
    assert (page.status_code, names(desk)) == (400, [])
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_the_mailbox_of_somebody_else_is_not_taken_over(desk: Desk) -> None:
    desk.connect()
    page = desk.bob.signs_in(desk.link("eve"))
    assert "connected by somebody else" in page.text
    assert desk.account.person == "bob"


def test_a_mailbox_that_another_workspace_has_connected_is_not_connected_once_more(desk: Desk) -> None:
    desk.connect()
    link = GmailConnecting(desk.google).invite(Owner("T1", "bob", ""))
    assert "connected by somebody else" in desk.bob.signs_in(link).text
    assert [one.workspace for one in desk.google.accounts.list()] == ["local"]


def test_a_mailbox_that_is_connected_by_imap_is_not_connected_by_its_api_too(desk: Desk) -> None:
    imap = ImapAccount("imap.gmail.com", 993, ADDRESS, "secret", "tls", "bob", address=ADDRESS)
    Accounts(desk.store.records).save(imap)
    assert "connected already, by IMAP" in desk.bob.signs_in(desk.link()).text
    assert names(desk) == []
    Accounts(desk.store.records).remove(imap)
    assert "is connected" in desk.bob.signs_in(desk.link()).text


def test_an_access_token_that_has_ended_is_renewed(seated: Desk) -> None:
    seated.box.receive(question(ADDRESS))
    seated.fake.end_tokens(ADDRESS, access_only=True)
    assert len(seated.sync()) == 1
    assert len(seated.fake.ledger.find("POST /token")) == 1


def test_an_end_of_the_sign_in_is_said_once_and_the_mailbox_left_alone_until_it_is_renewed(seated: Desk) -> None:
    seated.bob.revokes()
    with pytest.raises(CredentialError, match="taken back") as refused:
        seated.sync()
    assert "inlaid mailbox add gmail" in refused.value.fix
    error = seated.provider.connection(seated.account).error
    assert error
    assert error["code"] == "credential"
    assert seated.provider.need(seated.account, Preferences()).is_refused
    seated.connect()
    assert not seated.provider.need(seated.account, Preferences()).is_refused
    seated.box.receive(question(ADDRESS))
    assert len(seated.sync()) == 1


def test_tokens_are_sealed_and_go_with_the_mailbox(seated: Desk) -> None:
    with seated.store.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM record").fetchall()
    assert not any(b"ya29." in str(row).encode() or "1//" in str(row) for row in rows)
    seated.provider.forget(seated.account)
    assert seated.store.records.list(TOKENS_KIND) == []


def test_a_client_that_google_refuses_is_said_so(desk: Desk) -> None:
    assert "takes the client's secret" in check_google(desk.settings)
    desk.fake.client_secret = "another"
    with pytest.raises(SettingsError, match="invalid_client"):
        check_google(desk.settings)


def test_without_public_url_nobody_is_sent_away(desk: Desk) -> None:
    google = desk.google
    without = type(google)(google.settings.model_copy(update={"public_url": ""}), google.records)
    with pytest.raises(SettingsError, match="come back"):
        GmailConnecting(without).invite(Owner("local", "bob"))


def test_a_sign_in_at_a_bad_moment_can_be_repeated(desk: Desk) -> None:
    link = desk.link()
    desk.fake.faults.add("POST /token", Refused(503))
    assert desk.bob.signs_in(link).status_code == 503
    assert "is connected" in desk.bob.signs_in(link).text
