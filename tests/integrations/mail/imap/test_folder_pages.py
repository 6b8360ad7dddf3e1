"""Numbers of mails as a set of IMAP: short where they follow each other, and read back as they were."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.mail.imap.folder_pages import numbers_of, written


@given(st.sets(st.integers(min_value=1, max_value=200)))
def test_a_set_reads_back(numbers: set[int]) -> None:
    assert set(numbers_of(written(numbers))) == numbers


def test_what_follows_each_other_is_short() -> None:
    assert written([3, 1, 2, 7, 9, 10]) == "1:3,7,9:10"
    assert len(written(range(1, 1_000_000))) < 12
