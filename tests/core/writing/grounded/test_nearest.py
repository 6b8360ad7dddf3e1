"""What may help with a question that nothing answers for certain."""

from dataclasses import replace

import pytest

from core.writing.grounded.answers import Spot
from core.writing.grounded.nearest import (
    as_near,
    changed_by,
    comes_nearest,
    is_told,
    lacks_fact,
    near_quotes,
    quote_of,
    quotes_of,
    with_newer,
)
from core.writing.grounded.passages import GroundPassage, passages_value, read_passages, read_sentences
from tests.core.writing.grounded.test_answer import run


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
        ("Halyard Sailing School, Falmouth.", False),
        ("To: all instructors; yard", False),
        ("What was done", False),
    ],
)
def test_names_and_headings_alone_are_not_shown(line: str, is_whole: bool) -> None:
    assert is_told(spot(line)) is is_whole


def test_what_comes_nearest_is_shown_first_whatever_words_it_has() -> None:
    far = spot("Three days of this come out of your annual leave.", worth=0.85, overlap=0.5)
    near = spot("Two paid days for other relatives.", worth=0.87, overlap=0.0, holds_kind=False)
    assert near_quotes([far, near], {}, are_compared=True) == [near, far]


def test_of_two_that_come_as_near_that_of_the_passage_is_first_which_says_more_of_the_question() -> None:
    one = spot("Flensburg had 402, Brest had 377.", worth=0.86)
    other = spot("1,148 pupils came to Falmouth this year.", worth=0.86, passage=1)
    assert near_quotes([one, other], {0: 0.2, 1: 0.6}, are_compared=True) == [other, one]


def test_what_has_nothing_to_do_with_a_question_is_not_shown() -> None:
    assert not near_quotes([spot("The whole came to £148,600.", worth=0.8, overlap=0.0)], {}, are_compared=True)


RULES = "Bonfires are permitted from October to February. Dogs are kept on a lead."
MEETING = "Bonfires of any kind are no longer permitted on the site. The rent rises to 54 pounds."


@pytest.mark.parametrize(
    ("title", "date", "shown"),
    [
        ("Meeting of 9 March 2024", "", [1, 0]),
        ("Meeting", "2024-03-09", [1, 0]),
        ("Meeting", "", [0]),
        ("Meeting of 2016", "", [0]),
        ("Plan for 2098", "", [0]),
    ],
)
def test_what_a_newer_document_says_of_the_same_is_shown_first(title: str, date: str, shown: list[int]) -> None:
    passages = [GroundPassage(1, "Rules of 2018", "", RULES), GroundPassage(2, title, "", MEETING, date=date)]
    old = spot(RULES.split(". ")[0] + ".")
    new = [replace(spot(sentence), passage=1) for _, sentence in read_sentences(MEETING)]
    found = with_newer("May I light a bonfire?", [old], [old, *new], passages)
    assert [one.passage for one in found] == shown
    assert all("Bonfires" in one.sentence for one in found)


OLD_RULE = "Parcels are accepted until 6 pm."
CHANGES = {
    "Notice of May 2025": "The desk closes early. From today section 4 is changed: nobody takes parcels.",
    "Anschlag vom Mai 2025": "Ab heute gilt § 4 nicht mehr. Niemand nimmt Pakete an.",
}


@pytest.mark.parametrize("old_title", ["House rules 2021, section 4: Parcels", "Hausordnung 2021, § 4 Pakete"])
@pytest.mark.parametrize("new_title", CHANGES)
def test_a_newer_document_that_names_the_section_of_a_place_stands_before_it(old_title: str, new_title: str) -> None:
    passages = [GroundPassage(1, old_title, "", OLD_RULE), GroundPassage(2, new_title, "", CHANGES[new_title])]
    old = spot(OLD_RULE)
    new = [replace(spot(sentence), passage=1) for _, sentence in read_sentences(CHANGES[new_title])]
    names_it = ("section" in old_title) == ("section" in CHANGES[new_title])
    assert bool(changed_by(old, [old, *new], passages)) is names_it
    found = with_newer("Who takes parcels?", [old], [old, *new], passages)
    assert [one.passage for one in found] == ([1, 0] if names_it else [0])
    assert not changed_by(new[0], [old, *new], passages)


