"""`inlaid up`: runs the process tree in the foreground until a signal arrives."""

import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from types import FrameType

from core.errors import InlaidError
from core.llm.ladder.choosing import standing
from core.settings import Settings
from core.text.catalogues import N_, told
from integrations.cli.processes.process_spec import EVERY_ADDRESS, sign_in_link, web_address
from integrations.cli.processes.process_tree import RunningTree, StopRequested, process_tree
from integrations.cli.terminal import output_console

TEND_SECONDS = 0.2
PROBE_SECONDS = 3.0
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
                for line in pages(tree.settings, tree.web_url):
                    console.print(line, markup=False, highlight=False, soft_wrap=True)
                for line in warnings(tree.settings):
                    console.print(told("note").ljust(8), style="yellow", end="")
                    console.print(line, markup=False, highlight=False, soft_wrap=True)
                console.print(_welcome(tree), markup=False, highlight=False, soft_wrap=True)
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


def warnings(settings: Settings) -> Iterator[str]:
    """Yield a line for each thing without which nothing, or less than one thinks, is done; the rest is up."""
    from core.llm.models_file import load_models_file
    from core.llm.routes import probe_endpoint
    from integrations.cli.commands.doctor_rules import check_policies, unused_keys

    if addresses := open_addresses(settings.host, settings.port):
        yield told(
            f"Inlaid listens on {', '.join(addresses)}. What is sent there is not encrypted, and /metrics and /readyz "
            "are open to everybody: put a server with TLS before it."
        )
    probes: list[Callable[[], object]] = [
        partial(probe_endpoint, settings, entry, timeout_seconds=PROBE_SECONDS)
        for entry in load_models_file(settings).endpoints
    ]
    probes.append(partial(check_policies, settings))
    for probe in probes:
        try:
            probe()
        except InlaidError as error:
            yield f"{told(error.message)} {told(error.fix)}"
    for note in unused_keys(settings):
        yield f"{told(note['message'])} {told(note['fix'])}"


def open_addresses(host: str, port: int) -> list[str]:
    """Return the addresses by which other machines reach the web process; none where it listens on this one alone."""
    import psutil

    if host in EVERY_ADDRESS:
        families = {socket.AF_INET, socket.AF_INET6} if host == "::" else {socket.AF_INET}
        found = (address for of_card in psutil.net_if_addrs().values() for address in of_card)
        hosts = [each.address.partition("%")[0] for each in found if each.family in families]
    else:
        hosts = [str(resolved[4][0]) for resolved in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    return [web_address(each, port) for each in hosts if not ip_address(each).is_loopback]


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
