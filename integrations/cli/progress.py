"""Shows what a job does while it runs: one moving line on a terminal, nothing when stderr is a file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

LINE_CHARS = 60


@contextmanager
def shown_progress() -> Iterator[Callable[[str, dict[str, Any]], None]]:
    """Give a function that takes events (`kind`, `data`) and keeps the line up to date."""
    from rich.markup import escape

    from integrations.cli.terminal import error_console

    console = error_console()
    if not console.is_terminal:
        yield lambda _kind, _data: None
        return
    with console.status("Starting") as status:
        yield ProgressLine(lambda text: status.update(escape(text))).take


@contextmanager
def shown_step(text: str) -> Iterator[None]:
    """Say on the moving line what is being done for as long as the block lasts."""
    with shown_progress() as show:
        show("progress", {"text": text, "done": 0, "total": 0})
        yield


class ProgressLine:
    """Turns events into one line: the step in words, or the end of what the model has written so far.

    Args:
        show: receives the line.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._step = ""
        self._written = ""

    def take(self, kind: str, data: dict[str, Any]) -> None:
        """Take one event."""
        if kind == "progress":
            counted = f" {data['done']} of {data['total']}" if data["total"] else ""
            self._step, self._written = f"{data['text']}{counted}", ""
        elif kind == "token":
            self._written += data["text"]
        elif kind == "state":
            self._step, self._written = str(data["state"]).capitalize(), ""
        tail = " ".join(self._written.split())[-LINE_CHARS:]
        self._show(f"{self._step}: {tail}" if tail else self._step)
