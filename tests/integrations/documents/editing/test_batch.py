"""Batches of edits: bad input, conflicts, all or nothing, the verification and what it takes back, long documents."""

import time
from datetime import UTC, datetime

import pytest

from core.drafts import Edit, Finding
from core.errors import DocumentError
from integrations.documents import DocumentEdit, apply_edits, parse_edits, read_document
from integrations.documents.editing.verification import ExpectedResult, find_faults, take_snapshot
from integrations.documents.package.opc import Package
from integrations.documents.text.document import Document
from tests.integrations.documents.build import (
    NAMESPACES,
    RELATIONSHIPS,
    apply,
    body_of,
    changed,
    document,
    edit,
    files_of,
    find,
    ins,
    p,
    refusal,
    run,
    texts,
)

LOREM = "The quick brown fox jumps over the lazy dog and runs away from the angry bear. "


def test_edits_of_unknown_and_changed_paragraphs_are_refused() -> None:
    data = document(p(run("one two")))
    one = find(data, "one")
    for bad in ("", "x", "body:", "body", "nowhere:123", "body:000000000000", "body:" + "f" * 5000):
        assert refusal(apply(data, DocumentEdit(id=bad, text="x")))
    assert "changed since" in refusal(apply(data, DocumentEdit(id=one.id, hash="000000000000", text="x")))
    later = edit(data, "one", text="one 2").data
    assert later is not None
    assert "changed since" in refusal(apply(later, DocumentEdit(id=one.id, hash=one.hash, text="x")))


def test_ten_megabytes_of_replacement_are_refused_at_once() -> None:
    begin = time.perf_counter()
    data = document(p(run("one two")))
    assert "characters" in refusal(edit(data, "one", text="word " * 2_000_000))
    assert time.perf_counter() - begin < 1


def test_a_very_long_paragraph_is_still_compared_word_by_word() -> None:
    words = [f"word{number}" for number in range(8_000)]
    data = document(p(run(" ".join(words))))
    words[10], words[7_000] = "first", "second"
    begin = time.perf_counter()
    out = changed(data, edit(data, "word0", text=" ".join(words)))
    assert time.perf_counter() - begin < 3
    assert body_of(out).count("<w:del ") == 2


def test_a_long_paragraph_with_nothing_in_common_is_bounded() -> None:
    data = document(p(run(" ".join(f"a{number}" for number in range(15_000)))))
    begin = time.perf_counter()
    out = edit(data, "a0", text=" ".join(f"b{number}" for number in range(15_000))).data
    assert time.perf_counter() - begin < 5
    assert out is not None


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


def test_edits_of_a_draft() -> None:
    data = document(p(run("one two")))
    one = find(data, "one")
    draft = Edit(id=one.id, hash=one.hash, text="one 2", reason="Digits are shorter.")
    out = changed(data, apply(data, DocumentEdit.from_draft(draft)))
    assert [row.text for row in read_document(out).comments] == ["Digits are shorter."]
    remark = Finding(check="facts", severity="warn", sentence="The number “2” does not stand in the source.")
    flagged = draft.model_copy(update={"reason": "", "findings": (remark, remark)})
    out = changed(data, apply(data, DocumentEdit.from_draft(flagged)))
    assert [row.text for row in read_document(out).comments] == [remark.sentence]
    silent = draft.model_copy(update={"reason": ""})
    out = changed(data, apply(data, DocumentEdit.from_draft(silent)))
    assert read_document(out).comments == ()


def test_the_proof_finds_what_is_lost() -> None:
    """Each fault is made by hand in a changed copy; the verification has to name it."""
    link = f'<w:hyperlink w:anchor="x">{run("link")}</w:hyperlink>'
    data = document(p(run("one "), link, ins(run(" three"))), p(run("two")))
    part = "word/document.xml"
    original = Document(Package(data))
    before = take_snapshot(original)
    current = {"body": texts(data)}
    expected = ExpectedResult(current, frozenset({"Bot"}), {}, frozenset())
    faults = {
        "original text": ("one ", "1 ", "restore the text"),
        "current text": (" three", " 3", "intended text"),
        "link": ('<w:hyperlink w:anchor="x">', "<w:smartTag>", "hyperlink"),
        "revision": ('w:id="900"', 'w:id="7"', "earlier change 900 of Ann"),
    }
    for old, new, words in faults.values():
        xml = files_of(data)[part].decode().replace(old, new)
        xml = xml.replace("</w:hyperlink>", "</w:smartTag>") if "smartTag" in new else xml
        found = find_faults(original.package.replaced({part: xml.encode()}), frozenset({part}), before, expected)
        assert words in " ".join(found)
    same = original.package.replaced({part: files_of(data)[part]})
    assert find_faults(same, frozenset({part}), before, expected) == []


