"""What may help with a question that nothing answers for certain."""

from dataclasses import replace

import pytest

from core.writing.grounded.answers import Spot, find_spots
from core.writing.grounded.nearest import is_told, nearest_of, quote_of, quotes_of
from core.writing.grounded.passages import passages_value, read_passages
from tests.core.writing.grounded.test_answer import run

PASSAGES = read_passages(passages_value([("Handbook", "", "The roof of the hall.")]))


def spot(
    sentence: str, *, worth: float = 0.86, overlap: float = 0.4, passage: int = 0, holds_kind: bool = True
) -> Spot:
    return Spot(passage, sentence, worth, overlap, holds_kind, language="en")


@pytest.mark.parametrize(
    ("line", "is_whole"),
    [
        ("Wages are paid on the 27th.", True),
        ("Code: V14; what: visitor berth; price: 36", True),
        ("- The kettle in the loft is to be replaced", True),
        ("To: all instructors; yard", False),
        ("What was done", False),
    ],
)
def test_names_and_headings_alone_are_not_shown(line: str, is_whole: bool) -> None:
    assert is_told(spot(line)) is is_whole


def test_what_comes_nearest_is_shown_first_whatever_words_it_has() -> None:
    far = replace(spot("Three days of this come out of your leave.", worth=0.85, holds_kind=False), odds=1.0)
    near = replace(spot("Two paid days for other relatives.", worth=0.87, overlap=0.0, holds_kind=False), odds=1.0)
    assert nearest_of([far, near], PASSAGES) == [near, far]


def test_what_is_far_behind_the_first_and_what_hardly_answers_is_not_shown() -> None:
    first, second, far = (
        replace(spot(f"The roof was renewed in {year}.", holds_kind=False), odds=odds)
        for year, odds in ((1990, 2.0), (1991, -3.0), (1992, -8.0))
    )
    assert nearest_of([far, first, second], PASSAGES) == [first, second]
    assert nearest_of([second, far], PASSAGES) == []


def test_what_may_limit_another_passage_comes_nearer() -> None:
    passages = read_passages(
        passages_value(
            [
                ("Rules", "", "Juniors may row alone here."),
                ("Winter", "", "Nobody rows alone, only with a launch, until March."),
            ]
        )
    )
    rule, limit = (
        replace(spot(passage.text, passage=at, holds_kind=False), odds=odds)
        for at, (passage, odds) in enumerate(zip(passages, (1.0, -0.5), strict=True))
    )
    assert nearest_of([rule, limit], passages) == [limit, rule]


def test_what_says_all_of_the_question_stands_before_what_layers_put_first() -> None:
    likely = replace(spot("The roof was renewed in 1990.", holds_kind=False), odds=4.0)
    saying = replace(spot("The roof of the barn was renewed in 1991.", worth=0.8), odds=-6.0)
    assert nearest_of([likely, saying], PASSAGES) == [saying, likely]
    assert nearest_of([saying], PASSAGES) == [saying]


def test_without_comparing_meanings_a_sentence_says_most_of_the_question_or_the_kind_of_fact() -> None:
    said = spot("The crossing takes 25 minutes.", worth=0.5, overlap=0.7)
    other = spot("The ferry is painted red and white.", worth=0.9, overlap=0.2, holds_kind=False)
    assert nearest_of([replace(other, missing=("crossing",)), replace(said, missing=("long",))], PASSAGES) == [
        replace(said, missing=("long",))
    ]


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("Ring 0800 555 0144.", "Ring 0800 555 0144. We are not told who rings."),
        ("We are not told who rings.", "Ring 0800 555 0144. We are not told who rings."),
        ("Crate        4.50 EUR", "Crate        4.50 EUR"),
        ("- Flu jab in October.", "- Flu jab in October. Nobody needs to book."),
        ("Nobody needs to book.", "- Flu jab in October. Nobody needs to book."),
    ],
)
def test_a_sentence_is_shown_with_those_beside_it_in_its_paragraph_or_item(sentence: str, quoted: str) -> None:
    text = (
        "Ring 0800 555 0144. We are not told who rings.\n\nA place costs £30 a month.\n\n"
        "Crate        4.50 EUR\nLid          1.10 EUR\n\n- Flu jab in October. Nobody needs to book.\n- Dentist."
    )
    [passage] = read_passages(passages_value([("Leaflet", "", text)]))
    assert quote_of(spot(sentence), passage) == quoted


