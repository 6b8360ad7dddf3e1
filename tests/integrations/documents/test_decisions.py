"""What became of a draft's edits, read from the document before and after, whatever else happened to it."""

from datetime import UTC, datetime

from core.drafts import Edit
from integrations.documents import apply_edits, read_document, resolve_revisions
from integrations.documents.decisions import ChangeAttribution, attributions_of, decisions_of
from integrations.documents.model import DocumentEdit
from tests.integrations.documents.build import document, p, run

WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
MARK = ChangeAttribution("Inlaid", "2026-03-04T05:06:07Z")
OLD = ("We utilise the hall, wich is large.", "Nothing here.", "It comes untill Monday.")
NEW = ("We use the hall, which is large.", None, "It comes until Monday.")


def edited() -> tuple[bytes, list[Edit]]:
    """Return a document with the tracked changes of a draft, and its edits."""
    data = document(*(p(run(text)) for text in OLD))
    paragraphs = read_document(data).paragraphs
    edits = [
        Edit(id=one.id, hash=one.hash, before=one.text, text=new)
        for one, new in zip(paragraphs, NEW, strict=True)
        if new
    ]
    wishes = [DocumentEdit(id=edit.id, hash=edit.hash, text=edit.text) for edit in edits]
    made = apply_edits(data, wishes, author="Inlaid", date=WHEN).data
    assert made
    return made, edits


def decided(edits: list[Edit], before: bytes, after: bytes) -> list[tuple[int, str, str]]:
    found = decisions_of(edits, MARK, read_document(before), read_document(after))
    return [(decision.place, decision.outcome, decision.text) for decision in found]


def ids_of(data: bytes, *texts: str) -> list[str]:
    return [revision.id for revision in read_document(data).revisions if revision.text in texts]


def test_all_accepted_and_all_rejected() -> None:
    made, edits = edited()
    assert attributions_of(read_document(made), "Inlaid") == [MARK]
    assert decided(edits, made, resolve_revisions(made, accept=True)) == [
        (0, "accepted", NEW[0]),
        (1, "accepted", NEW[2]),
    ]
    assert decided(edits, made, resolve_revisions(made, accept=False)) == [
        (0, "rejected", OLD[0]), (1, "rejected", OLD[2]),
    ]  # fmt: skip
    assert decided(edits, made, made) == []


def test_what_is_open_says_nothing_until_something_of_it_was_refused() -> None:
    made, edits = edited()
    first = resolve_revisions(made, accept=True, ids=ids_of(made, "wich", "which"))
    assert decided(edits, made, first) == []
    second = resolve_revisions(first, accept=False, ids=ids_of(first, "utilise", "use"))
    kept = "We utilise the hall, which is large."
    assert decided(edits, first, second) == [(0, "edited", kept)]
    other = resolve_revisions(made, accept=False, ids=ids_of(made, "utilise", "use"))
    assert decided(edits, made, other) == [(0, "edited", kept)]


def test_changes_of_others_and_of_other_drafts_are_left_out() -> None:
    made, edits = edited()
    after = resolve_revisions(made, accept=False)
    read = (read_document(made), read_document(after))
    assert decisions_of(edits, ChangeAttribution("Inlaid", "2026-03-04T05:06:08Z"), *read) == []
    assert decisions_of(edits, ChangeAttribution("Ann", MARK.date), *read) == []
    strangers = [Edit(id="x", hash="x", before="Quite another text", text="All else than that")]
    assert decisions_of(strangers, MARK, *read) == []


def test_a_paragraph_that_somebody_inserted_does_not_shift_the_others() -> None:
    made, edits = edited()
    first = read_document(made).paragraphs[0]
    wish = DocumentEdit(id=first.id, hash=first.hash, op="insert_before", text="A new beginning.")
    grown = apply_edits(made, [wish], author="Ann", date=WHEN).data
    assert grown
    both = resolve_revisions(grown, accept=False)
    assert len(read_document(both).paragraphs) < len(read_document(grown).paragraphs)
    assert [(place, outcome) for place, outcome, _text in decided(edits, grown, both)] == [
        (0, "rejected"), (1, "rejected"),
    ]  # fmt: skip
