"""The values that go in and come out."""

import pytest

from core.drafts import Edit, Finding
from core.errors import DocumentError
from core.text.catalogues import speaking
from integrations.documents import DocumentEdit, parse_edits, read_document
from tests.integrations.documents.build import (
    apply,
    changed,
    document,
    find,
    p,
    run,
)


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
    with speaking("de"):
        out = changed(data, apply(data, DocumentEdit.from_draft(flagged)))
    assert [row.text for row in read_document(out).comments] == ["„2“ (Zahl) steht nicht in der Quelle."]
    silent = draft.model_copy(update={"reason": ""})
    out = changed(data, apply(data, DocumentEdit.from_draft(silent)))
    assert read_document(out).comments == ()


def test_results_as_json() -> None:
    data = document(p(run("one")))
    result = apply(data, DocumentEdit(id=find(data, "one").id, text="1"), DocumentEdit(id="x", text="2"))
    shown = result.to_json()
    assert (shown["applied"], shown["refused"]) == (1, 1)


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
