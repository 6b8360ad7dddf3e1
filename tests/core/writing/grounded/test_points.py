"""Points of short conversations: plain decisions and promises stand in them, what was put right does not."""

import pytest

from tests.core.writing.grounded.read_points import points_of

STAGE = (
    "Jonas: Good morning all, I hope everybody slept well.\n"
    "Jonas: The lift came late, so the stage opens at 09:00 tomorrow, not at 08:00.\n"
    "Mira: Understood. Then the sound check moves to 10:30, and I tell the band tonight.\n"
    "Jonas: The florist asked about the colours again, I sent her the plan from March.\n"
    "Mira: Nice, it looked good last year.\n"
    "Jonas: We decided to let the sponsors in from 12:00, since the hall is not ready before.\n"
    "Mira: We still need the badge list from the press office by Friday, otherwise nobody gets in.\n"
    "Jonas: I will call them this afternoon and send you the list.\n"
    "Mira: Perfect. Does anybody have the key of the cloakroom?\n"
    "Jonas: It hangs in the office.\n"
)


@pytest.mark.parametrize("with_model", [True, False])
def test_what_people_say_that_they_decided_is_settled(with_model: bool) -> None:
    assert "We decided to let the sponsors in from 12:00" in points_of(STAGE, with_model=with_model)


@pytest.mark.parametrize(
    "said",
    [
        "The stage opens at 09:00 tomorrow, not at 08:00.",
        "We deployed version 4.18.2 at 13:58. It changed the retry limit for 3-D Secure from 5 to 1.",
        "Der Saal ist ab 10 Uhr offen, nicht ab 9 Uhr.",
        "Wir haben das Limit von 20 auf 25 Karten erhöht.",
        "Le car part à 7 h 30 et non à 8 h.",
        "Le prix est passé de 12 \u20ac à 15 \u20ac par élève.",
        "La visita empieza a las 11:00 y no a las 10:00.",
        "El precio ha pasado de 8 \u20ac a 10 \u20ac.",
    ],
)
def test_a_value_that_takes_the_place_of_another_is_points_of(said: str) -> None:
    small_talk = {
        "Der": "Guten Morgen.",
        "Wir": "Guten Morgen.",
        "Le ": "Bonjour à tous.",
        "La ": "Buenas.",
        "El ": "Buenas.",
    }
    assert said in points_of(f"Jonas: {small_talk.get(said[:3], 'Good morning all.')}\nJonas: {said}\nMira: Ok.\n")


def test_an_opening_time_and_a_proposal_take_no_place() -> None:
    text = points_of(
        "Sam: Morning.\nSam: We are open from 9 to 5.\nSam: Could we do the 5th instead of the 4th?\nKim: Hm.\n"
    )
    assert "from 9 to 5" not in text
    assert "settled" not in text


@pytest.mark.parametrize(
    "correction",
    ["Jonas: 13:00, sorry.", "Mira: No, 13:00.", "Jonas: Sorry, I meant 13:00."],
)
def test_a_decision_that_a_few_words_put_right_is_not_told_without_them(correction: str) -> None:
    text = points_of(f"{STAGE}Mira: The caterer comes through the back door.\n{correction}\n")
    assert "from 12:00" not in text or "13:00" in text


def test_a_decision_is_told_also_where_somebody_opens_with_it_and_a_proposal_is_not() -> None:
    rest = "Lea: Good to know.\nTom: The posters are at the printer.\nLea: And the flyers lie in my car.\n"
    assert "We decided to move the open day" in points_of(
        f"Tom: We decided to move the open day to the town hall.\n{rest}"
    )
    assert "move the open day" not in points_of(f"Tom: Let's move the open day to the town hall.\n{rest}")


def test_what_somebody_can_do_under_a_condition_is_no_promise() -> None:
    text = points_of(
        "Lea: The move is stuck.\nTom: I can do it if somebody gives me a copy of the data.\nLea: Nobody will.\n"
    )
    assert "I can do it" not in text


@pytest.mark.parametrize(
    "said",
    [
        "The rust comes probably from the pipe, it has got worse.",
        "At four I can't, my train leaves at twenty to four.",
        "If they say no I'll get in too and push.",
    ],
    ids=["supposed", "refused", "under a condition"],
)
def test_what_is_supposed_refused_or_under_a_condition_is_no_point(said: str) -> None:
    text = points_of(
        f"Lea: Morning all, the sheets have stains.\nTom: Which ones?\nLea: Nine of them.\nTom: {said}\nLea: Hm.\n"
    )
    assert said not in text


@pytest.mark.parametrize(
    ("promise", "later"),
    [
        ("Yo reservo el furgón para mañana a las 6.", "Ana: Abren a las 7.\nLuis: A las 7 entonces."),
        ("Ich bring die Kisten zur Rampe, um 6 sind die weg.", "Ana: Korrektur, die Kisten holen sie erst um 9."),
    ],
)
def test_what_was_promised_for_another_hour_is_not_told(promise: str, later: str) -> None:
    before = "Ana: La obra espera los ladrillos.\n" if "furgón" in promise else "Ana: Wohin mit den Kisten?\n"
    assert promise in points_of(f"{before}Luis: {promise}\nAna: {before[5:]}")
    assert promise not in points_of(f"{before}Luis: {promise}\n{later}\n")
