"""What an answer cites, opened at its place: read again with the rights that whoever opens it has at that moment."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from core.drafts import Draft, DraftSource, JsonObject
from core.errors import NotFoundError
from core.job import Job
from core.sources.model import Passage, Reader
from core.sources.reading import PassageReader
from core.sources.search import Sources
from core.sources.sharing import numbers_of
from core.text.catalogues import N_
from core.text.sentences import unwrap

_GONE = N_("This passage is gone, or you may not read it any more.")
# A scan reads some 6,000 characters at once: a quote stands in one of so many passages.
_LOOKED_THROUGH = 400


@dataclass(frozen=True)
class CitedPassage:
    """A passage as it stands in its document, with what is before and after it; `parts` says which words are cited.

    `has_changed` says that the document was read anew since, and says there what was cited no more.
    """

    number: int
    title: str
    link: str
    date: str
    before: str
    parts: Sequence[tuple[str, bool]]
    after: str
    has_changed: bool = False

    def to_json(self) -> JsonObject:
        """Return the public form."""
        parts = [{"text": words, "cited": is_cited} for words, is_cited in self.parts]
        told = {"number": self.number, "title": self.title, "link": self.link, "date": self.date}
        return {**told, "before": self.before, "parts": parts, "after": self.after, "has_changed": self.has_changed}


def open_cited(sources: Sources, job: Job, number: int) -> CitedPassage:
    """Return a passage that the draft of a job cites, as the person of the job may read it now.

    Raises:
        NotFoundError: the draft cites none of that number, or it is gone, or they may not read it any more.
    """
    cited = _cited(job.draft, number)
    item, ordinal = numbers_of(cited[0])
    reader = sources.reader_of(job.workspace, job.person)
    found = sources.reader.read({item: {ordinal - 1, ordinal, ordinal + 1}}, [reader]).get(item)
    if found is None or ordinal not in found.passages:
        fix = "Ask again: the answer then rests on what you may read now."
        raise NotFoundError(_GONE, fix=fix)
    first, quotes = cited[0], [source.quote for source in cited if source.quote]
    # A model is shown what stands beside a passage, too, and may quote that.
    beside = [quote for quote in quotes if not _is_cited(marked(found.passages[ordinal].text, [quote]))]
    shown = {ordinal, *(place for quote in beside for place in _holding(found.passages, unwrap(quote)))}
    opened = _opened(found.passages, sorted(shown), quotes)
    return replace(opened, number=number, title=first.title, link=first.link, date=first.date)


def open_quoted(passages: PassageReader, reader: Reader, place: tuple[int, int], quote: str) -> CitedPassage:
    """Return what of an item holds a quote, as somebody may read it now; its number and date are not told.

    That is a passage, or several one after the other where the quote goes over their ends.

    Args:
        passages: reads them.
        reader: who opens it.
        place: the item, and the first of its passages that may hold the quote.
        quote: with single blanks between its words.

    Raises:
        NotFoundError: the item is gone, or they may not read it any more.
    """
    item, first = place
    found = passages.read({item: range(max(0, first - 1), first + _LOOKED_THROUGH)}, [reader]).get(item)
    there = sorted(found.passages) if found else []
    if found is None or not there:
        raise NotFoundError(_GONE, fix="Look at its signal again.")
    holding = _holding(found.passages, quote) or [next((place for place in there if place >= first), there[0])]
    return replace(_opened(found.passages, holding, [quote]), title=found.title, link=found.link)


def _holding(passages: Mapping[int, Passage], quote: str) -> list[int]:
    """Return the passage that holds a quote, or the run of them that it goes over; [] where none do."""
    texts = {number: text for number in sorted(passages) if (text := unwrap(passages[number].text))}
    if alone := [number for number, text in texts.items() if quote in text]:
        return alone[:1]
    # A scan reads passages as one text, with a blank between two.
    ends = [*accumulate(len(text) + 1 for text in texts.values())]
    begin = " ".join(texts.values()).find(quote)
    return [*texts][bisect(ends, begin) : bisect(ends, begin + len(quote) - 1) + 1] if begin >= 0 else []


def _opened(passages: Mapping[int, Passage], shown: Sequence[int], quotes: Sequence[str]) -> CitedPassage:
    """Return a run of passages with their neighbours below the same heading."""
    before, after = (
        near.text if (near := passages.get(place)) and near.heading == passages[beside].heading else ""
        for place, beside in ((shown[0] - 1, shown[0]), (shown[-1] + 1, shown[-1]))
    )
    parts = marked("\n\n".join(passages[place].text for place in shown), quotes)
    has_changed = bool(quotes) and not _is_cited(parts)
    return CitedPassage(0, "", "", "", before, parts, after, has_changed)


def _is_cited(parts: Sequence[tuple[str, bool]]) -> bool:
    return any(is_cited for _, is_cited in parts)


def _cited(draft: Draft | None, number: int) -> list[DraftSource]:
    cited = [source for source in draft.sources if source.number == number and source.place] if draft else []
    if not cited:
        raise NotFoundError("The answer cites no such passage.", fix="Look at the list of its sources.")
    return cited


def marked(text: str, quotes: Sequence[str]) -> list[tuple[str, bool]]:
    """Return a text in parts, each with whether it is quoted; line breaks are kept where no quote runs over them."""
    # Cells of a table are quoted with what is between them left out.
    pieces = [piece for quote in quotes for piece in quote.split(" … ")]
    if any(piece not in text for piece in pieces):
        text = unwrap(text)
    spans = sorted((text.find(piece), text.find(piece) + len(piece)) for piece in pieces if piece in text)
    parts, at = list[tuple[str, bool]](), 0
    for start, end in spans:
        if start > at:
            parts.append((text[at:start], False))
        if end > max(start, at):
            parts.append((text[max(start, at) : end], True))
        at = max(at, end)
    return [*parts, (text[at:], False)] if at < len(text) else parts
