"""What a change would lose is found, and the batch is then taken back."""

from integrations.documents import DocumentEdit, read_document
from integrations.documents.editing.verification import ExpectedResult, find_faults, take_snapshot
from integrations.documents.package.opc import Package
from integrations.documents.text.document import Document
from tests.integrations.documents.build import (
    NAMESPACES,
    RELATIONSHIPS,
    apply,
    document,
    files_of,
    find,
    ins,
    p,
    run,
    texts,
)


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
