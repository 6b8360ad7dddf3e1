"""Connections whose target a stranger has named: public addresses alone, and those that were looked at."""

import ipaddress
import random
import socket
from typing import Any

import pytest

from core.errors import SettingsError
from core.system.connections import ANYWHERE, Egress, Unreachable

PUBLIC = "93.184.215.14"
INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.1", "10.0.0.5", "172.16.4.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.170", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "fe80::1%lo",
    # Other ways to write 127.0.0.1 and 169.254.169.254, as the system reads them.
    "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0x0", "2852039166", "0xa9fea9fe",
    "localhost", "LOCALHOST.", "localhost.localdomain",
]  # fmt: skip


def answering(*answers: str) -> Any:
    """Return a resolver that gives one address after the other."""
    left = list(answers)

    def resolve(_host: str, port: int, **_options: Any) -> Any:
        return socket.getaddrinfo(left.pop(0), port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)

    return resolve


@pytest.mark.parametrize("host", INSIDE)
def test_nothing_inside_is_reached(host: str) -> None:
    with pytest.raises(Unreachable) as refused:
        Egress(()).targets(host, 993)
    assert str(refused.value) == "this host cannot be reached"


def test_a_refusal_reads_like_a_name_that_does_not_exist() -> None:
    errors = []
    for host in ("127.0.0.1", "no-such-name.invalid"):
        with pytest.raises(Unreachable) as refused:
            Egress(()).targets(host, 993)
        errors.append(str(refused.value).replace(host, "HOST"))
    assert errors[0] == errors[1]


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_the_public_internet_is_reached(address: str) -> None:
    found = Egress((), resolve=answering(address)).targets("mail.example.com", 993)
    assert [one[4][0] for one in found] == [address]


def test_every_address_that_is_not_global_is_refused_in_each_form() -> None:
    random.seed(13)
    for _ in range(5000):
        four = ipaddress.IPv4Address(random.getrandbits(32))
        is_public = four.is_global and not (four.is_multicast or four.is_reserved)
        for form in (str(four), f"::ffff:{four}", f"64:ff9b::{four}", str(int(four)), hex(int(four))):
            try:
                Egress(()).targets(form, 993)
            except Unreachable:
                reached = False
            else:
                reached = True
            # Whether a form of IPv6 itself counts as public depends on the registry; inside must never pass.
            assert not reached or is_public, form
            assert reached or not is_public or ":" in form, form


def test_a_name_with_one_address_inside_is_refused() -> None:
    def resolve(_host: str, port: int, **_options: Any) -> Any:
        return [one for text in (PUBLIC, "10.0.0.1") for one in answering(text)("", port)]

    with pytest.raises(Unreachable):
        Egress((), resolve=resolve).targets("mail.example.com", 993)


def test_what_an_administrator_lists_is_reached() -> None:
    allowed = Egress(("Mail.Example.com", "10.1.0.0/16", "192.168.3.4", "[::1]"), resolve=socket.getaddrinfo)
    assert allowed.targets("10.1.2.3", 993)
    assert allowed.targets("192.168.3.4", 993)
    assert allowed.targets("::1", 993)
    assert Egress(("mail.example.com",), resolve=answering("10.9.9.9")).targets("MAIL.example.com.", 993)
    for host in ("10.2.0.1", "192.168.3.5", "127.0.0.1"):
        with pytest.raises(Unreachable):
            allowed.targets(host, 993)


def test_where_an_administrator_named_the_target_everything_is_reached() -> None:
    assert ANYWHERE.targets("127.0.0.1", 993)


@pytest.mark.parametrize("entry", ["10.0.0.0/99", "mail.example.com/24", " "])
def test_an_entry_that_is_no_host_is_named(entry: str) -> None:
    with pytest.raises(SettingsError, match="INLAID_ALLOWED_HOSTS"):
        Egress((entry,))


def test_a_url_goes_to_the_address_that_was_looked_at() -> None:
    pinned = Egress((), resolve=answering(PUBLIC, "127.0.0.1")).pinned("https://u:p@login.example.com:8443/token?a=b")
    assert pinned.url == f"https://{PUBLIC}:8443/token?a=b"
    assert (pinned.host, pinned.sni) == ("login.example.com:8443", "login.example.com")


def test_a_connection_goes_to_what_was_looked_at_though_the_name_turns_meanwhile() -> None:
    with socket.create_server(("127.0.0.1", 0)) as named, socket.create_server(("127.0.0.2", named.getsockname()[1])):
        port = named.getsockname()[1]
        egress = Egress(("127.0.0.1",), resolve=answering("127.0.0.1", "127.0.0.2"))
        with egress.connect("rebound.example.com", port, 5) as line:
            assert line.getpeername() == ("127.0.0.1", port)
        with pytest.raises(Unreachable):
            egress.connect("rebound.example.com", port, 5)
