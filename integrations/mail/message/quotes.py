"""What is new in a mail, what it quotes, and how it is signed: pure, and linear on hostile text.

Every pattern is anchored and sees a bounded piece of a line, so hostile text costs no more than text.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from core.drafts import Value
from core.text.lexicon import pattern_beside, phrases_beside
from integrations.mail.message.signature import signature_start

_MAX_LINE_CHARS = 400
_MAX_LINES = 4
_MIN_LAST_WORD_CHARS = 5

_QUOTED = pattern_beside(__file__, "marks", flags=0)

# `wrote`, wherever a mail program puts it.
_WROTE = pattern_beside(__file__, "wrote", r"\b", r"\b")
_WROTE_ANYWHERE = pattern_beside(__file__, "wrote_anywhere")
# How such a line begins when the date comes first.
_STARTER = pattern_beside(__file__, "begins")
# A sentence can hold a date, too; without quote marks below, a time or an address has to be there.
_TIME_OR_ADDRESS = pattern_beside(__file__, "time_or_address")
# `2024-01-02 10:15 Ann <ann@example.com>:`, without any verb: the address is found first, then a date before it.
_ADDRESS_END = pattern_beside(__file__, "address_at_end", after=r"\s{0,3}[:\uff1a]?$", flags=0)
_DATE = pattern_beside(__file__, "dates")
_MAX_NAME_CHARS = 100
# Yahoo on phones goes on in the same line.
_GLUED = pattern_beside(__file__, "glued")
_QUOTING = pattern_beside(__file__, "quoting", after=r"\b.{1,200}[:\uff1a]$")

_DELIMITER = pattern_beside(__file__, "titles", r"\s{0,8}[-_=*\u2013\u2014]{2,60}\s{0,4}")
_NOTES_LINE = pattern_beside(__file__, "notes_lines", flags=0)
_BEGIN_FORWARD = pattern_beside(__file__, "begins_forward", r"\s{0,4}", r"\s?[:\uff1a]?\s*$")

_LABEL_KINDS = {
    label: kind for kind in ("from", "to", "cc", "date", "subject") for label in phrases_beside(__file__, kind)
}
_MAX_LABELS = 14
_MAX_HEADER_LINES = 60
_LOTUS_DATE = pattern_beside(__file__, "notes_dates", flags=0)
_MAX_QUOTED_MAILS = 100


def is_quoted(line: str) -> bool:
    """Whether the line carries a quote mark."""
    return _QUOTED.match(line) is not None


def _ends_sentence(line: str) -> bool:
    """Whether a line ends as a sentence does: an abbreviation before a stop is shorter."""
    word = line[-_MIN_LAST_WORD_CHARS - 1 : -1]
    return line.endswith(("!", "?")) or (line.endswith(".") and len(word) == _MIN_LAST_WORD_CHARS and word.isalnum())


def attribution_lines(lines: list[str], start: int) -> tuple[int, bool]:
    """Return how many lines from `start` announce a quote (`On ..., Ann wrote:`), 0 for none.

    The second value is false when the lines could also be part of an ordinary sentence.
    """
    first = lines[start].strip()[:_MAX_LINE_CHARS].removeprefix("----").lstrip()
    if _GLUED.match(first):
        return 1, True
    limit = _MAX_LINES if _STARTER.match(first) else 1
    joined = ""
    for count, line in enumerate(lines[start : start + limit], start=1):
        if not line.strip() or (count > 1 and (is_quoted(line) or _ends_sentence(joined))):
            break
        joined = f"{joined} {line.strip()[:_MAX_LINE_CHARS]}".strip()
        if len(joined) > _MAX_LINE_CHARS:
            break
        if not joined.endswith((":", "\uff1a", "...", "---")):
            continue
        if _WROTE.search(joined) or _WROTE_ANYWHERE.search(joined):
            return count, _TIME_OR_ADDRESS.search(joined) is not None
        if _ends_with_dated_address(joined) or _QUOTING.match(joined):
            return count, True
    return 0, False


def _ends_with_dated_address(line: str) -> bool:
    end = _ADDRESS_END.search(line)
    return end is not None and _DATE.search(line[max(0, end.start() - _MAX_NAME_CHARS) : end.start()]) is not None


def is_delimiter(line: str) -> bool:
    """Whether the line is one like `-----Original Message-----` or `Begin forwarded message:`."""
    line = line[:_MAX_LINE_CHARS]
    return (_DELIMITER.match(line) or _BEGIN_FORWARD.match(line) or _NOTES_LINE.match(line)) is not None


def header_block_lines(lines: list[str], start: int) -> int:
    """Return how many lines from `start` are a block of From, Sent, To and Subject lines, 0 for none."""
    if label_kind(lines[start]) not in {"from", "date", "subject"}:
        return 0
    kinds, end = _labels_from(lines, start)
    return end - start if {"from", "subject"} <= kinds and len(kinds) >= 3 else 0


def lotus_block_start(lines: list[str], start: int) -> int | None:
    """Return where a Notes header (name, date, then To and Subject) begins whose To line is `start`."""
    if label_kind(lines[start]) != "to":
        return None
    kinds, _end = _labels_from(lines, start)
    if not {"to", "subject"} <= kinds:
        return None
    first, dated = start, False
    while first > 0 and start - first < 4:
        before = lines[first - 1][:_MAX_LINE_CHARS]
        if not before.strip() and dated:
            break
        dated = dated or _LOTUS_DATE.match(before) is not None
        first -= 1
    return first if dated else None


@lru_cache(maxsize=256)  # a line is looked at once for each of the header lines above it
def label_kind(line: str) -> str:
    """Return which header line of a quoted mail this is (from, to, cc, date, subject), or ""."""
    name, colon, _ = line[:60].replace("\uff1a", ":").partition(":")
    return _LABEL_KINDS.get(name.strip().strip("*_").strip().lower(), "") if colon else ""


def header_values(lines: list[str]) -> dict[str, str]:
    """Return what header lines of a quoted mail say, by their kind; of two of a kind the first."""
    found: dict[str, str] = {}
    for line in lines:
        if kind := label_kind(line):
            found.setdefault(kind, line[:_MAX_LINE_CHARS].replace("\uff1a", ":").partition(":")[2].strip(" *_\t"))
    return found


def _holds_recipients(line: str) -> bool:
    return "@" in line or line.rstrip().endswith(";")


def _labels_from(lines: list[str], start: int) -> tuple[set[str], int]:
    """Return the kinds of header lines from `start` on, and the line after the last of them."""
    kinds: set[str] = set()
    end, left = start, _MAX_LABELS
    for number in range(start, min(start + _MAX_HEADER_LINES, len(lines))):
        if kind := label_kind(lines[number]):
            kinds.add(kind)
            left -= 1
            end = number + 1
        elif left and _holds_recipients(lines[number][:_MAX_LINE_CHARS]):
            end = number + 1  # a long list of recipients goes over many lines
        if number - end > 4 or not left:
            break
    return kinds, end


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
        marked = [_unmarked(line) for line in below if is_quoted(line)]
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
        if not line.strip() or is_delimiter(line):
            continue
        blank = next((at for at in range(number, len(lines)) if not lines[at].strip()), len(lines))
        # A block ends at a blank line, unless it is written with one after each of its lines.
        block = header_block_lines(lines[:blank], number) or header_block_lines(lines, number)
        block = block or attribution_lines(lines, number)[0]
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
        if is_quoted(line) or _is_wrapped_quote(lines, number):
            parts.add_quoted([line])
            number += 1
            continue
        announcing, all_below = _announcement(lines, number)
        if all_below:
            _take_back(parts, number, lotus_block_start(lines, number))
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
    count, certain = attribution_lines(lines, number)
    if not count:
        if is_delimiter(lines[number]):
            count = 1 + _block_below(lines, number + 1)
        else:
            count = header_block_lines(lines, number)
        if not count and lotus_block_start(lines, number) is not None:
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
            block = header_block_lines(lines, number)
            return block + number - start if block else 0
    return 0


def _next_is_quoted(lines: list[str], start: int) -> bool:
    following = [line for line in lines[start : start + 4] if line.strip()]
    return bool(following) and is_quoted(following[0])


def _is_wrapped_quote(lines: list[str], number: int) -> bool:
    """Whether the line is the end of a quoted line that a mail program broke (quote marks above and below)."""
    if not 0 < number < len(lines) - 1 or not 0 < len(lines[number].strip()) <= 30:
        return False
    above, below = lines[number - 1], lines[number + 1]
    return is_quoted(above) and is_quoted(below) and len(above) >= 60 and bool(below.strip().strip("> "))


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
