"""Of which kind of signal a sentence is by itself, whatever stands beside it."""

import pytest

from core.embeddings import load_embedder
from core.settings import Settings
from core.text.lexicon import lexicon
from core.text.statements import Statement
from core.writing.roles import roles_of
from core.writing.roles.kinds import kind_of_signal


def kind(language: str, text: str) -> str:
    statement = Statement(0, 0, "", text, text, lexicon(language))
    (sentence,) = roles_of([statement], load_embedder(Settings()), is_read=True)
    return kind_of_signal(sentence)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "I have been waiting for my refund for six weeks and nobody answers.", "complaint"),
        ("de", "Vorschlag: wir stellen eine Bank vor die Tür.", "idea"),
        ("fr", "Je vous envoie le contrat demain.", "commitment"),
        ("es", "Las solicitudes deben presentarse antes del 15 de enero.", "deadline"),
        ("en", "The school asked if we would also clean their gym.", "opportunity"),
        ("de", "Der Drucker geht wieder.", ""),
        ("en", "Good morning!", ""),
    ],
)
def test_a_message_is_judged_by_its_words_alone(language: str, text: str, expected: str) -> None:
    assert kind(language, text) == expected


def test_without_the_embedded_model_nothing_is_claimed() -> None:
    text = "I have been waiting for my refund for six weeks."
    (sentence,) = roles_of([Statement(0, 0, "", text, text, lexicon("en"))])
    assert kind_of_signal(sentence) == ""