@pytest.mark.parametrize(
    ("over", "language"),
    [
        ("Before 1 January 2026 the limit for hotels was 120 euros a night.", "en"),
        ("The limit for hotels was 120 euros a night until the end of 2025.", "en"),
        ("Bis Ende 2025 lag die Grenze bei 120 Euro für Hotels.", "de"),
        ("Jusqu'au 31 décembre 2025, la limite pour les hôtels était de 120 euros la nuit.", "fr"),
        ("Antes de 2026 el límite para hoteles era de 120 euros por noche.", "es"),
    ],
)
def test_what_held_until_a_day_gone_by_stands_behind_what_holds_now(over: str, language: str) -> None:
    now = {
        "en": "Hotels may cost at most 140 euros a night, in Munich 190.",
        "de": "Die Grenze für Hotels ist 140 Euro.",
        "fr": "La limite pour les hôtels est de 140 euros la nuit.",
        "es": "El límite para hoteles es de 140 euros por noche.",
    }[language]
    old, new, other = (replace(spot(text), language=language) for text in (over, now, "Lunch was good for us all."))
    passages = [GroundPassage(1, "Travel", "", f"{now} {over}")]
    assert with_newer("And in Paris?", [old], [other, old, new], passages) == [new, old]
    assert with_newer("What was it in 2025 or 2026?", [old], [other, old, new], passages) == [old]
    assert with_newer("And in Paris?", [old], [other, old], passages) == [old]
    later = replace(old, sentence=over.replace("2025", "2098").replace("2026", "2098"))
    assert with_newer("And in Paris?", [later], [later, new], passages) == [later]


TALK = """Ayla: We open at 8, set-up from 6. Bring a coat.
Ben: Corner pitch costs 240. Which one shall I take?
Ayla: Then the fountain it is. It is cheaper.
Ben: Will do."""


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("Bring a coat.", "Ayla: We open at 8, set-up from 6. Bring a coat."),
        ("Ayla: Then the fountain it is.", "Which one shall I take?\nAyla: Then the fountain it is. It is cheaper."),
    ],
)
def test_of_a_conversation_one_turn_is_quoted_with_the_question_that_it_answers(said: str, quoted: str) -> None:
    assert quoted in quote_of(spot(said), GroundPassage(1, "Talk", "", TALK))
    assert "Will do" not in quote_of(spot(said), GroundPassage(1, "Talk", "", TALK))
    assert ("coat" in quote_of(spot(said), GroundPassage(1, "Talk", "", TALK))) is ("coat" in said)


def test_without_comparing_meanings_a_sentence_says_most_of_the_question_or_the_kind_of_fact() -> None:
    said = spot("The crossing takes 25 minutes.", worth=0.5, overlap=0.7)
    other = spot("The ferry is painted red and white.", worth=0.9, overlap=0.5, holds_kind=False)
    assert near_quotes([other, said], {}, are_compared=False) == [said]


def test_a_second_sentence_is_shown_only_where_it_comes_as_near_as_the_first() -> None:
    first, second, third = (spot("Tickets are kept for four years.", worth=worth) for worth in (0.88, 0.878, 0.875))
    assert as_near([first, second, third], {}, are_compared=True) == [first, second]


@pytest.mark.parametrize(
    ("language", "first", "rest"),
    [
        ("en", "Water coming into a flat is stopped within 12 hours.", "All other damage is mended within five days."),
        ("de", "Dringt Wasser ein, kommen wir binnen 12 Stunden.", "Alle übrigen Schäden beheben wir in fünf Tagen."),
        ("fr", "Une fuite est réparée en 12 heures.", "Les autres dégâts sont réparés en cinq jours."),
        ("es", "Una filtración se atiende en 12 horas.", "Los demás desperfectos, en cinco días laborables."),
    ],
)
def test_what_is_left_of_something_is_never_quoted_without_what_stands_before_it(
    language: str, first: str, rest: str
) -> None:
    further = "The desk is open from nine to five and takes calls by day and by night as well."
    passage = GroundPassage(1, "A", "", f"{first} {rest} {further}")
    told = replace(spot(rest), language=language)
    assert quote_of(told, passage, len(rest) + len(further) + 2) == passage.text
    assert quote_of(spot(further), passage, len(rest) + len(further) + 2) != passage.text or language == "en"


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
    assert result.text == "Service charge. £6,850 a year. [1]"


def test_a_quote_is_read_at_a_glance() -> None:
    text = " ".join(f"In week {week} the yard is swept by the team of hall {week}." for week in range(10, 40))
    [passage] = read_passages(passages_value([("Rota", "", text)]))
    sentence = "In week 20 the yard is swept by the team of hall 20."
    quoted = quote_of(spot(sentence), passage)
    assert sentence in quoted
    assert 350 < len(quoted) <= 420


