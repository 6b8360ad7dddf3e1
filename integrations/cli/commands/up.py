"""`inlaid up`: runs the process tree in the foreground until a signal arrives."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from core.llm.ladder.choosing import standing
from core.settings import Settings
from core.text.catalogues import N_, told
from integrations.cli.processes.process_spec import sign_in_link
from integrations.cli.processes.process_tree import RunningTree, StopRequested, process_tree
from integrations.cli.terminal import output_console

TEND_SECONDS = 0.2
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What a browser finds at the web process; the panes work there without Office too.
PAGES = N_(
    {
        "/console": "drafts, questions, connections, people",
        "/report": "what became of the drafts",
        "/word/taskpane.html": "Word's pane: suggestions for a .docx",
    }
)
PAGE_CHARS = 50
COLOURS = {N_("ready"): "green", N_("stopped"): "yellow"}


def run_up(settings: Settings) -> None:
    """Start the tree, print a line for each part, keep it up, and stop it within 10 s of Ctrl-C or SIGTERM.

    Raises:
        InlaidError: it cannot be started; see `process_tree`.
    """
    console = output_console()

    def report(word: str, line: str) -> None:
        console.print(told(word).ljust(8), style=COLOURS[word], end="")
        console.print(told(line), markup=False)

    with _signals() as asked:
        try:
            with process_tree(settings, web=True, report=report, should_stop=lambda: asked.should_stop) as tree:
                if tree.token_file and not settings.public_url:
                    link = sign_in_link(settings, tree.web_url)
                    words = told(f"Console: {link} (good once, for an hour; `inlaid console` makes another)")
                    console.print(words, markup=False, highlight=False, soft_wrap=True)
                console.print(standing(tree.settings).told(), markup=False)
                for line in (*pages(tree.settings, tree.web_url), _welcome(tree)):
                    console.print(line, markup=False, highlight=False, soft_wrap=True)
                while not asked.should_stop:
                    tree.tend()
                    time.sleep(TEND_SECONDS)
                console.print(told("stopping"), markup=False)
        except StopRequested:
            pass
        console.print(told("stopped"), markup=False)


def pages(settings: Settings, web_url: str) -> Iterator[str]:
    """Yield a line for each page of the web process, and one for Slack."""
    address = settings.public_url or web_url
    for path, what in PAGES.items():
        yield f"  {address}{path}".ljust(PAGE_CHARS) + f"  {told(what)}"
    has_slack = settings.slack_app_token.get_secret_value() or settings.slack_signing_secret.get_secret_value()
    if not has_slack:
        yield told("Slack, Word, Outlook and mail are set up by: inlaid setup")


def _welcome(tree: RunningTree) -> str:
    if tree.token_file:
        return told(f"Inlaid is up on {tree.web_url}. API token in {tree.token_file}. Stop with Ctrl-C.")
    return told(f"Inlaid is up on {tree.web_url}. API tokens as set. Stop with Ctrl-C.")


@dataclass
class _StopRequest:
    should_stop: bool = False

    def note(self, _number: int, _frame: FrameType | None) -> None:
        self.should_stop = True


@contextmanager
def _signals() -> Iterator[_StopRequest]:
    """Note the signals that ask to stop instead of obeying them at once; one that was ignored stays so (nohup)."""
    asked = _StopRequest()
    handlers = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    for number, handler in handlers.items():
        if number != signal.SIGHUP or handler != signal.SIG_IGN:
            signal.signal(number, asked.note)
    try:
        yield asked
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
