"""The numbers by which a text cites its sources: people count from one, whatever place a passage had in the search."""

from collections.abc import Sequence

from core.drafts import Draft, DraftSource
from core.text.forms import CITATION


def numbered_from_one(draft: Draft) -> Draft:
    """Return a draft whose sources are numbered in the order in which its text cites them; one without marks stays."""
    text, sources = renumbered(draft.text, draft.sources)
    return draft.model_copy(update={"text": text, "sources": sources})


def renumbered(text: str, sources: Sequence[DraftSource]) -> tuple[str, tuple[DraftSource, ...]]:
    """Return a text and its sources with numbers in the order of the text; what it does not cite comes behind."""
    known = {source.number for source in sources}
    cited = [int(match[1]) for match in CITATION.finditer(text) if int(match[1]) in known]
    if not cited:
        return text, tuple(sources)
    order = dict.fromkeys([*cited, *(source.number for source in sources)])
    numbers = {number: place for place, number in enumerate(order, start=1)}
    changed = CITATION.sub(lambda mark: mark[0].replace(mark[1], str(numbers.get(int(mark[1]), mark[1]))), text)
    return changed, tuple(source.model_copy(update={"number": numbers[source.number]}) for source in sources)


def each_once(sources: Sequence[DraftSource]) -> list[tuple[DraftSource, list[str]]]:
    """Return each passage that sources are of, with what is quoted of it: several sentences may rest on one."""
    found = dict[tuple[int, str, str], tuple[DraftSource, list[str]]]()
    for source in sources:
        _first, quotes = found.setdefault((source.number, source.title, source.place), (source, []))
        if source.quote and source.quote not in quotes:
            quotes.append(source.quote)
    return list(found.values())
