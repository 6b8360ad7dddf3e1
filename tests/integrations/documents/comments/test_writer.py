"""Comments: new ones, answers, resolved threads, deletions, in all the parts that Word keeps them in."""

import re

import pytest
from lxml import etree

from integrations.documents import DocumentEdit, read_document
from tests.integrations.documents.build import (
    BOT,
    CORPUS,
    NAMESPACES,
    W,
    accepted,
    apply,
    body_of,
    changed,
    deleted,
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
from tests.integrations.documents.parts import comments

PARTS = ("comments", "commentsExtended", "commentsIds", "commentsExtensible", "people")
WORD_FILE = (CORPUS / "mammoth__comments.docx").read_bytes()


def anchored(data: bytes, number: str = "0") -> str:
    """Return the text between the marks of a comment, deleted text in brackets."""
    xml = body_of(data)
    inner = xml.split(f'<w:commentRangeStart w:id="{number}"/>')[1].split(f'<w:commentRangeEnd w:id="{number}"/>')[0]
    inner = re.sub(r"<w:delText[^>]*>([^<]*)</w:delText>", r"[\1]", inner)
    return re.sub(r"<[^>]*>", "", inner)


def test_c1_new_parts_relations_and_content_types() -> None:
    data = document(p(run("one two three")))
    out = changed(data, edit(data, "one", find="two", text="2", comment="Shorter.\nSecond line"))
    files = files_of(out)
    types, rels = files["[Content_Types].xml"].decode(), files["word/_rels/document.xml.rels"].decode()
    for name in PARTS:
        assert f"word/{name}.xml" in files
        assert f'PartName="/word/{name}.xml"' in types
        assert f'Target="{name}.xml"' in rels
    (comment,) = read_document(out).comments
    assert (comment.author, comment.text, comment.initials) == (BOT, "Shorter.\nSecond line", "B")
    assert (comment.paragraph, comment.resolved, comment.parent) == (find(out, "one").id, False, "")
    assert anchored(out) == "[two]2"


def test_c2_existing_comments_are_kept_and_ids_go_on() -> None:
    before = read_document(WORD_FILE).comments
    out = edit(WORD_FILE, "Ouch", op="comment", comment="Louder").data
    assert out is not None
    after = read_document(out).comments
    assert after[: len(before)] == before
    assert after[-1].text == "Louder"
    assert int(after[-1].id) > max(int(one.id) for one in before)


def test_c3_anchor_over_several_runs_and_whole_paragraph() -> None:
    data = document(p(run("one "), run("two ", "<w:b/>"), run("three")))
    out = changed(data, edit(data, "one", op="comment", find="e two th", comment="Here"))
    assert anchored(out) == "e two th"
    out = changed(data, edit(data, "one", op="comment", comment="All"))
    assert anchored(out) == "one two three"
    assert texts(out)[0] == "one two three"


def test_c3_anchor_inside_a_link_stands_around_it() -> None:
    link = f'<w:hyperlink w:anchor="x">{run("link text")}</w:hyperlink>'
    data = document(p(run("see "), link, run(" end")))
    out = changed(data, edit(data, "see", op="comment", find="text", comment="Here"))
    assert anchored(out) == "link text"
    assert "comment" not in body_of(out).split("<w:hyperlink")[1].split("</w:hyperlink>")[0]


def test_c3_anchor_beside_deleted_and_inserted_text() -> None:
    data = document(p(run("a "), deleted("b "), ins(run("c ")), run("d")))
    out = changed(data, edit(data, "a", op="comment", find="c", comment="Here"))
    assert "c" in anchored(out)
    out = changed(data, edit(data, "a", text="a c", comment="Gone"))
    assert "[d]" in anchored(out)
    assert "commentReference" in body_of(accepted(out))


def test_c3_comment_on_a_pure_insertion_and_an_empty_paragraph() -> None:
    data = document(p(run("one two")), p())
    out = changed(data, edit(data, "one", text="one and two", comment="Added"))
    assert "and" in anchored(out)
    out = changed(data, edit(data, "", op="comment", comment="Empty"))
    assert anchored(out) == ""


def test_c3_comments_that_span_paragraphs_are_kept() -> None:
    start, end = (
        '<w:commentRangeStart w:id="4"/>',
        '<w:commentRangeEnd w:id="4"/><w:r><w:commentReference w:id="4"/></w:r>',
    )
    data = document(p(run("one "), start, run("two")), p(run("three"), end), parts=comments(4, p(run("hm"))))
    assert read_document(data).comments[0].anchor == "two\nthree"
    out = changed(data, edit(data, "one", text="1 2"))
    assert anchored(out, "4") == "[two]2three"
    assert read_document(out).comments[0].anchor == "2\nthree"


def thread() -> bytes:
    """Return a document with a comment of Ann's and an answer of Bot's."""
    data = document(p(run("one two")))
    first = apply(
        data, DocumentEdit(id=find(data, "one").id, op="comment", find="two", comment="Why?"), author="Ann"
    ).data
    assert first is not None
    out = apply(first, DocumentEdit(target="0", comment="Because.")).data
    assert out is not None
    return out


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


def test_c5_thread_hangs_on_the_last_paragraph() -> None:
    data = document(p(run("one")))
    out = edit(data, "one", op="comment", comment="first\nlast").data
    assert out is not None
    ids = re.findall(r'w14:paraId="(\w+)"', files_of(out)["word/comments.xml"].decode())
    assert re.findall(r'w15:paraId="(\w+)"', files_of(out)["word/commentsExtended.xml"].decode()) == [ids[-1]]


def test_c6_ids_are_unique_and_in_range() -> None:
    data = document(p(run("one")), p(run("two")))
    wishes = [DocumentEdit(id=find(data, text).id, op="comment", comment="same") for text in ("one", "two")]
    out = apply(data, *wishes).data
    assert out is not None
    files = files_of(out)
    for part, name in (("comments", "paraId"), ("commentsIds", "durableId")):
        ids = re.findall(rf':{name}="(\w+)"', files[f"word/{part}.xml"].decode())
        assert len(ids) == len(set(ids)) == 2
        assert all(0 < int(one, 16) < 0x80000000 for one in ids)


def test_c7_resolved_threads() -> None:
    out = apply(thread(), DocumentEdit(op="resolve", target="0")).data
    assert out is not None
    assert [one.resolved for one in read_document(out).comments] == [True, True]


def test_c8_person_without_provider() -> None:
    people = files_of(thread())["word/people.xml"].decode()
    assert people.count("<w15:person ") == 2
    assert f'w15:author="{BOT}"><w15:presenceInfo w15:providerId="None" w15:userId="{BOT}"/>' in people


def test_c9_initials_date_and_control_characters() -> None:
    data = document(p(run("one")))
    out = apply(data, DocumentEdit(id=find(data, "one").id, op="comment", comment="x"), author="ann marie van lee").data
    assert out is not None
    (comment,) = read_document(out).comments
    assert (comment.initials, comment.date) == ("AMV", "2026-11-24T12:30:00Z")
    assert "control character" in refusal(edit(data, "one", op="comment", comment="a\x00b"))
    assert "control character" in refusal(edit(data, "one", text="two", author="a\x01"))


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


@pytest.mark.parametrize("kind", ["header", "footer"])
def test_comments_stand_in_the_body_only(kind: str) -> None:
    root = "hdr" if kind == "header" else "ftr"
    parts = {f"word/{kind}1.xml": (kind, f"<w:{root} {NAMESPACES}>{p(run('above all'))}</w:{root}>")}
    data = document(p(run("body")), parts=parts)
    assert "body only" in refusal(edit(data, "above", op="comment", comment="x"))
    result = edit(data, "above", text="over all", comment="x")
    assert result.results[0].status == "applied"
    assert "left out" in result.results[0].reason


def test_text_that_stays_with_a_comment_becomes_a_comment_alone() -> None:
    data = document(p(run("one")))
    out = changed(data, edit(data, "one", text="one", comment="Fine as it is"))
    assert "<w:ins" not in body_of(out)
    assert "trackRevisions" not in files_of(out)["word/settings.xml"].decode()
    assert anchored(out) == "one"


def test_comments_of_a_new_and_a_deleted_paragraph() -> None:
    data = document(p(run("one")), p(run("two")), p(run("three")))
    out = changed(data, edit(data, "one", op="insert_after", text="new", comment="Why new"))
    assert anchored(out) == "new"
    out = changed(data, edit(data, "two", op="delete", comment="Why gone"))
    assert anchored(out) == "[two]"


def test_text_of_comments_is_read_but_not_edited() -> None:
    out = thread()
    (row,) = [one for one in read_document(out).paragraphs if one.text == "Why?"]
    assert row.story == "comments"
    assert "answered, not edited" in refusal(apply(out, DocumentEdit(id=row.id, text="What?")))
