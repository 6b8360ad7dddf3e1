"""What becomes of a model's answer: what it puts around a text goes, a cut one is ended, a quote is found again."""

import json
import re
from typing import Any

from core.drafts import Finding
from core.text.lexicon import either, joined
from core.text.salutations import CLOSING, LAST_LINE, OPENING, TITLES_WITH_STOP
from core.text.sentences import split_sentences, unwrap
from core.writing.checks.residue import find_preface

_FENCE = "```"
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'"}
_SHORTENED = joined(rf"(?<=\b{title})\." for title in TITLES_WITH_STOP)
# "Buenas tardes, Ana:" on a line of its own.
_CALLED = r", (?-i:[^\W\d_a-zß-ÿ][\w.'\u2019-]*(?: [^\W\d_a-zß-ÿ][\w.'\u2019-]*){0,3})[,:!]?[ \t]*\n+"
_GREETING = either([OPENING], r"\A", rf"\b(?:{_CALLED}|(?:[^\n.?!,:]|{_SHORTENED}){{0,60}}(?:[,:!.]|(?=\n))[ \t]*\n*)")
_GREETING_LINE = either([OPENING], r"\A(?P<words>", r"(?:[ \t]{1,3}[^\s,!:?]{1,40}){0,4})[ \t]*+[,:!.]?[ \t]*+\n")
_CLOSING = either([LAST_LINE], r"^[ \t]*+", r"[ \t]*+[,.!]?[ \t]*+$", flags=re.I | re.M)
_MAX_LINES_AFTER_CLOSING = 4
_MIN_SENTENCE_WORDS = 4
_CLOSES = either([CLOSING])
# How a person is reached, as it stands below a name.
_CONTACT = re.compile(r"@|www\.|://|\d[\d /().-]{5,}\d")
_MAX_QUOTE_CHARS = 2000
_LEFT_OUT = re.compile(r"\[?(?:\u2026|\.{3,20}+)\]?")
_EDGES = " \t\r\n\"'\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb.,;:!?\u2026*_"
_LIKE = {
    **dict.fromkeys("'\u2019\u2018`\u00b4", "['\u2019\u2018`\u00b4]"),
    **dict.fromkeys('"\u201c\u201d\u201e\u00ab\u00bb', '["\u201c\u201d\u201e\u00ab\u00bb]'),
    **dict.fromkeys("-\u2013\u2014\u2011", "[-\u2013\u2014\u2011]"),
}
_MAX_LEFT_OUT_CHARS = 400
_MAX_PARTS = 8
CHECK = "cut"
_LAST_WORDS = 8
_ENDS = frozenset(".!?\u2026\u3002\uff01\uff1f\"'\u201d\u00bb)]*")


def clean(text: str, *, source: str = "", opens: bool = False, closes: bool = False) -> str:
    """Return the text without wrapping.

    Args:
        text: what a model wrote.
        source: the text that it works on; what stands there is never taken off.
        opens: True when code sets the greeting, so that the model's own goes.
        closes: the same for the closing and what stands below it.
    """
    text = text.strip()
    if text == source.strip():
        return text  # it repeats what the source repeats
    text = _without_fence(text)
    text = _without_preface(text, source)
    text = _GREETING.sub("", text, count=1) if opens else text
    text = _without_closing(text) if closes else text
    return _without_quotes(text, source)


def as_chat(text: str, source: str = "") -> str:
    """Return a message as it stands in a chat: without a greeting line, a closing and the name below it.

    What the source says is said: a greeting that stands there is the person's own.
    """
    greeting = _GREETING_LINE.match(text)
    if greeting and greeting["words"].casefold() not in source.casefold():
        rest = text[greeting.end() :].lstrip()
        text = rest[:1].upper() + rest[1:] or text
    return _without_closing(text)


def _without_fence(text: str) -> str:
    """Return what stands in a block of code that is the whole text: some models wrap an answer so."""
    opening, _, rest = text.partition("\n")
    language = opening.removeprefix(_FENCE).replace("-", "_")
    is_block = opening.startswith(_FENCE) and (not language or language.isidentifier())
    return rest.removesuffix(_FENCE).strip() if is_block and rest.endswith(_FENCE) else text


