"""The pane for Word in a real Chromium, with the real process tree and a scripted model behind it.

How long until the pane can be used (fresh browser profile); how large all is that one pane may load, with the sign-in;
how soon streamed text is on the screen after the model's first token; in a document of 200 pages, open in a stand-in
for Word, how soon the first card is there, counted from the press of the button: the document is read from Word, sent,
and worked on by a model that answers at once, or by the rules alone; and with 600 cards, none of them alike, how many
frames a second are drawn while they are scrolled through, beside what the same browser draws of an empty page in the
same time, and the longest task that keeps the pane from answering.
"""

import gzip
import io
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.surfaces import Figure
from core.settings import Settings
from integrations.cli.processes.process_spec import sign_in_link
from integrations.cli.processes.process_tree import RunningTree, process_tree
from tests.browser.pages import OFFICE_JS, WORD_HOST
from tests.fakes.openai_replies import Answer, Exchange, Json
from tests.fakes.openai_server import OpenAIServer

STATIC = Path(__file__).parent.parent / "integrations/word/static"
# A file of the build, as another names it.
NAMED = re.compile(rb"[\w-]+-[\w-]{8}\.(?:js|css)")
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CARDS, PAGES, PARAGRAPHS_A_PAGE = 600, 200, 18
WAIT_MS = 120_000
PARAGRAPH = "This is paragraph {number}, which the supplier shall recieve at the adress of the customer untill Monday."
# Each has a slip of its own, so that no two cards are one.
OWN_SLIP = "Annex {number} tells which partt{number} the supplier delivers, and in which week of the year."
WATCH_TEXT = """() => {
  window.shownAt = 0;
  const look = () => {
    if (document.querySelector('.live')?.textContent) window.shownAt ||= performance.timeOrigin + performance.now();
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
WATCH_CARD = """() => {
  window.cardAt = 0;
  const begun = performance.now();
  const look = () => { if (document.querySelector('.card')) window.cardAt ||= performance.now() - begun; };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}"""
WATCH_TASKS = """
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  }).observe({ type: 'longtask', buffered: true });
"""
# Scrolls a step a frame to the end and back, and tells how many frames a second there were.
SCROLL = """async (seconds) => {
  const root = document.scrollingElement, frames = [];
  const begun = performance.now();
  let step = 90;
  await new Promise((done) => {
    const draw = (now) => {
      frames.push(now);
      root.scrollTop += step;
      if (root.scrollTop + innerHeight >= root.scrollHeight - 1 || root.scrollTop === 0) step = -step;
      if (performance.now() - begun < seconds * 1000) requestAnimationFrame(draw);
      else done();
    };
    requestAnimationFrame(draw);
  });
  return (frames.length - 1) / ((frames.at(-1) - frames[0]) / 1000);
}"""
SCROLL_SECONDS = 5
WAIT_SECONDS = 60.0
# The browser draws at 60 a second at most, give or take the last frame.
FRAMES_BAR = 59.0


@dataclass(frozen=True)
class TimedAnswer(Answer):
    """An answer that notes when its first piece is sent."""

    sent_at: list[float] = field(default_factory=list)

    def serve(self, exchange: Exchange) -> None:
        self.sent_at.append(time.time())
        super().serve(exchange)


def measure(rounds: int) -> dict[str, Figure]:
    """Return each figure beside its bar."""
    with house() as (tree, model), browser() as chromium:
        interactive = [interactive_ms(chromium, tree) for _ in range(rounds)]
        first_text = [first_text_ms(chromium, tree, model, number) for number in range(rounds)]
        first_card = [first_card_ms(chromium, tree, model) for _ in range(max(1, rounds // 2))]
        frames, empty_frames, task_ms = scrolling(chromium, tree, model)
    with house(is_small=True) as (tree, model), browser() as chromium:
        by_rules = [first_card_ms(chromium, tree, model) for _ in range(max(1, rounds // 2))]
    return {
        "interactive_ms": Figure(statistics.median(interactive), 1000),
        "gzipped_bytes": Figure(max(gzipped_bytes(page, other) for page, other in PANES), 130_000),
        "first_text_ms": Figure(statistics.median(first_text), 300),
        "first_card_200_pages_ms": Figure(statistics.median(first_card), 3000),
        "first_card_by_rules_ms": Figure(statistics.median(by_rules), 3000),
        # What a busy machine does not draw of an empty page either is not the pane's.
        "frames_600_cards_per_s": Figure(frames, min(FRAMES_BAR, 0.97 * empty_frames), is_least=True),
        "frames_empty_page_per_s": Figure(empty_frames, 0, is_least=True),
        "longest_task_ms": Figure(task_ms, 100),
    }


# The pages, and what each of them never loads.
PANES = (("taskpane", ""), ("outlook", "composeApp-"), ("outlook", "readApp-"))


def gzipped_bytes(page: str, other_mode: str) -> float:
    """Return the size of all that a pane may ever load, with the sign-in."""
    waiting, loaded = [STATIC / f"{page}.html"], dict[Path, int]()
    while waiting:
        path = waiting.pop()
        content = path.read_bytes()
        loaded[path] = len(gzip.compress(content, 9))
        names = {Path(name.decode()).name for name in NAMED.findall(content)}
        found = (STATIC / "assets" / name for name in names if not (other_mode and name.startswith(other_mode)))
        waiting += [one for one in found if one.is_file() and one not in loaded]
    return float(sum(loaded.values()))


@contextmanager
def house(*, is_small: bool = False) -> Iterator[tuple[RunningTree, OpenAIServer]]:
    """Run the tree and yield it and the model, which is of the size that is said."""
    with tempfile.TemporaryDirectory() as name, OpenAIServer() as model:
        home = Path(name)
        settings = Settings(home=home, port=0, model_url=model.url, cache_seconds=0)
        if is_small:
            table = home / "models.toml"
            table.write_text(
                f'[[endpoints]]\nname = "small"\nurl = "{model.url}"\nmodel = "scripted"\nsize = "small"\n'
            )
            settings = Settings(home=home, port=0, models_file=table, cache_seconds=0)
        with process_tree(settings, web=True) as tree:
            yield tree, model


@contextmanager
def browser() -> Iterator[Browser]:
    """Run Chromium."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield started
        started.close()


