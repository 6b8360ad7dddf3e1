"""Every hard case of the list that the engine was written against has a test named by its number.

H1-H30 hard paragraphs, T text, W wrappers, R earlier revisions, N notes, S structure, C comments, P packages,
X hostile files.
"""

import re
from pathlib import Path

import pytest

LAST_NUMBERS = {"h": 30, "t": 4, "w": 4, "r": 6, "n": 1, "s": 12, "c": 10, "p": 10, "x": 11}
CASES = [f"{letter}{number}" for letter, last in LAST_NUMBERS.items() for number in range(1, last + 1)]
BAD_INPUT = {
    "unknown ids and changed hashes": "test_edits_of_unknown_and_changed_paragraphs_are_refused",
    "control characters": "test_t4_control_characters_are_refused",
    "10 MB replacement": "test_ten_megabytes_of_replacement_are_refused_at_once",
    "overlapping edits": "test_overlapping_edits_the_later_is_refused",
    "edits that undo each other, the same edit twice": "test_edits_that_undo_each_other_and_the_same_edit_twice",
    "file changed while it is edited": "test_a_result_replaces_another_file_only_by_force_and_never_what_was_read",
    "3,000-page document": "test_p9_a_document_of_three_thousand_pages_is_edited",
}
TESTS = [
    name
    for path in sorted(Path(__file__).parents[1].rglob("test_*.py"))
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
]


def named(case: str) -> list[str]:
    """Return the tests that have the number in their name."""
    return [name for name in TESTS if re.search(rf"(?:^test|_and)_{case}_", name)]


@pytest.mark.parametrize("case", CASES)
def test_the_case_has_a_test_of_its_number(case: str) -> None:
    assert named(case)


@pytest.mark.parametrize("kind", BAD_INPUT)
def test_the_kind_of_bad_input_has_a_test(kind: str) -> None:
    assert BAD_INPUT[kind] in TESTS
