"""Links to sign in by: one thing, once, for one person, in the browser that began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

import pytest

from core.connect_links import Authority, ConnectLinks, Owner, ProviderAccount, Purpose, Question
from core.drafts import JsonObject
from core.errors import ForbiddenError, InputError, NotFoundError, OutageError, SettingsError
from core.settings import Settings
from core.store import Store

ANN = Owner("acme", "ann@example.org", "Ann")
BOB = Owner("acme", "bob@example.org", "Bob")
OWN = ProviderAccount("Ann@Example.org", workspace=ANN.workspace, person=ANN.person)


@dataclass
class Provider:
    """A page to sign in at: whoever is `account` comes back from it."""

    account: ProviderAccount = OWN
    connected: list[tuple[JsonObject, str]] = field(default_factory=list)
    is_down: bool = False

    def begin(self, scopes: Sequence[str], back: str) -> JsonObject:
        return {"state": f"state of {back}", "auth_uri": f"https://provider.example?scope={' '.join(scopes)}"}

    def finish(self, flow: JsonObject, answer: Mapping[str, str]) -> ProviderAccount:
        assert answer["state"] == flow["state"]
        return self.account

    def connect(self, data: JsonObject, account: ProviderAccount) -> str:
        if self.is_down:
            raise OutageError("It is down.", fix="Wait.")
        self.connected.append((data, account.address))
        return f"{account.address} is connected."


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def links(settings: Settings, sqlite_store: Store, provider: Provider) -> ConnectLinks:
    authority = Authority(
        "Provider", "links", "/sign-in", "/signed-in", provider.begin, provider.finish, "Ask again.", lambda: None
    )
    where = settings.model_copy(update={"public_url": "https://inlaid.example"})
    return ConnectLinks(
        where, sqlite_store.records, authority, {"mail": Purpose("a mailbox", ("m",), provider.connect)}
    )


def invited(links: ConnectLinks) -> str:
    link = urlsplit(links.invite(ANN, {"folder": "inbox"}, "mail"))
    assert (link.netloc, link.path) == ("inlaid.example", "/sign-in")
    return parse_qs(link.query)["ticket"][0]


STATE = {"state": "state of https://inlaid.example/signed-in", "code": "1"}


def test_the_owners_own_account_is_connected_once(links: ConnectLinks, provider: Provider) -> None:
    ticket = invited(links)
    assert links.look(ticket).what == "a mailbox"
    begun = links.begin(ticket)
    assert begun.auth_uri == "https://provider.example?scope=m"
    assert links.finish(STATE["state"], begun.browser, STATE) == "Ann@Example.org is connected."
    assert provider.connected == [({"folder": "inbox"}, "Ann@Example.org")]
    with pytest.raises(NotFoundError, match="used or has expired"):
        links.look(ticket)


def test_another_browser_finishes_nothing(links: ConnectLinks, provider: Provider) -> None:
    links.begin(invited(links))
    with pytest.raises(ForbiddenError, match="another browser"):
        links.finish(STATE["state"], "a guess", STATE)
    assert provider.connected == []


def test_a_sign_in_counts_once(links: ConnectLinks) -> None:
    begun = links.begin(invited(links))
    links.finish(STATE["state"], begun.browser, STATE)
    with pytest.raises(InputError):
        links.finish(STATE["state"], begun.browser, STATE)


@pytest.mark.parametrize("is_meant", [True, False])
def test_an_account_of_somebody_else_is_asked_about(links: ConnectLinks, provider: Provider, is_meant: bool) -> None:
    provider.account = ProviderAccount("other@example.net")
    begun = links.begin(invited(links))
    question = links.finish(STATE["state"], begun.browser, STATE)
    assert isinstance(question, Question)
    assert (question.address, provider.connected) == ("other@example.net", [])
    links.answer(question.key, begun.browser, is_meant=is_meant)
    assert len(provider.connected) == is_meant


def test_who_is_signed_in_as_somebody_else_is_refused(links: ConnectLinks) -> None:
    ticket = invited(links)
    with pytest.raises(ForbiddenError, match="for Ann"):
        links.begin(ticket, BOB)
    assert links.begin(ticket, replace(ANN, name=""))


def test_a_link_of_which_nothing_came_is_good_for_another_try(links: ConnectLinks, provider: Provider) -> None:
    ticket = invited(links)
    provider.is_down = True
    begun = links.begin(ticket)
    with pytest.raises(OutageError):
        links.finish(STATE["state"], begun.browser, STATE)
    provider.is_down = False
    begun = links.begin(ticket)
    assert links.finish(STATE["state"], begun.browser, STATE) == "Ann@Example.org is connected."


def test_an_answer_without_the_browsers_secret_waits_for_it(links: ConnectLinks, provider: Provider) -> None:
    begun = links.begin(invited(links))
    key = links.lay_aside(STATE)
    assert provider.connected == []
    assert links.finish(key, begun.browser) == "Ann@Example.org is connected."


def test_without_an_address_to_come_back_to_there_is_no_link(links: ConnectLinks, settings: Settings) -> None:
    with pytest.raises(SettingsError, match="come back"):
        replace(links, settings=settings).invite(ANN, {}, "mail")
