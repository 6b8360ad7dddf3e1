"""Each thing that a message asks is found, apart from the others and from what only repeats it."""

import pytest

from core.writing.grounded.asked import Asking, closes, things_asked, without_parts
from tests.core.writing.grounded.test_reply import reply


@pytest.mark.parametrize(
    ("language", "text", "asked"),
    [
        ("en", "Hi Rob, what time can we set up, how many tables do we have and who has the key?",
         ["what time can we set up?", "how many tables do we have?", "who has the key?"]),
        ("de", "Bitte schicken Sie umgehend jemanden vorbei und teilen Sie mir mit, wann der Techniker kommt.",
         ["Bitte schicken Sie umgehend jemanden vorbei", "teilen Sie mir mit, wann der Techniker kommt."]),
        ("fr", "À quelle heure ouvre le gymnase, combien d'équipes sont inscrites et qui ouvre ?",
         ["À quelle heure ouvre le gymnase?", "combien d'équipes sont inscrites?", "qui ouvre ?"]),
        ("es", "Hola, Óscar:\nDos dudas: ¿cuánto cuesta el autobús, quién acompaña al grupo y a qué hora volvemos?",
         ["¿cuánto cuesta el autobús?", "quién acompaña al grupo?", "a qué hora volvemos?"]),
        ("fr", "Qui s'en occupe désormais, et cette absence sera-t-elle déduite des charges ?",
         ["Qui s'en occupe désormais?", "cette absence sera-t-elle déduite des charges ?"]),
        ("es", "¿Quién se encarga ahora y nos lo descontarán de la cuota?",
         ["¿Quién se encarga ahora?", "nos lo descontarán de la cuota?"]),
        ("de", "Ich bitte um eine Stellungnahme und erwarte, dass Sie neu bepflanzen.",
         ["Ich bitte um eine Stellungnahme", "erwarte, dass Sie neu bepflanzen."]),
        ("fr", "Je vous demande une explication et j'exige que vous replantiez.",
         ["Je vous demande une explication", "j'exige que vous replantiez."]),
        ("es", "¿Qué medidas tiene el cuadro y podría enviarlo?",
         ["¿Qué medidas tiene el cuadro?", "podría enviarlo?"]),
        ("en", "Please tell me when somebody will come and what you intend to do about the wall.",
         ["Please tell me when somebody will come", "Please tell me what you intend to do about the wall."]),
        ("fr", "Dites-moi sous quelle forme rédiger la demande et jusqu'à quand vous la faire parvenir.",
         ["Dites-moi sous quelle forme rédiger la demande", "Dites-moi jusqu'à quand vous la faire parvenir."]),
        ("es", "Si la junta no lo aprueba el 12 y hay que convocar otra en junio, ¿nos respetan el precio?",
         ["Si la junta no lo aprueba el 12 y hay que convocar otra en junio, ¿nos respetan el precio?"]),
        ("de", "Wenn Sie am 12. da sind und ich komme, wie lange dauert das und was kostet das?",
         ["Wenn Sie am 12. da sind und ich komme, wie lange dauert das?", "was kostet das?"]),
    ],
)  # fmt: skip
def test_what_one_sentence_asks_twice_is_two_things(language: str, text: str, asked: list[str]) -> None:
    found = things_asked(text, Asking(language))
    assert [one.removeprefix("Hi Rob, ") for one in found] == asked


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "If we have made a mistake we will of course put it right."),
        ("en", "We expect better of a council that takes our rates."),
        ("en", "I hope you understand that I want to be careful."),
        ("de", "Für Rückfragen stehen wir Ihnen jederzeit gern zur Verfügung."),
        ("de", "Ich hoffe, bald von Ihnen zu hören, und wünsche Ihnen ein schönes Wochenende."),
        ("fr", "Nous restons à votre entière disposition."),
        ("fr", "Si cela continue, nous saisirons le syndic."),
        ("es", "Quedamos a su disposición para cualquier aclaración."),
        ("es", "Espero que todo vaya bien."),
    ],
)
def test_what_only_closes_is_not_asked_however_it_looks(language: str, text: str) -> None:
    assert things_asked(text, Asking(language), [text]) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Thank you for the plan, I would need the key too."),
        ("de", "Ich hoffe, Sie können mir den Plan schicken."),
        ("fr", "J'espère que vous pourrez m'envoyer le plan."),
        ("es", "Espero que me mandes el plano."),
    ],
)
def test_what_is_asked_politely_is_asked(language: str, text: str) -> None:
    assert things_asked(text, Asking(language), [text]) == [text]


