"""What a careful reader of messages would mark, and as what."""

import pytest

from core.text.statements import read_statements
from core.writing.roles import roles_of
from core.writing.roles.marks import is_dangerous, mark_by_roles


def test_roles_say_what_is_marked() -> None:
    text = "The supplier pays a penalty of 200 euros for each day of delay. Is it due? Hello!"
    duty, *others = map(mark_by_roles, roles_of(read_statements(text, "en")))
    assert duty.worth >= 0.5
    assert duty.kind == "duty"
    assert [one.worth for one in others] == [0.0] * len(others)


@pytest.mark.parametrize(
    ("language", "said", "danger"),
    [
        ("en", "There is no smell of gas any more.", False),
        ("en", "The emergency exit is no longer blocked.", False),
        ("en", "The alarm is not switched off.", False),
        ("en", "Nobody was hurt.", False),
        ("en", "The gas leak has not been fixed.", True),
        ("en", "The smoke alarm is not working.", True),
        ("en", "No rush, but the socket in room 4 is black.", True),
        ("en", "The ladder is not loose, but the socket is black.", True),
        ("en", "The handrail on the back stairs of the annexe is loose.", True),
        ("en", "The brakes are fine.", False),
        ("en", "The brakes are fine, no smell of gas, and the alarm works again.", False),
        ("en", "The gas leak was repaired on Monday.", False),
        ("en", "We had the brakes checked, they are in good order.", False),
        ("en", "The garage found nothing wrong with the brakes.", False),
        ("en", "The brakes are fine apart from a squeal.", True),
        ("en", "The brakes were fine until Friday.", True),
        ("en", "He says the brakes are fine, but they squeal.", True),
        ("en", "I hope the brakes are fine.", True),
        ("en", "The brakes were checked yesterday.", True),
        ("en", "The brakes are fine, they squeal a bit.", True),
        ("en", "The smoke alarm is taped over and the brakes are fine.", True),
        ("de", "Die Bremsen sind in Ordnung.", False),
        ("de", "Die lockere Radmutter wurde nachgezogen.", False),
        ("de", "Die lockere Radmutter wurde angeblich nachgezogen.", True),
        ("de", "Die Bremsen sind nicht in Ordnung.", True),
        ("de", "Es riecht nicht mehr nach Gas.", False),
        ("de", "Die Bremse quietscht nicht mehr.", False),
        ("de", "Der Gasgeruch ist immer noch nicht weg.", True),
        ("de", "Die Schutzhaube schließt nicht mehr.", True),
        ("fr", "Il n'y a plus d'odeur de gaz.", False),
        ("fr", "La sortie de secours n'est plus bloquée.", False),
        ("fr", "Les freins ne répondent plus.", True),
        ("fr", "Les freins sont bons.", False),
        ("fr", "La fuite de gaz a été réparée.", False),
        ("fr", "La fuite de gaz a été réparée, mais ça sent encore.", True),
        ("fr", "Les freins ne sont pas bons.", True),
        ("es", "Los frenos están bien.", False),
        ("es", "La fuga de gas ya está reparada.", False),
        ("es", "La fuga de gas ya está reparada, salvo en la cocina.", True),
        ("es", "Los frenos no están bien.", True),
        ("es", "Ya no huele a gas.", False),
        ("es", "La alarma no funciona.", True),
    ],
)
def test_what_is_denied_is_no_danger_and_what_fails_is_one(language: str, said: str, danger: bool) -> None:
    assert any(map(is_dangerous, read_statements(said, language))) == danger
