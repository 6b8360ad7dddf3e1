"""A sentence with words left out is taken only when what is left says nothing else."""

import pytest

from core.writing.grounded.compressing import only_omits


@pytest.mark.parametrize(
    ("shorter", "sentence"),
    [
        ("The server was slow because of a full disk.", "The server in the basement was slow because of a full disk."),
        ("We roll back now.", "We roll back now and look at the limit tomorrow."),
        ("The fee will rise in March.", "The fee, as the committee decided, will rise in March."),
    ],
)
def test_an_omission_that_keeps_the_sense_is_taken(shorter: str, sentence: str) -> None:
    assert only_omits(shorter, sentence)


@pytest.mark.parametrize(
    ("shorter", "sentence"),
    [
        ("We roll back tomorrow.", "We roll back now and look at the limit tomorrow."),
        ("Ann pays 30 euros.", "Ann pays the fee and Ben gets 30 euros."),
        ("The plan was approved.", "The plan was not approved by the board."),
        ("The server is fast.", "The server in the basement was slow because of a full disk."),
        ("The fee will rise in", "The fee will rise in March, said the committee."),
    ],
)
def test_an_omission_that_changes_the_sense_is_not(shorter: str, sentence: str) -> None:
    assert not only_omits(shorter, sentence)
