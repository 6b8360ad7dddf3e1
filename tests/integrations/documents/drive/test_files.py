"""Files that a person reaches, through the real client against the fake."""

from dataclasses import replace

import pytest

from core.errors import (
    CredentialError,
    NotFoundError,
)
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.drives import DriveFile
from tests.integrations.documents.drive.conftest import Working
from tests.integrations.documents.drive.letters import letter, texts

MEGABYTE = 2**20


def test_a_large_file_goes_up_in_pieces(working: Working, microsoft: FakeMicrosoft, bob: Person) -> None:
    large = letter("The house is read.", "It is old.", filler_bytes=12 * MEGABYTE)
    file = microsoft.drives.of(bob).put("Large.docx", large)
    job = working.write(working.begin(file))

    working.deliver(job)

    assert texts(file.data) == ["The house is red.", "It is old."]
    assert len(microsoft.ledger.find("PUT /drive-content/upload/*")) == 2


def test_the_app_reaches_nothing_that_the_person_does_not(
    working: Working, microsoft: FakeMicrosoft, bob: Person, file: DriveFile
) -> None:
    bob.consented.clear()

    with pytest.raises(CredentialError, match="consent"):
        working.surface.prepare(working.begin(file), working.context)


def test_a_link_to_nothing_is_not_found(working: Working, file: DriveFile) -> None:
    job = working.begin(file)
    gone = {**job.delivery, "link": "https://example-my.sharepoint.com/personal/x/Documents/Gone.docx"}

    with pytest.raises(NotFoundError):
        working.surface.prepare(replace(job, delivery=gone), working.context)
