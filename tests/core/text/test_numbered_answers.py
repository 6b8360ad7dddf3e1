"""Answers to the questions of a draft, told by number."""

import pytest

from core.text.numbered_answers import ALL, ONLY, read_answers


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ("Yes to 1 and no to 2, please.", [(1, "yes"), (2, "no")]),
        ("1) yes 2) later", [(1, "yes"), (2, "later")]),
        ("ja zu Frage 1, nein zu 2", [(1, "yes"), (2, "no")]),
        ("oui à la 1 et non à la 2", [(1, "yes"), (2, "no")]),
        ("sí a la 1, no a la 2", [(1, "yes"), (2, "no")]),
        ("yes to 1 and 3", [(1, "yes"), (3, "yes")]),
        ("nein zu allem", [(ALL, "no")]),
        ("oui aux deux", [(ALL, "yes")]),
        ("Tuesday to 1", [(1, None)]),
        ("später", [(ONLY, "later")]),
        ("shorter", []),
        ("drop the price", []),
        ("in 2 sentences", []),
        ("x " * 200, []),
    ],
)
def test_what_is_said_to_each_number_is_read(said: str, answers: list[tuple[int, str | None]]) -> None:
    assert [(answer.number, answer.kind) for answer in read_answers(said)] == answers
