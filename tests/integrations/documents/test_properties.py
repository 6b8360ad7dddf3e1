"""What must hold for every document and every edit: random documents, random edits, no exceptions."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from integrations.documents import DocumentEdit, read_document, resolve_revisions
from integrations.documents.text.word_diff import follow
from tests.integrations.documents.build import BOT, W, apply, files_of, texts
from tests.integrations.documents.strategies import documents, edits

KEPT = ("hyperlink", "smartTag", "sdt", "bookmarkStart", "bookmarkEnd", "fldChar", "fldSimple", "tbl", "tc", "sectPr")


def known_counts(data: bytes) -> list[int]:
    """Return how many of each thing that must not get lost are in the body."""
    root = etree.fromstring(files_of(data)["word/document.xml"])
    return [sum(1 for _ in root.iter(f"{{{W}}}{name}")) for name in KEPT]


def original(data: bytes) -> list[str]:
    """Return the text of the original view, comments left out."""
    return [row.text for row in read_document(data, view="original").paragraphs if row.story != "comments"]


@given(st.data())
def test_whatever_is_edited_can_be_undone_and_nothing_is_lost(data: st.DataObject) -> None:
    before = data.draw(documents())
    wishes = data.draw(edits(read_document(before).paragraphs))
    result = apply(before, *wishes)
    assert len(result.results) == len(wishes)
    assert all(row.reason for row in result.results if row.status == "refused")
    assert not any("proof" in row.reason for row in result.results), result.results
    if result.data is None:
        assert all(row.status == "refused" for row in result.results)
        return
    assert known_counts(result.data) == known_counts(before)
    assert original(result.data) == original(before)
    others = [row for row in read_document(before).revisions if row.author != BOT]
    left = {(row.id, row.kind, row.author) for row in read_document(result.data).revisions}
    assert {(row.id, row.kind, row.author) for row in others} <= left


@given(st.data())
def test_text_edits_give_the_text_that_was_wanted(data: st.DataObject) -> None:
    before = data.draw(documents())
    rows = read_document(before).paragraphs
    wishes = [wish for wish in data.draw(edits(rows)) if wish.op == "text" and wish.text is not None]
    result = apply(before, *wishes)
    wanted = {row.id: row.text for row in rows}
    for wish, row in zip(wishes, result.results, strict=True):
        if row.status == "applied":
            old, new = wanted[wish.id], wish.text or ""
            wanted[wish.id] = follow(old, new)[1] if wish.find is None else old.replace(wish.find, new, 1)
    if result.data is not None:
        assert texts(result.data) == list(wanted.values())
        assert texts(resolve_revisions(result.data, accept=True)) == list(wanted.values())
        assert original(resolve_revisions(result.data, accept=False)) == original(before)


@given(documents(), st.booleans(), st.sampled_from(["Ann", "Ben", None]))
def test_resolving_keeps_the_view_that_it_resolves_to(before: bytes, accept: bool, author: str | None) -> None:
    view = "current" if accept else "original"
    after = resolve_revisions(before, accept=accept, author=author)
    assert [row.text for row in read_document(after, view=view).paragraphs] == [  # type: ignore[arg-type]
        row.text
        for row in read_document(before, view=view).paragraphs  # type: ignore[arg-type]
    ]
    assert author not in {row.author for row in read_document(after).revisions}
    if author is None:
        assert read_document(after).revisions == ()


@given(documents())
def test_reading_gives_every_paragraph_an_id_of_its_own(data: bytes) -> None:
    rows = read_document(data).paragraphs
    assert len({row.id for row in rows}) == len(rows)
    for row in rows:
        result = apply(data, DocumentEdit(id=row.id, hash=row.hash, op="insert_after", text="new"))
        assert result.results[0].status == "applied", result.results
