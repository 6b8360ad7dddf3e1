"""Comments that say why a change was made go with it when it is rejected, and only then."""

from datetime import UTC, datetime

import pytest

from integrations.documents import DocumentEdit, apply_edits, read_document, resolve_revisions
from tests.integrations.documents.build import body_of, document, files_of, p, run

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


def comments(data: bytes) -> list[str]:
    return [one.text for one in read_document(data).comments]


def ids_of(data: bytes, *texts: str) -> list[str]:
    return [one.id for one in read_document(data).revisions if one.text in texts]


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

    assert (comments(made), comments(rejected), comments(accepted)) == ([WHY], [], [WHY])
    assert read_document(rejected).paragraphs[0].text == old
    assert "comment" not in body_of(rejected)
    assert b"w15:done" not in files_of(rejected).get("word/commentsExtended.xml", b"")


def test_only_the_reason_of_the_rejected_change_goes() -> None:
    made = edited(("one two three", "one 2 three"), ("four five six", "four 5 six"))
    left = resolve_revisions(made, accept=False, ids=ids_of(made, "five", "5"))
    assert comments(left) == [WHY]
    assert [one.paragraph for one in read_document(left).comments] == [read_document(left).paragraphs[0].id]


def test_while_a_part_of_the_change_is_open_its_reason_stays() -> None:
    made = edited(("one two three four", "1 two 3 four"))
    assert comments(resolve_revisions(made, accept=False, ids=ids_of(made, "one", "1"))) == [WHY]
    first = resolve_revisions(made, accept=True, ids=ids_of(made, "one", "1"))
    assert comments(resolve_revisions(first, accept=False)) == [WHY]


def test_a_reason_that_somebody_answered_stays_with_the_answer() -> None:
    made = edited(("one two three", "one 2 three"))
    number = read_document(made).comments[0].id
    answer = DocumentEdit(id="", op="comment", target=number, comment="Why not?")
    answered = apply_edits(made, [answer], author="Ann", date=WHEN).data
    assert answered
    assert comments(resolve_revisions(answered, accept=False)) == [WHY, "Why not?"]


def test_a_remark_beside_other_words_stays_also_when_it_holds_the_change() -> None:
    remarks = ({"comment": "All of it?"}, {"comment": "Who?", "find": "three"})
    made = edited(("one two three", "one 2 three"), more=remarks)
    assert sorted(comments(resolve_revisions(made, accept=False))) == ["All of it?", "Who?"]


def test_a_comment_of_somebody_else_on_the_same_words_stays() -> None:
    made = edited(("one two three", "one 2 three"))
    one = read_document(made).paragraphs[0]
    wish = DocumentEdit(id=one.id, hash=one.hash, op="comment", find="2", comment="Two what?")
    noted = apply_edits(made, [wish], author="Ann", date=WHEN).data
    assert noted
    assert comments(resolve_revisions(noted, accept=False)) == ["Two what?"]
