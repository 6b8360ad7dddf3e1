"""An answer that was cut: what of it is whole, and a remark at the place where it ends."""

import json
from typing import Any

from core.drafts import Finding
from core.text.sentences import split_sentences, unwrap

CHECK = "cut"
_LAST_WORDS = 8
_ENDS = frozenset(".!?\u2026\u3002\uff01\uff1f\"'\u201d\u00bb)]*")


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
