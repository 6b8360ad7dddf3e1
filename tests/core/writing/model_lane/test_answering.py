"""A larger model words an answer; each of its sentences is bound to a passage."""

import json

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.passages import passages_value
from core.writing.model_lane.answering import answer_in_words
from core.writing.plans import PlanResult, choose_plan
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["answer"]
LIGHTHOUSE = (
    "The lighthouse of Skarholm was built in 1854 by the engineer Anders Bolin. It is 31 metres high and was painted"
    " red and white in 1922."
)
FERRY = "The ferry between Norrvik and Skarholm runs four times a day in summer. The crossing takes 25 minutes."
PASSAGES = passages_value([("Lighthouse", "https://example.org/l", LIGHTHOUSE), ("Ferry", "", FERRY)])


def worded(question: str, *sentences: tuple[str, int, str], passages: str = PASSAGES) -> PlanResult:
    values = validate_inputs(RECIPE, {"question": question, "passages": passages})
    said = [dict(zip(("text", "passage", "quote"), sentence, strict=True)) for sentence in sentences]
    return answer_in_words(RECIPE, values, ScriptedAsk(json.dumps({"answer": said})))


CROSSING = "The crossing takes 25 minutes."


def test_a_larger_model_words_the_answer_and_its_quote_is_checked() -> None:
    sound = worded("How long is the trip?", ("The trip takes 25 minutes.", 2, CROSSING))
    assert sound.text == "The trip takes 25 minutes. [2]"
    assert sound.sources[0].quote == CROSSING


def test_each_sentence_of_an_answer_is_bound_to_its_own_passage() -> None:
    held = LIGHTHOUSE.split(". ")[0]
    result = worded(
        "What is there to see, and how long is the trip?", (f"{held}.", 1, held), ("It takes 25 minutes.", 2, CROSSING)
    )
    assert result.text == f"{held}. [1] It takes 25 minutes. [2]"
    assert [(source.number, source.supports) for source in result.sources] == [
        (1, f"{held}."),
        (2, "It takes 25 minutes."),
    ]
    assert not [finding for finding in result.findings if finding.check == "facts"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Wie viele Minuten dauert die Fahrt mit der Fähre?", "Die Überfahrt mit der Fähre dauert 25 Minuten."),
        ("Dauer?", "Die Überfahrt mit der Fähre dauert 25 Minuten."),
    ],
)
def test_an_answer_is_in_the_language_of_its_question(question: str, said: str) -> None:
    assert worded(question, (said, 2, CROSSING)).text == f"{said} [2]"


def test_an_answer_in_another_language_than_its_question_is_replaced() -> None:
    result = worded("How long does the crossing take?", ("Die Überfahrt mit der Fähre dauert 25 Minuten.", 2, CROSSING))
    assert "Überfahrt" not in result.text


def test_what_stands_in_another_passage_is_no_ground_for_a_sentence() -> None:
    held = LIGHTHOUSE.split(". ")[0]
    result = worded("How long?", ("It takes 25 minutes.", 1, held))
    assert [finding.place for finding in result.findings if finding.check == "facts"] == ["25"]


def test_a_sentence_without_a_passage_is_left_out_and_told() -> None:
    result = worded("How long?", ("It takes 25 minutes.", 2, CROSSING), ("It is free.", 2, "free of charge"))
    assert result.text == "It takes 25 minutes. [2]"
    assert "It is free." in result.notices[0]


@pytest.mark.parametrize(
    ("text", "quote"),
    [("It takes 25 minutes.", "It takes 25 minutes, they say."), ("See https://elsewhere.example.", CROSSING)],
)
def test_what_the_passage_does_not_hold_is_replaced_by_its_own_sentence(text: str, quote: str) -> None:
    assert worded("How long does the crossing take?", (text, 2, quote)).text.endswith(f" {CROSSING} [2]")


def test_a_list_of_one_may_come_flattened() -> None:
    values = validate_inputs(RECIPE, {"question": "How long?", "passages": PASSAGES})
    flat = json.dumps({"answer": "It takes 25 minutes.", "passage": 2, "quote": CROSSING})
    assert answer_in_words(RECIPE, values, ScriptedAsk(flat)).text == "It takes 25 minutes. [2]"


def test_a_larger_model_may_be_silent_and_is_chosen_by_size() -> None:
    assert worded("How long does the crossing take?").skeleton
    assert choose_plan("answer", small=False) is answer_in_words


