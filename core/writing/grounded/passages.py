"""The passages that an answer may rest on, as a value of a recipe: JSON from a search, or plain text from a person."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, NamedTuple

from core.drafts import DraftSource, cut_at_word
from core.text.forms import OUTLINE_MARK
from core.text.quote_links import link_to_quote
from core.text.sentences import split_paragraphs, split_sentences, unwrap
from core.text.speakers import Turn, split_talk
from core.writing.grounded.rows import GAP, is_in_columns, is_row, with_rows

PASSAGES = "passages"
_NUMBERED = re.compile(r"\A\[?(?:passage )?\d{1,3}[\].:)]\s*", re.I)
# A short line of words with no end, before a new line that begins a sentence, stands over it.
_HEADING = re.compile(
    r"\A(?:#{1,6}[^\n]*|[^\d\n:.,;!?…|-][^\d\n:.,;!?…|]{0,49}:?)(?:\n(?=[\W_]*[^\Wa-zäöüàâçéèêîôûñáíóú])|\Z)"
)
# A line by itself: it names who, when or where, or gives a date, and no sentence ends in it.
_LABEL = re.compile(r"(?:[^\W\d_][\w ]{0,24}: \S.*|.{0,70}\b(?:19|20)\d\d)(?<![.!?])")
_MAX_LABEL_CHARS = 90
_MIN_LISTED, _MAX_LISTED_CHARS = 3, 60
_MAX_TITLE_CHARS = 120
# Nobody wraps lines that are shorter.
_MIN_WRAPPED_CHARS = 60


_TEXTS = ("title", "link", "text", "document", "date", "place", "before", "after", "speaker")
Kind = Literal["source", "fact", "answer", "file"]
_KINDS: frozenset[Kind] = frozenset({"source", "fact", "answer", "file"})


@dataclass(frozen=True)
class GroundPassage:
    """One passage.

    Attributes:
        number: counts from 1 in the order given, which is how an answer cites it.
        title: of its document, with the heading that it stands under.
        link: where it opens.
        text: its words.
        document: the document that it is a part of, or the link of what is by itself, as a message; passages of the
            same one do not contradict each other.
        date: when the document was written or holds from: a day (2026-01-12), a year (2024), "" for unknown.
        place: how the store finds it again, "" for a passage that is not from there.
        kind: of a source, a standing fact, an earlier answer of the person, or what came with the job.
        phrases: of a fact: other words for it.
        is_guarded: of a fact: only the person may put it into a text.
        before: the sentences before it in its document, under the same heading.
        after: the sentences behind it there.
        speaker: who wrote it, of a message of the conversation where a question is asked; they come as they were
            written.
    """

    number: int
    title: str
    link: str
    text: str
    document: str = ""
    date: str = ""
    place: str = ""
    kind: Kind = "source"
    phrases: tuple[str, ...] = ()
    is_guarded: bool = False
    before: str = ""
    after: str = ""
    speaker: str = ""

    @property
    def shown_title(self) -> str:
        """The title as people see it, with the month."""
        return f"{self.title} ({self.date[:7]})" if self.date and self.date not in self.title else self.title

    @property
    def document_title(self) -> str:
        """What people call its document; what is by itself is called as the passage is."""
        return self.title if self.document == self.link else self.document

    def link_to(self, quote: str) -> str:
        """Return where it opens at a quote of it, or at cells of a row."""
        first = quote.partition(GAP)[0]
        row = next((line for line in self.text.splitlines() if first and line.startswith(first) and is_row(line)), "")
        return link_to_quote(self.link, quote, self.text, is_row=bool(row))

    def as_source(self, number: int, quote: str, supports: str) -> DraftSource:
        """Return it as what a text rests on, with its place, so that it is seen who may read it."""
        title, link = self.shown_title, self.link_to(quote)
        return DraftSource(
            number=number,
            title=title,
            link=link,
            quote=quote,
            supports=supports,
            date=self.date,
            place=self.place,
            kind=self.kind,
        )


def passages_value(passages: Iterable[GroundPassage | tuple[str, str, str]]) -> str:
    """Return passages, or the title, link and text of each, as the value of a recipe's input."""
    known = (passage if isinstance(passage, GroundPassage) else GroundPassage(0, *passage) for passage in passages)
    return json.dumps([_entry(passage) for passage in known], ensure_ascii=False)


def _entry(passage: GroundPassage) -> dict[str, object]:
    named = {name: value for name, value in asdict(passage).items() if name != "number"}
    return {name: value for name, value in named.items() if value or name in {"title", "link", "text"}}


def in_words(value: str, passages: Iterable[GroundPassage]) -> str:
    """Return passages of a value as a person or a model reads them: each below its title; a plain text stays."""
    if _entries(value) is None:
        return value
    return "\n\n".join(f"{passage.shown_title}\n{passage.text.strip()}" for passage in passages)


def changed(value: str, change: Callable[[str], str]) -> str:
    """Return a value with each text of its passages changed."""
    if _entries(value) is None:
        return change(value)
    return passages_value(
        replace(passage, text=change(passage.text), before=change(passage.before), after=change(passage.after))
        for passage in read_passages(value)
    )


