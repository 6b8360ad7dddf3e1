"""Asked what was decided, a thread answers with who says a decision in so many words."""

from collections.abc import Sequence

import pytest

from core.writing.grounded.answer import decided_in
from core.writing.grounded.passages import GroundPassage, passages_value
from core.writing.plans import PlanResult
from tests.core.writing.grounded.test_answer import run
from tests.core.writing.grounded.test_corrections import thread


def talk(question: str, *texts: str) -> PlanResult:
    messages = [
        GroundPassage(0, name, f"p{place}", text, document=f"p{place}", kind="file", speaker=name)
        for place, text in enumerate(texts)
        for name in [("Kim", "Lou")[place % 2]]
    ]
    return run(question, passages_value(messages))


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
        ("¿En qué quedamos?", "Es caro.", "Vale, nos quedamos con la sala Arce."),
        ("¿Qué se decidió?", "Es caro.", "Quedamos en vernos el lunes."),
        ("What was decided?", "That is expensive.", "The board has decided not to rent the tent."),
        ("Was wurde beschlossen?", "Das ist teuer.", "Wir haben beschlossen, kein Zelt zu mieten."),
        ("Was wurde beschlossen?", "Das ist teuer.", "Wir haben vereinbart abzuwarten"),
        ("Qu'avons-nous décidé ?", "C'est cher.", "Bon, va pour la salle Érable."),
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


EVERYDAY = {
    ("Was wurde beschlossen?", "Und der Saal?"): [
        "Wir nehmen an, dass die Lieferung am Montag kommt.", "Wir haben gestern nicht darüber entschieden.",
        "Nehmen wir mal an, es regnet.", "Wir nehmen uns Zeit dafür.", "Gut, wir nehmen den Bus.",
        "Wir bleiben bei dem Wetter zu Hause.", "Wir machen das so selten.", "Es ist entschieden zu warm.",
        "Alle haben sich entschieden gefreut.", "Wir haben kaum etwas entschieden.",
        "Wir haben uns nie auf einen Termin geeinigt.", "Es wurde nirgends vereinbart, wer zahlt.",
        "Es ist schön, dass ihr euch entschieden habt.", "Wir haben gezahlt wie vereinbart.",
    ],
    ("What was decided?", "And the room?"): [
        "Let's take this offline.", "We'll take a break now.", "Everybody agreed it was a lovely evening.",
        "We all agreed he is a nice man.", "We agreed to disagree.", "We agreed on very little.",
        "The team agreed with me.", "So we take the bus every day.", "Then we go with the flow.",
        "We'll go with you to the station.", "Let's go with the kids to the zoo.",
        "They decided against us in the final.", "It is decided by the board next week.",
        "We'll stick with it until it hurts.",
    ],
    ("Qu'est-ce qui a été décidé ?", "Et la salle ?"): [
        "On prend du retard.", "On prend un café à dix heures.", "Nous prenons le train demain.",
        "Donc on garde le contact.", "Nous gardons les enfants ce soir.", "Alors on prend son temps.",
        "On a choisi un mauvais jour.", "Nous avons retenu notre souffle.", "Nous avons convenu de rien.",
        "Il a été convenu de rien du tout.", "L'équipe a choisi Paul comme mascotte.", "Va pour toi aussi.",
    ],
    ("¿Qué se decidió?", "¿Y la sala?"): [
        "Vamos con retraso.", "Bueno, vamos con prisa.", "Entonces vamos con todo.", "Nos quedamos con las ganas.",
        "Quedamos en la puerta a las ocho.", "Quedamos en nada.", "Se ha acordado de mí.", "Hemos decidido poco.",
        "Se ha acordado de traer el pan.", "Hemos elegido un mal día.", "Está decidido a marcharse.",
        "Han elegido a Marta delegada.",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "opening", "said"), [(*asked, text) for asked, texts in EVERYDAY.items() for text in texts]
)
def test_everyday_sentences_with_such_a_word_are_no_decisions(question: str, opening: str, said: str) -> None:
    assert decided_in(question, thread(opening, said)) is None
