"""Threads of comments: answers, resolved flags, deletions."""

from lxml import etree

from integrations.documents import DocumentEdit, read_document
from tests.integrations.documents.build import (
    BOT,
    W,
    apply,
    body_of,
    document,
    files_of,
    p,
    refusal,
    run,
)
from tests.integrations.documents.comments.threads import PARTS, anchored, thread
from tests.integrations.documents.parts import comments


def test_c4_answer_is_anchored_and_belongs_to_the_thread() -> None:
    out = thread()
    question, answer = read_document(out).comments
    assert (answer.parent, answer.text, answer.author) == (question.id, "Because.", BOT)
    assert answer.paragraph == question.paragraph != ""
    assert anchored(out, "1") == "two"
    deeper = apply(out, DocumentEdit(target=answer.id, comment="Oh.")).data
    assert deeper is not None
    assert read_document(deeper).comments[-1].parent == question.id, "threads have one level"


def test_c4_answer_without_an_anchor_or_comment_is_refused() -> None:
    assert "no comment" in refusal(apply(thread(), DocumentEdit(target="77", comment="x")))
    data = document(p(run("one")), parts=comments(4, p(run("hm"))))
    assert "not anchored" in refusal(apply(data, DocumentEdit(target="4", comment="x")))


def test_c4_answer_to_a_comment_without_thread_ids() -> None:
    """A part from before Word 2010: the ids need a namespace that older programs are told to ignore."""
    old = f'<w:comments xmlns:w="{W}"><w:comment w:id="4" w:author="Ann">{p(run("hm"))}</w:comment></w:comments>'
    sign = '<w:r><w:commentReference w:id="4"/></w:r>'
    data = document(p(run("one"), sign), parts={"word/comments.xml": ("comments", old)})
    out = apply(data, DocumentEdit(target="4", comment="Indeed")).data
    assert out is not None
    assert [(row.text, row.parent) for row in read_document(out).comments] == [("hm", ""), ("Indeed", "4")]
    root = etree.fromstring(files_of(out)["word/comments.xml"])
    ignorable = next(str(value) for name, value in root.items() if str(name).endswith("}Ignorable"))
    assert [root.nsmap[prefix] for prefix in ignorable.split()] == [
        "http://schemas.microsoft.com/office/word/2010/wordml"
    ]


def test_c7_resolved_threads() -> None:
    out = apply(thread(), DocumentEdit(op="resolve", target="0")).data
    assert out is not None
    assert [one.resolved for one in read_document(out).comments] == [True, True]


def test_c10_delete_removes_anchors_and_rows() -> None:
    out = apply(thread(), DocumentEdit(op="delete_comment", target="1")).data
    assert out is not None
    assert [one.id for one in read_document(out).comments] == ["0"]
    assert 'w:id="1"' not in body_of(out)
    gone = apply(out, DocumentEdit(op="delete_comment", target="0")).data
    assert gone is not None
    files = files_of(gone)
    assert "comment" not in files["word/document.xml"].decode()
    for name in PARTS[1:4]:
        assert len(etree.fromstring(files[f"word/{name}.xml"])) == 0


def test_c10_deleting_the_first_comment_deletes_its_thread() -> None:
    out = apply(thread(), DocumentEdit(op="delete_comment", target="0")).data
    assert out is not None
    assert read_document(out).comments == ()


def test_comment_and_its_deletion_in_one_batch_are_told_apart() -> None:
    result = apply(
        thread(), DocumentEdit(op="delete_comment", target="1"), DocumentEdit(op="delete_comment", target="1")
    )
    assert [row.status for row in result.results] == ["applied", "refused"]
    result = apply(thread(), DocumentEdit(target="0", comment="x"), DocumentEdit(op="delete_comment", target="0"))
    assert [row.status for row in result.results] == ["applied", "refused"]