def test_a_wish_for_an_answer_is_nothing_beside_what_is_asked() -> None:
    text = "Wann kommen Sie? Über eine baldige Rückmeldung würden wir uns freuen."
    assert things_asked(text, Asking("de")) == ["Wann kommen Sie?"]


@pytest.mark.parametrize(
    "text",
    [
        "If anything changes please let us know.",
        "I expect better of a council.",
        "You may set up from seven.",
        "Please don't feel you have to answer.",
    ],
)
def test_a_reproach_leave_and_politeness_are_nothing_asked(text: str) -> None:
    assert things_asked(text, Asking("en")) == []


def test_a_word_of_another_language_does_not_hold_two_things_together() -> None:
    asked = things_asked("Nos falta saber si quiere ducha o bañera y de qué color van los azulejos.", Asking("es"))
    assert asked == ["Nos falta saber si quiere ducha o bañera", "Nos falta saber de qué color van los azulejos."]


def test_what_another_sentence_says_is_not_asked_twice() -> None:
    asked = [
        "Hello Ann the boiler in the back room went out again last night.",
        "The boiler in the back room went out again last night. Can you come?",
        "Can you?",
        "Hi Ann we need the long ladder from your shed on Friday",
        "we need the long ladder from your shed on Friday.",
    ]
    assert without_parts(asked) == [asked[1], asked[2], asked[4]]


def test_who_wishes_a_good_day_closes_and_who_wishes_for_a_repair_does_not() -> None:
    french = Asking("fr")
    assert closes("Je vous souhaite une bonne journée.", french)
    assert not closes("Je souhaite qu'une recherche de fuite soit engagée chez le voisin.", french)


OTHERWISE = {
    "en": (
        "Please deliver the right ones by Monday and confirm it today by 4 p.m.",
        "Otherwise I cancel the order and send you the bill for the lost time.",
    ),
    "de": (
        "Bitte liefern Sie die richtigen bis Montag und bestätigen Sie das bis 16 Uhr.",
        "Sonst storniere ich den Auftrag und schicke Ihnen die Rechnung.",
    ),
    "fr": (
        "Merci de livrer les bons d'ici lundi et de le confirmer avant 16 h.",
        "Sinon j'annule la commande et je vous envoie la facture.",
    ),
    "es": (
        "Le ruego que entregue los correctos antes del lunes y lo confirme hoy.",
        "De lo contrario anularé el pedido y le enviaré la factura.",
    ),
}


@pytest.mark.parametrize("language", OTHERWISE)
def test_what_follows_if_nothing_is_done_is_quoted_whole_and_with_its_condition(language: str) -> None:
    wanted, threat = OTHERWISE[language]
    asked = [gap.question for gap in reply(message=f"{wanted} {threat}").gaps]
    assert [threat.rstrip(".") in question for question in asked].count(True) == 1
    behind = threat.split(maxsplit=1)[1].rstrip(".")
    assert all(threat.rstrip(".") in question for question in asked if behind.split()[-1] in question)


def test_please_and_the_dot_of_an_hour_stay_in_a_quotation() -> None:
    asked = [gap.question for gap in reply(message=" ".join(OTHERWISE["en"])).gaps]
    assert "“Please deliver the right ones by Monday and confirm it today by 4 p.m." in asked[0]


def test_a_question_that_depends_keeps_its_condition() -> None:
    (gap,) = reply(message="Otherwise, could you send us another one by Friday?").gaps
    assert gap.question == "Your answer: “Otherwise, could you send us another one by Friday?”"
