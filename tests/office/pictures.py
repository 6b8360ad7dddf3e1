"""The pictures of the README, taken of the real pages and messages: `python -m tests.office.pictures`.

A process tree runs as `inlaid up` does, with the local model and nothing else; Word and Outlook are played by the
stand-ins of the browser tests, Slack by the fake. Each picture is taken light and dark, as WebP, into deploy/pictures.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from pydantic import SecretStr

from core.settings import Settings
from integrations.cli.processes.process_spec import sign_in_link
from tests.browser.conftest import CHROMIUM
from tests.browser.pages import MAX_MILLISECONDS, Pane, opened
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.world import Message
from tests.office.slack_drawing import message_of, page_of
from tests.processes.tended import tended_tree

INLAID = Path(sys.executable).with_name("inlaid")
FOLDER = Path(__file__).parents[2] / "deploy/pictures"
LOOKS = ("light", "dark")
QUALITY = 78
PATIENCE_MILLISECONDS = 120_000
QUESTION = "How many days of leave do I have in my first year?"
HANDBOOK = """\
# Leave

In the first calendar year new colleagues have 26 days of paid leave, later 30. Up to five days may be taken over into
the next year, and are taken by 31 March.

# Office

The office opens at 7:00 and closes at 19:00, on Fridays at 16:00.
"""
SCALE = 1.5
PARAGRAPHS = [
    {"text": "Supply agreement", "level": 1},
    {"text": "Teh supplier delivers twelve pumps untill 4 December 2026 at EUR 900 each.", "level": 10},
    {"text": "Payment", "level": 1},
    {"text": "You recieve the invoice at your adress within 14 days.", "level": 10},
]
MAIL = {
    "subject": "Pumps",
    "from": {"name": "Tom Abiola", "address": "tom@kontor.example"},
    "to": [{"name": "Ann Lee", "address": "ann@contoso.example"}],
    "html": "<p>Hi Ann,</p><p>thank you for the samples. Can you deliver twelve pumps by 4 December? And which price "
    "holds for twelve?</p><p>Best regards,<br>Tom</p>",
    "heads": "Subject: Pumps\r\n",
}


@dataclass
class Studio:
    """What pictures are taken with.

    Args:
        browser: Chromium.
        slack: the fake, with the app in it.
        settings: of the tree that runs.
        url: of its web process.
        folder: where pictures go.
    """

    browser: Browser
    slack: FakeSlack
    settings: Settings
    url: str
    folder: Path

    def keep(self, what: Page | Locator, name: str, look: str) -> None:
        """Take a picture."""
        from PIL import Image

        target = self.folder / f"{name}-{look}.webp"
        with Image.open(io.BytesIO(what.screenshot(animations="disabled"))) as image:
            image.save(target, "WEBP", quality=QUALITY, method=6)
        sys.stdout.write(f"{target.name}: {target.stat().st_size / 1000:.0f} kB\n")

    @contextmanager
    def windows(self, look: str, width: int, height: int) -> Iterator[BrowserContext]:
        """Give a browser profile that is signed in to the console."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=SCALE,
            locale="en-US",
            color_scheme="dark" if look == "dark" else "light",
        )
        context.set_default_timeout(MAX_MILLISECONDS)
        page = context.new_page()
        page.goto(sign_in_link(self.settings, self.url))
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/console**")
        yield context
        context.close()