def test_a_batch_that_cannot_be_proved_is_taken_back() -> None:
    """One part that is both footnotes and endnotes: an edit of the ones would change the others."""
    part = f'<w:footnotes {NAMESPACES}><w:footnote w:id="2">{p(run("note text"))}</w:footnote></w:footnotes>'
    row = f'<Relationship Id="rIdE" Type="{RELATIONSHIPS}/endnotes" Target="footnotes.xml"/>'
    parts = {"word/footnotes.xml": ("footnotes", part)}
    data = document(p(run("one two")), parts=parts, relationships=row)
    note = next(row for row in read_document(data).paragraphs if row.story == "footnotes")
    wishes = [DocumentEdit(id=find(data, "one").id, text="one 2"), DocumentEdit(id=note.id, text="note words")]
    result = apply(data, *wishes)
    assert result.data is None
    assert [row.status for row in result.results] == ["refused", "refused"]
    assert all("the check of the result failed" in row.reason and "endnotes" in row.reason for row in result.results)
    assert apply(data, wishes[0]).data is not None


def test_p9_time_grows_in_proportion_to_the_document() -> None:
    """3,000 pages are tried in the benchmark; here the ratio of two sizes tells."""

    def seconds(paragraphs: int) -> float:
        data = document(*[p(run(f"{number} {LOREM}")) for number in range(paragraphs)])
        rows = read_document(data).paragraphs
        wishes = [DocumentEdit(id=row.id, find="lazy", text="eager") for row in rows[::5]]
        begin = time.process_time()
        assert apply(data, *wishes).applied == len(wishes)
        return time.process_time() - begin

    small, large = (min(seconds(paragraphs) for _ in range(3)) for paragraphs in (1_000, 4_000))
    assert large < 10 * small, "a quadratic part would make it 16 times"


def test_p9_a_document_of_three_thousand_pages_is_edited() -> None:
    data = document(*[p(run(f"{number} {LOREM}")) for number in range(30_000)])
    begin = time.process_time()
    rows = read_document(data).paragraphs
    result = apply(data, *[DocumentEdit(id=row.id, find="lazy", text="eager") for row in rows[::100]])
    assert (len(rows), result.applied) == (30_000, 300)
    assert time.process_time() - begin < 30


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"", "JSON"), (b"{", "JSON"), (b'"x"', "list"), (b"{}", "list"), (b"\xff", "JSON"), (b"[" * 5000, "JSON")],
)
def test_edit_lists_that_cannot_be_read(raw: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        parse_edits(raw)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("1", "not a JSON object"),
        ('{"id": "a", "txet": "b"}', 'unknown key "txet"'),
        ('{"id": "a", "text": 5}', '"text"'),
        ('{"id": "a", "op": "explode"}', "no operation"),
        ('{"id": "a", "op": "split", "at": "x"}', '"at"'),
        ('{"id": "a", "op": "split", "at": true}', '"at"'),
        ('{"id": "a", "find": "b"}', "neither"),
        ('{"id": ["a"], "text": "b"}', '"id"'),
    ],
)
def test_single_edits_that_cannot_be_read_are_refused_alone(item: str, words: str) -> None:
    data = document(p(run("one")))
    good = f'{{"id": "{find(data, "one").id}", "text": "1"}}'
    result = apply(data, *parse_edits(f"[{item}, {good}]".encode()))
    assert [row.status for row in result.results] == ["refused", "applied"]
    assert words in result.results[0].reason


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        ('{"id": "a", "find": "b", "replace": "c"}', DocumentEdit(id="a", find="b", text="c")),
        ('{"id": "a", "hash": "h", "text": "c", "reason": "r"}', DocumentEdit(id="a", hash="h", text="c")),
        ('{"id": "a", "insert_after": "t"}', DocumentEdit(id="a", op="insert_after", text="t")),
        ('{"id": "a", "op": "insert_after", "text": "t"}', DocumentEdit(id="a", op="insert_after", text="t")),
        ('{"id": "a", "delete": true}', DocumentEdit(id="a", op="delete")),
        ('{"id": "a", "op": "delete"}', DocumentEdit(id="a", op="delete")),
        ('{"id": "a", "split": 4}', DocumentEdit(id="a", op="split", at=4)),
        ('{"id": "a", "split": "x"}', DocumentEdit(id="a", op="split", find="x")),
        ('{"id": "a", "op": "merge"}', DocumentEdit(id="a", op="merge")),
        ('{"id": "a", "op": "move", "after": "b"}', DocumentEdit(id="a", op="move", target="b")),
        ('{"id": "a", "move": {"after": "b"}}', DocumentEdit(id="a", op="move", target="b")),
        ('{"id": "a", "comment": "c"}', DocumentEdit(id="a", comment="c")),
        ('{"reply_to": 3, "comment": "c"}', DocumentEdit(target="3", comment="c")),
        ('{"op": "reply", "reply_to": "3", "comment": "c"}', DocumentEdit(op="comment", target="3", comment="c")),
        ('{"resolve": 3}', DocumentEdit(op="resolve", target="3")),
    ],
)
def test_forms_of_an_edit(item: str, wanted: DocumentEdit) -> None:
    assert parse_edits(f"[{item}]".encode()) == [wanted]
    assert parse_edits(f'{{"edits": [{item}]}}'.encode()) == [wanted]


def test_results_as_json() -> None:
    data = document(p(run("one")))
    result = apply(data, DocumentEdit(id=find(data, "one").id, text="1"), DocumentEdit(id="x", text="2"))
    shown = result.to_json()
    assert (shown["applied"], shown["refused"]) == (1, 1)
