"""Each sentence in which a message asks is found, and none that only closes or repeats."""

import pytest

from core.writing.grounded.asked import (
    Asking,
    capitalised,
    closes,
    questions_within,
    things_asked,
    with_joined_apart,
    with_questions_apart,
    without_parts,
)
from tests.core.writing.grounded.test_reply import reply


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We expect better of a council that takes our rates."),
        ("en", "I hope you understand that I want to be careful."),
        ("de", "Für Rückfragen stehen wir Ihnen jederzeit gern zur Verfügung."),
        ("de", "Ich hoffe, bald von Ihnen zu hören, und wünsche Ihnen ein schönes Wochenende."),
        ("fr", "Nous restons à votre entière disposition."),
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


def test_questions_that_and_joins_are_read_one_by_one() -> None:
    assert questions_within("What is the fee, and is there a cloakroom?", "en") == [
        "What is the fee?",
        "is there a cloakroom?",
    ]
    assert questions_within("Was kostet der Saal und wie groß ist er?", "de") == [
        "Was kostet der Saal?",
        "wie groß ist er?",
    ]
    for one in ("When and where do we meet?", "Can you bring tables and chairs?", "I know what and when it is."):
        assert questions_within(one, "en") == [one]


def test_an_address_keeps_its_small_letter() -> None:
    for address in ("https://x.example/b", "www.x.example", "info@x.example"):
        assert capitalised(address) == address
    assert capitalised("on Monday") == "On Monday"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "What does it cost? Could you let me know by Thursday?"),
        ("de", "Was kostet es? Könnten Sie mir bis Donnerstag Bescheid geben?"),
    ],
)
def test_a_wish_for_an_answer_by_a_day_asks_nothing_beside_a_question(language: str, text: str) -> None:
    assert len(things_asked(text, Asking(language))) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "What does it cost? Let us know how many chairs you need?"),
        ("de", "Was kostet es? Geben Sie mir bitte Ihre Kundennummer?"),
    ],
)
def test_a_question_that_wants_more_than_an_answer_is_asked(language: str, text: str) -> None:
    assert len(things_asked(text, Asking(language))) == 2


def test_lines_that_ask_without_a_mark_are_questions_of_their_own() -> None:
    asked = "do we have to come early\nhow late are the lights on\ncan my friend share him two days a week, she is 15"
    assert with_questions_apart(asked) == asked.replace("\n", "\n\n")
    # Each line is as long as it may be.
    wrapped = "I should like to hear from you at which hour\nwhat we ordered in the spring can be had\nthroughout June"
    assert with_questions_apart(wrapped) == wrapped
    led = "I should like to know:\nwhat it costs\nwhen you can come and see us"
    assert with_questions_apart(led) == led
    assert with_questions_apart(f"Two things:\n\n{asked}") == f"Two things:\n\n{asked}"


@pytest.mark.parametrize(
    ("line", "language", "questions"),
    [
        ("which pitch am i again and what time do i shift the van", "en",
         ["which pitch am i again?", "what time do i shift the van"]),
        ("was muss ich mitbringen u wann gehts los?", "de", ["was muss ich mitbringen?", "wann gehts los?"]),
        ("When and where is it?", "en", ["When and where is it?"]),
    ],
)  # fmt: skip
def test_questions_that_are_joined_in_haste_are_two(line: str, language: str, questions: list[str]) -> None:
    assert questions_within(line, language) == questions


