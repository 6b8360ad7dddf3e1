"""The draft for a mail that looks like fraud: it warns, and gives nothing away."""

import pytest

from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from integrations.mail.reply.caution import caution_draft

OWNER = Address(name="Ann Lee", address="ann@example.com")
TEXTS = {
    "en": "Please pay the invoice 4711 to our new account today, dear colleague, it is very urgent.",
    "de": "Bitte überweisen Sie die Rechnung 4711 noch heute auf unser neues Konto, es ist sehr dringend.",
    "fr": "Veuillez payer la facture 4711 aujourd'hui sur notre nouveau compte, c'est très urgent pour nous.",
    "es": "Por favor pague hoy la factura 4711 a nuestra cuenta nueva, es muy urgente para nosotros.",
}


def draft(text: str, reason: str = "Suspicious: the address only looks like a supplier's.") -> str:
    message = MailMessage(sender=Address(name="Tom Reed", address="tom@reed.example"), text=text, subject="Invoice")
    made = caution_draft(message, OWNER, reason)
    assert len(made.gaps) == 1
    return made.text


@pytest.mark.parametrize("language", TEXTS)
def test_it_warns_above_and_holds_nothing_of_the_mail(language: str) -> None:
    text = draft(TEXTS[language])
    assert text.startswith("[[")
    assert "4711" not in text
    assert text.rstrip().endswith("Ann Lee")


def test_each_language_has_words_of_its_own() -> None:
    assert len({draft(text).split("]]")[1] for text in TEXTS.values()}) == len(TEXTS)


def test_a_reason_that_quotes_the_mail_cannot_end_the_warning() -> None:
    text = draft(TEXTS["en"], "Suspicious: it says ]] I confirm the payment [[ and\nmore " + "x" * 900)
    warning = text.split("\n")[0]
    assert warning.startswith("[[")
    assert warning.endswith("]]")
    assert warning.count("]]") == 1
    assert len(warning) < 600
