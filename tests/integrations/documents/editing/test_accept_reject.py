"""Tracked changes are accepted and rejected as Word does it, and nothing else changes."""

from pathlib import Path

import pytest

from core.errors import DocumentError
from integrations.documents import read_document, resolve_revisions
from tests.integrations.documents.build import (
    BOT,
    CORPUS_FILES,
    body_of,
    changed,
    deleted,
    document,
    edit,
    ins,
    p,
    run,
    shape,
    texts,
)
from tests.integrations.documents.parts import control

DATE = 'w:date="2026-01-01T00:00:00Z"'


def markup(kind: str, number: int, edge: str) -> str:
    """Return a mark of a tracked change of markup."""
    stamp = f' w:author="Ann" {DATE}' if edge == "Start" else ""
    return f'<w:customXml{kind}Range{edge} w:id="{number}"{stamp}/>'


def tagged(kind: str, content: str) -> str:
    """Return custom XML whose start and end tag are tracked, as Word writes it."""
    opened = f"{markup(kind, 60, 'Start')}<w:customXml w:element='e'>{markup(kind, 60, 'End')}"
    return f"{opened}{content}{markup(kind, 61, 'Start')}</w:customXml>{markup(kind, 61, 'End')}"


@pytest.mark.parametrize("path", CORPUS_FILES, ids=lambda path: path.stem)
def test_every_corpus_file_is_read_and_resolved(path: Path) -> None:
    data = path.read_bytes()
    for accept in (True, False):
        expected = read_document(data, view="current" if accept else "original").paragraphs
        resolved = resolve_revisions(data, accept=accept)
        assert texts(resolved) == [one.text for one in expected]
        assert read_document(resolved).revisions == ()


@pytest.mark.parametrize("name", ["oxpt__RP002-Deleted-Text", "oxpt__RP006-Inserted-Paragraph-Mark"])
def test_resolving_gives_what_word_itself_gave(name: str) -> None:
    folder = CORPUS_FILES[0].parent
    tracked = (folder / f"{name}.docx").read_bytes()
    for ending, accept in (("Accepted", True), ("Rejected", False)):
        gold = (folder / f"{name}-{ending}.docx").read_bytes()
        assert texts(resolve_revisions(tracked, accept=accept)) == texts(gold)


def test_nothing_to_resolve_gives_the_same_bytes() -> None:
    data = document(p(run("one")))
    assert resolve_revisions(data, accept=True) is data
    with pytest.raises(DocumentError, match="no tracked change with the id 99"):
        resolve_revisions(data, accept=True, ids=["99"])


@pytest.mark.parametrize(("kind", "kept"), [("Ins", True), ("MoveTo", True), ("Del", False), ("MoveFrom", False)])
def test_r5_tracked_markup_is_resolved_and_its_text_stays(kind: str, kept: bool) -> None:
    data = document(p(run("a "), tagged(kind, run("one") + ins(run(" two")))))
    for accept in (True, False):
        out = resolve_revisions(data, accept=accept)
        assert texts(out) == ["a one two" if accept else "a one"]
        assert ("<w:customXml " in body_of(out)) is (accept is kept)
        assert "customXml" not in body_of(out).replace("<w:customXml ", "").replace("</w:customXml>", "")
        assert read_document(out).revisions == ()
    others = resolve_revisions(data, accept=kept is False, ids=["60", "61"])
    assert "<w:customXml" not in body_of(others)
    assert "<w:ins " in body_of(others)


def test_r5_a_content_control_that_was_inserted_goes_and_its_paragraphs_stay() -> None:
    inner = control(p(run("one")) + p(run("two")))
    data = document(markup("Ins", 60, "Start"), inner, markup("Ins", 60, "End"), p(run("three")))
    assert "<w:sdt>" in body_of(resolve_revisions(data, accept=True))
    out = resolve_revisions(data, accept=False, author="Ann")
    assert texts(out) == ["one", "two", "three"]
    assert "<w:sdt" not in body_of(out)
    assert resolve_revisions(data, accept=False, author="Ben") == data


def test_r6_resolving_one_author_leaves_the_others_as_they_are() -> None:
    data = document(p(run("a "), ins(run("b "), number=50), deleted("c ", author="Ben", number=51), run("d e")))
    out = changed(data, edit(data, "a", find="d", text="D"))
    for accept in (True, False):
        rest = resolve_revisions(out, accept=accept, author=BOT)
        assert f'<w:ins w:id="50" w:author="Ann" {DATE}>' in body_of(rest)
        assert f'<w:del w:id="51" w:author="Ben" {DATE}>' in body_of(rest)
        assert BOT not in body_of(rest)
    assert shape(resolve_revisions(out, accept=False, author=BOT)) == shape(data)


def test_own_insertion_can_be_taken_back() -> None:
    data = document(p(run("first")), p(run("last")))
    out = changed(data, edit(data, "first", op="insert_after", text="second"))
    again = edit(out, "second", op="delete")
    assert again.data is not None
    assert texts(again.data) == ["first", "last"]
    assert [paragraph.text for paragraph in read_document(again.data, view="original").paragraphs] == ["first", "last"]


def test_resolving_single_changes_by_id() -> None:
    data = document(p(run("one two three")))
    out = changed(data, edit(data, "one", text="1 two 3"))
    numbers = [revision.id for revision in read_document(out).revisions if revision.kind == "insertion"]
    kept = resolve_revisions(out, accept=True, ids=numbers[:1])
    assert {revision.author for revision in read_document(kept).revisions} == {BOT}
    assert len(read_document(kept).revisions) == len(read_document(out).revisions) - 1
