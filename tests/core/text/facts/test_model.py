"""Whether a source holds what a text says."""

import pytest

from core.text.facts import extract_facts


def missing(text: str, source: str) -> list[str]:
    found = extract_facts(text, "en").missing_from(extract_facts(source, "en"))
    return [fact.text for fact in found]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("It costs 1,200 euros.", "The price: 1200 EUR"),
        ("On 9 June 2026.", "We meet on 2026-06-09."),
        ("At 3 pm.", "The meeting is at 15:00."),
        ("At 15:15 and 8:45.", "The gate opens at 8.45 and closes at 3.15."),
        ("The gate opens at 8.45.", "The gate opens at 8:45 am."),
        # Sums and differences of given numbers.
        ("Together 350.", "150 in May and 200 in June."),
        ("50 more.", "150 in May and 200 in June."),
        # An amount times what it is paid for, and a part of it.
        ("That is 4,200 EUR.", "We need 30 chairs at approx. 140 EUR each."),
        ("That is 420 EUR.", "They stay three nights, for 140 EUR each."),
        ("You save 26.60 EUR.", "We take 19 % off the 140 EUR."),
        ("You save 0.63 EUR.", "We take 5 % off the 12.50 EUR."),
        ("You save 5.10 EUR.", "We take 1 % off the 510 EUR."),
        # The day by itself.
        ("On 7 May.", "Not on 8 May, the 7."),
        ("On 13 March.", "The evening is on 17 March, we need all papers by 13."),
        # An hour and the half of its day in words.
        ("It runs from 10.30 am.", "It is switched on at about 10.30 in the morning."),
        ("From 19:00.", "Sunday from seven."),
        # An id with other marks.
        ("Shot on Súper-8.", "Shot on Super 8."),
        # As long in another span.
        ("Within 14 days.", "Within two weeks."),
        ("The term is 2 years.", "The term is 24 months."),
        ("It takes 90 minutes.", "It takes 1.5 hours."),
        ("A notice of three months.", "The notice (months): 3"),
        ("A notice of 3 months.", "The notice is a quarter."),
        ("It takes 7 days.", "It takes a week."),
        ("It takes 30 minutes.", "Give me half an hour."),
        ("It takes 2 hours and 30 minutes.", "It takes 2.5 hours."),
        ("It takes 150 minutes.", "It takes 2 hours 30 minutes."),
        ("We are here 24 hours a day, 7 days a week.", "We offer 24/7 support."),
        ("Within 14 working days.", "Within 14 days."),
        ("At 4 pm.", "Between 3 and 4 on Friday."),
        # What is small may be counted.
        ("There are 3 open points.", "Roof, lift and cellar."),
    ],
)
def test_a_source_holds_what_it_says_in_other_words(text: str, source: str) -> None:
    assert missing(text, source) == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("It costs 1,300 euros.", "The price: 1200 EUR"),
        ("It costs 1,200 dollars.", "The price: 1200 EUR"),
        # Of the days of one sentence and the money of another nothing is worked out, nor of two amounts.
        ("Lindner pays 4,200 EUR.", "It is payable in 30 days. A hotel costs up to 140 EUR."),
        ("Lindner pays 4,200 EUR.", "Payable in: 30 days\nHotel: 140 EUR"),
        ("It costs 1,200 dollars.", "There is 1 car for 1,200 EUR."),
        ("Lindner pays 4,200 EUR.", "It was 30 EUR and is 140 EUR."),
        ("On 10 June 2026.", "We meet on 2026-06-09."),
        ("In 2027 on 9 June 2027.", "We meet on 9 June 2026."),
        ("A notice of 6 months.", "The notice is 3 months."),
        ("A notice of 12 weeks.", "A notice of 12 days."),
        ("Within three weeks.", "Within three months."),
        ("It takes 4 days.", "It takes 4 hours."),
        ("The term is 36 months.", "It costs €3 a year."),
        ("It costs €36 a year.", "It costs €36 a month."),
        ("Within two weeks.", "Within 14 working days."),
        ("Within 14 working days.", "Within two weeks."),
        ("It takes 9 days.", "It takes a week or 2 days."),
        # No count is an hour.
        ("On Friday at 15:00.", "We are 3 people. See you on Friday."),
        ("On Friday at 3 pm.", "We are 3 people. See you on Friday."),
        ("On Friday at 7 pm.", "The 7 pages are due on Friday."),
        ("At 5 pm.", "There are 5."),
        ("By up to 9 %.", "By up to 8 %."),
        ("It runs from 10:30 pm.", "It runs from 10:30 am."),
        ("Invoice EP-24-0318.", "Invoice EP/24/0317."),
    ],
)
def test_and_not_what_it_does_not(text: str, source: str) -> None:
    assert missing(text, source) != []


@pytest.mark.parametrize(
    ("language", "text", "source"),
    [
        ("de", "In 90 Minuten.", "In anderthalb Stunden."),
        ("de", "Es sind 7 Tage.", "Noch eine Woche."),
        ("de", "Ab 19 Uhr.", "Wir sind ab sieben da."),
        ("fr", "En 30 minutes.", "Une demi-heure suffit."),
        ("fr", "Un préavis de 3 mois.", "Le préavis d'un trimestre."),
        ("fr", "Sous 5 jours ouvrés.", "Sous cinq jours ouvrables."),
        ("es", "En 30 minutos.", "Basta media hora."),
        ("es", "Dura 12 meses.", "Dura un año."),
    ],
)
def test_spans_in_words_are_known_in_each_language(language: str, text: str, source: str) -> None:
    assert extract_facts(text, language).missing_from(extract_facts(source, language)) == ()


