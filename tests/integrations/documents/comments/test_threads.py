"""Threads of comments: answers, resolved flags, deletions."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from integrations.documents import DocumentEdit, apply_edits, read_document, resolve_revisions
from tests.integrations.documents.build import (
    BOT,
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
    ins,
    p,
    refusal,
    run,
    texts,
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
    assert [comment.resolved for comment in read_document(out).comments] == [True, True]


def test_c10_delete_removes_anchors_and_rows() -> None:
    out = apply(thread(), DocumentEdit(op="delete_comment", target="1")).data
    assert out is not None
    assert [comment.id for comment in read_document(out).comments] == ["0"]
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


@pytest.mark.parametrize("kind", ["header", "footer"])
def test_comments_stand_in_the_body_only(kind: str) -> None:
    root = "hdr" if kind == "header" else "ftr"
    parts = {f"word/{kind}1.xml": (kind, f"<w:{root} {NAMESPACES}>{p(run('above all'))}</w:{root}>")}
    data = document(p(run("body")), parts=parts)
    refused = refusal(edit(data, "above", op="comment", comment="Is it high?"))
    assert "body only" in refused
    assert "Is it high?" in refused
    result = edit(data, "above", text="over all", comment="Higher?")
    assert result.results[0].status == "applied"
    assert "left out" in result.results[0].reason
    assert "Higher?" in result.results[0].reason


def test_comments_of_a_new_and_a_deleted_paragraph() -> None:
    data = document(p(run("one")), p(run("two")), p(run("three")))
    out = changed(data, edit(data, "one", op="insert_after", text="new", comment="Why new"))
    assert anchored(out) == "new"
    out = changed(data, edit(data, "two", op="delete", comment="Why gone"))
    assert anchored(out) == "[two]"


WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
WHY = "Plainer."


def edited(*changes: tuple[str, str], more: tuple[dict[str, str], ...] = ()) -> bytes:
    """Return a document with tracked changes, each with its reason, and what else is done at the same moment."""
    data = document(*(p(run(old)) for old, _ in changes), p(run("The end.")))
    paragraphs = read_document(data).paragraphs
    edits = [
        DocumentEdit(id=one.id, hash=one.hash, text=new, comment=WHY)
        for one, (_, new) in zip(paragraphs, changes, strict=False)
    ]
    edits += [DocumentEdit(id=paragraphs[0].id, op="comment", **one) for one in more]  # type: ignore[arg-type]
    made = apply_edits(data, edits, author="Inlaid", date=WHEN, strict=True).data
    assert made
    return made


def comment_texts(data: bytes) -> list[str]:
    return [comment.text for comment in read_document(data).comments]


def ids_of(data: bytes, *texts: str) -> list[str]:
    return [revision.id for revision in read_document(data).revisions if revision.text in texts]


@pytest.mark.parametrize("new", ["We receive it now.", "We recieve it.", "We recieve all of it now."])
def test_the_reason_of_a_change_within_the_insertion_of_another_goes_with_it(new: str) -> None:
    theirs = f'<w:ins w:id="90" w:author="Ben" w:date="2026-01-01T00:00:00Z">{run("We recieve it now.")}</w:ins>'
    made = edit(document(p(run("Start. "), theirs)), "Start", text=f"Start. {new}", comment="why").data
    assert made is not None
    rejected = resolve_revisions(made, accept=False, author=BOT)
    assert comment_texts(rejected) == []
    assert 'w:author="Ben"' in body_of(rejected)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("one two three", "one 2 three"), ("one two three", "one two big three"), ("two three", "one two three"),
        ("one two", "one two three"), ("one two three four", "1 two 3 four"), ("one two three", "one three"),
    ],
)  # fmt: skip
def test_the_reason_goes_with_a_change_that_is_rejected_and_stays_with_one_that_is_accepted(old: str, new: str) -> None:
    made = edited((old, new))
    rejected, accepted = resolve_revisions(made, accept=False), resolve_revisions(made, accept=True)

    assert (comment_texts(made), comment_texts(rejected), comment_texts(accepted)) == ([WHY], [], [WHY])
    assert read_document(rejected).paragraphs[0].text == old
    assert "comment" not in body_of(rejected)
    assert b"w15:done" not in files_of(rejected).get("word/commentsExtended.xml", b"")


def test_only_the_reason_of_the_rejected_change_goes() -> None:
    made = edited(("one two three", "one 2 three"), ("four five six", "four 5 six"))
    left = resolve_revisions(made, accept=False, ids=ids_of(made, "five", "5"))
    assert comment_texts(left) == [WHY]
    assert [comment.paragraph for comment in read_document(left).comments] == [read_document(left).paragraphs[0].id]


def test_while_a_part_of_the_change_is_open_its_reason_stays() -> None:
    made = edited(("one two three four", "1 two 3 four"))
    assert comment_texts(resolve_revisions(made, accept=False, ids=ids_of(made, "one", "1"))) == [WHY]
    first = resolve_revisions(made, accept=True, ids=ids_of(made, "one", "1"))
    assert comment_texts(resolve_revisions(first, accept=False)) == [WHY]


def test_a_reason_that_somebody_answered_stays_with_the_answer() -> None:
    made = edited(("one two three", "one 2 three"))
    number = read_document(made).comments[0].id
    answer = DocumentEdit(id="", op="comment", target=number, comment="Why not?")
    answered = apply_edits(made, [answer], author="Ann", date=WHEN).data
    assert answered
    assert comment_texts(resolve_revisions(answered, accept=False)) == [WHY, "Why not?"]


def test_a_remark_beside_other_words_stays_also_when_it_holds_the_change() -> None:
    remarks = ({"comment": "All of it?"}, {"comment": "Who?", "find": "three"})
    made = edited(("one two three", "one 2 three"), more=remarks)
    assert sorted(comment_texts(resolve_revisions(made, accept=False))) == ["All of it?", "Who?"]


def test_a_comment_of_somebody_else_on_the_same_words_stays() -> None:
    made = edited(("one two three", "one 2 three"))
    one = read_document(made).paragraphs[0]
    wish = DocumentEdit(id=one.id, hash=one.hash, op="comment", find="2", comment="Two what?")
    noted = apply_edits(made, [wish], author="Ann", date=WHEN).data
    assert noted
    assert comment_texts(resolve_revisions(noted, accept=False)) == ["Two what?"]
