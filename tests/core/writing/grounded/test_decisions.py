"""Asked what was decided, a thread answers with who says a decision in so many words."""

from collections.abc import Sequence

import pytest

from core.writing.grounded.decisions import decided_in
from tests.core.writing.grounded.test_corrections import thread
from tests.core.writing.grounded.test_who_does_it import talk


@pytest.mark.parametrize(
    ("question", "between", "said"),
    [
        ("What was decided?", "That is expensive.", "We decided to wait until Friday."),
        ("what did we decide here?", "That is expensive.", "Decision: no fireworks."),
        ("What have we agreed on?", "That is expensive.", "Agreed: we look at it again on 11 December."),
        ("What was decided?", "The Atrium is cheaper.", "OK, let's go with the Atrium."),
        ("What was decided about the fireworks?", "That is expensive.", "We have decided against fireworks."),
        ("Was wurde beschlossen?", "Das ist teuer.", "Wir haben uns auf den 3. Mai geeinigt."),
        ("Worauf haben wir uns geeinigt?", "Das ist teuer.", "Beschluss: kein Feuerwerk."),
        ("Qu'est-ce qui a été décidé ?", "C'est cher.", "Décision : on prend la salle Érable."),
        ("Qu'avons-nous décidé ?", "C'est cher.", "Nous avons décidé d'attendre vendredi."),
        ("¿Qué se decidió?", "Es caro.", "Hemos decidido no comprar la carpa."),
        ("¿En qué quedamos?", "Es caro.", "Vamos con la sala Arce."),
    ],
)
def test_what_was_decided_is_answered_by_who_says_so(question: str, between: str, said: str) -> None:
    result = talk(question, between, said, "OK.")
    assert result.text == f"Lou: “{said}” [2]"
    assert not result.skeleton
    assert [source.quote for source in result.sources] == [said]


def test_below_a_decision_stands_what_takes_its_place() -> None:
    result = talk("What was decided?", "We decided: the demo is at 10 a.m.", "Fine.", "Moved to 11 a.m.")
    assert result.text.splitlines() == [
        "Kim: “We decided: the demo is at 10 a.m.” [1]",
        "Later, Kim: “Moved to 11 a.m.” [3]",
    ]


def test_of_several_decisions_each_is_told_and_of_one_matter_its_own() -> None:
    said = ("Decision: we rent the tent.", "Decided: the band plays at nine.", "See you.")
    assert talk("What was decided?", *said).text.splitlines() == [
        "Kim: “Decision: we rent the tent.” [1]",
        "Lou: “Decided: the band plays at nine.” [2]",
    ]
    assert talk("What was decided about the band?", *said).text == "Lou: “Decided: the band plays at nine.” [2]"


@pytest.mark.parametrize(
    "texts",
    [
        ("Have we decided?", "We haven't decided yet."),
        ("Shall we take the Atrium?", "Agreed, that is too expensive."),
        ("We decided nothing.", "Perhaps we decide on Friday."),
        ("Was ist mit dem Saal?", "Wir haben noch nichts beschlossen."),
        ("Und der Saal?", "Wir haben das noch nicht entschieden."),
        ("Et la salle ?", "Nous n'avons rien décidé."),
        ("¿Y la sala?", "No hemos decidido nada."),
    ],
)
def test_what_is_not_decided_is_no_answer(texts: Sequence[str]) -> None:
    for question in ("What was decided?", "Was wurde beschlossen?", "Qu'est-ce qui a été décidé ?", "¿Qué se decidió?"):
        assert decided_in(question, thread(*texts)) is None


def test_a_question_that_only_has_such_a_word_is_answered_as_every_other() -> None:
    said = thread("We decided to take the Maritim.")
    assert decided_in("Who decided that?", said) is None
    assert decided_in("What does the Maritim cost?", said) is None
    assert decided_in("What was decided about the late fees of the contract?", said) is None
