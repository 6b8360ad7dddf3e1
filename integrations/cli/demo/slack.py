"""The Slack part of `inlaid demo`: a command, its private answer, and what is posted, through the real processes.

Slack itself is played by `tests.fakes.slack`, which a clone has and an installed package has not.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from core.text.catalogues import N_, told

if TYPE_CHECKING:
    from rich.console import Console

    from core.drafts import JsonObject
    from core.settings import Settings
    from tests.fakes.slack import FakeSlack
    from tests.fakes.slack.world import Message

COMMAND, WORDS = "/ask", "When does the press office need the list of guests?"
HANDBOOK = "handbook.md"
PERSON, CHANNEL = "Priya Nair", "stage"
MAX_SECONDS = 120.0
ONLY_FROM_A_CLONE = N_("Slack is played by tests/fakes/slack, which only a clone has: `make demo` there shows it.")


@dataclass(frozen=True)
class ScreenLine:
    """Something on the screen: what it says, and its buttons."""

    text: str
    buttons: Sequence[str] = ()


@dataclass
class Scene:
    """What Priya saw, in order. `acknowledged_seconds` is how long the command waited for its first sign."""

    acknowledged_seconds: float = 0.0
    private: list[ScreenLine] = field(default_factory=list)
    posted: list[ScreenLine] = field(default_factory=list)

    def to_json(self) -> "JsonObject":
        """Return the form of `inlaid demo --json`."""
        return {
            "command": f"{COMMAND} {WORDS}",
            "acknowledged_seconds": round(self.acknowledged_seconds, 3),
            "private": [line.text for line in self.private],
            "posted": [line.text for line in self.posted],
        }


class Stage:
    """A workspace with one person and one channel, and the process tree as the app that is installed there.

    Args:
        slack: the fake, listening.
    """

    def __init__(self, slack: "FakeSlack") -> None:
        self._slack = slack
        self._workspace = slack.workspace("Lindenhof")
        self._priya = self._workspace.person(PERSON)
        self._channel = self._workspace.channel(CHANNEL, self._priya)
        self._scene = Scene()

    def connected(self, settings: "Settings") -> "Settings":
        """Return the settings with which a tree talks to this Slack, and listens on a free port."""
        from pydantic import SecretStr

        changed = {
            "host": "127.0.0.1",
            "port": 0,
            "slack_api_url": self._slack.api_url,
            "slack_signing_secret": SecretStr(self._slack.app.signing_secret),
            "slack_bot_token": SecretStr(self._workspace.bot_token),
            "slack_channels": (),
            "slack_people": (),
        }
        return settings.model_copy(update=changed)

    def ask(self, web_url: str) -> None:
        """Type the command; its answer comes while the other samples are worked on."""
        self._slack.connect(f"{web_url}/slack/events")
        ack = self._priya.slash(COMMAND, WORDS, channel=self._channel)
        self._scene.acknowledged_seconds = ack.seconds

    def post(self) -> Scene:
        """Wait for the private answer, press Post here, and return what was seen.

        Raises:
            JobFailed: the answer, or what was to be posted, did not come.
        """
        answer = self._newest(lambda message: bool(message.only_for) and "post_here" in str(message.blocks))
        self._scene.private = [self._line(message) for message in self._priya.sees(self._channel)]
        self._priya.click(answer, "post_here")
        posted = self._newest(lambda message: not message.only_for)
        self._scene.posted = [self._line(posted)]
        return self._scene

    def _newest(self, is_wanted: "Callable[[Message], bool]") -> "Message":
        from core.errors import JobFailed

        def found() -> "list[Message]":
            return [message for message in self._priya.sees(self._channel) if is_wanted(message)]

        try:
            self._slack.ledger.wait_until(found, MAX_SECONDS)
        except AssertionError as late:
            raise JobFailed("Nothing came in Slack.", fix="See the logs in INLAID_HOME.") from late
        return found()[-1]

    def _line(self, message: "Message") -> ScreenLine:
        from tests.fakes.slack.wording import words_of

        rows = [block for block in message.blocks if block["type"] == "actions"]
        said = words_of(message.text, [block for block in message.blocks if block["type"] != "actions"])
        # A menu has no label of its own.
        labels = [
            str(element["text"]["text"]) if "text" in element else "…" for row in rows for element in row["elements"]
        ]
        return ScreenLine(unescape(re.sub(r"<@\w+>", f"@{PERSON}", said)), labels)


@contextmanager
def open_stage() -> "Iterator[Stage | None]":
    """Run the fake Slack for as long as the block lasts; None where the package is installed without it."""
    try:
        from tests.fakes.slack import FakeSlack
    except ImportError:
        yield None
        return
    with FakeSlack() as slack:
        yield Stage(slack)


def add_handbook(settings: "Settings", samples: Path) -> None:
    """Add the sample handbook as a source that everybody may read, and read it."""
    from core.job import LOCAL_WORKSPACE
    from core.sources.model import EVERYBODY
    from core.sources.search import load_sources
    from core.sources.uploads import Upload
    from core.store import open_store
    from integrations.registry import open_sync

    store = open_store(settings)
    sources = load_sources(settings, store)
    source = sources.uploads.source_for(LOCAL_WORKSPACE, settings.local_person, readers=[EVERYBODY])
    sources.uploads.put(source, [Upload(HANDBOOK, (samples / HANDBOOK).read_bytes())])
    open_sync(sources).work(source.id)
    sources.index.close()
    store.close()


def without_slack(settings: "Settings") -> "Settings":
    """Return the settings without a real Slack, which the demo must not write to."""
    from pydantic import SecretStr

    nothing = SecretStr("")
    return settings.model_copy(update={"slack_app_token": nothing, "slack_bot_token": nothing})


def print_scene(scene: Scene, console: "Console") -> None:
    """Print what was seen, as two looks at the channel."""
    from rich.markup import escape

    console.print(told("\n[bold]A Slack command becomes a message[/]\n"))
    console.print(told(f"#{CHANNEL}, as {PERSON} alone sees it: [cyan]{COMMAND}[/] {escape(WORDS)}"))
    for line in scene.private:
        _print_line(line, console)
    console.print(told(f"\n#{CHANNEL}, as everybody sees it after {PERSON} pressed [cyan]Post here[/]:"))
    for line in scene.posted:
        _print_line(line, console)
    console.print(
        told(f"\n[dim]The command was stored and acknowledged within {scene.acknowledged_seconds * 1000:.0f} ms.[/]")
    )


def _print_line(line: ScreenLine, console: "Console") -> None:
    for position, text in enumerate(line.text.splitlines()):
        console.print(f"{'  Inlaid │ ' if position == 0 else '         │ '}{text}", markup=False)
    if line.buttons:
        console.print("         │ " + "  ".join(f"[{label}]" for label in line.buttons), markup=False, style="dim")
