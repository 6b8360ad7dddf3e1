"""What its writer took back later, and a draft confirms again."""

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