def test_a_number_that_no_passage_holds_is_told_at_its_place() -> None:
    result = worded("How long does the crossing take?", ("It takes 40 minutes.", 2, CROSSING))
    assert result.text == "It takes 40 minutes. [2]"
    warned = [(finding.severity, finding.place) for finding in result.findings if finding.check == "facts"]
    assert warned == [("warn", "40")]


@pytest.mark.parametrize(("said", "count"), [("Dogs may board.", 1), ("Dogs stay ashore, they are forbidden.", 0)])
def test_a_sentence_that_does_not_deny_what_its_quote_denies_is_told(said: str, count: int) -> None:
    rule = "Dogs may not board the ferry."
    passages = passages_value([("Rules", "", f"{rule} They wait at the pier.")])
    values = validate_inputs(RECIPE, {"question": "May dogs board?", "passages": passages})
    written = json.dumps({"answer": [{"text": said, "passage": 1, "quote": rule}]})
    found = answer_in_words(RECIPE, values, ScriptedAsk(written)).findings
    assert [finding.check for finding in found].count("negations") == count


def test_a_quote_is_found_in_the_passage_that_holds_it() -> None:
    result = worded("How long does the crossing take?", ("It takes 25 minutes.", 7, "the crossing takes … minutes"))
    assert result.text == "It takes 25 minutes. [2]"
    assert [source.quote for source in result.sources] == [CROSSING]


BOOKED = "The hall may be booked two weeks before the day. It is free for clubs if it is booked ten days ahead."
HALL = passages_value([("Hall, rules of 3 May 2026", "", f"{BOOKED} An hour costs 14 euros, an evening 28 euros.")])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("It is free only if it is booked at least two weeks ahead.", ["two"]),
        ("It is free if it is booked at least 10 days ahead.", []),
        ("It is free if it is booked ten days ahead, say the rules of 3 May 2026.", []),
        ("It is free if it is booked ten days ahead, and booked two weeks before at the earliest.", []),
    ],
)
def test_a_value_in_place_of_that_of_the_quote_is_told(said: str, told: list[str]) -> None:
    result = worded("When is the hall free?", (said, 1, BOOKED.split(". ")[1]), passages=HALL)
    assert [finding.place for finding in result.findings if finding.check == "facts"] == told
    assert all("“ten”" in finding.sentence for finding in result.findings)


@pytest.mark.parametrize(("total", "told"), [(56, []), (57, ["57 euros"])])
def test_a_sum_that_an_answer_shows_is_no_invented_number(total: int, told: list[str]) -> None:
    quote = "An hour costs 14 euros, an evening 28 euros."
    sentences = [(f"Together it is {total} euros.", 1, quote), (f"14 + 28 + 14 = {total}.", 1, quote)]
    result = worded("What do two hours and an evening cost?", *sentences, passages=HALL)
    assert [finding.place for finding in result.findings if finding.place.endswith("euros")] == told


def test_the_result_of_a_sum_is_no_number_of_the_passage() -> None:
    quote = "An hour costs 14 euros, an evening 28 euros."
    sentences = [("With a deposit it is 70 euros.", 1, quote), ("14 + 28 + 14 = 56.", 1, quote)]
    result = worded("What do two hours and an evening cost?", *sentences, passages=HALL)
    assert [finding.place for finding in result.findings if finding.check == "facts"] == ["70 euros"]


def test_money_for_a_span_is_compared_with_money() -> None:
    quote = "The small hall costs €50 per month."
    passages = passages_value([("Halls", "", f"{quote} The large hall costs €60 per month.")])
    result = worded("What does the small hall cost?", ("The small hall costs €60.", 1, quote), passages=passages)
    assert [finding.place for finding in result.findings if finding.check == "facts"] == ["€60"]


def test_a_short_sentence_is_read_in_the_language_of_the_whole_answer() -> None:
    free = "Ja, Gäste und Wohltätigkeitsorganisationen zahlen nichts."
    longer = "Der Saal ist für Vereine nur dann kostenlos, wenn er zehn Tage vorher gebucht wird."
    quote = BOOKED.split(". ")[1]
    result = worded("Saal?", (free, 1, quote), (longer, 1, quote), passages=HALL)
    assert free in result.text
    assert [finding.sentence for finding in result.findings if finding.check == "names"] == []
