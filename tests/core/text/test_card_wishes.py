"""What somebody says about the open changes of a document, in four languages."""

import pytest

from core.drafts import Edit
from core.text.card_wishes import ChangeDecision, read_decision

EDITS = [
    Edit(
        id="a", hash="h", before="We wait untill noon.", text="We wait until noon.", reason="untill → until: spelling."
    ),
    Edit(id="b", hash="h", before="You recieve it.", text="You receive it.", where="Payment"),
    Edit(id="c", hash="h", before="Not untill May.", text="Not until May."),
]


@pytest.mark.parametrize(
    ("said", "outcome", "about"),
    [
        ("accept all", "accepted", ""),
        ("Please accept the rest.", "accepted", ""),
        ("reject the others", "rejected", ""),
        ("take the ones about untill", "accepted", "untill"),
        ("reject number 2", "rejected", "2"),
        ("akzeptiere die mit untill", "accepted", "untill"),
        ("take all of them", "accepted", ""),
        ("die anderen ablehnen", "rejected", ""),
        ("accept “by way of”", "accepted", "by way of"),
        ("nimm alle an", "accepted", ""),
        ("Lehne den Rest ab", "rejected", ""),
        ("alle Änderungen zu Zahlung ablehnen", "rejected", "Zahlung"),
        ("acceptez toutes les modifications", "accepted", ""),
        ("rechaza los demás cambios", "rejected", ""),
    ],
)
def test_what_decides_is_read_with_what_it_is_about(said: str, outcome: str, about: str) -> None:
    decision = read_decision(said)
    assert decision
    assert (decision.outcome, decision.about) == (outcome, about)


@pytest.mark.parametrize(
    "said",
    [
        *("shorter", "drop the price", "in German", "undo", "why?", "use Thursday instead", ""),
        *("keep it shorter", "keep the tone", "take a friendlier tone", "apply British spelling", "skip the jargon"),
        *("nimm einen freundlicheren Ton an", "gardez le ton", "take “Thursday” instead", "keep the rest as it is"),
    ],
)
def test_what_says_how_it_should_read_decides_nothing(said: str) -> None:
    assert read_decision(said) is None


@pytest.mark.parametrize(
    "said",
    [
        *("accept one", "take one of them", "accept that", "keep it", "accept the changes", "reject the other one"),
        *("bitte nicht annehmen", "nicht alle annehmen", "accept no changes", "accept all except one"),
        *("do not accept any of them", "don\u2019t accept the rest", "accept the first but not the last"),
        *("do not accept all except the first", "accept all except the first and reject the rest"),
        *("n'acceptez pas toutes les modifications", "accept 1 and reject the rest"),
    ],
)
def test_what_is_denied_excepted_or_leaves_open_which_decides_nothing_and_is_asked_about(said: str) -> None:
    decision = read_decision(said)
    assert decision == ChangeDecision(None)
    assert decision.chosen(EDITS, [0, 1, 2]) is None


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("accept the first one", [0]),
        ("take the second", [1]),
        ("reject the last change", [2]),
        ("accept the first and the last", [0, 2]),
        ("accept 1 and 3", [0, 2]),
        ("accept no. 2", [1]),
        ("accept the 2nd change", [1]),
        ("reject 2 to 3", [1, 2]),
        ("Nummer 2 bis 3 ablehnen", [1, 2]),
        ("nimm die erste an", [0]),
        ("acceptez la dernière", [2]),
        ("rechaza el primer cambio", [0]),
        ("accept number 9", []),
        ("accept the first 3", []),
        ("accept “first”", []),
        ("reject all comments", []),
    ],
)
def test_ordinals_and_numbers_are_places(said: str, places: list[int]) -> None:
    decision = read_decision(said)
    assert decision
    assert decision.chosen(EDITS, [0, 1, 2]) == places


@pytest.mark.parametrize(("about", "places"), [("", [0, 2]), ("untill", [0, 2]), ("Payment", []), ("noon", [])])
def test_open_changes_are_meant_by_the_words_that_change(about: str, places: list[int]) -> None:
    assert ChangeDecision("accepted", about).chosen(EDITS, [0, 2]) == places


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("reject the one about the bathroom", [1]),
        ("reject the ones about the bathroom", [1]),
        ("reject the one about the ceiling", []),
        ("reject the ones about the ceiling", [0, 1, 2]),
        ("reject all corrections about the ceiling", [0, 1, 2]),
        ("lehne die Änderung zum bathroom ab", [1]),
        ("lehne die Korrektur zur ceiling ab", []),
        ("refuse celle sur ceiling", []),
        ("rechaza el cambio del bathroom", [1]),
    ],
)
def test_a_heading_tells_only_several_and_only_where_no_word_that_changes_does(said: str, places: list[int]) -> None:
    letter = [edit.model_copy(update={"where": "Re: Leak in the bathroom ceiling"}) for edit in EDITS]
    letter[1] = letter[1].model_copy(update={"before": "The bathrom leaks.", "text": "The bathroom leaks."})
    decision = read_decision(said)
    assert decision
    assert decision.chosen(letter, [0, 1, 2]) == places


@pytest.mark.parametrize(
    ("said", "places"),
    [
        *(("accept all except the payment", [0, 2]), ("accept all changes but the first", [1, 2])),
        *(("alles außer untill annehmen", [1]), ("alle außer 2 ablehnen", [0, 2])),
        *(("akzeptiere alle bis auf 1", [1, 2]), ("acceptez tout sauf la dernière", [0, 1])),
        *(("acepta todo menos el precio", []), ("acepta todo salvo 3", [0, 1])),
        ("accept everything except “untill”", [1]),
    ],
)
def test_all_but_some_leaves_those_open_and_does_nothing_where_none_is_told(said: str, places: list[int]) -> None:
    decision = read_decision(said)
    assert decision
    assert decision.chosen(EDITS, [0, 1, 2]) == places


@pytest.mark.parametrize(
    ("said", "places"),
    [
        *(("reject all changes in Pricing", [0, 1]), ("alle Änderungen unter Pricing ablehnen", [0, 1])),
        *(("accept all except the ones in Pricing", None), ("accept all except the ones about Pricing", None)),
        *(("accept all except the ones in Scope", [0, 1]), ("reject the ones about Pricing", None)),
        *(("reject the changes in untill", [0]), ("reject the change about Pricing", [2])),
        *(("accept all except 2 and 9", None), ("accept 2 and 9", None), ("accept all except 2", [0, 2])),
    ],
)
def test_a_heading_is_meant_where_a_place_is_said_and_what_may_mean_two_things_decides_nothing(
    said: str, places: list[int] | None
) -> None:
    under = [edit.model_copy(update={"where": "Pricing"}) for edit in EDITS[:2]]
    third = EDITS[2].model_copy(update={"where": "Scope", "before": "The price.", "text": "The pricing."})
    decision = read_decision(said)
    assert decision
    assert decision.chosen([*under, third], [0, 1, 2]) == places


@pytest.mark.parametrize("said", ["reject all comments", "alle Kommentare ablehnen", "refusez tous les commentaires"])
def test_all_comments_are_no_changes_of_words(said: str) -> None:
    comment = Edit(id="d", hash="h", before="It is cheap.", comment="Say the price.")
    decision = read_decision(said)
    assert decision
    assert decision.chosen([*EDITS, comment], [0, 1, 2, 3]) == [3]
