"""The parts that hold comments: made when they are missing, kept when they are there."""

import re

from integrations.documents import DocumentEdit, read_document
from tests.integrations.documents.build import (
    BOT,
    CORPUS,
    apply,
    body_of,
    changed,
    document,
    edit,
    files_of,
    find,
    p,
    refusal,
    run,
)
from tests.integrations.documents.comments.threads import PARTS, anchored, thread

WORD_FILE = (CORPUS / "mammoth__comments.docx").read_bytes()


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


def test_c5_thread_hangs_on_the_last_paragraph() -> None:
    data = document(p(run("one")))
    out = edit(data, "one", op="comment", comment="first\nlast").data
    assert out is not None
    ids = re.findall(r'w14:paraId="(\w+)"', files_of(out)["word/comments.xml"].decode())
    assert re.findall(r'w15:paraId="(\w+)"', files_of(out)["word/commentsExtended.xml"].decode()) == [ids[-1]]


def test_text_of_comments_is_read_but_not_edited() -> None:
    out = thread()
    (row,) = [paragraph for paragraph in read_document(out).paragraphs if paragraph.text == "Why?"]
    assert row.story == "comments"
    assert "answered, not edited" in refusal(apply(out, DocumentEdit(id=row.id, text="What?")))


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


def test_text_that_stays_with_a_comment_becomes_a_comment_alone() -> None:
    data = document(p(run("one")))
    out = changed(data, edit(data, "one", text="one", comment="Fine as it is"))
    assert "<w:ins" not in body_of(out)
    assert "trackRevisions" not in files_of(out)["word/settings.xml"].decode()
    assert anchored(out) == "one"
