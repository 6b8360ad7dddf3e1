"""In a thread, who does something is told by whoever says that they do it."""

import pytest

from core.writing.grounded.passages import GroundPassage, passages_value
from core.writing.plans import PlanResult
from tests.core.writing.grounded.test_answer import run


def talk(question: str, *texts: str) -> PlanResult:
    names = ["Kim", "Lou"]
    messages = [
        GroundPassage(0, name, f"p{place}", text, document=f"p{place}", kind="file", speaker=name)
        for place, text in enumerate(texts)
        for name in [names[place % 2]]
    ]
    return run(question, passages_value(messages))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("who collects the key?", "I'll collect the key on Monday."),
        ("Who is collecting the key?", "I am collecting the key."),
        ("Wer holt den Schlüssel?", "Den Schlüssel hole ich am Montag."),
        ("Wer kauft den Kuchen?", "Ich kaufe morgen einen Kuchen."),
        ("Qui apporte le gâteau ?", "Je vais apporter le gâteau."),
        ("¿Quién compra la tarta?", "Compro la tarta mañana."),
        ("¿Quién compra la tarta?", "Yo compraré la tarta."),
    ],
)
def test_who_does_something_is_answered_by_who_says_so(question: str, said: str) -> None:
    result = talk(question, "The key is at the porter's.", said, "Thanks.")
    assert result.text == f"Lou: “{said}” [2]"
    assert not result.skeleton


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who collects the key?", "I can't collect the key."),
        ("Who should I ask about the key?", "I will ask about the key."),
        ("Wer holt den Schlüssel?", "Ich hole den Schlüssel nicht."),
        ("À qui dois-je demander la clé ?", "Je vais demander la clé."),
    ],
)
def test_who_refuses_or_is_not_asked_for_is_no_answer(question: str, said: str) -> None:
    assert talk(question, "Good morning.", said).skeleton
