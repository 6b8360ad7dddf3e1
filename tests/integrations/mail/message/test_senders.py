"""Programs, desks and people are told apart by more than one word of their address."""

import pytest

from integrations.mail.message.addresses import Address, organization
from integrations.mail.message.message import MailMessage
from integrations.mail.message.senders import (
    authentication_results,
    bears_name,
    is_accused,
    is_program,
    is_program_domain,
    written_by_person,
)

PERSON = Address(name="Aisha Rahman", address="aisha.rahman@green.example")


def test_a_registered_domain_is_nobody_s_subdomain() -> None:
    assert organization("em.news.co.uk") == "news.co.uk"
    assert organization("mail.alder.example") == "alder.example"
    assert is_program_domain("news.shop.example")
    assert not is_program_domain("news.co.uk")


@pytest.mark.parametrize(
    ("name", "address", "is_theirs"),
    [
        ("Sarah Jenkins", "sarah.jenkins@a.example", True),
        ("Anna Keller", "anna.marketing@a.example", True),
        ("Jira Alerts", "jira.alerts@a.example", False),
        ("Jenkins", "jenkins@a.example", False),
        ("", "s.jenkins@a.example", False),
    ],
)
def test_a_name_that_is_shown_tells_a_person(name: str, address: str, is_theirs: bool) -> None:
    assert is_program(Address(address=address)) or "marketing" in address
    assert bears_name(Address(name=name, address=address)) is is_theirs


@pytest.mark.parametrize(
    ("sender", "reply_to", "is_form"),
    [
        ("no-reply@alder.example", PERSON, True),
        ("info@shop.example", PERSON, True),
        ("info@green.example", PERSON, False),
        ("wordpress@site.example", PERSON, True),
        ("shop@site.example", PERSON, True),
        ("tienda@green.example", PERSON, False),
        ("kontaktformular@site.example", PERSON, True),
        ("formulario@green.example", PERSON, False),
        ("ann.lee@alder.example", PERSON, False),
        ("no-reply@alder.example", Address(address="reply+8a7f@shop.example"), False),
        ("no-reply@alder.example", Address(address="noreply@shop.example"), False),
        ("no-reply@alder.example", Address(address="x@reply.shop.example"), False),
    ],
)
def test_whoever_filled_in_a_form_wrote_the_mail(sender: str, reply_to: Address, is_form: bool) -> None:
    message = MailMessage(sender=Address(address=sender), reply_to=(reply_to,), text="Hello")
    assert (written_by_person(message).sender == reply_to) is is_form


@pytest.mark.parametrize(
    ("said", "accused"),
    [
        ("spf=fail dkim=none dmarc=fail action=none", True),
        ("spf=pass; compauth = fail reason=001", True),
        ("spf=softfail dkim=pass dmarc=pass", False),
        ("", False),
    ],
)
def test_a_sender_is_accused_by_the_verdict_on_the_name_that_is_shown(said: str, accused: bool) -> None:
    assert is_accused(MailMessage(authentication=said)) is accused


def test_verdicts_are_read_by_their_methods() -> None:
    found = authentication_results(MailMessage(authentication="spf=softfail dkim =none dmarc=pass arc=fail"))
    assert found == {("spf", "softfail"), ("dkim", "none"), ("dmarc", "pass")}
