"""Entries of a list as comments beside the words of a document that they quote; what stands there is not said again."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from core.drafts import Edit, Item
from core.text.catalogues import told
from core.text.sentences import unwrap
from core.writing.document_paragraphs import Paragraph, without_objects


def comments_beside(items: Sequence[Item], paragraphs: Sequence[Paragraph]) -> list[Edit]:
    """Return a comment beside each quote; one that spans several paragraphs has none.

    Of a group each is counted that a comment can stand beside, and only the first says why it matters.
    """
    placed = _placed(items, paragraphs)
    totals = Counter(item.group for item, (paragraph, _quote) in placed if not paragraph.is_beside)
    seen, explained = Counter[str](), set[tuple[str, str]]()
    edits: list[Edit] = []
    for item, (paragraph, quote) in placed:
        seen[item.group] += not paragraph.is_beside
        is_counted = item.group and totals[item.group] > 1 and not paragraph.is_beside
        count = f" {seen[item.group]}/{totals[item.group]}" if is_counted else ""
        why = "" if item.group and (item.group, item.why) in explained else item.why
        explained.add((item.group, item.why))
        edits.append(paragraph.with_comment(_comment(item, why, item.group + count), quote))
    return edits


def without_said(edits: Sequence[Edit], paragraphs: Sequence[Paragraph], items: Sequence[Item] = ()) -> list[Edit]:
    """Return the comments without those that stand already beside the same words, whatever the number in a group.

    `items` are what the comments were made of, which names the groups.
    """
    groups = {unwrap(item.group) for item in items if item.group}
    said = {
        (paragraph.id, unwrap(words), _uncounted(text, groups))
        for paragraph in paragraphs
        for words, text in paragraph.remarks
    }
    return [
        edit
        for edit in edits
        if (edit.id, unwrap(edit.quote or edit.before), _uncounted(edit.comment, groups)) not in said
    ]


def is_remarked(edit: Edit, paragraph: Paragraph) -> bool:
    """Tell whether an edit is a comment that names its words, and one in its paragraph says it already."""
    said = {unwrap(edit.comment), unwrap(told(edit.comment))} - {""}
    return edit.text is None and any(line in unwrap(text) for _words, text in paragraph.remarks for line in said)


def _uncounted(text: str, groups: AbstractSet[str]) -> str:
    """Return a comment in one line without the number in its group, as `comments_beside` counts."""
    line = unwrap(text)
    for group in groups:
        line = re.sub(rf"^({re.escape(group)}) \d+/\d+(?=: | \(|$)", r"\1", line)
    return line


def _placed(items: Sequence[Item], paragraphs: Sequence[Paragraph]) -> list[tuple[Item, tuple[Paragraph, str]]]:
    """Return the items with the paragraphs that they quote, and the longest stretch of each that stands there once.

    A list goes through its text, where the same price may stand twice: what stands behind the last quote comes first.
    """
    placed, at, end = list[tuple[Item, tuple[Paragraph, str]]](), 0, 0
    for item in items:
        behind = (
            (place, paragraphs[place].text.find(item.quote, 0 if place > at else end))
            for place in range(at, len(paragraphs))
        )
        before = ((place, paragraphs[place].text.find(item.quote)) for place in range(at + 1))
        found = next((there for there in (*behind, *before) if there[1] >= 0), None) if item.quote else None
        if found and paragraphs:
            at, end = found[0], found[1] + len(item.quote)
            placed.append((item, (paragraphs[at], _longest(item, paragraphs[at].text))))
    return placed


def _longest(item: Item, paragraph: str) -> str:
    stretches = (*_stretches(item.text, paragraph), item.quote)
    return next((words for words in stretches if item.quote in words and paragraph.count(words) == 1), "")


def _stretches(text: str, paragraph: str) -> Iterator[str]:
    """Yield where a text stands in a paragraph, as it is spaced there."""
    pattern = r"\s+".join(map(re.escape, text.split()))
    yield from (found[0] for found in re.finditer(pattern, paragraph) if pattern)


def _comment(item: Item, why: str, group: str) -> str:
    """Return what is said beside a quote: not the quote itself, but its kind and why it matters."""
    details = ", ".join(part for part in (item.who, item.due) if part)
    quoted, said = (" ".join(part.split()) for part in (item.quote, item.text))
    repeats = bool(item.group or why) and bool(quoted) and (said in quoted or quoted in said)
    # What stands above the quote, its heading, is said beside it.
    above = said.removesuffix(quoted).rstrip(" .:") if said.endswith(quoted) and item.group else ""
    text = (". " if above else " ").join(part for part in (above if repeats else item.text, why) if part)
    text = ": ".join(part for part in (group, text) if part)
    return without_objects(f"{text} ({details})" if details else text)
