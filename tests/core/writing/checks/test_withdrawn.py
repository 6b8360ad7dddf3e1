"""What its writer took back later, and a draft confirms again."""

import time

import pytest

from tests.core.writing.checks.test_checks import reply_findings

DISCOUNT = "Ana Webb: I will take £100 off the December rent.\n\nTom: Great, thanks!\n\n"
SHED = (
    "Herr Vogt: Sie können das Gartenhaus ab Mai für 40 € im Monat mitmieten.\n\nFrau Kern: Schön!\n\n"
    "Herr Vogt: Das Gartenhaus brauche ich nun doch selbst. Meine Zusage gilt also nicht."
)
FORGET = f"{DISCOUNT}Ana Webb: About the rent: please forget the £100, I was too quick."
LOCK = (
    "Mme Roux: Nous prenons à notre charge 200 € pour la serrure.\n\nLuc: Merci !\n\n"
    "Mme Roux: Oubliez les 200 €, j'ai parlé trop vite."
)
STORE = (
    "Señora Gil: Puede usar el trastero desde mayo por 25 € al mes.\n\nLuis: ¡Gracias!\n\n"
    "Señora Gil: Al final necesito el trastero para mí. Mi oferta ya no vale."
)


@pytest.mark.parametrize(
    ("thread", "draft", "count"),
    [
        (FORGET, "I will take £100 off the December rent, as I wrote.", 1),
        (FORGET, "I can no longer take £100 off the December rent.", 0),
        (FORGET, "I wrote that I would take £100 off the December rent. Please forget that.", 0),
        (FORGET, "The December rent is due on the first.", 0),
        (
            f"{FORGET}\n\nTom: Oh.\n\nAna Webb: All right, I take £100 off the December rent.",
            "I take £100 off the rent.",
            0,
        ),
        (f"{DISCOUNT}Tom: Please forget the £100.", "I will take £100 off the December rent.", 0),
        (f"{DISCOUNT}Ana: My offer does not hold, I am sorry.", "I will take £100 off the December rent.", 1),
        (SHED, "Das Gartenhaus können Sie ab Mai für 40 € im Monat mitmieten.", 1),
        (SHED, "Gern, das Gartenhaus können Sie mitmieten.", 1),
        (SHED, "Das Gartenhaus können Sie leider doch nicht ab Mai mitmieten.", 0),
        (SHED, "Im Gartenhaus stehen noch zwei Fahrräder.", 0),
        (LOCK, "Nous prenons bien sûr à notre charge 200 € pour la serrure.", 1),
        (LOCK, "Nous ne pouvons plus prendre à notre charge les 200 € pour la serrure.", 0),
        (STORE, "Puede usar el trastero desde mayo por 25 € al mes.", 1),
        (STORE, "Por desgracia ya no puede usar el trastero por 25 € al mes.", 0),
    ],
)
def test_what_its_writer_takes_back_is_remarked_on_where_a_draft_says_it_again(
    thread: str, draft: str, count: int
) -> None:
    assert len(reply_findings("outdated", draft, message="What about it?", thread=thread)) == count


def test_the_remark_quotes_what_takes_it_back_and_the_person_may_say_it_all_the_same() -> None:
    told = {"message": "What about it?", "thread": FORGET}
    draft = "I will take £100 off the December rent."
    assert reply_findings("outdated", draft, **told) == [
        "“I will take £100 off the December rent.” was taken back later: "
        "“Ana Webb: About the rent: please forget the £100, I was too quick.”."
    ]
    assert not reply_findings("outdated", draft, **told, instruction="Say that he gets the £100 anyway.")
    assert reply_findings("outdated", draft, **told, instruction="Say that the £100 no longer holds.")


RENT, CHAIRS = "I will take £100 off the December rent.", "We deliver the chairs on Monday."
HEATING = "Ich übernehme 40 € für die Reparatur der Heizung."
DOOR = "Nous prenons à notre charge 40 € pour la serrure de la porte."
HALL = "Le pagamos 40 € por las sillas del salón."


@pytest.mark.parametrize(
    ("said", "later"),
    [
        (RENT, "Don't forget about the £100."),
        (RENT, "I did not forget the £100."),
        (RENT, "I will not take back my offer of £100."),
        (RENT, "I will not withdraw my offer."),
        (RENT, "As agreed, £100 is off the December rent."),
        (RENT, "The car is off the road, so the £100 helps us both."),
        (RENT, "Please ignore my last mail about the bins, it was for Bob."),
        (RENT, "I withdraw £100 from the bank on Monday."),
        (CHAIRS, "Please ignore my mail, wrong attachment."),
        (HEATING, "Bitte vergessen Sie die 40 € nicht."),
        (HEATING, "Vergiss bitte nicht, die 40 € abzuholen."),
        (HEATING, "Vergessen Sie auch nicht die 40 €."),
        (HEATING, "Ich nehme mein Angebot von 40 € nicht zurück."),
        (DOOR, "N'oubliez pas les 40 € pour la serrure."),
        (DOOR, "Il ne manque plus que les 40 € pour la serrure."),
        (DOOR, "Nous ne paierons pas plus de 40 € finalement pour la serrure."),
        (DOOR, "Je retire les clés demain et je paie les 40 €."),
        (HALL, "No olvide los 40 € de las sillas."),
        (HALL, "Mañana retiro las sillas y pago los 40 €."),
        (HALL, "La factura de 40 € ya está cancelada."),
    ],
)
def test_what_only_sounds_like_it_or_denies_it_takes_nothing_back(said: str, later: str) -> None:
    assert not _found(said, later)


@pytest.mark.parametrize(
    ("said", "later"),
    [
        (RENT, "My offer is off."),
        (RENT, "My offer of £100 is off the table."),
        (RENT, "I can't pay that, forget the £100."),
        (RENT, "I take back the £100 as I do not have it."),
        (RENT, "I'm sorry but my word does not hold."),
        (CHAIRS, "Please ignore my mail."),
        (HEATING, "Bitte vergessen Sie die 40 €."),
        (HEATING, "Ich nehme mein Angebot zurück."),
        (HEATING, "Meine Zusage gilt nicht mehr."),
        (DOOR, "Nous ne paierons plus les 40 € pour la serrure."),
        (DOOR, "Nous retirons notre offre de 40 €."),
        (HALL, "Retiro mi oferta."),
        (HALL, "La oferta de 40 € queda cancelada."),
    ],
)
def test_what_is_taken_back_beside_a_denial_or_in_a_word_of_it_is_told(said: str, later: str) -> None:
    assert _found(said, later)


def _found(said: str, later: str) -> list[str]:
    """Return the remarks on a draft that says again what its writer said before something else."""
    thread = f"Ana Webb: {said}\n\nTom: Ok!\n\nAna Webb: {later}"
    return reply_findings("outdated", said, message="What about it?", thread=thread)


def test_long_messages_cost_no_more_than_their_length() -> None:
    many = " ".join(
        f"{first}{then}{last}x" for first in "abcdefghijkl" for then in "aeiouybcdf" for last in "aeioulmnrs"
    )
    said = f"We deliver chairs tables Leeds {many}."
    thread = f"Ana: {said}\n\nBo: ok.\n\nAna: Please forget the chairs {many}."
    began = time.thread_time()
    draft = "We deliver chairs and tables in Leeds."
    assert len(reply_findings("outdated", draft, message="What about it?", thread=thread)) == 1
    assert time.thread_time() - began < 3