@contextmanager
def pane(chromium: Browser, tree: RunningTree, texts: list[str] | None = None) -> Iterator[Page]:
    """Open the pane in a fresh profile, with `texts` beside them in Word, and yield it when it can be used."""
    context = chromium.new_context(viewport={"width": 420, "height": 900})
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.goto(sign_in_link(tree.settings, tree.web_url))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Home").wait_for()
    page.add_init_script(WATCH_TASKS)
    if texts is not None:
        page.route(
            re.compile(re.escape(OFFICE_JS)),
            lambda route: route.fulfill(body=WORD_HOST, content_type="text/javascript"),
        )
        page.add_init_script(f"window.wordSetup = {json.dumps({'paragraphs': [{'text': text} for text in texts]})};")
    page.goto(f"{tree.web_url}/word/taskpane.html{'?host=word' if texts is not None else ''}")
    page.wait_for_selector("#run")
    yield page
    context.close()


def interactive_ms(chromium: Browser, tree: RunningTree) -> float:
    """Return how long after the navigation began the form was there to be filled in."""
    with pane(chromium, tree) as page:
        return float(_until(page, "performance.getEntriesByName('inlaid-interactive')[0]?.startTime"))


def first_text_ms(chromium: Browser, tree: RunningTree, model: OpenAIServer, number: int) -> float:
    """Return how long after the model's first token text was on the screen."""
    text = PARAGRAPH.format(number=number)
    timed = TimedAnswer(pieces=("The supplier ", "delivers ", "on Monday. ") * 10, seconds_per_piece=0.05)
    # The job of the round before may still be asking.
    model.respond = lambda body: timed if text in str(body["messages"]) else Answer()
    with pane(chromium, tree) as page:
        page.evaluate(WATCH_TEXT)
        _start(page, [text])
        shown_at = float(_until(page, "window.shownAt"))
        page.click("#cancel")
    return shown_at - timed.sent_at[0] * 1000


def first_card_ms(chromium: Browser, tree: RunningTree, model: OpenAIServer) -> float:
    """Return how long after the button was pressed the first card of a document of 200 pages was there."""
    model.respond = corrected
    texts = [PARAGRAPH.format(number=number) for number in range(PAGES * PARAGRAPHS_A_PAGE)]
    with pane(chromium, tree, texts) as page:
        page.select_option("#recipe", "proofread")
        page.check("#scope-document")
        page.evaluate(WATCH_CARD)
        page.click("#run")
        shown = float(_until(page, "window.cardAt"))
        page.click("#cancel")
        page.wait_for_selector("#restart, #run")
        return shown


def scrolling(chromium: Browser, tree: RunningTree, model: OpenAIServer) -> tuple[float, float, float]:
    """Return frames a second of 600 cards and of an empty page, and the longest task while cards come and move."""
    model.respond = corrected
    with pane(chromium, tree) as page:
        _start(page, [OWN_SLIP.format(number=number) for number in range(CARDS)])
        page.wait_for_selector("#restart")
        require_watch(page)
        page.reload()
        page.wait_for_selector(f"#card-{CARDS - 1}", state="attached")
        frames = float(page.evaluate(SCROLL, SCROLL_SECONDS))
        longest = float(page.evaluate("window.longest"))
        page.evaluate("document.getElementById('pane').replaceChildren()")
        page.evaluate("document.body.style.height = '90000px'")
        return frames, float(page.evaluate(SCROLL, SCROLL_SECONDS)), longest


def require_watch(page: Page) -> None:
    """Stop when the browser does not tell of a long task: then a good figure would mean nothing."""
    page.evaluate("setTimeout(() => { const end = performance.now() + 80; while (performance.now() < end); })")
    page.wait_for_timeout(300)
    if float(page.evaluate("window.longest")) < 50:
        sys.exit("This browser does not tell of long tasks.")


def corrected(body: Json) -> Answer:
    """Answer with the last text of the prompt, corrected."""
    text = str(body["messages"][-1]["content"]).rpartition("<<<\n")[2].partition("\n>>>")[0]
    for wrong, right in {"recieve": "receive", "adress": "address", "untill": "until", "partt": "part"}.items():
        text = text.replace(wrong, right)
    return Answer(text)


def _start(page: Page, texts: list[str]) -> None:
    made, out = docx.Document(), io.BytesIO()
    for text in texts:
        made.add_paragraph(text)
    made.save(out)
    page.set_input_files("#file", {"name": "report.docx", "mimeType": MIME, "buffer": out.getvalue()})
    page.select_option("#recipe", "proofread")
    page.click("#run")


def _until(page: Page, expression: str) -> Any:
    end = time.monotonic() + WAIT_SECONDS
    while not (found := page.evaluate(expression)):
        if time.monotonic() > end:
            raise TimeoutError(f"Not there after {WAIT_SECONDS:.0f} seconds: {expression}")
        page.wait_for_timeout(10)
    return found