@pytest.mark.parametrize(
    ("language", "text", "source"),
    [
        ("en", "On 24 January 2027.", "There are 24 seats on 14 January 2027."),
        ("en", "On 24 January.", "We have room 24, 14 January is fine."),
        ("en", "On 24 January.", "On 14 January and 24 chairs."),
        ("en", "On 24 January.", "On 14 January we expect up to 24 guests."),
        ("en", "On 16 January.", "Friday, 15 January, at 16 or around 16."),
        ("de", "Am 24. Januar.", "Für den 14. Januar sind noch 24 Plätze frei, in Raum 24."),
        ("de", "Am 16. Januar.", "Freitag, 15. Januar, von 16 bis 18 Uhr in Raum 16. Bis dann."),
        ("fr", "Le 24 janvier.", "Le 14 janvier, il reste 24 places, et nous sommes 24."),
        ("es", "El 24 de enero.", "El 14 de enero quedan 24 plazas, somos 24."),
    ],
)
def test_a_counted_number_is_no_day_of_the_month(language: str, text: str, source: str) -> None:
    assert len(extract_facts(text, language).missing_from(extract_facts(source, language))) == 1


@pytest.mark.parametrize(
    ("language", "text", "source"),
    [
        ("en", "On 24 January.", "Not on 14 January, the 24th."),
        ("en", "On 24 January.", "Does 14 January suit you, or Sunday 24?"),
        ("en", "On 8 and 9 May, and on 10 May.", "On 8, 9 and 10 May."),
        ("en", "On 8 May and on 9 May.", "On May 8, 9 or 10."),
        ("en", "On 15 May.", "In May, on the fifteenth."),
        ("de", "Am 24. Januar.", "Am 14. Januar? Besser wäre der 24., sagt er."),
        ("de", "Am 14. Januar und am 15. Januar.", "Am 14., 15. oder 16. Januar."),
        ("fr", "Le 24 janvier.", "Pas le 14 janvier, mais le 24."),
        ("es", "El 24 de enero y el 15 de enero.", "No el 14 de enero, el 24 o quince de enero."),
    ],
)
def test_a_day_by_itself_is_one_of_the_month(language: str, text: str, source: str) -> None:
    assert extract_facts(text, language).missing_from(extract_facts(source, language)) == ()


def test_a_number_within_a_longer_one_is_another() -> None:
    assert missing("Invoice 471.", "Invoice 4711.") != []


def test_facts_of_two_texts_are_known_together() -> None:
    both = extract_facts("150 in May.", "en").together_with(extract_facts("200 in June.", "en"))
    assert extract_facts("150 and 200, together 350.", "en").missing_from(both) == ()


def test_facts_of_two_texts_are_worked_out_where_they_stand() -> None:
    words = ("Nothing is free.", "We need 30 chairs at 140 EUR each. The lift is closed for 12 days.")
    both = extract_facts(words[0], "en").together_with(extract_facts(words[1], "en"))
    assert extract_facts("That is 4,200 EUR.", "en").missing_from(both) == ()
    assert extract_facts("That is 1,680 EUR.", "en").missing_from(both) != ()


@pytest.mark.parametrize("digits", [12, 13, 28, 31, 400])
def test_numbers_of_any_length_are_read(digits: int) -> None:
    number = "9" * digits
    assert missing("That is 4,200 EUR.", f"We need {number} chairs at {number} EUR, of {number} %.") != []


@pytest.mark.parametrize(
    ("language", "text", "invented"),
    [
        ("de", "Sie haben innerhalb von 5 Arbeitstagen Zeit und einen Rabatt von 12 Prozent.", ["5", "12 Prozent"]),
        ("de", "Wir kommen gegen 15, mit einem Abstand von 3 Metern.", ["15", "3"]),
        ("en", "About 20 employees come, within five working days.", ["20", "five"]),
        ("fr", "Nous sommes à 12 % de la somme.", ["12 %"]),
    ],
)
def test_a_number_behind_a_word_for_an_hour_asserts_something(language: str, text: str, invented: list[str]) -> None:
    missing_facts = extract_facts(text, language).missing_from(extract_facts("Hallo.", language))
    assert [fact.text for fact in missing_facts] == invented


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("We meet at 3, or around 12.", "We meet at 15:00, or at noon."),
        ("It begins at 15:00.", "It begins at 3."),
        ("There are 20 people.", "About 20 employees come."),
        ("We need 18 hours.", "From 18 h on."),
    ],
)
def test_an_hour_without_a_mark_is_held_by_a_time_and_by_a_number(text: str, source: str) -> None:
    assert missing(text, source) == []


def test_the_parts_of_a_day_hold_days_and_no_counts_shares_or_amounts() -> None:
    text = "Within 30 days you get 30 % or EUR 30; on 30 November, the 30th."
    assert missing(text, "2026-11-30") == ["30", "30 %", "EUR 30"]
    assert missing("In 6 days.", "In 5/6 days.") == []


def test_letters_that_fold_to_others_are_read_past() -> None:
    assert extract_facts("Es dauert EİNE WOCHE, danke.", "de").items == ()
