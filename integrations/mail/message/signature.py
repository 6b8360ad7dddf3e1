"""Where a mail's text ends and its signature begins: pure and linear."""

from core.text.forms import consists_of
from core.text.lexicon import either, pattern_beside, phrases_beside
from core.text.salutations import LAST_LINE

_MAX_LINE_CHARS = 300
_DASHES = pattern_beside(__file__, "dashes", r"\s{0,2}", r"\s{0,3}$")
# What mail programs on phones, and free ones, put below a mail: with the verb first, or last.
_PROGRAM = pattern_beside(__file__, "programs").pattern
_SENT_FROM = pattern_beside(__file__, "sent_from", r"\s{0,2}", rf"(?=.{{0,60}}{_PROGRAM}).{{0,100}}$")
_SENT_FROM_BEHIND = pattern_beside(__file__, "sent_from_behind", r"\s{0,2}", r"\W{0,3}$")
_RULE = pattern_beside(__file__, "rules", r"\s{0,2}", r"\s{0,3}$")
_FOOTER = pattern_beside(__file__, "footers")
_DISCLAIMER = pattern_beside(__file__, "disclaimers", r"[\s*\"(]{0,4}")
_CLOSING = either([LAST_LINE, *phrases_beside(__file__, "closings")], r"\s{0,8}", r"[\s,.!;-]{0,6}$")
# `Do you really need to print this mail?` asks nothing.
_PRINTING = pattern_beside(__file__, "printing")
# Behind the signature, and yet text.
_POSTSCRIPT = pattern_beside(__file__, "postscripts", r"\s{0,4}")
_MAX_NAME_CHARS = 26
_CONTACT = pattern_beside(__file__, "contact")
# What stands beside a name: pronouns, a department, a company.
_BESIDE_NAME = pattern_beside(__file__, "beside_names", flags=0)
_PARTICLES = frozenset({"von", "van", "de", "der", "den", "del", "la", "le", "du", "di", "da", "do", "dos", "zu", "of"})
_QUOTES = "\"'\u201c\u201e\u00ab\u00bb"  # a motto
_AROUND_NAMES = " \t-\u2013\u2014~."
_MAX_BLOCK_LINES = 12
_MAX_CLOSING_LINES = 24
_MAX_MARKED_LINES = 40


def signature_start(lines: list[str]) -> int:
    """Return the number of the line where the signature begins, `len(lines)` when there is none.

    Signs, in this order: the `-- ` line, a footer of a list or a provider, a legal notice, the line of a
    mobile program, a closing with a name below it, a block of contact details.
    """
    end = _marked_start(lines)
    end = _before_blank(lines, end)
    start = _closing_start(lines, end)
    if start == end:
        start = _contact_start(lines, end)
    # A mail that consists of "Thanks, Ann" says thanks: there is nothing before that to call the text.
    return start if any(line.strip() for line in lines[:start]) else end


def _marked_start(lines: list[str]) -> int:
    last_question = _last_question(lines)
    for number, line in enumerate(lines):
        if line.startswith("-- ") and not line.strip(" -"):
            return number
        if len(lines) - number <= _MAX_MARKED_LINES and _is_mark(lines, number, last_question):
            return number
    return len(lines)


def _last_question(lines: list[str]) -> int:
    """Return the number of the last line that ends with a question, -1 when none of those that may be marked does."""
    for number in range(len(lines) - 1, max(-1, len(lines) - 1 - _MAX_MARKED_LINES), -1):
        line = lines[number]
        if line.rstrip().endswith(("?", "\uff1f")) and not _PRINTING.search(line[-80:]):
            return number
    return -1