def take_slack(studio: Studio) -> None:
    """A question, and its answer that only the asker sees."""
    handbook = studio.settings.home / "Handbook.md"
    handbook.write_text(HANDBOOK)
    subprocess.run([INLAID, "sources", "add", handbook, "--shared"], check=True, stdout=subprocess.DEVNULL)
    slack, acme = studio.slack, next(iter(studio.slack.world.teams.values()))
    workspace = slack.workspace_of(acme)
    priya = workspace.person("Priya Nair")
    stage = workspace.channel("stage", priya)
    slack.connect(f"{studio.url}/slack/events")
    priya.slash("/ask", QUESTION, channel=stage)

    def answers() -> list[Message]:
        return [message for message in priya.sees(stage) if message.only_for and "post_here" in str(message.blocks)]

    slack.ledger.wait_until(answers, PATIENCE_MILLISECONDS / 1000)
    answer = answers()[-1]
    private = message_of("Inlaid", answer.text, answer.blocks, is_app=True, note="Only visible to you")
    priya.click(answer, "post_here")

    def posts() -> list[Message]:
        return [message for message in priya.sees(stage) if message.bot_id and not message.only_for]

    slack.ledger.wait_until(posts, PATIENCE_MILLISECONDS / 1000)
    posted = posts()[-1]
    messages = [
        message_of("Priya Nair", f"/ask {QUESTION}", ()),
        private,
        message_of("Inlaid", posted.text, posted.blocks, is_app=True, note="What everybody sees after Post here"),
    ]
    page = studio.browser.new_page(device_scale_factor=SCALE)
    for look in LOOKS:
        page.set_content(page_of("stage", messages, dark=look == "dark"))
        studio.keep(page.locator(".place"), "slack", look)
    page.close()


def _in_word(studio: Studio, look: str, context: BrowserContext) -> None:
    pane = opened(context, studio.url, word={"paragraphs": PARAGRAPHS, **_theme(look)})
    _ready(pane)
    pane.run("proofread", scope="document")
    pane.page.wait_for_selector(".card", timeout=PATIENCE_MILLISECONDS)
    pane.page.wait_for_selector("#restart", timeout=PATIENCE_MILLISECONDS)
    studio.keep(pane.page, "word", look)


def _in_outlook(studio: Studio, look: str, context: BrowserContext) -> None:
    colour = "#1f1f1f" if look == "dark" else "#ffffff"
    pane = opened(context, studio.url, outlook={"item": MAIL, "theme": {"bodyBackgroundColor": colour}})
    _ready(pane)
    pane.page.get_by_role("button", name="Draft a reply").click()
    heading = pane.page.get_by_role("heading", name="Draft of a reply")
    expect(heading).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    studio.keep(pane.page, "outlook", look)


def _theme(look: str) -> dict[str, Any]:
    return {"theme": {"bodyBackgroundColor": "#1f1f1f" if look == "dark" else "#ffffff"}}


def _ready(pane: Pane) -> None:
    pane.until("performance.getEntriesByName('inlaid-interactive').length > 0")


def take_panes(studio: Studio, *, look: str) -> None:
    """Word's cards, and a reply in Outlook."""
    with studio.windows(look, 400, 620) as context:
        _in_word(studio, look, context)
        _in_outlook(studio, look, context)


def take_console(studio: Studio) -> None:
    """The first page of the console."""
    for look in LOOKS:
        with studio.windows(look, 1000, 560) as context:
            page = context.pages[0]
            page.goto(f"{studio.url}/console")
            studio.keep(page, "console", look)


# The console shows what was drafted by then, so each draft once.
TAKES: dict[str, Callable[[Studio], None]] = {
    "slack": take_slack,
    "panes-light": partial(take_panes, look="light"),
    "console": take_console,
    "panes-dark": partial(take_panes, look="dark"),
}


def main() -> None:
    """Take the pictures that are asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *TAKES], help="which; all by default")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, FakeSlack() as slack, sync_playwright() as playwright:
        os.environ["INLAID_HOME"] = home
        workspace = slack.workspace("Lindenhof")
        settings = Settings(
            home=Path(home),
            port=0,
            slack_api_url=slack.api_url,
            slack_signing_secret=SecretStr(slack.app.signing_secret),
            slack_bot_token=SecretStr(workspace.bot_token),
            owner_name="Ann Lee",
            _env_file=None,
        )
        # Chromium's own sandbox does not start as root, as in containers of continuous integration.
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        with tended_tree(settings, web=True) as tree:
            studio = Studio(browser, slack, tree.settings, tree.web_url, asked.folder)
            for name in asked.names or TAKES:
                TAKES[name](studio)
        browser.close()


if __name__ == "__main__":
    main()
