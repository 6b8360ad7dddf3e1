"""Marked sentences stand under a heading that is sure, with what they need beside them."""

from collections.abc import Sequence

import pytest

from core.drafts import Item
from core.embeddings import WordEmbedder, load_embedder
from core.settings import Settings
from core.text.statements import read_statements
from core.writing.grounded.signals import find_signals, marks_of_text, read_text
from core.writing.roles import RoledSentence, roles_of
from core.writing.roles.marks import MARKED_AS, Mark


def sentences(text: str, language: str = "en") -> Sequence[RoledSentence]:
    return roles_of(read_statements(text, language))


def mark(worth: float = 0.9, **kinds: float) -> Mark:
    return Mark(worth, {kind: kinds.get(kind, 0.0) for kind in MARKED_AS}, worth)


def found(text: str, marks: dict[int, Mark], language: str = "en") -> tuple[Item, ...]:
    kinds = {place: given.kind for place, given in marks.items()}
    return find_signals(text, sentences(text, language), marks, kinds).items or ()


OFFER = "The abbey asked whether we would bake for its guests.\n\nThe oven was cleaned."


@pytest.mark.parametrize(
    ("given", "group"),
    [
        (mark(opportunity=0.8), "Opportunities and ideas"),
        (mark(opportunity=0.4, idea=0.4), "Opportunities and ideas"),
        (mark(opportunity=0.8, risk=0.2), "Opportunities and ideas"),
        (mark(opportunity=0.8, risk=0.4), "Worth a look"),
        (mark(risk=0.5, complaint=0.3), "What may go wrong"),
        (mark(complaint=0.3, risk=0.2), "Worth a look"),
        (mark(complaint=0.3, risk=0.28), "What may go wrong"),
        (mark(complaint=0.5, risk=0.28), "Complaints"),
    ],
)
def test_only_a_sure_kind_stands_under_a_heading_that_judges(given: Mark, group: str) -> None:
    [item] = found(OFFER, {0: given})
    assert (item.group, item.quote) == (group, "The abbey asked whether we would bake for its guests.")


def test_a_day_is_a_deadline_only_where_it_was_learnt_as_one() -> None:
    text = "The permit is good until 11:00. We meet on Fridays. The oven was cleaned."
    assert [item.group for item in found(text, {0: mark(deadline=0.8), 1: mark(risk=0.6)})] == [
        "Deadlines",
        "What may go wrong",
    ]


def test_what_binds_by_a_day_in_a_few_sentences_is_a_deadline() -> None:
    few = sentences("The tenant pays the deposit of 900 euros by 3 May.")
    assert [given.kind for given in marks_of_text(few).values()] == ["deadline"]


def test_the_figure_beside_a_figure_is_quoted_with_it_unless_it_has_a_heading_of_its_own() -> None:
    text = "The boiler gives off 340 ppm. From 500 on I have to object. The bathroom door is new."
    assert [item.text for item in found(text, {1: mark(duty=0.9)})] == [
        "The boiler gives off 340 ppm. From 500 on I have to object."
    ]
    assert [item.text for item in found(text, {0: mark(risk=0.9), 1: mark(duty=0.9)})] == [
        "The boiler gives off 340 ppm.",
        "From 500 on I have to object.",
    ]


def test_what_may_go_wrong_stands_with_its_paragraph() -> None:
    before, risk, after = "The hall is full.", "The rope is frayed.", "A new one was not bought. Children sit below."
    text = f"The urn works.\n\n{before} {risk} {after}\n\nThe piano was tuned."
    [item] = found(text, {2: mark(risk=0.9)})
    assert item.text == f"{before} {risk} {after}"
    [other] = found(text, {2: mark(duty=0.9)})
    assert other.text == risk
    long = f"{before} {risk} {after} {'It was seen by many people who came to the hall. ' * 10}".strip()
    [item] = found(long, {1: mark(risk=0.9)})
    assert f"{risk} {after}" in item.text
    assert len(item.text.split()) <= 100


def test_what_stands_beside_a_later_sentence_is_not_told_before_it() -> None:
    text = "The rinse of the dishwasher gets to 71 degrees. It should be 82 degrees. The fridge is new."
    [item] = found(text, {0: mark(risk=0.9), 1: mark(risk=0.8)})
    assert item.text == text
    complaint = "The rinse of the dishwasher gets too cold.\n\nI reported that in May. Nobody came."
    assert [item.text for item in found(complaint, {1: mark(complaint=0.9), 2: mark(complaint=0.8)})] == [
        "I reported that in May. Nobody came."
    ]


def test_a_few_words_stand_with_what_they_answer() -> None:
    text = "Ana: Does anybody have the key of the barn?\nBen: No idea\nAna: The cake is here\n"
    [item] = found(text, {1: mark(open=0.9)})
    assert item.text == "Does anybody have the key of the barn? \u2192 Ben: No idea."


def test_the_labels_of_a_note_are_nobody_who_speaks() -> None:
    note = "Mill Street: eight stoves, all in order.\nInn: the hood shines.\nSchool: the flue has a crack.\n"
    [item] = found(note, {2: mark(risk=0.9)})
    assert (item.who, item.quote) == ("", "the flue has a crack.")
    [said] = found(note + "Inn: we know.\n", {2: mark(risk=0.9)})
    assert said.who == "School"


def test_without_the_layers_roles_alone_say_what_is_marked() -> None:
    text = "The supplier pays a penalty of 200 euros for each day of delay. " + "The sun shines. " * 10
    assert [marks_of_text(sentences(text))[0].kind] == ["duty"]


def test_what_is_left_out_of_a_text_is_counted() -> None:
    text = "".join(f"For each day of delay a penalty of {amount} euros is due.\n\n" for amount in range(100, 115))
    marks = {place: mark(0.5 + place / 100, duty=0.9) for place in range(15)}
    result = find_signals(text, sentences(text), marks, dict.fromkeys(marks, "duty"))
    assert len(result.items or ()) == 12
    assert result.notices[-1] == "3 weaker entries were left out."


def test_of_gathered_voices_each_counts_by_itself() -> None:
    said = (
        "Typed from the guest book, I left the spelling alone apart from the worst.\n"
        "\u201cThe pitch was lovely.\u201d\n\u201cNobody answered the night number although we rang twice.\u201d\n"
        "\u201cThe post on pitch 22 sparks when you plug in.\u201d\n\u201cWe were charged 5 pounds unsaid.\u201d\n"
        "\u201cWhy not put up a washing line in each field?\u201d\n\u201cThe children loved the goats.\u201d\n"
        "\u201cThe showers were cold every evening and nobody cared.\u201d\n\u201cWe will come again in May.\u201d\n"
        "\u201cThe shop opens at nine.\u201d\n\u201cThank you for the cake.\u201d\n\u201cBuses stop at the gate.\u201d"
    )
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    sentences = roles_of(read_text(said), embedder, is_read=True)
    shown = {sentences[place].statement.text: mark.kind for place, mark in marks_of_text(sentences).items()}
    assert any("night number" in text and kind == "complaint" for text, kind in shown.items())
    assert any("sparks" in text and kind == "risk" for text, kind in shown.items())
    assert any("washing line" in text and kind == "idea" for text, kind in shown.items())
    assert not any("goats" in text or "cake" in text or "spelling" in text for text in shown)
