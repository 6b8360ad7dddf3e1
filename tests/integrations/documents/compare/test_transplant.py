"""Rows that come from another document bring nothing that points there."""

from integrations.documents import resolve_revisions
from tests.integrations.documents.build import (
    body_of,
    deleted,
    document,
    ins,
    p,
    run,
    table,
)
from tests.integrations.documents.compare.tables import compared, structure, words


def test_new_rows_bring_their_look_but_nothing_that_points_elsewhere() -> None:
    link = f'<w:hyperlink r:id="rId99">{run("a link", "<w:b/>")}</w:hyperlink>'
    numbered = p(run("item"), properties='<w:pStyle w:val="Unknown"/><w:numPr><w:numId w:val="77"/></w:numPr>')
    earlier = p(ins(run("kept ")), deleted("gone "), run("words"))
    new = document(words("a"), table([p(link), numbered], [earlier, p(run("x"))]), words("b"))
    out = compared(document(words("a"), words("b")), new).data
    assert out is not None
    body = body_of(out)
    assert "<w:b/>" in body
    assert "Ann" not in body
    for foreign in ("rId99", "Unknown", "w:numPr", "hyperlink", "gone"):
        assert foreign not in body
    assert structure(resolve_revisions(out, accept=True)) == [
        "a",
        [[["a link"], ["item"]], [["kept words"], ["x"]]],
        "b",
    ]
