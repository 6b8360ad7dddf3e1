"""Comments: new ones, answers, resolved threads, deletions, in all the parts that Word keeps them in."""

import re

from integrations.documents import DocumentEdit, read_document
from tests.integrations.documents.build import (
    BOT,
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
from tests.integrations.documents.comments.threads import anchored, thread


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
