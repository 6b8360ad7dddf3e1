"""Where sentences and paragraphs end."""

import pytest

from core.text.sentences import (
    ends_behind,
    ends_sentence,
    split_behind,
    split_paragraphs,
    split_sentences,
    without_half_marks,
    without_list_mark,
)


def test_sentences_end_neither_at_abbreviations_nor_at_numbers() -> None:
    text = "Dr. Smith paid $1.50 e.g. for tea. He left at 3 p.m. on Friday! Did he? Yes."
    assert split_sentences(text) == [
        "Dr. Smith paid $1.50 e.g. for tea.",
        "He left at 3 p.m. on Friday!",
        "Did he?",
        "Yes.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Der Abnehmer gibt sie ab; Fr. Otte hat davon gehört.",
        "Heute kam Hr. Brandl vorbei.",
        "Im Zi. 312 leuchtet der Knopf.",
        "Geprüft, alles i. O. und in Ordnung.",
        "Hoy llamó la Sra. Pineda enfadada.",
    ],
)
def test_titles_and_abbreviations_of_other_languages_end_no_sentence(text: str) -> None:
    assert split_sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Bitte 20 kg Äpfel Kl. II, 5 kg Birnen.", 1),
        ("Vous trouverez cela au chap. 4 p. 12, comme prévu.", 1),
        ("Véase la pág. 12 del contrato.", 1),
        ("Wir treffen uns in der Hafenstr. 12 am Montag.", 1),
        ("That is in ch. IV of the book.", 1),
        ("She teaches art. I like her.", 2),
        ("Das ist sehr gut. 15 kamen.", 2),
    ],
)
def test_an_abbreviation_before_its_number_ends_no_sentence(text: str, sentences: int) -> None:
    assert len(split_sentences(text)) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Das Wasser wird am Sa. 24.10. abgestellt.", 1),
        ("Wir kommen am So. 3.5. um acht.", 1),
        ("Geöffnet ist Do. 12.9. ab 7.00 Uhr.", 1),
        ("Am Sa. 24.10 kommt er.", 1),
        ("Am Mi. 4. März kommt er.", 1),
        ("Sat. 14 November is ok.", 1),
        ("Sat. 14th of May is ok.", 1),
        ("Le sam. 14 novembre est libre.", 1),
        ("El sáb. 24 de octubre abrimos.", 1),
        # These weekdays are words, too, and 2.5 is no day.
        ("I know what to do. 2.5 hours is enough.", 2),
        ("Das machen wir so. 2.5 Stunden reichen.", 2),
        ("So machen wir's, also So. 2.5 Stunden reichen.", 2),
        ("That is what we do. 14 November is ok.", 2),
        ("Alle fanden das so. 3.5. ist ein Sonntag.", 2),
        ("They sat. 12 came later.", 2),
    ],
)
def test_a_shortened_weekday_before_its_date_ends_no_sentence(text: str, sentences: int) -> None:
    assert len(split_sentences(text)) == sentences


def test_a_german_quotation_ends_a_sentence() -> None:
    assert split_sentences("Er sagt: „Ich komme.“ Passt das?") == ["Er sagt: „Ich komme.“", "Passt das?"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "Étages : « On gagne une heure. » Plusieurs signatures.",
            ["Étages : « On gagne une heure. »", "Plusieurs signatures."],
        ),
        ("Cuisine : « Il fait froid. »", ["Cuisine : « Il fait froid. »"]),
        ("Er ging. »Komm mit«, sagte er.", ["Er ging.", "»Komm mit«, sagte er."]),
        ('"Good." (roofer)\n"Bad fit." (tiler)', ['"Good."', "(roofer)", '"Bad fit."', "(tiler)"]),
        ('He said\n"yes" to it.', ['He said\n"yes" to it.']),
    ],
)
def test_closing_marks_stay_with_their_quotation(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_list_entries_and_paragraphs_are_sentences_of_their_own() -> None:
    assert split_sentences("Bring:\n- tea\n- cups\n\nThanks") == ["Bring:", "- tea", "- cups", "Thanks"]
    assert split_paragraphs("a\n\n \nb") == ["a", "b"]


def test_a_sentence_stands_word_for_word_in_its_text() -> None:
    text = "The first\nline goes on. Next one."
    assert all(sentence in text for sentence in split_sentences(text))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Zeit bis zum 31. März, sie hat niemanden.", 1),
        ("Wir treffen uns am 5. Mai im Hof.", 1),
        ("Nos vemos el 3. Diciembre ya es tarde.", 1),
        ("Am 5. Maike kommt auch.", 2),
        ("It ends on the 20. Whether she comes is open.", 2),
    ],
)
def test_a_day_before_its_month_ends_no_sentence(text: str, sentences: int) -> None:
    assert len(split_sentences(text)) == sentences


@pytest.mark.parametrize(
    ("text", "ends"), [("So.", True), ("(So.)", True), ("So?\u201d", True), ("So", False), ("So:", False), ("", False)]
)
def test_brackets_and_quotation_marks_may_stand_behind_the_end_of_a_sentence(text: str, ends: bool) -> None:
    assert ends_sentence(text) is ends