def test_of_several_places_the_first_shows_most_of_its_paragraph_and_there_are_three_at_most() -> None:
    texts = (
        " ".join(f"Hall {hall} is swept in week {week} by its team." for week in range(10, 40)) for hall in range(5)
    )
    passages = read_passages(passages_value([(f"Rota {at}", "", text) for at, text in enumerate(texts)]))
    near = [spot(f"Hall {hall} is swept in week 20 by its team.", passage=hall) for hall in range(5)]
    quotes = quotes_of(near, passages)
    assert [place.passage for place, _ in quotes] == [0, 1, 2]
    assert all(place.sentence in quote for place, quote in quotes)
    assert [len(quote) // 100 for _, quote in quotes] == [7, 5, 5]


def test_what_stands_beside_two_places_is_told_once() -> None:
    first = f"Whoever works in the yard comes to the office {'and waits there ' * 9}for the foremen."
    said = [first, "They begin with a cup of tea.", f"All go home {'by the back door or ' * 28}by the front door."]
    passages = read_passages(passages_value([("Rules", "", " ".join(said))]))
    quotes = quotes_of([spot(said[0]), spot(said[2])], passages)
    assert [quote for _, quote in quotes] == [f"{said[0]} {said[1]}", said[2]]


def test_a_paragraph_of_a_quoted_mail_ends_at_its_blank_line() -> None:
    text = "> Shall I say yes?\n>\n> Kevin is at the depot today."
    [passage] = read_passages(passages_value([("Mail", "", text)]))
    assert "Shall" not in quote_of(spot("Kevin is at the depot today."), passage)


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
    ("question", "quote", "lacks"),
    [
        ("How much is a bike for employees?", "Kestrel, Norwich. Owner: the team of finance.", True),
        ("How much is a bike for employees?", "They pay £900.", False),
        ("Who may buy a bike?", "The shop is open to all.", False),
        ("How many towels does each person get?", "Item: towel; Per resident: 4 per resident", False),
    ],
)
def test_a_quote_without_the_amount_that_is_asked_for_answers_nothing(
    question: str, quote: str, *, lacks: bool
) -> None:
    assert lacks_fact(question, spot(quote, holds_kind=False), quote) is lacks


@pytest.mark.parametrize(
    ("quote", "lacks"),
    [("Every employee has 30 days of annual leave.", False), ("Leave is asked for in writing.", True)],
)
def test_of_another_language_any_number_may_be_what_is_counted(quote: str, *, lacks: bool) -> None:
    assert lacks_fact("Wie viele Urlaubstage habe ich?", spot(quote, holds_kind=False), quote) is lacks


def test_where_the_nearest_sentence_holds_no_such_fact_it_is_quoted_below_that_nothing_was_found() -> None:
    text = "The shop in Norwich sells bikes to employees of the company and their families."
    result = run("How much do employees of the company pay for bikes in Norwich?", passages_value([("Shop", "", text)]))
    assert result.text.startswith("Nothing was found that answers this. The nearest places:\n- Shop: ")
    assert result.reason == "No passage answers the question."
    assert [source.quote for source in result.sources] == [text]


@pytest.mark.parametrize(("worth", "is_sure"), [(0.86, True), (0.9, False)])
def test_where_another_sentence_comes_clearly_nearer_an_answer_is_not_sure(worth: float, *, is_sure: bool) -> None:
    sure = spot("A postponement for reasons of health (a closed zone) is free.", worth=0.87)
    assert comes_nearest(sure, [sure, spot("Zone: C; Price: 295 €", worth=worth)], {}) is is_sure


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How big is the down payment for a course?", "deposit of 30 per cent"),
        ("Up to what wind do we sail with courses?", "up to force 6"),
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


def test_what_is_kept_for_a_thing_is_not_what_it_costs() -> None:
    held = passages_value([("Minutes", "", "£70,000 go into the reserve for the new cold store.")])
    assert run("What will the new cold store cost?", held).skeleton
    assert not run("How much is the reserve for the cold store?", held).skeleton


def test_a_question_whose_language_is_unclear_is_answered_in_that_of_the_nearest_sentence() -> None:
    text = "Une période de formation est prévue pour chaque nouveau collègue dans les trois premiers mois."
    result = run("Période formation maçon ?", passages_value([("Guide", "", text)]))
    assert result.skeleton
    assert result.text.startswith("Les passages les plus proches")


def test_where_layers_have_read_the_odds_say_what_is_shown_and_what_answers() -> None:
    first, second, third = (
        Spot(place, f"The roof was renewed in {1990 + place}.", 0.9, 1.0, holds_kind=True, language="en", odds=odds)
        for place, odds in enumerate((2.0, 1.8, -3.0))
    )
    unread = replace(first, sentence="The roof is red and made of tiles.", odds=None)
    near = near_quotes([third, unread, second, first], {}, are_compared=True)
    assert near == [first, second]
    assert as_near(near, {}, are_compared=True) == [first, second]
    # A sentence that is worth clearly more comes first, though its odds are a little less.
    worthy = replace(second, worth=0.91)
    assert near_quotes([first, worthy], {}, are_compared=True) == [worthy, first]
    assert as_near([worthy, first], {}, are_compared=True) == [worthy, first]
    assert as_near([first, replace(second, language="es")], {}, are_compared=True) == [
        first,
        replace(second, language="es"),
    ]
    assert as_near([first, replace(second, odds=-2.5)], {}, are_compared=True) == [first]
    assert comes_nearest(second, [first, second, third], {})
    assert not comes_nearest(third, [first, second, third], {})
    # A row that says all that is asked is an answer, whatever else is read.
    assert comes_nearest(replace(third, asked="1992", worth=1.0), [first, second], {})
