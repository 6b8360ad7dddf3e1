"""What people see of a model's answers while they are written; of numbered paragraphs the text alone."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.ports import Progress
from core.writing.model_lane.numbering import SAME, is_reason, number_end

# No number or "Why:" is longer; until so much of a line is there, it is held back.
_HEAD_CHARS = 24


class ParagraphStream:
    """Takes an answer piece by piece and shows the new paragraphs.

    Args:
        show: gets what is to be seen; "" too, since it lets the person stop the call.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._head: str | None = ""  # of the line that began, None once it was decided
        self._is_hidden = False

    def add(self, piece: str) -> None:
        """Take the next piece."""
        self._show("".join(map(self._line, piece.splitlines(keepends=True))))

    def finish(self) -> None:
        """Show what was held back."""
        if self._head:
            self._show(self._decided(self._head))
        self._head, self._is_hidden = "", False

    def _line(self, part: str) -> str:
        """Return what is seen of a part that lies within one line."""
        if self._head is None:
            shown = "" if self._is_hidden else part
        else:
            self._head += part
            if len(self._head) < _HEAD_CHARS and not part.endswith("\n"):
                return ""
            shown, self._head = self._decided(self._head), None
        if part.endswith("\n"):
            self._head, self._is_hidden = "", False
        return shown

    def _decided(self, head: str) -> str:
        """Return what is seen of the beginning of a line; of a hidden line nothing is."""
        text = head[number_end(head) :]
        self._is_hidden = is_reason(text) or text.strip() == SAME
        return "" if self._is_hidden else text


class TokenDisplay:
    """Where a job's tokens are shown: of several calls at a time only one, from its first token to its last.

    Args:
        progress: hears the tokens; what it raises stops the call.
        are_paragraphs: whether the answers may be numbered paragraphs of a document, shown without their form.

    Attributes:
        call_end: shown after each call.
    """

    def __init__(self, progress: Progress, *, are_paragraphs: bool = False) -> None:
        self._progress = progress
        self._are_paragraphs = are_paragraphs
        self._turn = threading.Lock()
        self._has_shown = False
        self.call_end = ""

    def say(self, step: str) -> None:
        """Tell the person what is being done."""
        self._progress.say(step)

    @contextmanager
    def turn(self, step: str, *, is_shown: bool = True) -> Iterator[Callable[[str], None]]:
        """Give what one call's pieces are shown with; without a turn they only let the person stop the call.

        `step` is told when this is not the first call.
        """
        is_shown = is_shown and self._turn.acquire(blocking=False)
        try:
            if is_shown and self._has_shown and not self.call_end:
                self._progress.say(step)  # what was shown so far is not continued
            self._has_shown = self._has_shown or is_shown
            if is_shown and self._are_paragraphs:
                stream = ParagraphStream(self._progress.token)
                yield stream.add
                stream.finish()
            else:
                yield lambda piece: self._progress.token(piece if is_shown else "")
            self._progress.token(self.call_end if is_shown else "")
        finally:
            if is_shown:
                self._turn.release()
