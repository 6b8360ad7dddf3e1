"""A line that was written before or stands in a source, and the ground that lines give for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from core.drafts import DraftSource
from core.text.forms import QUOTED_ONLY
from core.text.quote_links import link_to_quote
from core.writing.grounded.asked import Asking, capitalised
from core.writing.grounded.passages import Kind


@dataclass(frozen=True)
class Line:
    """A sentence that was written before.

    Attributes:
        role: who wrote it: owner, sender, other, nobody; "source" for a passage.
        who: the name of who wrote it, or the title of the passage.
        date: when, "" where nothing says.
        link: where the passage stands.
        language: that of its message, "" when unclear.
        at: the number of its message or passage, and its place there.
        sentence: its words.
        before: the sentence before it in the same message, where it points back to that one.
        place: of a passage: how the store finds it again, so that it is seen who may read it.
        kind: that of its passage; a message came with the job.
        near: how likely it answers the question.
        overtaken: who told something in a later message: "owner", else "other", "" for nobody.
        asked: what the sender proposed, to which it says yes.
        to: the name of the third person to whom its owner wrote it.
    """

    role: str
    who: str
    date: str = ""
    link: str = ""
    language: str = ""
    at: tuple[int, int] = (0, 0)
    sentence: str = ""
    before: str = ""
    place: str = ""
    kind: Kind = "file"
    near: float = field(default=0.0, compare=False)
    overtaken: Literal["", "owner", "other"] = field(default="", compare=False)
    asked: str = field(default="", compare=False)
    to: str = field(default="", compare=False)

    @property
    def whole(self) -> str:
        """What is quoted: a sentence that begins with a pronoun only with the one before it."""
        return f"{self.before} {self.sentence}".strip()

    @property
    def meant(self) -> str:
        """Its words behind what they say yes to."""
        return f"{self.asked} {self.sentence}".strip()

    @property
    def title(self) -> str:
        """What its source is called."""
        named = [self.who] if self.role == "source" else [self.who, self.date]  # a passage's title has its month
        return ", ".join(filter(None, named)) or "Earlier messages"

    def origin(self, asking: Asking) -> str:
        """Return what is said behind the day: that another quotes it, or to whom or what it answers; "" for none."""
        if QUOTED_ONLY in self.who:
            return asking.form("as_quoted")
        form: str = asking.words["answering" if self.asked else "written_to"]
        to = asking.said(asking.words["quote"], quote=self.asked) if self.asked else self.to
        return form.format(to=to) if to else ""

    def as_source(self, quote: str, supports: str) -> DraftSource:
        """Return it as what a text rests on; only a passage says the day as a source does."""
        date, link = self.date if self.role == "source" else "", link_to_quote(self.link, quote)
        return DraftSource(
            number=1,
            title=self.title,
            link=link,
            quote=quote,
            supports=supports,
            date=date,
            place=self.place,
            kind=self.kind,
        )


@dataclass(frozen=True)
class Ground:
    """What answers a question: a text for the reply, with its sources; `is_sure` when it may stand there unasked.

    `text` is "" for what is only shown.
    """

    lines: tuple[Line, ...]
    text: str
    sources: tuple[DraftSource, ...]
    is_sure: bool


def may_answer(near: Ground | None) -> bool:
    """Tell whether a ground may be the answer: what a source is only shown for takes no ready answer away."""
    return near is not None and (bool(near.text) or near.lines[0].role != "source")


def grounded_lines(lines: Sequence[Line], asking: Asking, *, is_sure: bool) -> Ground:
    """Return lines as they stand in a reply, those of one message together.

    What a person wrote is quoted; what a source says is said, since who wrote it is shown beside the reply.
    """
    words = asking.words
    texts, sources = [], []
    for _, found in groupby(lines, key=lambda one: one.at[0]):
        said = sorted(found, key=lambda one: one.at)
        first = said[0]
        quotes = [*filter(None, [first.before]), *(line.sentence for line in said)]
        said_before = capitalised(" ".join(dict.fromkeys(quotes)))
        quote = asking.said(words["quote"], quote=said_before)
        when = (words["when"].format(date=first.date) if first.date else "") + first.origin(asking)
        is_told = first.role == "source"
        text = said_before if is_told else asking.said(words["said"][first.role], quote=quote, when=when, who=first.who)
        texts.append(text)
        sources += [first.as_source(quote, text) for quote in quotes]
    return Ground(tuple(lines), " ".join(texts), tuple(sources), is_sure)


def together(grounds: Sequence[Ground]) -> Ground | None:
    """Return the grounds of the parts of one thing asked as one, None for none; what people wrote is only shown.

    What another one than the first wrote is left out: one name stands beside all.
    """
    grounds = [ground for ground in grounds if _by(ground) == _by(grounds[0])]
    lines = tuple(dict.fromkeys(line for ground in grounds for line in ground.lines))
    if len(grounds) <= 1 or grounds[0].lines == lines:
        return next(iter(grounds), None)
    is_known = all(line.role == "source" for line in lines)
    # What was written last may correct the rest.
    lines = lines if is_known else tuple(sorted(lines, key=lambda line: -line.at[0]))
    text = " ".join(dict.fromkeys(ground.text for ground in grounds)) if is_known else ""
    sources = {source.quote: source for ground in grounds for source in ground.sources}
    return Ground(lines, text, tuple(sources.values()), all(ground.is_sure for ground in grounds))


def _by(ground: Ground) -> tuple[str, str]:
    line = ground.lines[-1]
    return line.role, "" if line.role == "source" else line.who
