"""What a reasoning model thinks before it answers, taken out while it is still being written."""

import re
from collections.abc import Callable

# How the known families mark their thoughts where the server does not part them from the answer itself.
_MARKS: dict[str, str] = {
    **{f"<{name}>": f"</{name}>" for name in ("think", "thinking", "thought", "reasoning", "reflection")},
    "[think]": "[/think]",
    "◁think▷": "◁/think▷",
    "<|channel|>analysis<|message|>": "<|channel|>final<|message|>",
}
_OPEN = re.compile("|".join(map(re.escape, _MARKS)), re.IGNORECASE)
_CLOSE = re.compile("|".join(map(re.escape, _MARKS.values())), re.IGNORECASE)
_EITHER = re.compile(f"{_OPEN.pattern}|{_CLOSE.pattern}", re.IGNORECASE)
_MAX_MARK_CHARS = max(len(mark) for pair in _MARKS.items() for mark in pair)
_BEGINNINGS = frozenset(
    mark[:length] for pair in _MARKS.items() for mark in pair for length in range(1, len(mark))
)  # fmt: skip


class Thoughts:
    """Takes an answer piece by piece and gives what of it is meant for the reader.

    Args:
        prompt: gives the whole prompt: marks that it holds too are text, except at the beginning of the answer.

    Attributes:
        text: what the reader gets.
        any: whether something was thought.
    """

    def __init__(self, prompt: Callable[[], str]) -> None:
        self._prompt = prompt
        self._rest = ""
        self._until = ""
        self.text = ""
        self.any = False

    def add(self, piece: str) -> str:
        """Take a piece and return what of the answer is now known to be for the reader."""
        self._rest += piece
        shown = ""
        while found := self._next_mark():
            before, self._rest = self._rest[: found.start()], self._rest[found.end() :]
            shown = self._passed(shown, before, found[0].casefold())
        held = _held(self._rest)
        shown, self._rest = (
            shown + self._visible(self._rest[: len(self._rest) - held]),
            self._rest[len(self._rest) - held :],
        )
        return shown

    def finish(self) -> str:
        """Return what was held back because a mark might have begun with it."""
        rest, self._rest = self._visible(self._rest), ""
        return rest

    def _next_mark(self) -> re.Match[str] | None:
        if self._until:
            return re.compile(re.escape(self._until), re.IGNORECASE).search(self._rest)
        found = _EITHER.search(self._rest)
        is_text = found and (self.text + self._rest[: found.start()]).strip() and found[0] in self._prompt()
        return None if is_text else found

    def _passed(self, shown: str, before: str, mark: str) -> str:
        """Go over a mark and return what of the pieces since the last call is for the reader."""
        self.any = True
        if self._until:
            self._until = ""
        elif mark in _MARKS:
            shown += self._visible(before)
            self._until = _MARKS[mark]
        else:  # a template may have begun the thoughts for the model: all before was thought
            shown, self.text = "", ""
        return shown

    def _visible(self, piece: str) -> str:
        if self._until:
            return ""
        piece = piece if self.text or not self.any else piece.lstrip()
        self.text += piece
        return piece


def _held(text: str) -> int:
    """Return how many characters at the end may be the beginning of a mark."""
    folded = text[-_MAX_MARK_CHARS:].casefold()
    return next((length for length in range(len(folded), 0, -1) if folded[-length:] in _BEGINNINGS), 0)