def read_passages(value: str) -> list[GroundPassage]:
    """Return the passages of a value: a JSON list of objects with `text` and perhaps the rest, else blocks of text.

    Each row of a Markdown table tells the names of its columns. In plain text a blank line parts two passages; a number
    before a block is left out.
    """
    entries = _entries(value)
    if entries is None:
        entries = [{"text": _NUMBERED.sub("", block)} for block in split_paragraphs(value)]
    return [_passage(number, entry) for number, entry in enumerate(entries, 1)]


def _passage(number: int, entry: Mapping[str, Any]) -> GroundPassage:
    told = {name: str(entry.get(name) or "") for name in _TEXTS}
    told["text"] = with_rows(told["text"])
    title = _short_title(unwrap(told["title"]), told["document"]) or " ".join(told["text"].split()[:6])
    kind, phrases = entry.get("kind"), entry.get("phrases")
    return GroundPassage(
        **{**told, "title": title, "document": told["document"] or title},
        number=number,
        kind=kind if kind in _KINDS else "source",
        phrases=tuple(map(str, phrases)) if isinstance(phrases, list) else (),
        is_guarded=entry.get("is_guarded") is True,
    )


def _short_title(title: str, document: str) -> str:
    """Return a title that is not too long: its document and the last heading, which say where to look."""
    if len(title) > _MAX_TITLE_CHARS and document and OUTLINE_MARK in title and title.startswith(document):
        title = f"{document}, … > {title.rpartition(OUTLINE_MARK)[2]}"
    return cut_at_word(title, _MAX_TITLE_CHARS)


class Said(NamedTuple):
    """A sentence of a passage, with the heading that it stands under and, in a conversation, who says it."""

    heading: str
    speaker: str
    sentence: str


def read_passage(passage: GroundPassage) -> Iterator[Said]:
    """Yield the sentences of a passage; of what somebody says each line is one, whatever it ends with."""
    for turn in turns_of(passage):
        for heading, sentence in lines_said(turn.text) if turn.speaker else read_sentences(turn.text):
            yield Said(heading, turn.speaker, sentence)


def turns_of(passage: GroundPassage) -> list[Turn]:
    """Return what each says in a conversation; of any other passage all, by nobody."""
    lines = passage.text.splitlines()
    is_table = 2 * sum(map(is_row, lines)) > len(lines)
    return (not (passage.speaker or is_table) and split_talk(passage.text)) or [Turn(passage.speaker, passage.text)]


def lines_said(text: str) -> Iterator[tuple[str, str]]:
    """Return the sentences of what somebody says, below no heading; a line ends one, but for one that is wrapped."""
    lines = list[str]()
    for line in text.splitlines():
        is_wrapped = bool(lines) and len(lines[-1]) >= _MIN_WRAPPED_CHARS and line[:1].islower()
        lines[-1:] = [f"{lines[-1]}\n{line}"] if is_wrapped else [*lines[-1:], line]
    return (("", sentence) for line in lines for sentence in split_sentences(line))


def read_sentences(text: str) -> Iterator[tuple[str, str]]:
    """Yield the sentences of a passage, each with the heading that it stands under; rows of tables are sentences."""
    heading = ""
    for block in split_paragraphs(text):
        if found := _HEADING.match(block):
            heading = found[0].strip("# \n:")
        for part in _by_line(block[found.end() :] if found else block):
            for sentence in [part] if is_row(part) else split_sentences(part):
                yield heading, sentence


def _by_line(block: str) -> Iterator[str]:
    """Yield a block in parts: rows, lines in columns and labels by themselves, and what stands between them."""
    between: list[str] = []
    lines = block.splitlines()
    is_listed = len(lines) >= _MIN_LISTED and all(map(_is_listed, (*lines[:-1], lines[-1].rstrip(" ."))))
    for line in lines:
        if (
            is_listed
            or is_row(line)
            or is_in_columns(line)
            or (not between and len(line) <= _MAX_LABEL_CHARS and _LABEL.fullmatch(line.strip()))
        ):
            yield "\n".join(between)
            yield line.strip()
            between = []
        else:
            between.append(line)
    yield "\n".join(between)


def with_line_ends(text: str) -> str:
    """Return a text in which each line that was ended on purpose is a paragraph: another word would have fitted."""
    return "\n\n".join("\n".join(_ended(paragraph.splitlines())) for paragraph in split_paragraphs(text))


def _ended(lines: Sequence[str]) -> Iterator[str]:
    width = max(_MIN_WRAPPED_CHARS, *map(len, lines))
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        is_wrapped = any(len(line) + 1 + len(word) > width for word in following.split(maxsplit=1)[:1])
        yield line if is_wrapped else f"{line}\n"


def _is_listed(line: str) -> bool:
    """Tell whether a line may be one of a list of prices: it is short, begins as a sentence, ends none, and counts."""
    said = line.strip()
    begins = said[:1].isalnum() and not said[:1].islower()
    is_open = not said.endswith((".", "!", "?", ",", ";", ":", "-"))
    return begins and is_open and len(said) <= _MAX_LISTED_CHARS and any(map(str.isdigit, said))


def _entries(value: str) -> list[dict[str, object]] | None:
    if not value.lstrip().startswith("["):
        return None
    try:
        entries = json.loads(value)
    except (ValueError, RecursionError):
        return None
    sound = isinstance(entries, list) and all(isinstance(entry, dict) and "text" in entry for entry in entries)
    return entries if sound else None
