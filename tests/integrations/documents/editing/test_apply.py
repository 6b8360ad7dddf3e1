"""Applying edits: all or nothing, the same bytes each time, in proportion to the document."""

import time
from datetime import UTC, datetime

import pytest

from core.errors import DocumentError
from integrations.documents import DocumentEdit, apply_edits, read_document
from tests.integrations.documents.build import (
    apply,
    document,
    edit,
    find,
    p,
    refusal,
    run,
    texts,
)

LOREM = "The quick brown fox jumps over the lazy dog and runs away from the angry bear. "


def test_strict_is_all_or_nothing() -> None:
    data = document(p(run("one")), p(run("two")))
    good, bad = DocumentEdit(id=find(data, "one").id, text="1"), DocumentEdit(id="body:x", text="2")
    result = apply(data, good, bad, strict=True)
    assert result.data is None
    assert [row.status for row in result.results] == ["refused", "refused"]
    assert "another edit" in result.results[0].reason
    assert apply(data, good, strict=True).data is not None


@pytest.mark.parametrize("author", ["", "  ", "a\x00b", "x" * 300_000])
def test_authors_that_cannot_be_shown_are_refused(author: str) -> None:
    data = document(p(run("one")))
    with pytest.raises(DocumentError, match="author"):
        apply(data, DocumentEdit(id=find(data, "one").id, text="1"), author=author)


def test_a_date_is_written_in_utc() -> None:
    data = document(p(run("one")))
    wish = DocumentEdit(id=find(data, "one").id, text="1")
    moment = datetime.fromisoformat("2026-11-24T14:00:00+02:00")
    for date in (moment, moment.astimezone(UTC), datetime(2026, 11, 24, 12)):  # noqa: DTZ001 - a naive one counts as UTC
        out = apply_edits(data, [wish], author="Bot", date=date).data
        assert out is not None
        assert {row.date for row in read_document(out).revisions} == {"2026-11-24T12:00:00Z"}


def test_the_same_input_gives_the_same_bytes() -> None:
    data = document(p(run("one two")), p(run("x")))
    first, second = (edit(data, "one", text="one 2", comment="why").data for _ in range(2))
    assert first == second


def test_p9_time_grows_in_proportion_to_the_document() -> None:
    """3,000 pages are tried in the benchmark; here the ratio of two sizes tells."""

    def seconds(paragraphs: int) -> float:
        data = document(*[p(run(f"{number} {LOREM}")) for number in range(paragraphs)])
        rows = read_document(data).paragraphs
        wishes = [DocumentEdit(id=row.id, find="lazy", text="eager") for row in rows[::5]]
        begin = time.thread_time()
        assert apply(data, *wishes).applied == len(wishes)
        return time.thread_time() - begin

    small, large = (min(seconds(paragraphs) for _ in range(3)) for paragraphs in (1_000, 4_000))
    assert large < 10 * small, "a quadratic part would make it 16 times"


def test_p9_a_document_of_three_thousand_pages_is_edited() -> None:
    data = document(*[p(run(f"{number} {LOREM}")) for number in range(30_000)])
    begin = time.thread_time()
    rows = read_document(data).paragraphs
    result = apply(data, *[DocumentEdit(id=row.id, find="lazy", text="eager") for row in rows[::100]])
    assert (len(rows), result.applied) == (30_000, 300)
    assert time.thread_time() - begin < 30


def test_edits_of_unknown_and_changed_paragraphs_are_refused() -> None:
    data = document(p(run("one two")))
    one = find(data, "one")
    for bad in ("", "x", "body:", "body", "nowhere:123", "body:000000000000", "body:" + "f" * 5000):
        assert refusal(apply(data, DocumentEdit(id=bad, text="x")))
    assert "changed since" in refusal(apply(data, DocumentEdit(id=one.id, hash="000000000000", text="x")))
    later = edit(data, "one", text="one 2").data
    assert later is not None
    assert "changed since" in refusal(apply(later, DocumentEdit(id=one.id, hash=one.hash, text="x")))


def test_overlapping_edits_the_later_is_refused() -> None:
    data = document(p(run("one two three four")))
    one = find(data, "one").id
    result = apply(
        data,
        DocumentEdit(id=one, find="one two", text="1 2"),
        DocumentEdit(id=one, find="two three", text="II III"),
        DocumentEdit(id=one, find="four", text="4"),
    )
    assert [row.status for row in result.results] == ["applied", "refused", "applied"]
    assert "overlaps with edit 1" in result.results[1].reason
    assert result.data is not None
    assert texts(result.data) == ["1 2 three 4"]


def test_neighbouring_edits_of_several_authors() -> None:
    data = document(p(run("onetwo three")))
    one = find(data, "onetwo").id
    wishes = [
        DocumentEdit(id=one, find="one", text="1", author="Ann"),
        DocumentEdit(id=one, find="two", text="2", author="Ben"),
    ]
    out = apply(data, *wishes).data
    assert out is not None
    assert texts(out) == ["12 three"]
    assert {row.author for row in read_document(out).revisions} == {"Ann", "Ben"}


def test_edits_that_undo_each_other_and_the_same_edit_twice() -> None:
    data = document(p(run("the cat sat")))
    one = find(data, "the").id
    forth, back = DocumentEdit(id=one, find="cat", text="dog"), DocumentEdit(id=one, find="dog", text="cat")
    result = apply(data, forth, back)
    assert [row.status for row in result.results] == ["applied", "refused"]
    assert "is not in the paragraph" in result.results[1].reason
    result = apply(data, forth, forth)
    assert [row.status for row in result.results] == ["applied", "refused"]
    whole = DocumentEdit(id=one, text="the dog sat")
    result = apply(data, whole, whole, forth)
    assert [row.status for row in result.results] == ["applied", "refused", "refused"]


def test_an_edit_without_effect_is_said_to_have_none() -> None:
    data = document(p(run("one")))
    assert "nothing to change" in refusal(edit(data, "one", text="one"))
    assert "neither" in refusal(apply(data, DocumentEdit(id=find(data, "one").id)))
    assert "is empty" in refusal(edit(data, "one", find="", text="x"))
