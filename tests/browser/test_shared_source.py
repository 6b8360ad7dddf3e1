"""A shared mailbox as a source, in Chromium: added by one who shares it, seen by the others, readable on a phone.

The pictures are kept in the folder of the setting CONSOLE_PICTURES, else in the test's own.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import MAX_MILLISECONDS
from tests.browser.test_console_pages import OUTSIDE, faults
from tests.browser.test_sign_in_pages import POST
from tests.fakes.microsoft import Person
from tests.fakes.microsoft.fixture import microsoft
from tests.integrations.api.running import RunningWeb
from tests.integrations.api.test_sources import read_all
from tests.integrations.console.conftest import bob, model, shared
from tests.integrations.console.pages.test_shared_mailboxes import INFO, joins
from tests.integrations.console.pages.test_sources import public
from tests.integrations.mail.imap.mails import question
from tests.integrations.word.conftest import pane_tools

__all__ = ["bob", "microsoft", "model", "pane_tools", "public", "shared"]
ASKED = "The boiler in the north wing makes a noise. When will somebody come?"
# It signs two people in at a server over TLS, and takes minutes where others take the machine.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(ignore_https_errors=True, viewport={"width": 360, "height": 800}, locale="en-US")
    context.set_default_timeout(MAX_MILLISECONDS)
    yield context.new_page()
    context.close()


def come_in(page: Page, web: RunningWeb, person: Person) -> None:
    """Sign in to the console as somebody of the organisation."""
    page.goto(f"{web.url}/console/sign-in")
    page.get_by_role("button", name="Sign in with Microsoft 365").click()
    page.wait_for_url(f"{person.microsoft.authority}/**")
    page.evaluate(POST, [f"{web.url}/console/signed-in", person.answers(page.url)])
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def test_what_a_shared_mailbox_holds_is_added_looked_at_and_taken_away(
    page: Page, public: RunningWeb, bob: Person, tmp_path: Path, pane_tools: Path
) -> None:
    axe = (pane_tools / "node_modules/axe-core/axe.min.js").read_text()
    folder = Path(os.environ.get("CONSOLE_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def look(name: str) -> None:
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            page.screenshot(path=folder / f"{name}-360-{theme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            assert page.evaluate(OUTSIDE) == [], name
            assert faults(page, axe) == [], (name, theme)

    fake = bob.microsoft
    cas = fake.person("cas@example.org", "Cas Lind")
    info = fake.person(INFO, "Info desk")
    fake.share(info, bob, cas)
    for person in (bob, cas):
        joins(public, person)
    fake.mailbox(info).receive(question(INFO, body=ASKED))
    come_in(page, public, bob)
    page.goto(f"{public.url}/console/connections/mailbox?name={INFO}")
    expect(page.get_by_label("Folders, separated by commas")).to_have_value("Inbox, Sent")
    page.get_by_label("Folders, separated by commas").fill("Inbox")
    page.get_by_role("button", name="Use these folders").click()
    read_all(public)
    page.get_by_role("link", name=f"Mail of {INFO}").click()
    expect(page.get_by_text("hold for all of them")).to_be_visible()
    look("shared-source")
    page.get_by_role("link", name="Choose other folders").click()
    expect(page.get_by_label("Folders, separated by commas")).to_have_value("Inbox")
    look("shared-mailbox")
    page.get_by_role("link", name="These folders are used already").click()
    page.once("dialog", lambda asked: asked.accept() if "for all who share the mailbox" in asked.message else None)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("nothing of it is found any more")).to_be_visible()
