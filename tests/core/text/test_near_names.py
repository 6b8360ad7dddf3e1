"""A slip of the pen is told what was meant."""

from core.text.near_names import near_fix


def test_the_nearest_name_is_offered_and_without_one_all_of_them() -> None:
    assert near_fix("translat", ["reply", "translate"]) == "Did you mean translate?"
    assert near_fix("xyz", ["translate", "reply"]) == "Take one of: reply, translate."
