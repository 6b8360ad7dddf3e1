"""Links by which mailboxes are connected, at both providers: whoever opens somebody else's connects nothing unasked."""

from typing import Any

import httpx
import pytest

from core.connect_links import FLOW_KIND, LINK_KIND, Owner
from integrations.graph.tokens import KIND as MICROSOFT_TOKENS
from integrations.mail.gmail.sign_in import TOKENS_KIND as GOOGLE_TOKENS
from integrations.mail.graph.connecting import GraphConnecting, Invitation
from integrations.mail.mailbox.sign_in_pages import COOKIE
from tests.fakes.browsing import has_button, led_to, post_from_elsewhere, press
from tests.fakes.google.fixture import google
from tests.fakes.microsoft.fixture import microsoft
from tests.integrations.mail.gmail.conftest import Desk, desk
from tests.integrations.mail.graph.conftest import ADDRESS, Office, door, office

__all__ = ["desk", "door", "google", "microsoft", "office"]


class Place:
    """One provider: a link that was made for somebody, and whoever signs in by it."""

    def __init__(self, made: Office | Desk) -> None:
        self.made = made
        self.is_graph = isinstance(made, Office)
        self.records = made.store.records
        self.path = "/graph" if self.is_graph else "/gmail"
        self.button = "Continue to " + ("Microsoft" if self.is_graph else "Google")

    def link(self, person: str = "claire@example.org", name: str = "Claire Bennett") -> str:
        if isinstance(self.made, Office):
            return GraphConnecting(self.made.microsoft).invite(Invitation(person, name))
        return self.made.link(person, name)

    def signs_in(self, link: str, **how: Any) -> httpx.Response:
        return self.made.bob.signs_in(link, **how)

    def kept(self) -> dict[str, list[str]]:
        """Return what is kept of mailboxes and tokens, by kind."""
        kinds = (MICROSOFT_TOKENS, GOOGLE_TOKENS, "graph_mailbox", "gmail_mailbox")
        return {kind: [one.key for one in found] for kind in kinds if (found := self.records.list(kind))}

    def leads(self, browser: httpx.Client, link: str) -> str:
        """Open a link, press its button, and return where the browser goes then."""
        return led_to(press(browser, browser.get(link), self.button))

    def comes_back(self, browser: httpx.Client, there: str) -> httpx.Response:
        """Sign in at the provider's page, and bring what it gives to the app in this browser."""
        if isinstance(self.made, Office):
            form = self.made.bob.answers(there)
            address = f"{self.made.url}/graph/signed-in"
            back = post_from_elsewhere(browser, address, form, self.made.fake.url)
            return browser.get(str(back.url.join(back.headers["Location"])))
        with httpx.Client(verify=self.made.fake.client_context()) as google_window:
            said = google_window.get(f"{there}&fake_person={ADDRESS}&fake_accepts=yes")
        return browser.get(said.headers["Location"])


@pytest.fixture(params=["microsoft", "google"])
def place(request: pytest.FixtureRequest) -> Place:
    return Place(request.getfixturevalue("office" if request.param == "microsoft" else "desk"))


def test_the_page_of_a_link_says_for_whom_it_is_and_does_nothing_by_itself(place: Place) -> None:
    link = place.link()
    with httpx.Client() as browser:
        for _ in range(2):
            page = browser.get(link)
            assert "<h1>Connect a mailbox for Claire Bennett &lt;claire@example.org&gt;</h1>" in page.text
            assert "set-cookie" not in page.headers
            assert has_button(page, place.button)
    assert (place.records.list(FLOW_KIND), place.kept()) == ([], {})


def test_the_cookie_is_for_this_sign_in_alone_and_no_script_reads_it(place: Place) -> None:
    with httpx.Client() as browser:
        page = press(browser, browser.get(place.link()), place.button)
        said = page.headers["set-cookie"]
        assert said.startswith(f"{COOKIE}=")
        assert f"; HttpOnly; Max-Age=900; Path={place.path}; SameSite=lax" in said
        assert "Secure" not in said
        (flow,) = place.records.list(FLOW_KIND)
        assert browser.cookies[COOKIE] not in str(flow.data)


def test_what_another_browser_brings_back_connects_nothing(place: Place) -> None:
    with httpx.Client() as began, httpx.Client() as other:
        there = place.leads(began, place.link())
        place.leads(other, place.link())  # has a cookie of its own
        page = place.comes_back(other, there)
        assert (page.status_code, "begun in another browser" in page.text) == (403, True)
        assert place.kept() == {}


