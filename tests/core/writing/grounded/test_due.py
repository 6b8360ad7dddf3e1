"""Until when something is to be done stands in the words of the sentence, with what leads to it."""

import pytest

from core.text.statements import read_statements
from core.writing.grounded.due import due_of


@pytest.mark.parametrize(
    ("language", "sentence", "due"),
    [
        ("en", "I'll pay the invoice by Friday.", "by Friday"),
        ("en", "Will do today before 5 pm.", "today before 5 pm"),
        ("en", "On Monday I'm away, so you have it by Friday.", "by Friday"),
        ("en", "Monday or Tuesday, then Friday.", ""),
        ("de", "Ich schicke ihm bis Freitag ein Angebot.", "bis Freitag"),
        ("fr", "Je prépare la facture et je l'envoie demain.", "demain"),
        ("es", "Yo llamo al técnico esta tarde.", "esta tarde"),
    ],
)
def test_a_sentence_tells_until_when(language: str, sentence: str, due: str) -> None:
    assert due_of(read_statements(sentence, language)[0]) == due
