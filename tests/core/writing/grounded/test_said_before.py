"""What speaks for an earlier line counts for it: nearness, the words of the question, the kind of fact asked for."""

from core.writing.grounded.said_before import OFFERED, probability, signs_of

ASKED = "How much is the excess?"


def test_a_near_line_with_the_words_and_the_fact_is_offered_and_another_is_not() -> None:
    line = signs_of(ASKED, "The excess is 150 pounds per claim.", "en", 0.87, 0.0)
    other = signs_of(ASKED, "We look forward to seeing you.", "en", 0.79, -0.08)
    assert probability(line) > OFFERED > probability(other)


def test_the_nearer_of_two_lines_is_the_likelier() -> None:
    line = "The excess is 150 pounds per claim."
    assert probability(signs_of(ASKED, line, "en", 0.87, 0.0)) > probability(signs_of(ASKED, line, "en", 0.85, -0.02))