def test_half_a_mark_of_a_heading_is_not_shown() -> None:
    result = run(
        "How much is the service charge?", passages_value([("Lease", "", "**4. Service charge.** £6,850 a year.")])
    )
    assert result.text == "**4. Service charge.** £6,850 a year. [1]"


def test_a_quote_is_read_at_a_glance() -> None:
    text = " ".join(f"In week {week} the yard is swept by the team of hall {week}." for week in range(10, 40))
    [passage] = read_passages(passages_value([("Rota", "", text)]))
    sentence = "In week 20 the yard is swept by the team of hall 20."
    quoted = quote_of(spot(sentence), passage)
    assert sentence in quoted
    assert 350 < len(quoted) <= 420


def test_of_several_places_each_shows_most_of_its_paragraph_and_there_are_five_at_most() -> None:
    texts = (
        " ".join(f"Hall {hall} is swept in week {week} by its team." for week in range(10, 40)) for hall in range(6)
    )
    passages = read_passages(passages_value([(f"Rota {at}", "", text) for at, text in enumerate(texts)]))
    near = [spot(f"Hall {hall} is swept in week 20 by its team.", passage=hall) for hall in range(6)]
    quotes = quotes_of(near, passages)
    assert [place.passage for place, _ in quotes] == [0, 1, 2, 3, 4]
    assert all(place.sentence in quote for place, quote in quotes)
    assert [len(quote) // 100 for _, quote in quotes] == [6, 6, 6, 6, 6]


def test_the_exception_of_a_rule_is_shown_with_it_at_a_further_place_too() -> None:
    banned = "From November works on Saturdays are forbidden."
    rule = f"17 owners were present, and the lift was spoken of at length. {banned}"
    but = (
        "Excepted are small repairs by the owner's own hand, without a firm, of under an hour on the whole, between "
        "eleven and one, if the neighbours above, below and beside were told of it the day before in a few lines."
    )
    texts = ["The roof may be used for laundry on Mondays.", f"{rule} {but} All else stays as it is."]
    passages = read_passages(passages_value([(f"Rules {at}", "", text) for at, text in enumerate(texts)]))
    quotes = quotes_of([spot(texts[0]), spot(banned, passage=1)], passages)
    assert but in quotes[1][1]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How big is the down payment for a course?", "deposit of 30 per cent"),
    ],
)
def test_a_fact_of_another_thing_is_no_answer(question: str, answer: str) -> None:
    text = (
        "The deposit of 30 per cent is due now. Not included: food and the examination fee of £68.\n\n"
        "We sail up to force 6. If more than half a day is lost through wind, you can make it up on another course."
    )
    result = run(question, passages_value([("Terms for sailing courses", "", text)]))
    assert answer in result.text
    assert "£68" not in result.text.partition(answer)[0]


def test_a_question_whose_language_is_unclear_is_answered_in_that_of_the_nearest_sentence() -> None:
    text = "Une période de formation est prévue pour chaque nouveau collègue dans les trois premiers mois."
    result = run("Période formation maçon ?", passages_value([("Guide", "", text)]))
    assert result.skeleton
    assert result.text.startswith("Les passages les plus proches")


def test_of_a_conversation_who_said_it_is_quoted_with_their_name_and_nobody_else() -> None:
    chat = (
        "Tom Okafor: The penalty is 2 % per week of delay. We should tell the client.\n"
        "Jana Köhler: I can finish the move of the data by 12 March, if Tom gives me the tables.\n"
        "Lea Brandt: Fine, then we open on 21 March."
    )
    question = "By when can the move of the data be finished?"
    passages = read_passages(passages_value([("#harbour", "", chat)]))
    spot = next(spot for spot in find_spots(question, passages) if "12 March" in spot.sentence)
    assert f"{spot.speaker}: {quote_of(spot, passages[0])}" == chat.split("\n")[1]
