"""Documents with comments and threads in them."""

import re

from integrations.documents import DocumentEdit
from tests.integrations.documents.build import (
    apply,
    body_of,
    document,
    find,
    p,
    run,
)

PARTS = ("comments", "commentsExtended", "commentsIds", "commentsExtensible", "people")


def anchored(data: bytes, number: str = "0") -> str:
    """Return the text between the marks of a comment, deleted text in brackets."""
    xml = body_of(data)
    inner = xml.split(f'<w:commentRangeStart w:id="{number}"/>')[1].split(f'<w:commentRangeEnd w:id="{number}"/>')[0]
    inner = re.sub(r"<w:delText[^>]*>([^<]*)</w:delText>", r"[\1]", inner)
    return re.sub(r"<[^>]*>", "", inner)


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
