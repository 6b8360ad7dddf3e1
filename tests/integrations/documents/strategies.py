"""Random documents with random runs, wrappers and earlier revisions, and random edits of them."""

import re
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from integrations.documents import DocumentEdit, ViewParagraph
from tests.integrations.documents.build import deleted, document, field, ins, p, run, table

WORDS = (
    "alpha",
    "beta",
    "it's",
    "na\u00efve",
    "3.5",
    "\u6771\u4eac",
    "\u05e9\u05dc\u05d5\u05dd",
    "end.",
    "\u201cquoted\u201d",
    "x",
)
LOOKS = ("", "<w:b/>", "<w:i/>", '<w:color w:val="FF0000"/>', '<w:b/><w:sz w:val="28"/>')
PROPERTIES = ("", '<w:jc w:val="center"/>', '<w:pStyle w:val="Heading1"/>')

words = st.sampled_from(WORDS)
spans = st.lists(words, min_size=1, max_size=4).map(" ".join)
spaced = st.tuples(st.sampled_from(["", " "]), spans, st.sampled_from(["", " ", "  "])).map("".join)
runs = st.builds(run, spaced, st.sampled_from(LOOKS))
numbers = st.integers(1000, 2_000_000_000)


def _wrapped(inner: st.SearchStrategy[str], *, for_writer: bool) -> st.SearchStrategy[str]:
    """Return content in a wrapper; without what Writer computes anew, and of authors other than the editing one."""
    authors = st.sampled_from(["Ann", "Ben"] if for_writer else ["Ann", "Ben", "Bot"])
    computed = [
        inner.map(lambda content: field("PAGE", content)),
        inner.map(lambda content: f'<w:fldSimple w:instr=" DATE ">{content}</w:fldSimple>'),
    ]
    return st.one_of(
        *([] if for_writer else computed),
        inner.map(lambda content: f'<w:hyperlink w:anchor="a">{content}</w:hyperlink>'),
        inner.map(lambda content: f'<w:smartTag w:uri="u" w:element="e">{content}</w:smartTag>'),
        inner.map(lambda content: f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"),
        inner.map(lambda content: f'<w:bookmarkStart w:id="1" w:name="b"/>{content}<w:bookmarkEnd w:id="1"/>'),
        inner.map(lambda content: field('HYPERLINK "x"', content)),
        st.builds(lambda content, author, number: ins(content, author=author, number=number), inner, authors, numbers),
        st.builds(lambda text, author, number: deleted(text, author, number), spaced, authors, numbers),
        st.just("<w:r><w:tab/></w:r>"),
        st.just("<w:r><w:br/></w:r>"),
        st.just("<w:r><w:noBreakHyphen/></w:r>"),
    )


@st.composite
def paragraphs(draw: st.DrawFn, *, for_writer: bool) -> str:
    """Return a paragraph, sometimes with a tracked mark."""
    pieces = st.one_of(runs, runs, runs, _wrapped(runs, for_writer=for_writer))
    content = draw(st.lists(pieces, max_size=5))
    mark = "" if for_writer else draw(st.sampled_from(["", "", "", "", "ins", "del"]))
    properties = draw(st.sampled_from(PROPERTIES))
    if mark:
        stamp = f'w:author="Ann" w:date="2026-01-01T00:00:00Z" w:id="{draw(numbers)}"'
        properties += f"<w:rPr><w:{mark} {stamp}/></w:rPr>"
    return p(*content, properties=properties)


@st.composite
def documents(draw: st.DrawFn, *, for_writer: bool = False) -> bytes:
    """Return a document of a few paragraphs and perhaps a table; ids of revisions are made unique.

    With `for_writer` it has nothing that Writer is known to compute anew or to resolve wrongly.
    """
    one = paragraphs(for_writer=for_writer)
    blocks = draw(st.lists(one, min_size=1, max_size=5))
    if draw(st.booleans()):
        cells = draw(st.lists(one, min_size=1, max_size=3))
        blocks.insert(draw(st.integers(0, len(blocks))), table(cells) + p())
    counter = iter(range(100, 10_000))
    body = re.sub(r'(<w:(?:ins|del) [^>]*w:id=")\d+', lambda found: f"{found[1]}{next(counter)}", "".join(blocks))
    return document(body)


def _table(cells: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return tables of one to three rows, whose number of cells need not be the same."""
    row = st.lists(cells, min_size=1, max_size=3)
    return st.lists(row, min_size=1, max_size=3).map(lambda rows: table(*rows))


def blocks() -> st.SearchStrategy[str]:
    """Return paragraphs and tables in any order, with paragraphs between tables, and some tables in cells."""
    line = st.sampled_from(("", "alpha beta gamma", "alpha beta delta", "one two", "three", "four five six")).map(
        lambda text: p(run(text)) if text else p()
    )
    cells = st.one_of(line, line, line, st.tuples(_table(line), line).map("".join))
    block = st.one_of(line, line, st.tuples(_table(cells), line).map("".join))
    return st.lists(block, max_size=5).map("".join)


@st.composite
def edits(draw: st.DrawFn, rows: Sequence[ViewParagraph]) -> list[DocumentEdit]:
    """Return edits of some paragraphs: new texts with a word replaced, added or dropped, and operations."""
    wishes = []
    for row in rows:
        kind = draw(st.sampled_from(["text", "text", "text", "find", "comment", "op", ""]))
        wish: dict[str, Any] = {"id": row.id}
        if kind == "text":
            tokens = row.text.split(" ")
            at = draw(st.integers(0, len(tokens) - 1))
            tokens[at : at + draw(st.integers(0, 2))] = draw(st.lists(words, max_size=2))
            wish["text"] = " ".join(tokens)
        elif kind == "find" and row.text:
            start = draw(st.integers(0, len(row.text) - 1))
            wish |= {"find": row.text[start : start + draw(st.integers(1, 9))], "text": draw(spaced)}
        elif kind == "comment":
            wish["comment"] = draw(spans)
        elif kind == "op":
            op = draw(st.sampled_from(["insert_after", "insert_before", "delete", "split", "merge", "move"]))
            wish |= {"op": op, "at": draw(st.integers(0, 12)), "target": draw(st.sampled_from(rows)).id}
            if op.startswith("insert"):
                wish["text"] = draw(spans)
        if len(wish) > 1:
            wishes.append(DocumentEdit(**wish))
    return wishes
