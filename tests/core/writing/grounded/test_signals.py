"""Marked sentences of messages stand with what they need beside them, the same told once."""

from collections.abc import Sequence

from core.drafts import Item
from core.text.statements import read_statements
from core.writing.grounded.signals import find_signals, marks_by_roles
from core.writing.roles import RoledSentence, roles_of
from core.writing.roles.marks import Mark


def sentences(text: str, language: str = "en") -> Sequence[RoledSentence]:
    return roles_of(read_statements(text, language))


def found(text: str, kinds: dict[int, str]) -> tuple[Item, ...]:
    marks = {place: Mark(kind, 0.9) for place, kind in kinds.items()}
    return find_signals(text, sentences(text), marks, kinds).items or ()


def test_what_points_back_stands_with_the_sentence_before_it_in_its_paragraph() -> None:
    complaint = "The rinse of the dishwasher gets too cold.\n\nI reported that in May. Nobody came."
    assert [item.text for item in found(complaint, {1: "complaint", 2: "complaint"})] == [
        "I reported that in May. Nobody came."
    ]
    assert [item.text for item in found(complaint.replace("\n\n", " "), {1: "complaint"})] == [
        "The rinse of the dishwasher gets too cold. I reported that in May."
    ]


def test_a_few_words_stand_with_what_they_answer() -> None:
    text = "Ana: Does anybody have the key of the barn?\nBen: No idea\nAna: The cake is here\n"
    [item] = found(text, {1: "complaint"})
    assert item.text == "Does anybody have the key of the barn? \u2192 Ben: No idea."


def test_the_labels_of_a_note_are_nobody_who_speaks() -> None:
    note = "Mill Street: eight stoves, all in order.\nInn: the hood shines.\nSchool: the flue has a crack.\n"
    [item] = found(note, {2: "risk"})
    assert (item.who, item.quote) == ("", "the flue has a crack.")
    [said] = found(note + "Inn: we know.\n", {2: "risk"})
    assert said.who == "School"


def test_without_the_layers_roles_alone_say_what_is_marked() -> None:
    text = "The supplier pays a penalty of 200 euros for each day of delay. " + "The sun shines. " * 10
    assert [mark.kind for mark in marks_by_roles(sentences(text)).values()] == ["duty"]


def test_what_is_left_out_of_messages_is_counted() -> None:
    text = "".join(f"For each day of delay a penalty of {amount} euros is due.\n\n" for amount in range(100, 115))
    marks = {place: Mark("duty", 0.5 + place / 100) for place in range(15)}
    result = find_signals(text[:960], sentences(text), marks, dict.fromkeys(marks, "duty"))
    assert len(result.items or ()) == 12
    assert result.notices[-1] == "3 weaker entries were left out."


def test_the_same_is_told_once_and_kinds_stand_in_their_order() -> None:
    text = "We could rent a pump. The pump fails. The pump fails."
    assert [(item.group, item.quote) for item in found(text, {0: "idea", 1: "risk", 2: "risk"})] == [
        ("What may go wrong", "The pump fails."),
        ("Ideas", "We could rent a pump."),
    ]