@pytest.mark.parametrize(
    ("language", "text", "apart"),
    [
        ("en", "Can we still come on Friday and is parking free?", "Can we still come on Friday? And is parking free?"),
        ("en", "Do you deliver on Saturdays, what does it cost?", "Do you deliver on Saturdays? What does it cost?"),
        ("de", "Können wir kommen und ist das Parken kostenlos?", "Können wir kommen? Und ist das Parken kostenlos?"),
        ("de", "Kommst du morgen und bringst du den Grill mit?", "Kommst du morgen? Und bringst du den Grill mit?"),
        (
            "fr",
            "Pouvons-nous venir et le parking est-il gratuit ?",
            "Pouvons-nous venir ? Et le parking est-il gratuit ?",
        ),
        ("es", "¿Está libre la sala y tienen ustedes proyector?", "¿Está libre la sala? ¿Y tienen ustedes proyector?"),
        ("es", "¿Cuándo empieza y cuánto dura?", "¿Cuándo empieza? ¿Y cuánto dura?"),
        ("en", "When does it start, and how long does it take?", "When does it start? And how long does it take?"),
        # Without a mark.
        ("de", "hallo\n\nbringst du den grill mit", "hallo\n\nbringst du den grill mit?"),
        ("de", "reden sie mit dem oder ich", "reden sie mit dem oder ich?"),
        ("fr", "viens-tu vendredi ou samedi", "viens-tu vendredi ou samedi ?"),
        ("es", "a qué hora empieza", "a qué hora empieza?"),
        ("en", "how much does it cost", "how much does it cost?"),
    ],
)
def test_questions_that_are_joined_or_lack_their_mark_are_asked_apart(language: str, text: str, apart: str) -> None:
    assert with_joined_apart(text, language) == apart


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Can I come and bring my dog?"),
        ("en", "Can you come and do the dishes?"),
        ("en", "Which room is large and is free on Monday?"),
        ("en", "Do you know who is coming and what they eat?"),
        ("en", "When and where do we meet?"),
        ("en", "When we arrive, is the door open?"),
        ("de", "Kann ich kommen und meinen Hund mitbringen?"),
        ("de", "Wer kommt und hat das Auto?"),
        ("de", "Dürfen wir um eine kurze Nachricht bitten, welcher Tag Ihnen recht ist?"),
        ("de", "Haben Sie gesehen, was das ist?"),
        ("de", "Wissen Sie, wer kommt und was sie essen?"),
        ("fr", "Puis-je venir et amener mon chien ?"),
        ("es", "¿Puedo ir y llevar a mi perro?"),
        # What tells something.
        ("de", "melden Sie sich gern bei mir"),
        ("de", "wie besprochen kommen wir am Freitag"),
        ("de", "kommt ihr am Freitag, bringe ich Kuchen mit"),
        ("de", "hast du super gemacht"),
        ("fr", "rendez-vous vendredi à la gare"),
        ("es", "qué bien que venís el viernes"),
    ],
)
def test_one_question_stays_whole_and_a_statement_becomes_none(language: str, text: str) -> None:
    assert with_joined_apart(text, language) == text


def test_a_last_line_that_asks_without_a_mark_is_no_closing() -> None:
    found = reply(message="hallo nora\n\nbringst du den grill mit\n\ntim", sender_name="Tim Hale")
    assert "Bringst du den grill mit?" in found.text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Dann habe ich noch: Aufzug steht seit Montag, wann kommt jemand?"),
        ("en", "Is Thursday possible, as my larvae hatch on Wednesday and are only transparent for thirty hours?"),
        ("en", "When are you putting it up, is it still Friday?"),
    ],
)
def test_what_is_told_or_only_asks_again_is_no_question_of_its_own(language: str, sentence: str) -> None:
    assert with_joined_apart(sentence, language) == sentence


def test_a_thousand_joined_questions_end_soon_and_a_repeated_one_is_marked_where_it_asks() -> None:
    long = "Can we come on Friday" + " and can we come on Friday" * 1_000 + "?"
    assert with_joined_apart(long, "en") == long
    told = with_joined_apart("Please tell Bob what time is it on Friday then.\n\nwhat time is it", "en")
    assert told == "Please tell Bob what time is it on Friday then.\n\nwhat time is it?"


def test_a_spanish_half_begins_with_its_sign() -> None:
    assert with_joined_apart("¿A qué hora salimos, cuánto dura?", "es") == "¿A qué hora salimos? ¿Cuánto dura?"
