"""Where sentences and paragraphs end."""

from core.text.sentences import split_paragraphs, split_sentences


def test_sentences_end_neither_at_abbreviations_nor_at_numbers() -> None:
    text = "Dr. Smith paid $1.50 e.g. for tea. He left at 3 p.m. on Friday! Did he? Yes."
    assert split_sentences(text) == [
        "Dr. Smith paid $1.50 e.g. for tea.",
        "He left at 3 p.m. on Friday!",
        "Did he?",
        "Yes.",
    ]


def test_a_german_quotation_ends_a_sentence() -> None:
    assert split_sentences("Er sagt: „Ich komme.“ Passt das?") == ["Er sagt: „Ich komme.“", "Passt das?"]


def test_list_entries_and_paragraphs_are_sentences_of_their_own() -> None:
    assert split_sentences("Bring:\n- tea\n- cups\n\nThanks") == ["Bring:", "- tea", "- cups", "Thanks"]
    assert split_paragraphs("a\n\n \nb") == ["a", "b"]


def test_a_sentence_stands_word_for_word_in_its_text() -> None:
    text = "The first\nline goes on. Next one."
    assert all(sentence in text for sentence in split_sentences(text))
