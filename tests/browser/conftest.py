"""Chromium, and the real process tree (web, worker, scheduler, Valkey) with a scripted model behind it.

Without Chromium the tests of this folder are skipped; `tests/office/install.sh` installs it.
"""

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from core.settings import Settings
from core.store import Store, open_store
from integrations.cli.processes.process_spec import sign_in_link
from integrations.cli.processes.process_tree import RunningTree
from tests.browser.pages import MAX_MILLISECONDS, Pane, opened
from tests.fakes.openai_replies import Answer, Reply
from tests.fakes.openai_server import OpenAIServer
from tests.processes.tended import tended_tree

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LOG_CHARS = 4_000
FENCED = re.compile(r"<<<\n(.*?)\n>>>", re.DOTALL)
CORRECTIONS = {"Teh": "The", "untill": "until", "recieve": "receive", "adress": "address", "probelm": "problem"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process run all tests of this folder, one after the other; skip them where there is no Chromium."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.xdist_group("browser"))
        item.add_marker(pytest.mark.processes)
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no chromium here: run tests/office/install.sh"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the end of each process's log with a test that failed."""
    report = yield
    house = getattr(item, "funcargs", {}).get("tree_with_web")
    if report.failed and isinstance(house, House):
        for log in sorted((house.tree.settings.home / "logs").glob("*.log")):
            report.sections.append((log.name, log.read_text(errors="replace")[-LOG_CHARS:]))
    return report


def corrected(body: dict[str, Any]) -> Reply:
    """Answer as a model that corrects spelling would."""
    given = FENCED.findall(str(body["messages"][-1]["content"]))
    text = given[-1] if given else ""
    for wrong, right in CORRECTIONS.items():
        text = text.replace(wrong, right)
    return Answer(text)


@dataclass
class House:
    """The tree, and its model."""

    tree: RunningTree
    model: OpenAIServer
    store: Store

    @property
    def url(self) -> str:
        return self.tree.web_url


@pytest.fixture(scope="session")
def tree_with_web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Start the tree as `inlaid up` does."""
    home = tmp_path_factory.mktemp("pane")
    with OpenAIServer(respond=corrected) as model, pytest.MonkeyPatch.context() as patch:
        patch.setenv("INLAID_HOME", str(home))
        settings = Settings(
            home=home,
            port=0,
            model_url=model.url,
            sweep_seconds=0.5,
            resend_seconds=2.0,
            cache_seconds=0,  # each test has a model that answers in its own way
            _env_file=None,
        )
        with tended_tree(settings, web=True) as tree:
            store = open_store(tree.settings)
            yield House(tree, model, store)
            store.close()


@pytest.fixture
def house(tree_with_web: House) -> Iterator[House]:
    """Give the tree to a test, with a model that corrects spelling."""
    tree_with_web.model.respond = corrected
    yield tree_with_web
    tree_with_web.model.respond = corrected


def come_in(page: Page, house: House) -> None:
    """Open the link that `inlaid console` prints, and press its button, in English or German."""
    page.goto(sign_in_link(house.tree.settings, house.url))
    page.get_by_role("button", name=re.compile("Continue|Weiter")).click()
    expect(page.get_by_role("heading", name=re.compile("Home|Start"))).to_be_visible()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one browser for all tests."""
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start as root, as in containers of continuous integration.
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(chromium: Browser, tree_with_web: House) -> Iterator[BrowserContext]:
    """Return one browser profile: what the pane keeps, it keeps by window, and each test opens windows of its own.

    It is signed in to the console by the link of `inlaid console`, so the pane gets its session.
    """
    made = chromium.new_context(viewport={"width": 420, "height": 900}, locale="en-US", accept_downloads=True)
    made.set_default_timeout(MAX_MILLISECONDS)
    come_in(made.new_page(), tree_with_web)
    yield made
    made.close()


OpenPane = Callable[..., Pane]


@pytest.fixture
def open_pane(house: House, context: BrowserContext) -> Iterator[OpenPane]:
    """Return a function that opens the pane; see `tests.browser.pages.opened`."""
    panes: list[Pane] = []

    def open_it(**options: Any) -> Pane:
        pane = opened(context, house.url, **options)
        panes.append(pane)
        pane.until("performance.getEntriesByName('inlaid-interactive').length > 0")
        return pane

    yield open_it
    for pane in panes:
        pane.page.close()


@pytest.fixture
def open_outlook(open_pane: OpenPane) -> OpenPane:
    """Return a function that opens the pane in Outlook, beside this mail (None: none is open)."""

    def open_it(item: dict[str, Any] | None, **setup: Any) -> Pane:
        return open_pane(outlook={"item": item, **setup})

    return open_it
