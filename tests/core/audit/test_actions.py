"""What a change of a record is called in the audit trail."""

from core.audit.actions import ACTIONS, AUDITED_RECORDS, UNAUDITED_RECORDS, actions_called, record_actions


def test_a_kind_that_nobody_named_is_written_down() -> None:
    found = record_actions("kind_of_an_extension")
    assert found is not None
    assert found == record_actions("another_kind_of_an_extension")


def test_machinery_is_not_written_down_and_nothing_is_both() -> None:
    assert [kind for kind in UNAUDITED_RECORDS if record_actions(kind) is not None] == []
    assert set(AUDITED_RECORDS) & UNAUDITED_RECORDS == set()


def test_every_kind_has_actions_of_the_vocabulary() -> None:
    kinds = [record_actions(kind) for kind in (*AUDITED_RECORDS, "other")]
    named = {action for found in kinds if found for action in (found.changed, found.removed, found.added) if action}
    assert named
    assert named <= set(ACTIONS)


def test_the_first_part_of_a_name_is_read_in_any_case_and_blanks_name_nothing() -> None:
    of_jobs = actions_called("job")
    assert "job.requested" in of_jobs
    assert actions_called(" Job.* ") == actions_called("Job") == of_jobs
    assert [actions_called(text) for text in ("", "  ", "*")] == [[], [], []]
