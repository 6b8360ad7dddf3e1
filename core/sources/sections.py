"""The text of a file as its readers tell it: sections under their headings, no more of it than can be kept."""

import re
from dataclasses import dataclass

from core.errors import DocumentError
from core.sources.model import FileText, Passage
from core.text.forms import OUTLINE_MARK

# About twenty thousand passages.
MAX_TEXT_CHARS = 20_000_000
MAX_HEADING_CHARS = 200
# Unicode's private use: what such a sign looks like only its font says.
_OF_SYMBOL_FONTS = r"[\ue000-\uf8ff]"
# So many headings of an outline are told with a section: the last ones.
OUTLINE_HEADINGS = 3


@dataclass
class _Heading:
    level: int
    text: str
    has_text: bool


class Sections:
    """Collects what a file says in order, and keeps the outline of its headings.

    Args:
        max_chars: what comes beyond so many characters is left out, and that is said.
    """

    def __init__(self, max_chars: int = MAX_TEXT_CHARS) -> None:
        self.place = ""
        self._left_chars = max_chars
        self._sections: list[Passage] = []
        self._outline: list[_Heading] = []
        self._blocks: list[str] = []
        self._remarks: list[str] = []

    @property
    def is_full(self) -> bool:
        """Whether nothing more is taken."""
        return self._left_chars <= 0

    def heading(self, level: int, text: str, *, is_text: bool = True) -> None:
        """Go on under a heading.

        Args:
            level: 1 is the highest.
            text: "" ends what stands below this level.
            is_text: whether it is told by itself when nothing stands below it.
        """
        self._close(level)
        if text := " ".join(text.split())[:MAX_HEADING_CHARS]:
            self._outline.append(_Heading(level, text, has_text=not is_text))

    def at(self, place: str) -> None:
        """Go on at a place, such as a page."""
        if place != self.place:
            self._end()
            self.place = place

    def add(self, text: str) -> None:
        """Add a paragraph, or what else stands by itself; a sign of a symbol font at its lines' begin is a bullet."""
        text = re.sub(rf"(?m)^[ \t]*{_OF_SYMBOL_FONTS}(?=\s)", "\u2022", text)
        text = re.sub(_OF_SYMBOL_FONTS, "", text).strip()
        if not text or self.is_full:
            return
        if len(text) > self._left_chars:
            self.remark("the end of it, since it holds too much text")
        self._blocks.append(text[: self._left_chars])
        self._left_chars -= len(text)
        for heading in self._outline:
            heading.has_text = True

    def remark(self, left_out: str) -> None:
        """Say what is left out, as it goes on after "Left out: "."""
        self._remarks.append(left_out)

    def file_text(self, *, without_text: str = "It holds no text.") -> FileText:
        """Return all of it.

        Args:
            without_text: what is wrong with the file when it holds none.

        Raises:
            DocumentError: there is no text.
        """
        self._close(0)
        if not self._sections:
            raise DocumentError(without_text, fix="Nothing to do, unless it should contain some.")
        remarks = "; ".join(dict.fromkeys(self._remarks))
        return FileText(self._sections, f"Left out: {remarks}." if remarks else "")

    def _close(self, level: int) -> None:
        """End what stands under headings of a level and below; one with nothing under it is a text itself."""
        self._end()
        while self._outline and self._outline[-1].level >= level:
            closed = self._outline.pop()
            if not closed.has_text:
                self.add(closed.text)
                self._end()

    def _end(self) -> None:
        if self._blocks:
            heading = OUTLINE_MARK.join(heading.text for heading in self._outline[-OUTLINE_HEADINGS:])
            self._sections.append(Passage("\n\n".join(self._blocks), heading, self.place))
            self._blocks = []
