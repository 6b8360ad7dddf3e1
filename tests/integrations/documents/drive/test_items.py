"""Links and files that cannot be worked on are refused with the reason."""

from dataclasses import replace

import pytest

from core.errors import (
    DocumentError,
    ForbiddenError,
    InputError,
)
from tests.fakes.microsoft.drives import DriveFile
from tests.integrations.documents.drive.conftest import Working


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": "Sheet.xlsx"}, DocumentError),
        ({"is_malware": True}, ForbiddenError),
        ({"data": b"not a document"}, DocumentError),
        ({"data": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)}, DocumentError),
    ],
    ids=["another kind", "quarantine", "damaged", "encrypted or labelled"],
)
def test_what_cannot_be_worked_on_is_refused_with_the_reason(
    working: Working, file: DriveFile, change: dict[str, object], refusal: type[Exception]
) -> None:
    for name, value in change.items():
        setattr(file, name, value)

    with pytest.raises(refusal):
        working.surface.prepare(working.begin(file), working.context)


@pytest.mark.parametrize("link", ["http://example.com/x.docx", "file:///etc/passwd", "Letter.docx", "https://", ""])
def test_what_is_no_link_is_refused(working: Working, file: DriveFile, link: str) -> None:
    job = working.begin(file)

    with pytest.raises(InputError, match="link"):
        working.surface.prepare(replace(job, delivery={**job.delivery, "link": link}), working.context)
