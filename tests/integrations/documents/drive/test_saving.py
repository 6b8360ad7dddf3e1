"""Results are written back once, and never over others' work."""

import pytest

from core.errors import (
    OutageError,
    SourceChanged,
)
from integrations.documents.drive.surface import saved_of
from integrations.graph.errors import LockedError
from tests.fakes.microsoft import AnswerLost, FakeMicrosoft, Person, Refused, Reset
from tests.fakes.microsoft.drives import DriveFile
from tests.integrations.documents.drive.conftest import Working
from tests.integrations.documents.drive.letters import letter, texts


def test_a_second_delivery_writes_nothing(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    working.deliver(job)

    working.deliver(job)

    assert len(file.versions) == 1


@pytest.mark.parametrize("fault", [AnswerLost(), Reset()], ids=["answer lost", "never arrived"])
def test_a_write_whose_answer_was_lost_is_found_again(
    working: Working, microsoft: FakeMicrosoft, file: DriveFile, fault: AnswerLost | Reset
) -> None:
    job = working.write(working.begin(file))
    microsoft.faults.add("PUT */content", fault)

    try:
        working.deliver(job)
    except (SourceChanged, OutageError):
        working.deliver(job)

    assert len(file.versions) == 1
    assert texts(file.data) == ["The house is red.", "It is old."]


def test_a_copy_lies_beside_the_file(working: Working, microsoft: FakeMicrosoft, bob: Person, file: DriveFile) -> None:
    job = working.write(working.begin(file, save="copy"))
    microsoft.faults.add("PUT /drive-content/*", AnswerLost())

    with pytest.raises(OutageError):
        working.deliver(job)
    working.deliver(job)

    saved = saved_of(job, working.store.effects)
    copies = [one for one in microsoft.drives.of(bob).files.values() if one is not file]
    assert saved["is_copy"]
    assert [one.name for one in copies] == [saved["name"]] == [f"Letter (Inlaid {job.id[:8]}).docx"]
    assert file.versions == []
    assert texts(copies[0].data) == ["The house is red.", "It is old."]


def test_somebody_elses_save_is_never_written_over(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    theirs = letter("The house is read.", "It is old.", "And large.")
    file.write(theirs)

    with pytest.raises(SourceChanged, match=r"Letter\.docx"):
        working.deliver(job)

    assert file.data == theirs


def test_a_save_in_the_last_moment_is_not_written_over(
    working: Working, microsoft: FakeMicrosoft, file: DriveFile
) -> None:
    job = working.write(working.begin(file))
    microsoft.faults.add("PUT */content", Refused(412, "notAllowed", "entityTagDoesNotMatch"))

    with pytest.raises(SourceChanged):
        working.deliver(job)

    assert file.versions == []


def test_a_file_that_is_open_in_word_gets_a_copy_and_the_reason(
    working: Working, microsoft: FakeMicrosoft, bob: Person, file: DriveFile
) -> None:
    job = working.write(working.begin(file))
    file.lock = "open"

    working.deliver(job)

    saved = saved_of(job, working.store.effects)
    assert saved["is_copy"]
    assert "open" in saved["reason"]
    assert file.versions == []
    assert len(microsoft.drives.of(bob).files) == 2


def test_a_file_that_is_open_fails_with_what_to_do_when_no_copy_is_wanted(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file, save="same"))
    file.lock = "open"

    with pytest.raises(LockedError) as raised:
        working.deliver(job)

    assert "copy" in raised.value.fix


def test_a_file_that_may_only_be_read_gets_a_copy(working: Working, file: DriveFile) -> None:
    job = working.write(working.begin(file))
    file.is_read_only = True

    working.deliver(job)

    assert "read" in saved_of(job, working.store.effects)["reason"]
