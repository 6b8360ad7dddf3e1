"""Documents of a drive, through the real client against the fake: written back once, and never over others' work."""

import pytest

from core.errors import (
    ConflictError,
    SourceChanged,
)
from integrations.documents.drive.surface import saved_of
from tests.fakes.microsoft.drives import DriveFile
from tests.integrations.documents.drive.conftest import Working
from tests.integrations.documents.drive.letters import letter, revision_count, texts


def test_the_result_is_a_new_version_with_tracked_changes(working: Working, file: DriveFile) -> None:
    before = file.data
    job = working.write(working.begin(file))

    working.deliver(job)

    assert texts(file.data) == ["The house is red.", "It is old."]
    assert revision_count(file.data) == 2
    assert file.versions == [before]
    assert saved_of(job, working.store.effects) == {
        "name": "Letter.docx", "link": file.link, "is_copy": False, "reason": ""
    }  # fmt: skip


def test_work_is_done_again_on_the_new_version(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    file.write(letter("The house is read.", "It is old.", "And large."))
    with pytest.raises(SourceChanged):
        working.deliver(job)
    working.store.leases.work_again(job)
    claimed = working.store.leases.claim(job.id, lease_seconds=60)
    assert claimed

    again = working.write(claimed)
    working.deliver(again)

    assert texts(file.data) == ["The house is red.", "It is old.", "And large."]


def test_a_new_name_alone_is_no_change(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    file.changes += 1

    working.deliver(job)

    assert revision_count(file.data) == 2


def test_a_draft_without_changes_writes_nothing(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file), text="The house is read.")

    working.deliver(job)

    assert file.versions == []
    assert saved_of(job, working.store.effects)["link"] == file.link


def test_a_failed_job_writes_nothing(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    failed = working.store.leases.fail(job, ConflictError("over"))

    working.deliver(failed)

    assert file.versions == []
