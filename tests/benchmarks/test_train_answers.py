"""Questions for training are put beside the sentences that the product reads."""

import json
from pathlib import Path

from benchmarks.train_answers import Asked, Document, is_quoted, lists_of, read_documents

TEXT = "# Gym\n\n## Prices\n\nA visit costs £13.50. Shoes are £3.\n\n## Hours\n\nWe open at ten."


def document(at: int, *asked: Asked, group: str = "writer") -> Document:
    return Document(group, f"{group}-{at}", "The_gym.md", TEXT, asked)


def test_the_sentences_that_hold_a_quote_are_the_right_ones() -> None:
    found, lost = lists_of([document(0, Asked("Shoes?", ("Shoes are £3.",)), Asked("Parking?", ()))])
    assert found["questions"][1]["right"] == []
    (right,) = found["questions"][0]["right"]
    sentence = found["documents"]["writer-0"][right]
    assert (sentence["sentence"], sentence["before"]) == ("Shoes are £3.", "A visit costs £13.50.")
    assert sentence["title"] == "The gym"
    assert "Prices" in sentence["heading"]
    assert not lost


def test_a_question_whose_quote_no_sentence_holds_is_left_out_and_counted() -> None:
    found, lost = lists_of([document(0, Asked("Parking?", ("Cars stay behind the hall.",)))])
    assert (found["questions"], dict(lost)) == ([], {"writer": 1})


def test_a_sixth_of_the_documents_and_the_newest_lot_are_kept_apart() -> None:
    lots = [document(at) for at in range(12)] + [document(0, group="unseen_3"), document(0, group="unseen_4")]
    assert lists_of(lots)[0]["apart"] == ["writer-5", "writer-11", "unseen_4-0"]


def test_marks_and_a_few_words_do_not_part_a_quote_from_its_sentence() -> None:
    assert is_quoted("We open at ten.", ["we open  at TEN"])
    assert is_quoted("On Mondays we open at ten.", ["we open at ten"])
    assert not is_quoted("We open at ten.", ["We close at noon, except in May."])
    assert not is_quoted("...", ["..."])


def test_what_was_written_for_training_is_quoted_word_for_word() -> None:
    documents = [document for document in read_documents() if document.group.startswith("writer")]
    assert len({document.id for document in documents}) == len(documents) > 800
    assert all(
        quote and quote in document.text for document in documents for asked in document.asked for quote in asked.quotes
    )
    assert all(asked.question.strip() for document in documents for asked in document.asked)


def test_a_line_of_a_writer_is_a_document(tmp_path: Path) -> None:
    (tmp_path / "learnt").mkdir()
    line = {"id": "a", "name": "a.md", "text": "x", "questions": [{"question": "x?", "quotes": ["x"]}]}
    (tmp_path / "learnt" / "one.jsonl").write_text(json.dumps(line) + "\n")
    assert list(read_documents(tmp_path)) == [Document("one", "a", "a.md", "x", (Asked("x?", ("x",)),))]
