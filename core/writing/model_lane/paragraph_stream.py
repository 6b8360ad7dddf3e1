"""Numbered paragraphs while a model writes them, as a person reads them: without numbers, reasons and what stays."""

from collections.abc import Callable

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
