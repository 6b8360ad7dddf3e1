"""Addresses are found in fields that break every rule."""

import pytest

from integrations.mail.message.addresses import Address, parse_addresses
from integrations.mail.message.message import parse_message
from tests.integrations.mail.samples import mail


@pytest.mark.parametrize(
    ("field", "name", "address"),
    [
        ("From: ann@example.com", "", "ann@example.com"),
        ("From: Ann Lee", "Ann Lee", ""),
        ("From:", "Ann Lee", "ann.lee@example.com"),
        ('From: "Lee, Ann" <ann@example.com>', "Lee, Ann", "ann@example.com"),
        ("From: Lee, Ann <ann@example.com>", "Lee, Ann", "ann@example.com"),
        ("From: ann@example.com (Ann Lee)", "Ann Lee", "ann@example.com"),
        ("From: =?utf-8?Q?Zo=C3=AB_Lee?= <zoe@example.com>", "Zoë Lee", "zoe@example.com"),
        ('From: "=?utf-8?Q?Lee=2C_Zo=C3=AB?=" <zoe@example.com>', "Lee, Zoë", "zoe@example.com"),
        ("From: 'Ann Lee' <ann@example.com>", "Ann Lee", "ann@example.com"),
        ("From: 'ann@example.com' <'ann@example.com'>", "", "ann@example.com"),
        ("From: Ann <<ann@example.com.>>", "Ann", "ann@example.com"),
        ("From: <@relay.example,@b.example:ann@example.com>", "", "ann@example.com"),
        ("From: Ann <ann@example.com>, Bob <bob@example.com>", "Ann", "ann@example.com"),
    ],
)
def test_finds_the_sender(field: str, name: str, address: str) -> None:
    sender = parse_message(mail("x", field)).sender
    assert (sender.name, sender.address) == (name, address)


def test_groups_and_hidden_recipients_leave_no_address() -> None:
    assert parse_message(b"From: a@example.com\nTo: undisclosed-recipients:;\n\nx").to == ()
    group = parse_message(b"From: a@example.com\nTo: Staff: b@example.com, c@example.com;, d@example.com\n\nx").to
    assert [one.address for one in group] == ["b@example.com", "c@example.com", "d@example.com"]


def test_an_address_beyond_ascii_is_one_however_its_accents_are_written() -> None:
    composed, apart = Address(address="Jos\u00e9@ex\u00e4mple.org"), Address(address="jose\u0301@exa\u0308mple.org")
    assert composed.key == apart.key
    assert composed.owns(apart)
    assert parse_addresses("Jos\u00e9 <jos\u00e9@example.org>")[0].local_part == "jos\u00e9"