def test_an_account_of_another_address_is_asked_about_before_anything_is_kept(place: Place) -> None:
    page = place.signs_in(place.link(), confirms=False)
    assert f"<h1>Connect {ADDRESS} for Claire Bennett &lt;claire@example.org&gt;?</h1>" in page.text
    assert f"You signed in as {ADDRESS}." in page.text
    assert place.kept() == {}
    assert place.made.wakes == []


def test_whoever_says_yes_connects_it_and_reads_which_and_for_whom(place: Place) -> None:
    link = place.link()
    page = place.signs_in(link)
    assert f"{ADDRESS} is connected for Claire Bennett &lt;claire@example.org&gt;." in page.text
    assert place.made.account.person == "claire@example.org"
    assert place.records.list(LINK_KIND) == []
    assert "used or has expired" in httpx.get(link).text


def test_the_owner_of_a_link_without_a_name_is_not_called_by_the_name_of_whoever_signed_in(place: Place) -> None:
    page = place.signs_in(place.link(name=""))
    assert f"{ADDRESS} is connected for claire@example.org." in page.text


def test_whoever_says_no_leaves_nothing_behind_and_may_take_another_account(place: Place) -> None:
    link = place.link()
    with httpx.Client(verify=place.made.fake.client_context()) as browser:
        page = press(browser, place.signs_in(link, confirms=False, client=browser), "Do not connect")
        assert "Nothing was connected" in page.text
        assert (place.kept(), place.records.list(FLOW_KIND)) == ({}, [])
        assert browser.get(link).status_code == 200


def test_an_address_that_is_known_to_be_the_owners_is_not_asked_about(place: Place) -> None:
    page = place.signs_in(place.link(ADDRESS), confirms=False)
    assert f"{ADDRESS} is connected for Claire Bennett &lt;{ADDRESS}&gt;." in page.text


def test_the_question_is_answered_by_the_browser_that_was_asked_and_once(place: Place) -> None:
    with httpx.Client(verify=place.made.fake.client_context()) as browser, httpx.Client() as other:
        question = place.signs_in(place.link(), confirms=False, client=browser)
        page = press(other, question, "Connect")
        assert (page.status_code, "begun in another browser" in page.text) == (403, True)
        assert place.kept() == {}
        assert "is connected" in press(browser, question, "Connect").text
        assert "finished before" in press(browser, question, "Connect").text


@pytest.mark.parametrize("step", ["sign-in", "signed-in/answer"])
def test_a_form_of_another_site_begins_and_answers_nothing(place: Place, step: str) -> None:
    link = place.link()
    fields = {"ticket": link.partition("ticket=")[2], "key": "x", "connect": "yes"}
    with httpx.Client() as browser:
        page = post_from_elsewhere(browser, f"{place.made.url}{place.path}/{step}", fields, "https://elsewhere.example")
        assert (page.status_code, "set-cookie" in page.headers) == (403, False)
    assert place.records.list(FLOW_KIND) == []


def test_a_browser_in_which_somebody_else_is_signed_in_to_the_console_is_refused_at_every_step(place: Place) -> None:
    link, other = place.link(), Owner("local", ADDRESS, "Bob Ray")
    with httpx.Client(verify=place.made.fake.client_context()) as browser:
        offered = browser.get(link)
        there = place.leads(browser, link)
        place.made.console = other
        for page in (browser.get(link), press(browser, offered, place.button), place.comes_back(browser, there)):
            assert page.status_code == 403
            assert "In this browser Bob Ray &lt;bob@example.org&gt; is signed in to the console." in page.text
        assert place.kept() == {}
        place.made.console = Owner("local", "claire@example.org", "Claire Bennett")
        assert "is connected for" in place.signs_in(link, client=browser).text


def test_two_sign_ins_by_one_link_connect_one_mailbox(place: Place) -> None:
    link = place.link()
    with httpx.Client() as first, httpx.Client() as second:
        ways = [(browser, place.leads(browser, link)) for browser in (first, second)]
        asked = [(browser, place.comes_back(browser, there)) for browser, there in ways]
        pages = [press(browser, question, "Connect") for browser, question in asked]
    assert ["is connected" in page.text for page in pages] == [True, False]
    assert "used or has expired" in pages[1].text


def test_the_pages_speak_the_language_of_the_browser(place: Place) -> None:
    with httpx.Client(headers={"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}) as browser:
        shown = browser.get(place.link()).text
        assert '<html lang="de">' in shown
        assert "<h1>Für Claire Bennett &lt;claire@example.org&gt; verbinden: ein Postfach</h1>" in shown
        assert "Wenn Sie das nicht selbst angestoßen haben, schließen Sie diese Seite: Es geschieht nichts." in shown
        assert "Weiter zu " in shown
        gone = browser.get(f"{place.link()}nothing").text
        assert "Nicht verbunden" in gone
        assert "Dieser Link wurde verwendet oder ist abgelaufen." in gone
