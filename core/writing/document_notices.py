"""What is told of a document as a whole: how much of it changed, what stays and why, and what found no place."""

from collections import Counter
from collections.abc import Sequence

from core.drafts import Edit
from core.text.catalogues import N_
from core.text.facts import Fact, Facts, extract_facts
from core.text.language import detect_language
from core.writing.document_paragraphs import Paragraph

NO_SENTENCE = N_("headings, table cells, names, dates and lines without a sentence.")
NOTHING_TO_DO = N_("The document has no sentence to work on: headings, names and table cells stay as they are.")
# "On Monday" and "today" are as often said of the work itself.
_PLACED_SPANS = frozenset({"day", "week", "month"})
_NOT_PLACED = frozenset({"weekday", "day"})


def notices_of(edits: Sequence[Edit], worth: Sequence[Paragraph], kept: Counter[str]) -> tuple[str, ...]:
    """Return how much of the paragraphs changed, and for each reason how many stay as they are."""
    total = len(worth)
    reasons = [N_(f"{count} of {total} left as they are: {reason}") for reason, count in kept.most_common()]
    if kept[NO_SENTENCE] == total:
        return (NOTHING_TO_DO,)
    return (changed_note(edits, worth), *reasons)


def changed_note(edits: Sequence[Edit], worth: Sequence[Paragraph]) -> str:
    """Return how much of the paragraphs changed."""
    chars = {paragraph.id: len(paragraph.text) for paragraph in worth}
    changed = sum(edit.share * chars.get(edit.id, 0) for edit in edits)
    count, total = sum(edit.text is not None for edit in edits), len(worth)
    percent = f"{changed / max(1, sum(chars.values())):.1%}"
    return N_(f"{count} of {total} paragraphs changed, {percent} of the text.")


def unplaced(instruction: str, paragraphs: Sequence[Paragraph], edits: Sequence[Edit]) -> tuple[str, ...]:
    """Return a notice of the figures and dates of an instruction that stood nowhere before and stand nowhere now."""
    if not any(map(str.isdecimal, instruction)):
        return ()
    # A blank line parts the cells of a table: figures beside each other are not one number.
    text = "\n\n".join((*(paragraph.text for paragraph in paragraphs), *(edit.text or "" for edit in edits)))
    language = detect_language(text)
    document = extract_facts(text, language)
    told = filter(_is_content, extract_facts(instruction, detect_language(instruction) or language).items)
    missing = dict.fromkeys(f"“{_named(fact, instruction)}”" for fact in told if not _stands(fact, document))
    places = ", ".join(missing)
    notice = N_(f"Not placed: {places} of your instruction. Headings and table cells are left as they are.")
    return (notice,) if missing else ()


def _named(fact: Fact, instruction: str) -> str:
    """Return the words of a fact, a number of days or months with that word."""
    words = instruction[fact.start + len(fact.text) :].split(maxsplit=1) if fact.span else []
    return " ".join((fact.text, *words[:1])).rstrip(",;.:!?)")


def _is_content(fact: Fact) -> bool:
    """Tell whether a fact is to stand in the text: a share, an hour or a number alone may say how that is to be."""
    is_counted = fact.category == "money" or fact.span in _PLACED_SPANS or fact.kind != "number"
    return is_counted and not fact.is_weak and fact.kind not in _NOT_PLACED


def _stands(fact: Fact, document: Facts) -> bool:
    """Tell whether a text says a fact; that its numbers come to it does not count here."""
    if fact.kind != "number":
        return document.hold(fact)
    same = (known for known in document.items if known.span == fact.span and known.unit in {"", fact.unit})
    return any(fact.readings & known.readings for known in same)