def _is_mark(lines: list[str], number: int, last_question: int) -> bool:
    """Whether a signature begins with this line. A question below says that text goes on there."""
    piece, left = lines[number][:_MAX_LINE_CHARS], len(lines) - number
    following = " ".join(lines[number + 1 : number + 4])[:_MAX_LINE_CHARS]
    ruled = _RULE.match(piece) is not None
    if ruled and _FOOTER.search(following):
        return True
    if last_question >= number:
        return False
    begun = piece.strip()[:1].islower() and not piece.lstrip().startswith("iPhone")  # a line within a sentence
    if _DISCLAIMER.match(f"{piece} {following}") or (left <= 6 and not begun and _is_sent_from(piece)):
        return True
    below = [line for line in lines[number + 1 :] if line.strip()]
    if _is_announced(lines, number) or not below or (_is_sentence(below[0]) and below[0].lstrip()[:1] not in _QUOTES):
        return False
    named = ruled and left <= _MAX_BLOCK_LINES and lines[number + 1] == below[0] and _is_name(below[0])
    return (named and not any(map(_is_sentence, below))) or _DASHES.match(piece) is not None


def _is_sent_from(line: str) -> bool:
    return (_SENT_FROM.match(line) or _SENT_FROM_BEHIND.match(line)) is not None


def _is_announced(lines: list[str], number: int) -> bool:
    """Whether the text above ends with a colon: what follows is what it speaks of, and no signature."""
    above = next((line for line in reversed(lines[max(0, number - 3) : number]) if line.strip()), "")
    return above.rstrip().endswith((":", "\uff1a"))


def _before_blank(lines: list[str], end: int) -> int:
    marked = end < len(lines)
    for above in range(end, 0, -1):
        line = lines[above - 1][:_MAX_LINE_CHARS]
        if line.strip() and not _RULE.match(line) and not (marked and _DASHES.match(line)):
            return above
    return 0


def _closing_start(lines: list[str], end: int) -> int:
    """Find `Best regards,` with at most a name and a block of contact details below it."""
    for number in range(end - 1, max(-1, end - 1 - _MAX_CLOSING_LINES), -1):
        if is_closing(lines[number]):
            below = [line.strip() for line in lines[number + 1 : end] if line.strip()]
            text = any("?" in line or _POSTSCRIPT.match(line) or (len(line) > 80 and "|" not in line) for line in below)
            return end if text or (below and _is_sentence(below[0])) else number
    return end


def is_closing(line: str) -> bool:
    """Whether the line is one like `Best regards,`."""
    return _CLOSING.match(line[:_MAX_LINE_CHARS]) is not None


def _is_sentence(line: str) -> bool:
    words = [word for word in line[:_MAX_LINE_CHARS].split() if word[:1].isalpha()]
    capitals = sum(word[:1].isupper() for word in words)
    return len(words) >= 4 and (capitals * 2 < len(words) or line.rstrip().endswith((".", "!", ":")))


def _contact_start(lines: list[str], end: int) -> int:
    """Find a last paragraph of short lines that begins with a name; one line alone must be a short name."""
    start = end
    while start > 0 and lines[start - 1].strip() and end - start < _MAX_BLOCK_LINES:
        start -= 1
    block = lines[start:end]
    if not block or start == 0 or not _is_name(block[0]) or _is_announced(lines, start):
        return end
    if len(block) == 1:
        words = block[0].strip(_AROUND_NAMES).split()
        named = len(words) <= 3 and all(word[:1].isupper() or len(block[0].strip()) <= 3 for word in words)
        return start if (named or "|" in block[0]) and not lines[start - 1].strip() else end
    short = all(
        len(line.strip()) <= 70 and not line.rstrip().endswith(("?", ":")) and not _is_sentence(line) for line in block
    )
    return start if short and any(_CONTACT.search(line[:_MAX_LINE_CHARS]) for line in block[1:]) else end


def _is_name(line: str) -> bool:
    words = _BESIDE_NAME.sub("", line[:_MAX_LINE_CHARS]).strip(_AROUND_NAMES).split()
    begun = [word for word in words if word[:1].islower() and word not in _PARTICLES]
    if begun and len(line.strip()) > 3:  # `ann` signs; `please call` does not
        return False
    return 0 < len(words) <= 5 and all(map(_may_be_name, words))


def _may_be_name(word: str) -> bool:
    return word[:1].isalpha() and consists_of(word.removesuffix(","), ".'\u2019_-", _MAX_NAME_CHARS)
