import time

import pytest

from core.text.facts import extract_facts


def held(draft: str, source: str) -> bool:
    return not extract_facts(draft).missing_from(extract_facts(source))


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("at 15:00", "at 3 pm"),
        ("at 3 p.m.", "wir treffen uns um 15 Uhr"),
        ("at 3:30", "at 15:30"),
        ("at noon", "at 12:00"),
        ("We are there from 6:00 to 9:00.", "We open 6-9 am."),
        ("Come at 4 pm.", "Can you come on Tuesday at 4?"),
        ("The call is at 2:30 pm.", "Let us call at half past two."),
        ("Wir treffen uns um 14:30 Uhr.", "Passt es Ihnen um halb drei?"),
        ("Nous nous voyons à 15 h.", "Le rendez-vous est à 15h00."),
        ("Nos vemos a las 9:30.", "La reunión es a las nueve y media."),
        ("1200 dollars", "$1,200"),
        ("$1,200.50", "1.200,50 $"),
        ("Das kostet 1.250 €.", "Cela coûte 1 250 €, pour vous."),
        ("3 million euros", "3,000,000 euros"),
        ("three pieces", "3 pieces"),
        ("25 chairs", "twenty-five chairs"),
        ("Es sind fourteen 14 Stühle.", "Es sind vierzehn Stühle da."),
        ("8 million people", "circa 8\nmillion people"),
        ("on 5 May", "on May 5, 2024"),
        ("5 May 2024", "2024-05-05"),
        ("on 3.5.2024", "3 May 2024"),
        ("the second of May is 2 May", "on the second of May"),
        ("from 5 May to 12 May", "5 to 12 May"),
        ("on Tuesday", "on Tue, 7 May"),
        ("Wir kommen am Dienstag.", "Can you come on Tuesday?"),
        ("Nous venons mardi.", "Wir kommen am Dienstag zu Ihnen."),
        ("Hier ist der Bericht für Sie.", "I send the report."),
        ("Mon collègue vient avec vous.", "Mein Kollege kommt mit."),
        ("see https://www.example.com/a/", "see http://example.com/a."),
        ("order INV-2024-17", "inv-2024-17"),
        ("version 2.4.19", "kernel 2.4.19-pre"),
        ("the 3rd", "on 3 May"),
        ("12 percent", "12%"),
        ("The total is 150 euros.", "100 euros for the room and 50 euros for the food."),
        ("There are two questions left.", "Who pays? When?"),
        ("I have 3 points.", "Please look at all of this."),
        ("The first milestone is done.", "The 1st milestone is done."),
        ("The fee is 5,000 yen from 3 March 2026.", "料金は2026年3月3日から5000円です。"),
    ],
)
def test_equal_facts_in_other_words_are_held(draft: str, source: str) -> None:
    assert held(draft, source)


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("at 4 pm", "at 3 pm"),
        ("at 3 am", "at 3 pm"),
        ("$1,300", "$1,200"),
        ("€5,000", "$5,000"),
        ("three pieces", "two pieces"),
        ("It takes three weeks.", "It takes two weeks."),
        ("Es dauert noch drei Wochen, bis sie da sind.", "Es dauert noch zwei Wochen, bis sie da sind."),
        ("The notice is 5 days.", "The notice is short."),
        ("5 May 2025", "5 May 2024"),
        ("on 5 May 2024", "on 5 May"),
        ("6 May", "5 May"),
        ("on Friday", "on Tuesday"),
        ("see http://example.com/b", "see http://example.com/a"),
        ("order INV-2024-18", "INV-2024-17"),
        ("write to b@example.com", "write to a@example.com"),
        ("20%", "12%"),
        ("421 places", "room 420"),
        ("料金は6000円です", "料金は5000円です"),
    ],
)
def test_a_changed_fact_is_missing(draft: str, source: str) -> None:
    assert not held(draft, source)


def test_marks_of_lists_and_sources_and_the_word_one_assert_nothing() -> None:
    facts = extract_facts("1. First the small one [2]\n2. Then the other").items
    assert all(fact.is_weak for fact in facts)


def test_the_more_specific_kind_wins() -> None:
    found = extract_facts("15:00 on 5 May 2024, $1,200, 12%, a1b2, x@y.org").items
    assert {fact.text: (fact.kind, fact.unit) for fact in found} == {
        "15:00": ("time", ""), "5 May 2024": ("date", ""), "$1,200": ("number", "USD"), "12%": ("number", "%"),
        "a1b2": ("id", ""), "x@y.org": ("address", ""),
    }  # fmt: skip


@pytest.mark.parametrize("unit", ["1,", "1 ", "a.a", "3 May ", "a@b.", "((((1", "http://", "@", "+1 (2) ", "-1"])
def test_time_grows_in_proportion_on_hostile_input(unit: str) -> None:
    def taken_seconds(chars: int) -> float:
        started = time.thread_time()
        extract_facts(unit * (chars // len(unit)))
        return time.thread_time() - started

    # Four times the text; where time grew by the square it would be sixteen times.
    assert taken_seconds(100_000) < max(3.0, 8 * taken_seconds(25_000))


def test_an_amount_behind_a_word_of_times_is_no_hour() -> None:
    facts = extract_facts("Le devis s'élève à 2 340 € et commence à 9.", "fr").items
    assert [(fact.kind, fact.text) for fact in facts] == [("number", "2 340 €"), ("time", "9")]
