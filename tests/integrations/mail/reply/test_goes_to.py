"""Whom a mail goes to, and who of them is of the sender's organisation."""

import pytest

from core.sources.recipients import GOES_TO, Recipient
from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.reply.goes_to import goes_to, named_recipients

ANN = OwnerAddresses(name="Ann", address="ann@house.example", aliases=("sales@house.example",))


def test_each_gets_it_once_and_the_sender_is_not_told_as_one() -> None:
    kim = Address(name="Kim Park", address="kim@customer.example")
    mia = Address(name="Mia", address="mia@berlin.house.example")
    people = (kim, kim, mia, Address(address="sales@house.example"), Address(name="Nobody"))
    assert goes_to(people, ANN) == {
        GOES_TO: [
            Recipient("kim@customer.example", "Kim Park"),
            Recipient("mia@berlin.house.example", "Mia", is_inside=True),
        ]
    }
    assert goes_to((), ANN) == {}


@pytest.mark.parametrize(
    ("sender", "address", "is_inside"),
    [
        ("ann@house.example", "MIA@HOUSE.EXAMPLE", True),
        ("ann@gmail.com", "bob@gmail.com", False),
        ("", "bob@house.example", False),
    ],
)
def test_an_address_at_a_provider_for_everybody_is_no_organisation(sender: str, address: str, is_inside: bool) -> None:
    (found,) = named_recipients(("", sender), [("", address)])
    assert found.is_inside is is_inside