@pytest.mark.parametrize(
    ("before", "ends"), [("So.  ", True), ("so\n  ", True), ("so ", False), ("   ", False), ("", False)]
)
def test_blanks_may_stand_between_a_mark_and_what_begins_behind_it(before: str, ends: bool) -> None:
    assert ends_behind(before, frozenset(".!")) is ends


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("- milk", "milk"),
        ("  2. milk", "milk"),
        ("(a) milk", "milk"),
        ("\u2192 milk", "milk"),
        ("\u25aa milk", "milk"),
        ("\u00b7 milk", "milk"),
        ("-milk", "-milk"),
        ("- ", "- "),
        ("milk", "milk"),
    ],
)
def test_an_entry_of_a_list_is_read_without_its_mark(line: str, said: str) -> None:
    assert without_list_mark(line) == said


def test_of_a_bold_heading_that_begins_outside_no_mark_is_left() -> None:
    assert without_half_marks("Service charge.** £6,850 a year.") == "Service charge. £6,850 a year."
    assert without_half_marks("**May I?** Yes.") == "**May I?** Yes."


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Yes, we can.  Call me\nat 10:30; not later", ["Yes,", "we can.", "Call me", "at 10:30;", "not later"]),
        ("1,200 and 3.5", ["1,200 and 3.5"]),
        (" \n\n ", []),
    ],
)
def test_a_text_is_split_behind_marks_and_at_line_ends(text: str, pieces: list[str]) -> None:
    assert split_behind(text, ",.;") == pieces


def test_who_writes_without_capitals_ends_sentences_before_small_letters() -> None:
    small = "back the night before they go. form went through your box. one thing, who gets the tablets"
    assert split_sentences(small) == [
        "back the night before they go.", "form went through your box.", "one thing, who gets the tablets"
    ]  # fmt: skip
    # Whoever writes with them, too, does not; nor does a short word.
    assert split_sentences("the min. order is ca. three, z.b. of lime") == ["the min. order is ca. three, z.b. of lime"]
    mixed = "e-mail from Tom. He is fine. the list follows."
    assert split_sentences(mixed) == ["e-mail from Tom.", "He is fine. the list follows."]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Confirm it by 4 p.m. Otherwise I cancel.", 2),
        ("Come at 4 p.m. Monday is fine too.", 1),
        ("Meet me at 9 a.m. London time.", 1),
        ("Bringt Stifte, Papier usw. Sonst wird es knapp.", 2),
    ],
)
def test_an_hour_ends_a_sentence_before_a_word_that_begins_one(text: str, count: int) -> None:
    assert len(split_sentences(text)) == count


@pytest.mark.parametrize(
    "text",
    [
        "Ich brauche das bis zum 2. Advent fest.",
        "Wir wohnen im 1. Stock links.",
        "Am 1. Weihnachtstag bleiben wir daheim.",
        "Das ist schon die 3. Mahnung in diesem Jahr.",
        "Er spielt in der 2. Mannschaft.",
        "Kinder der 4. Klasse zahlen nichts.",
        "Zahlbar ist es im 1. Quartal.",
        "Sie ist unsere 2. Vorsitzende.",
        "Das 3. Treffen fällt aus.",
        "Er feiert seinen 70. Geburtstag im Saal.",
        "Das gilt am 3. Oktober nicht.",
        "Die Probe ist eine 2. Chance für alle.",
    ],
)
def test_a_german_number_with_a_dot_counts_the_noun_behind_it(text: str) -> None:
    assert split_sentences(text) == [text]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Wir kommen am 2.", "Dann fahren wir weiter."),
        ("Der Saal ist frei am 12.", "Danach ist Pause."),
        ("Es geht bis zum 2.", "Herr Meier bringt den Schlüssel."),
        ("Wir fahren am 5.", "Peter holt euch ab."),
        ("Bescheid bitte bis 4.", "Wir bestellen am Montag."),
        ("Wir wohnen im 1.", "Und du?"),
        ("It is on page 2.", "Rate it if you like."),
        ("Nous venons le 2.", "Ensuite on part."),
        ("Llegamos el 2.", "Luego seguimos."),
        ("There were 12.", "Somebody took one."),
    ],
)
def test_a_sentence_ends_at_a_number_where_another_begins(first: str, second: str) -> None:
    assert split_sentences(f"{first} {second}") == [first, second]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1. die Stühle", "die Stühle"),
        ("2. figures of October", "figures of October"),
        ("18. bis 20. September wäre ideal", "18. bis 20. September wäre ideal"),
        ("3. März passt mir", "3. März passt mir"),
        ("1. May we come earlier?", "May we come earlier?"),
    ],
)
def test_a_day_at_the_beginning_is_no_mark_of_a_list(line: str, said: str) -> None:
    assert without_list_mark(line) == said


def test_a_wrapped_line_that_begins_with_a_day_and_its_month_goes_on() -> None:
    text = "Der Termin verschiebt sich leider um zwei Tage, bitte kommen Sie am\n10. Dezember.\n\nBis dann"
    assert split_sentences(text)[0] == text.partition("\n\n")[0]
    days = "Wir treffen uns also an diesen beiden Tagen im Garten:\n10. Dezember Laufen\n11. Dezember Essen"
    assert split_sentences(days)[1:] == ["10. Dezember Laufen", "11. Dezember Essen"]
