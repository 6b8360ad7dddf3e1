"""Files of accepted work: whole people are held out."""

from core.insight.export.files import split_by_person
from tests.core.insight.export.accepted import pair


def test_people_are_held_out_whole_and_no_source_stands_in_both() -> None:
    pairs = [pair("abc"[at % 3], f"s{at}") for at in range(12)]
    shared = pair("c", "s0")
    split = split_by_person([*pairs, shared])
    assert {pair.author for pair in split.held_out} == {"a"}
    assert {pair.author for pair in split.train} == {"b", "c"}
    assert shared not in split.train
    assert split.dropped == 1
    assert split_by_person([pair("a", "s")]).held_out == ()
