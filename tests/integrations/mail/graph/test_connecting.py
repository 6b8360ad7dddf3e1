"""Connecting a mailbox: the link, Microsoft's page, the way back; and the app's own permissions."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from core.errors import CredentialError, InlaidError, NotFoundError, SettingsError
from integrations.graph.errors import ConsentError
from integrations.graph.invitations import SIGNED_IN_PATH
from integrations.mail.graph.accounts import SCOPES, GraphAccount, Microsoft
from integrations.mail.graph.connecting import GraphConnecting, Invitation
from tests.fakes.browsing import led_to, post_from_elsewhere, press
from tests.fakes.microsoft import Refused
from tests.integrations.mail.graph.conftest import ADDRESS, Office
from tests.integrations.mail.imap.mails import question


def accounts(office: Office) -> list[str]:
    return [one.name for one in office.microsoft.accounts.list()]


def app_only(**changes: Any) -> GraphAccount:
    return GraphAccount(address=ADDRESS, person="bob", **changes)


def test_a_person_connects_by_the_link_and_the_mailbox_works(office: Office) -> None:
    account = office.connect()
    assert (account.address, account.person, account.owner_name) == (ADDRESS, "bob", "Bob Ray")
    assert office.wakes
    assert office.fake.ledger.find("GET /v1.0/me/mailFolders/inbox")
    assert office.bob.consented == {"Mail.Read", "Mail.ReadWrite", "User.Read"}


@pytest.mark.parametrize(("title", "role"), [("Head of  Events", "Head of Events"), (None, "")])
def test_what_the_owner_does_is_told_to_whoever_writes_for_them(office: Office, title: str | None, role: str) -> None:
    office.bob.job_title = title
    office.connect()
    office.box.receive(question(ADDRESS))
    (judged,) = office.sync()
    assert office.store.jobs.get(judged.job).inputs.get("owner_role", "") == role
    assert office.bob.consented == {"Mail.Read", "Mail.ReadWrite", "User.Read"}


def test_the_aliases_that_the_directory_knows_are_the_owners_own(office: Office) -> None:
    office.bob.proxy_addresses = (f"SMTP:{ADDRESS}", "smtp:Robert@example.org", "SIP:bob@voice.example.org")
    account = office.connect()
    assert account.aliases == ("robert@example.org",)
    assert office.microsoft.accounts.get("local", ADDRESS) == account
    office.box.receive(question(ADDRESS, "From: Bob Ray <robert@example.org>"))
    (judged,) = office.sync()
    assert judged.decision["rule"] == "own_mail"


def test_a_worker_looks_after_a_new_mailbox_at_once(office: Office) -> None:
    office.box.receive(question(ADDRESS))
    office.connect()
    office.take_notices()
    assert len(office.fake.subscriptions) == 1
    assert len(office.decided()) == 1


def test_no_permission_that_sends_is_asked_for(office: Office) -> None:
    office.connect()
    (request,) = office.fake.ledger.find("GET */authorize")
    assert "send" not in request.path.lower()
    assert not [scope for scope in SCOPES if "send" in scope.lower()]
    assert not [scope for scope in office.bob.consented if "send" in scope.lower()]


def test_a_link_is_good_for_one_mailbox(office: Office) -> None:
    link = GraphConnecting(office.microsoft).invite(Invitation("bob"))
    office.bob.signs_in(link)
    page = httpx.get(link)
    assert (page.status_code, "used or has expired" in page.text) == (400, True)


def test_the_same_answer_twice_connects_once(office: Office) -> None:
    link = GraphConnecting(office.microsoft).invite(Invitation("bob"))
    with httpx.Client() as browser:
        form = office.bob.answers(led_to(press(browser, browser.get(link), "Continue")))
        assert post_from_elsewhere(browser, f"{office.url}{SIGNED_IN_PATH}", form, office.fake.url).status_code == 303
        again = post_from_elsewhere(browser, f"{office.url}{SIGNED_IN_PATH}", form, office.fake.url)
        assert (again.status_code, "finished before" in again.text) == (400, True)


def test_a_mailbox_that_somebody_has_connected_is_not_taken_by_another(office: Office) -> None:
    office.connect()
    page = office.bob.signs_in(GraphConnecting(office.microsoft).invite(Invitation("carl")))
    assert "is connected by somebody else" in page.text
    assert office.microsoft.accounts.get("local", ADDRESS).person == "bob"
    assert "is connected for" in office.bob.signs_in(GraphConnecting(office.microsoft).invite(Invitation("bob"))).text


def test_declined_consent_connects_nothing_and_says_so(office: Office) -> None:
    link = GraphConnecting(office.microsoft).invite(Invitation("bob"))
    page = office.bob.signs_in(link, accepts=False)
    assert "declined" in page.text
    assert accounts(office) == []
    assert "is connected" in office.bob.signs_in(link).text


def test_a_mailbox_that_cannot_be_used_is_not_saved(office: Office) -> None:
    del office.box.folders["drafts"]
    link = GraphConnecting(office.microsoft).invite(Invitation("bob"))
    page = office.bob.signs_in(link)
    assert "no folder drafts" in page.text
    assert accounts(office) == []


def test_an_outage_while_connecting_can_be_tried_again(office: Office) -> None:
    link = GraphConnecting(office.microsoft).invite(Invitation("bob"))
    office.fake.faults.add("GET /v1.0/*", Refused(503), times=99)
    assert office.bob.signs_in(link).status_code == 503
    office.fake.faults.clear()
    assert "is connected" in office.bob.signs_in(link).text


def test_without_a_public_address_the_missing_setting_is_named(office: Office) -> None:
    settings = office.settings.model_copy(update={"public_url": ""})
    with pytest.raises(SettingsError) as caught:
        GraphConnecting(Microsoft(settings, office.store.records)).invite(Invitation("bob"))
    assert "INLAID_PUBLIC_URL" in caught.value.fix


def test_the_app_itself_reads_the_mailboxes_that_it_was_given(office: Office) -> None:
    office.fake.app.application |= {"Mail.Read", "Mail.ReadWrite"}
    account = GraphConnecting(office.microsoft).test(app_only())
    GraphConnecting(office.microsoft).save(account)
    office.beat()
    assert accounts(office) == [account.name]
    (subscription,) = office.fake.subscriptions
    assert subscription.resource == f"users/{ADDRESS}/mailFolders('inbox')/messages"


def no_permission(office: Office) -> None:
    office.fake.app.application.clear()


def only_reading(office: Office) -> None:
    office.fake.app.application = {"Mail.Read"}


def out_of_reach(office: Office) -> None:
    office.fake.reach = {"somebody-else@example.org"}


def no_mailbox(office: Office) -> None:
    office.fake.people.clear()


@pytest.mark.parametrize(
    ("happens", "kind"),
    [
        (no_permission, ConsentError),
        (only_reading, ConsentError),
        (out_of_reach, ConsentError),
        (no_mailbox, NotFoundError),
    ],
)
def test_what_an_administrator_has_not_granted_is_found_before_it_is_saved(
    office: Office, happens: Callable[[Office], None], kind: type[InlaidError]
) -> None:
    office.fake.app.application |= {"Mail.Read", "Mail.ReadWrite"}
    happens(office)
    with pytest.raises(kind) as caught:
        GraphConnecting(office.microsoft).test(app_only())
    assert caught.value.fix
    assert accounts(office) == []
    assert office.drafts == []


def test_a_folder_that_does_not_exist_is_named(office: Office) -> None:
    office.fake.app.application |= {"Mail.Read", "Mail.ReadWrite"}
    with pytest.raises(NotFoundError, match="no folder projects"):
        GraphConnecting(office.microsoft).test(app_only(folders=("projects",)))


def test_connecting_anew_after_the_password_changed_heals_the_mailbox(connected: Office) -> None:
    connected.bob.changes_password()
    connected.fake.clock.advance(7200)
    with pytest.raises(CredentialError):
        connected.sync()
    standing = connected.microsoft.accounts.status(connected.account)
    assert standing.error
    assert "password" in standing.error["message"]
    connected.connect()
    assert connected.microsoft.accounts.status(connected.account).error is None
    connected.sync()
