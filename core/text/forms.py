"""Forms of words, numbers, marks and addresses that several readers of text look for, whatever the language."""

import re
import sys
import unicodedata
from itertools import chain, takewhile

WORD = re.compile(r"\w+")
# With the apostrophes inside it.
WHOLE_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
ALPHABETIC = re.compile(r"[^\W\d_]+")
ALPHANUMERIC = re.compile(r"[^\W_]+")
# Letters, with apostrophes inside.
LETTERS = re.compile(r"[^\W\d_]++(?:['\u2019][^\W\d_]++)*+")
# A word that may be a name or a part of one.
NAME_WORD = re.compile(r"[^\W\d_](?:[\w'\u2019&-]*\w)?+")
# A word, or a mark by itself.
TOKEN = re.compile(r"\w+|[^\w\s]")
# Between two mails of a thread that are answered together.
BETWEEN_MAILS = "\n\n\u2014\u2014\u2014\n\n"
# Behind the name of who is said to have written a message of a thread, where only another's mail says so.
QUOTED_ONLY = "(quoted)"
UNSPACED = re.compile(r"\S++")
DIGITS = re.compile(r"\d+")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
MAIL_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
LINK = re.compile(r"(?i)(?<!\w)(?:(?:https?|ftp)://|www\.)[^\s<>\"'`|\\^{}]++")
# In groups or not; whether it is one is for its check digits to say.
IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
# As a character, with what joins it to the next, or by its name between colons.
# A box to tick, U+2610 to U+2612, is none.
EMOJI = re.compile(
    "[ \t]?(?:(?:[\u2600-\u260f\u2613-\u27bf\U0001f300-\U0001faff][\ufe0e\ufe0f\u200d]*)"
    "|(?<![\\w:]):(?:[+-]1|100|(?=[a-z0-9_+-]*[a-z])[a-z0-9_+-]{2,30}):(?![\\w:]))"
)
# Between the headings above a section, the outermost first.
OUTLINE_MARK = " > "
# The mark of a source: "[2]".
CITATION = re.compile(r" ?\[(\d{1,3})\]")
BRACKETS = re.compile(r"\(([^()\n]{0,200})\)")
# A place in a text that is filled in: "{name}".
PLACE = re.compile(r"\{(\w{1,60})\}")
# What makes a line an entry of a list, and what makes it one of a mail that is answered.
BULLETS = r"\-*\u00b7\u2022\u2013\u2014\u2192\u25aa\u25cf\u25e6\u27a4\u2713\u25b6\u2023"
LIST_MARK = re.compile(rf"\A\s*(?:[{BULLETS}]+|\(?\d{{1,3}}[.)\u00b0\u00ba]|\(?[a-zA-Z]\))\s+")
QUOTE_MARKS = re.compile(r"(?m)^[ \t]*(?:>[ \t]?)+")
_MAX_WORD_CHARS = 40


def chars_between(*ends: str) -> frozenset[str]:
    """Return the characters of some stretches, each told by its first and its last; one may stand alone."""
    return frozenset(map(chr, chain.from_iterable(range(ord(end[0]), ord(end[-1]) + 1) for end in ends)))


def count_between(text: str, *ends: str) -> int:
    """Return how many characters of a text are of some stretches, each told by its first and its last."""
    return 0 if text.isascii() else sum(any(end[0] <= char <= end[-1] for end in ends) for char in text)


def consists_of(text: str, marks: str, max_chars: int = sys.maxsize) -> bool:
    """Tell whether a text holds nothing but letters, digits and some marks, and is not too long; "" does."""
    return len(text) <= max_chars and all(char.isalnum() or char in marks for char in text)


def digits_of(text: str) -> str:
    """Return the digits of a text, without what stands between them."""
    return "".join(filter(str.isdecimal, text))


def single_spaced(text: str) -> str:
    """Return a text with one blank for several."""
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def without_accents(text: str) -> str:
    """Return a text whose letters have no accents: "Inés" is "Ines"."""
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def with_single_blank_lines(text: str) -> str:
    """Return a text with one blank line for several, where these are empty."""
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text


def with_line_once(text: str, wanted: str) -> str:
    """Return a text in which a line stands once, where it stood first."""
    lines, places = text.split("\n"), [at for at, line in enumerate(text.split("\n")) if line.strip() == wanted.strip()]
    kept = [line for at, line in enumerate(lines) if at not in places[1:]]
    return with_single_blank_lines("\n".join(kept)).rstrip() if len(places) > 1 else text


def word_before(text: str, at: int) -> str:
    """Return the letters that stand right before a place, "" for none; of a very long word its end."""
    return "".join(takewhile(str.isalpha, reversed(text[max(0, at - _MAX_WORD_CHARS) : at])))[::-1]


def holds_contact(text: str) -> bool:
    """Tell whether a text holds a number, or an address of mail or of a page."""
    has_sign = any(char.isdecimal() or char == "@" for char in text)
    return has_sign or any(start in text.casefold() for start in ("http:", "https:", "www."))
