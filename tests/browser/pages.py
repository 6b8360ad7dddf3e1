"""The pane in Chromium, as a person sees it in Word or in a browser."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Download, Page, Request, expect

OFFICE_JS = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
OUTLOOK_HOST = (Path(__file__).parent / "outlook_host.js").read_text()
WORD_HOST = (Path(__file__).parent / "word_host.js").read_text()
MAX_MILLISECONDS = 30_000
POLL_MILLISECONDS = 20


@dataclass
class Pane:
    """One open pane.

    Args:
        page: the browser's page.
        complaints: what the page wrote to the console as errors, or was refused by its policy.
    """

    page: Page
    complaints: list[str]

    def until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true; the page's policy lets Playwright wait for none by itself."""
        for _ in range(MAX_MILLISECONDS // POLL_MILLISECONDS):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(POLL_MILLISECONDS)
        raise AssertionError(f"never true: {expression}")

    def sent_to(self, path_end: str) -> list[Any]:
        """Return a list that receives the body of each request to such a path from now on."""
        sent: list[Any] = []

        def note(request: Request) -> None:
            if request.url.endswith(path_end):
                sent.append(request.post_data_json)

        self.page.on("request", note)
        return sent

    def run(self, recipe: str, *, scope: str = "", **inputs: str) -> None:
        """Choose a recipe, fill its fields, and start."""
        self.page.select_option("#recipe", recipe)
        for name, value in inputs.items():
            field = self.page.locator(f"#input-{name}")
            field.select_option(value) if field.evaluate("e => e.tagName") == "SELECT" else field.fill(value)
        if scope:
            self.page.check(f"#scope-{scope}")
        self.page.click("#run")

    def wait_for_cards(self, count: int) -> None:
        """Wait for the result with that many changes."""
        self.page.wait_for_selector("#restart", timeout=MAX_MILLISECONDS)
        expect(self.page.locator(".card")).to_have_count(count, timeout=MAX_MILLISECONDS)

    def press(self, act: str, number: int = 0) -> None:
        """Press a button of a card."""
        self.page.click(f"#card-{number} [data-act={act}]")

    def decision(self, number: int) -> str | None:
        return self.page.get_attribute(f"#card-{number}", "data-decision")

    def wait_for_decision(self, number: int, decision: str) -> None:
        self.page.wait_for_selector(f"#card-{number}[data-decision={decision}]", timeout=MAX_MILLISECONDS)

    def status(self, number: int) -> str:
        return self.page.locator(f"#card-{number} > .status").inner_text()

    def download(self) -> Download:
        with self.page.expect_download() as waiting:
            self.page.click("#download")
        return waiting.value

    # In Word.

    def word(self, call: str, *values: Any) -> Any:
        """Ask the stand-in for Word."""
        return self.page.evaluate(f"values => window.wordHost.{call}(...values)", list(values))

    # In Outlook.

    def outlook(self, call: str, *values: Any) -> Any:
        """Ask the stand-in for Outlook."""
        return self.page.evaluate(f"values => window.outlookHost.{call}(...values)", list(values))

    def outlook_state(self, name: str) -> Any:
        return self.page.evaluate(f"window.outlookHost.{name}")

    def word_state(self, name: str) -> Any:
        return self.page.evaluate(f"window.wordHost.state.{name}")


def opened(
    context: BrowserContext,
    url: str,
    *,
    word: dict[str, Any] | None = None,
    outlook: dict[str, Any] | None = None,
    query: str = "",
) -> Pane:
    """Open the pane; with `word` or `outlook` inside the stand-in for that program, which holds this."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    if word is not None:
        page.route(
            re.compile(re.escape(OFFICE_JS)),
            lambda route: route.fulfill(body=WORD_HOST, content_type="text/javascript"),
        )
        page.add_init_script(f"window.wordSetup = {json.dumps(word)};")
    if outlook is not None:
        page.route(
            re.compile(re.escape(OFFICE_JS)),
            lambda route: route.fulfill(body=OUTLOOK_HOST, content_type="text/javascript"),
        )
        page.add_init_script(f"window.outlookSetup = {json.dumps(outlook)};")
        page.goto(f"{url}/outlook/taskpane.html{query}")
        return Pane(page, complaints)
    page.goto(f"{url}/word/taskpane.html{'?host=word' if word is not None else ''}{query}")
    return Pane(page, complaints)
