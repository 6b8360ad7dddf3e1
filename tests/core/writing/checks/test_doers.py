"""Who does what in minutes and summaries is who said so, or was asked."""

import pytest

from core.recipes.loader import load_recipes
from core.writing.checks import Grounds, check_draft

RECIPE = load_recipes()["minutes"]
TALK = (
    "Mr Lind: I'll do the risk assessment for the museum trip.\n"
    "Ms Abiola: We have 47 pupils and five adults signed up, so the coach on Tuesday morning will be completely full.\n"
    "Ms Farouk: The hardship fund covers three families.\n"
    "Mr Lind: Can somebody chase the museum about the lunch room?\n"
    "Ms Abiola: ok\n"
    "Ms Farouk: Mr Lind, please print the consent forms.\n"
)


@pytest.mark.parametrize(
    ("draft", "count"),
    [
        ("- [ ] Mr Lind: do the risk assessment", 0),
        ("- [ ] Ms Abiola: do the risk assessment", 1),
        ("Ms Farouk does the risk assessment for the trip.", 1),
        # Who answers shortly takes it on, and who is named was asked.
        ("- [ ] Ms Abiola: chase the museum about the lunch room", 0),
        ("- [ ] Mr Lind: print the consent forms", 0),
        ("- [ ] Ms Abiola: print the consent forms", 1),
        # Nobody alone, or nobody first.
        ("Mr Lind and Ms Abiola do the risk assessment.", 0),
        ("The risk assessment, says Ms Abiola, is done.", 0),
    ],
)
def test_the_one_named_has_a_part_in_it(draft: str, count: int) -> None:
    found = check_draft(Grounds(RECIPE, {"text": TALK}, TALK), draft)
    assert len([one for one in found if one.check == "doers"]) == count


def test_what_is_no_talk_has_no_doers() -> None:
    text = "Mr Lind does the risk assessment. Ms Abiola chases the museum."
    assert not [one for one in check_draft(Grounds(RECIPE, {"text": text}, text), text) if one.check == "doers"]
