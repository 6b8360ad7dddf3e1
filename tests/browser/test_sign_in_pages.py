"""The pages of a link that connects a mailbox, in Chromium: they lead where they should, and everybody can read them.

The provider is the fake Microsoft, over TLS; the app is on plain HTTP, so that each is another site to the other.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from integrations.mail.graph.connecting import GraphConnecting, Invitation
from tests.browser.pages import MAX_MILLISECONDS
from tests.browser.test_console_pages import faults
from tests.fakes.microsoft import Person
from tests.fakes.microsoft.fixture import microsoft
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import bob, model, shared
from tests.integrations.console.pages.test_sources import public
from tests.integrations.mail.graph.conftest import ADDRESS, Office, door, office
from tests.integrations.word.conftest import pane_tools

__all__ = ["bob", "door", "microsoft", "model", "office", "pane_tools", "public", "shared"]
POST = """([address, fields]) => {
    const form = document.createElement('form');
    form.method = 'post'; form.action = address;
    for (const [name, value] of Object.entries(fields)) {
        const input = document.createElement('input');
        input.type = 'hidden'; input.name = name; input.value = value; form.append(input);
    }
    document.body.append(form); form.submit();
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(ignore_https_errors=True, viewport={"width": 360, "height": 800})
    context.set_default_timeout(MAX_MILLISECONDS)
    yield context.new_page()
    context.close()


def link(office: Office) -> str:
    return GraphConnecting(office.microsoft).invite(Invitation("claire@example.org", "Claire Bennett"))


def signs_in(page: Page, office: Office, there: str) -> None:
    """Have the page of the authority post its form to the app, as Microsoft's does."""
    page.evaluate(POST, [f"{office.url}/graph/signed-in", office.bob.answers(there)])


def goes_there(page: Page, office: Office, address: str) -> str:
    """Open a link, press Continue, and return the address of the authority's page that it leads to."""
    page.goto(address)
    page.get_by_role("button", name="Continue to Microsoft").click()
    page.wait_for_url(f"{office.fake.authority}/**")
    return page.url


def test_a_mailbox_is_connected_in_the_browser_that_began(page: Page, office: Office) -> None:
    signs_in(page, office, goes_there(page, office, link(office)))
    question = page.get_by_role("heading", name=f"Connect {ADDRESS} for Claire Bennett <claire@example.org>?")
    expect(question).to_be_visible()
    assert office.microsoft.accounts.list() == []
    page.get_by_role("button", name=f"Connect {ADDRESS}").click()
    expect(page.get_by_text(f"{ADDRESS} is connected for Claire Bennett <claire@example.org>.")).to_be_visible()


def test_an_answer_that_another_browser_brings_connects_nothing(page: Page, office: Office, chromium: Browser) -> None:
    there = goes_there(page, office, link(office))
    other = chromium.new_context(ignore_https_errors=True).new_page()
    other.goto(there)
    signs_in(other, office, there)
    expect(other.get_by_text("begun in another browser")).to_be_visible()
    assert office.microsoft.accounts.list() == []
    other.context.close()


def test_the_console_leads_to_microsoft_and_the_person_comes_in(page: Page, public: RunningWeb, bob: Person) -> None:
    page.goto(f"{public.url}/console/sign-in")
    page.get_by_role("button", name="Sign in with Microsoft 365").click()
    page.wait_for_url(f"{bob.microsoft.authority}/**")
    page.evaluate(POST, [f"{public.url}/console/signed-in", bob.answers(page.url)])
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_pages_are_readable_and_fit_a_phone(
    page: Page, office: Office, colours: Any, tmp_path: Path, pane_tools: Path
) -> None:
    axe = (pane_tools / "node_modules/axe-core/axe.min.js").read_text()

    def look(file: str) -> None:
        """Hold that axe finds nothing and nothing of the page is cut off; leave a picture of it."""
        page.screenshot(path=tmp_path / file, full_page=True)
        assert faults(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.emulate_media(color_scheme=colours)
    address = link(office)
    page.goto(address)
    look("offer.png")
    signs_in(page, office, goes_there(page, office, address))
    expect(page.get_by_role("button", name="Do not connect it")).to_be_visible()
    look("question.png")
    page.get_by_role("button", name="Do not connect it").click()
    expect(page.get_by_role("heading", name="Not connected")).to_be_visible()
    look("end.png")
