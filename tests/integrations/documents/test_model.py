"""The values that go in and come out."""

from core.drafts import Edit, Finding
from integrations.documents import DocumentEdit, read_document
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
    silent = draft.model_copy(update={"reason": ""})
    out = changed(data, apply(data, DocumentEdit.from_draft(silent)))
    assert read_document(out).comments == ()


def test_results_as_json() -> None:
    data = document(p(run("one")))
    result = apply(data, DocumentEdit(id=find(data, "one").id, text="1"), DocumentEdit(id="x", text="2"))
    shown = result.to_json()
    assert (shown["applied"], shown["refused"]) == (1, 1)
