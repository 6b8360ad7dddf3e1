import time

import pytest

from core.text.facts import extract_facts


def held(draft: str, source: str) -> bool:
    return not extract_facts(draft).missing_from(extract_facts(source))


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("at 15:00", "at 3 pm"),
        ("at 3 p.m.", "um 15 Uhr"),
        ("at 3:30", "at 15:30"),
        ("at noon", "at 12:00"),
        ("1200 dollars", "$1,200"),
        ("$1,200.50", "1.200,50 $"),
        ("3 million euros", "3,000,000 euros"),
        ("three pieces", "3 pieces"),
        ("25 chairs", "twenty-five chairs"),
        ("8 million people", "circa 8\nmillion people"),
        ("on 5 May", "on May 5, 2024"),
        ("5 May 2024", "2024-05-05"),
        ("on 3.5.2024", "3 May 2024"),
        ("on Tuesday", "on Tue, 7 May"),
        ("am Dienstag", "on Tuesday"),
        ("tomorrow", "morgen um 10 Uhr"),
        ("see https://www.example.com/a/", "see http://example.com/a."),
        ("order INV-2024-17", "inv-2024-17"),
        ("version 2.4.19", "kernel 2.4.19-pre"),
        ("the 3rd", "on 3 May"),
        ("12 percent", "12%"),
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
        ("three pieces", "two pieces"),
        ("5 May 2025", "5 May 2024"),
        ("on 5 May 2024", "on 5 May"),
        ("6 May", "5 May"),
        ("on Friday", "on Tuesday"),
        ("tomorrow", "today"),
        ("see http://example.com/b", "see http://example.com/a"),
        ("order INV-2024-18", "INV-2024-17"),
        ("write to b@example.com", "write to a@example.com"),
        ("at 3 pm CET", "at 3 pm"),
        ("20%", "12%"),
        ("12 pieces", "room 1234"),
    ],
)
def test_a_changed_fact_is_missing(draft: str, source: str) -> None:
    assert not held(draft, source)


def test_marks_of_a_numbered_list_and_the_word_one_are_no_facts() -> None:
    assert extract_facts("1. First the small one\n2. Then the other").items == ()


def test_the_more_specific_kind_wins() -> None:
    kinds = {fact.text: fact.kind for fact in extract_facts("15:00 on 5 May 2024, $1,200, 12%, a1b2, x@y.org").items}
    assert kinds == {
        "15:00": "time", "5 May 2024": "date", "$1,200": "money", "12%": "percent", "a1b2": "id", "x@y.org": "address",
    }  # fmt: skip


def test_short_list_names_each_fact_once_and_is_bounded() -> None:
    facts = extract_facts("Friday, Friday, " + ", ".join(f"{number} km" for number in range(30, 60)))
    assert facts.short_list(3) == ("Friday", "30", "31")


@pytest.mark.parametrize("unit", ["1,", "1 ", "a.a", "3 May ", "a@b.", "((((1", "http://", "@", "+1 (2) ", "-1"])
def test_time_grows_in_proportion_on_hostile_input(unit: str) -> None:
    started = time.perf_counter()
    extract_facts(unit * (100_000 // len(unit)))
    assert time.perf_counter() - started < 3