def _without_preface(text: str, source: str) -> str:
    match = find_preface(text, source)
    if not match or match[0].strip().casefold() in source.casefold():
        return text
    rest = text[match.end() :].strip()
    return rest[:1].upper() + rest[1:] if rest else text


def _without_quotes(text: str, source: str) -> str:
    closing = _QUOTES.get(text[:1])
    inner = text[1:-1]
    if closing and text.endswith(closing) and closing not in inner and not source.startswith(text[:1]):
        return inner.strip()
    return text


def _without_closing(text: str) -> str:
    """Return a text without its closing and the lines below it; thanks are one only above a name."""
    for match in _CLOSING.finditer(text):
        below = [line for line in map(str.strip, text[match.end() :].split("\n")) if line]
        signs = _signs if _CLOSES.match(match[0].strip()) else _is_name
        if len(below) <= _MAX_LINES_AFTER_CLOSING and all(map(signs, below)) and match.start() > 0:
            return text[: match.start()].strip()
    return text.strip()


def _signs(line: str) -> bool:
    """Tell whether a line below a closing is no sentence; "Acme Inc." is none."""
    is_long = len(line.split()) >= _MIN_SENTENCE_WORDS
    return not (line.endswith("?") or (is_long and line.endswith((".", "!"))))


def _is_name(line: str) -> bool:
    """Tell whether a line below thanks is a name, or says how its owner is reached."""
    is_name = line.istitle() and all(char.isalpha() or char in " .'-" for char in line)
    return is_name or _CONTACT.search(line) is not None


def words_in(quote: str, source: str) -> str:
    """Return the words of the source that a quote copies, as they stand there; "" when they do not."""
    if quote and quote in source:
        return quote
    quote = quote[:_MAX_QUOTE_CHARS].strip(_EDGES)
    parts = [part for part in _LEFT_OUT.split(quote) if part.strip(_EDGES)]
    if not parts or len(parts) > _MAX_PARTS:
        return ""
    between = rf"(?s:.{{0,{_MAX_LEFT_OUT_CHARS}}}?)"
    pattern = between.join(r"\s+".join(map(_spelled, part.split())) for part in parts)
    match = re.search(rf"(?i){pattern}[.!?]?", source)
    return match[0] if match else ""


def _spelled(word: str) -> str:
    return "".join(_LIKE.get(char) or re.escape(char) for char in word)


def whole_sentences(text: str) -> str:
    """Return a text up to the end of its last whole sentence or list entry, "" when there is none."""
    text = text.rstrip()
    sentences = split_sentences(text)
    if not sentences or text[-1:] in _ENDS:
        return text
    return text[: text.rindex(sentences[-1])].rstrip()


def cut_at(text: str) -> Finding:
    """Return the remark that a text ends before its end."""
    lines = [line for line in text.split("\n") if line.strip()] or [""]
    place = " ".join(lines[-1].split(" ")[-_LAST_WORDS:]).strip()
    sentence = f"The model's answer was cut at “{unwrap(place)}”; what should follow is missing."
    return Finding(check=CHECK, severity="warn", place=place, sentence=sentence)


def whole_entries(written: str, key: str) -> list[Any]:
    """Return the whole entries of a list in JSON that was cut, under its key."""
    decoder = json.JSONDecoder()
    begin = written.find("[", max(written.find(f'"{key}"'), 0))
    entries: list[Any] = []
    at = begin + 1
    while begin >= 0:
        at += len(written[at:]) - len(written[at:].lstrip(" \t\r\n,"))
        try:
            entry, at = decoder.raw_decode(written, at)
        except (ValueError, RecursionError):
            break
        entries.append(entry)
    return entries


def entries_of(written: str, key: str) -> list[Any] | None:
    """Return the list under a key of an answer in JSON, of a broken one its whole entries; None where there is none."""
    try:
        data = json.loads(written[written.find("{") : written.rfind("}") + 1])
    except (ValueError, RecursionError):
        return whole_entries(written, key) or None
    entries = data.get(key) if isinstance(data, dict) else None
    return entries if isinstance(entries, list) else None
