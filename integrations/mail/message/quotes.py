"""What is new in a mail, what it quotes, and how it is signed: pure, and linear on hostile text."""

import re
from dataclasses import dataclass, field

from core.drafts import Value
from integrations.mail.message import quote_headers as quote_marks
from integrations.mail.message.signature import signature_start

_MAX_QUOTED_MAILS = 100


class SplitText(Value):
    """The three parts of a mail's text. `quoted` holds forwarded mails too, with the lines that announce them."""

    new_text: str
    quoted: str = ""
    signature: str = ""


@dataclass(slots=True)
class _Parts:
    """The lines so far: stretches of new lines (parted by quotes), and quoted lines."""

    new: list[list[str]] = field(default_factory=lambda: [[]])
    quoted: list[str] = field(default_factory=list)

    def add_new(self, line: str) -> None:
        self.new[-1].append(line)

    def add_quoted(self, lines: list[str]) -> None:
        self.quoted += lines
        if self.new[-1]:
            self.new.append([])


def split_text(text: str) -> SplitText:
    """Part a mail's text into what its sender wrote now, what is quoted, and the signature.

    Understands replies above, below and between quotes, forwards, header blocks of Outlook and Notes, and
    the announcing lines of mail programs in English, German, French, Spanish, Italian, Dutch, Portuguese,
    Swedish, Polish, Japanese, Chinese and some more.
    """
    parts = _sort_lines(text.split("\n"))
    new: list[str] = []
    signature: list[str] = []
    for stretch in parts.new:
        start = signature_start(stretch)
        new.append("\n".join(stretch[:start]).strip("\n"))
        signature += [line for line in stretch[start:] if line.strip()]
    return SplitText(
        new_text="\n\n".join(line.rstrip() for line in new if line.strip()),
        quoted="\n".join(parts.quoted).strip("\n"),
        signature="\n".join(signature),
    )


def quoted_mails(quoted: str) -> list[tuple[str, str]]:
    """Return the mails that a quote holds, the newest first: the lines that announce each, and its new text."""
    found: list[tuple[str, str]] = []
    while quoted.strip() and len(found) < _MAX_QUOTED_MAILS:
        lines = quoted.split("\n")
        announcing = _announcing_lines(lines)
        below = lines[announcing:]
        marked = [_unmarked(line) for line in below if quote_marks.is_quoted(line)]
        if not announcing and not marked:
            break
        parts = split_text("\n".join(marked or below))
        found.append(("\n".join(lines[:announcing]).strip(), parts.new_text.strip()))
        quoted = parts.quoted
    return found


def oldest_first(quoted: str) -> str:
    """Return the mails of a quote as a conversation is read, the newest last; a quote without form as it is."""
    mails = [f"{announced}\n{text}".strip() for announced, text in reversed(quoted_mails(quoted)) if text]
    return "\n\n".join(mails) or quoted


def _announcing_lines(lines: list[str]) -> int:
    """Return how many of the first lines announce the mail below them."""
    for number, line in enumerate(lines):
        if not line.strip() or quote_marks.is_delimiter(line):
            continue
        blank = next((at for at in range(number, len(lines)) if not lines[at].strip()), len(lines))
        # A block ends at a blank line, unless it is written with one after each of its lines.
        block = quote_marks.header_block_lines(lines[:blank], number) or quote_marks.header_block_lines(lines, number)
        block = block or quote_marks.attribution_lines(lines, number)[0]
        return number + block if block else 0
    return 0


def _unmarked(line: str) -> str:
    """Return a quoted line without its mark: `> text`, or `AL> text` with the initials of who wrote it."""
    return re.sub(r"\A\s*(?:[A-Za-z]{0,10}>|\uff1e) ?", "", line, count=1)


def _sort_lines(lines: list[str]) -> _Parts:
    parts = _Parts()
    number = 0
    while number < len(lines):
        line = lines[number]
        if quote_marks.is_quoted(line) or _is_wrapped_quote(lines, number):
            parts.add_quoted([line])
            number += 1
            continue
        announcing, all_below = _announcement(lines, number)
        if all_below:
            _take_back(parts, number, quote_marks.lotus_block_start(lines, number))
            parts.add_quoted(lines[number:])
            return parts
        if announcing:
            parts.add_quoted(lines[number : number + announcing])
            number += announcing
            continue
        parts.add_new(line)
        number += 1
    return parts


def _announcement(lines: list[str], number: int) -> tuple[int, bool]:
    """Return how many lines announce a quote here, and whether everything below them is quoted."""
    if not lines[number].strip():
        return 0, False
    count, certain = quote_marks.attribution_lines(lines, number)
    if not count:
        if quote_marks.is_delimiter(lines[number]):
            count = 1 + _block_below(lines, number + 1)
        else:
            count = quote_marks.header_block_lines(lines, number)
        if not count and quote_marks.lotus_block_start(lines, number) is not None:
            return 1, True
        certain = count > 0
    if not count:
        return 0, False
    if _next_is_quoted(lines, number + count):
        return count, False  # only the marked lines are quoted; an answer may stand below them
    return (count, True) if certain else (0, False)


def _block_below(lines: list[str], start: int) -> int:
    """Return how many lines a header block takes that follows a delimiter, with the blanks before it."""
    for number in range(start, min(start + 3, len(lines))):
        if lines[number].strip():
            block = quote_marks.header_block_lines(lines, number)
            return block + number - start if block else 0
    return 0


def _next_is_quoted(lines: list[str], start: int) -> bool:
    following = [line for line in lines[start : start + 4] if line.strip()]
    return bool(following) and quote_marks.is_quoted(following[0])


def _is_wrapped_quote(lines: list[str], number: int) -> bool:
    """Whether the line is the end of a quoted line that a mail program broke (quote marks above and below)."""
    if not 0 < number < len(lines) - 1 or not 0 < len(lines[number].strip()) <= 30:
        return False
    above, below = lines[number - 1], lines[number + 1]
    return (
        quote_marks.is_quoted(above)
        and quote_marks.is_quoted(below)
        and len(above) >= 60
        and bool(below.strip().strip("> "))
    )


def _take_back(parts: _Parts, number: int, start: int | None) -> None:
    """Move lines that belong to a quoted header, but stand above the line that tells so, to the quoted part."""
    back = number - start if start is not None else 0
    stretch = parts.new[-1]
    kept = len(stretch)
    while kept and (back > 0 or set(stretch[kept - 1].strip()) <= {"_", "-", "*"}):
        kept -= 1
        back -= 1
    parts.quoted += stretch[kept:]
    del stretch[kept:]
