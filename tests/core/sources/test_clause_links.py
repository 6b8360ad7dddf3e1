"""Passages are linked by the numbers of their clauses, within their document."""

from core.sources.clause_links import items_to_look_in, linked_places
from core.sources.model import Hit, Passage

RULE, NOTICE, OTHER = "2.2 The deposit is 30 %.", "12.1 It is 40 % above 10,000 (2.2).", "3.1 Rooms are cleaned."


def hit(text: str, ordinal: int) -> Hit:
    return Hit("s", "key", ordinal, "Handbook", "", text, place=f"7/{ordinal}")


def test_what_names_a_clause_and_what_a_clause_names_are_linked_once() -> None:
    passages = {7: {at: Passage(text) for at, text in enumerate((RULE, OTHER, NOTICE))}}
    assert [*items_to_look_in([[hit(RULE, 0)]])] == [7]
    assert linked_places([hit(RULE, 0)], passages, 4) == [(7, 2)]
    assert linked_places([hit(NOTICE, 2)], passages, 4) == [(7, 0)]
    assert linked_places([hit(RULE, 0), hit(NOTICE, 2)], passages, 4) == []


def test_a_clause_of_one_part_is_linked_by_its_sign() -> None:
    rule, notice = "§ 12 Wer krank ist, meldet sich.", "Ab Mai gilt §\u00a012 nicht mehr."
    passages = {7: {at: Passage(text) for at, text in enumerate((rule, OTHER, notice))}}
    assert linked_places([hit(rule, 0)], passages, 4) == [(7, 2)]
    assert linked_places([hit(notice, 2)], passages, 4) == [(7, 0)]


def test_without_numbers_nothing_is_read() -> None:
    assert items_to_look_in([[hit("The deposit is 30 %.", 0)]]) == {}
