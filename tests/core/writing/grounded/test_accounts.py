"""An account to pay to that nothing before a mail holds stands first, with how to check it."""

import pytest

from core.drafts import Gap
from tests.core.writing.grounded.test_reply import reply

IBAN = "LT60 3250 0412 7788 0193"
ENGLISH = f"Dear Ms Vane,\n\nplease pay invoice 77 to our new account {IBAN} today. Can you confirm?\n\nTom Reed"


def alerts_of(message: str, **values: str) -> list[Gap]:
    gaps = reply(message=message, sender_name="Tom Reed", owner_name="Ida Vane", **values).gaps
    return [gap for gap in gaps if gap.is_alert and gap.is_hint]


@pytest.mark.parametrize(
    ("message", "begin"),
    [
        (ENGLISH, "Check this account by a number that you know before anybody pays to it: “please pay invoice 77"),
        (
            f"Guten Tag Frau Vane,\n\nbitte überweisen Sie ab sofort nur auf dieses Konto:\n\nIBAN {IBAN}\n\nTom Reed",
            "Dieses Konto vor einer Zahlung unter einer Telefonnummer prüfen, die schon bekannt ist: „IBAN LT60",
        ),
        (
            f"Bonjour Madame,\n\nmerci de régler la facture 77 sur notre compte {IBAN} ce soir.\n\nTom Reed",
            "Compte à vérifier avant tout paiement, par un numéro déjà connu : « merci de régler",
        ),
        (
            "Buenos días, Ida:\n\nfavor de pagar hoy a la cuenta de ahorros 3105550199 del asesor.\n\nTom Reed",
            "Cuenta por comprobar antes de pagar, llamando a un número ya conocido: «favor de pagar",
        ),
    ],
)
def test_an_account_that_nothing_before_holds_stands_first(message: str, begin: str) -> None:
    [alert] = alerts_of(message)
    assert alert.question.startswith(begin)
    assert alerts_of(message, instruction="Wir zahlen am Freitag.") == [alert]


def test_so_does_one_of_a_mail_that_is_forwarded() -> None:
    message = (
        "Hi Ida,\n\nshall I release the transfer? It is ready.\n\nTom\n\n---------- Forwarded message ---------\n"
        "From: Rope Works <office@rope.example>\nSubject: Invoice 77\n\n"
        f"Dear customer,\n\nour accounts are frozen, please pay invoice 77 to {IBAN} today.\n\nRope Works"
    )
    [alert] = alerts_of(message, subject="Fwd: Invoice 77")
    assert IBAN in alert.question


@pytest.mark.parametrize(
    ("message", "thread"),
    [
        (ENGLISH, f"Tom Reed, 2 May 2026\n\nOur account is {IBAN.replace(' ', '')}, thank you."),
        ("Hi Ida,\n\nplease call 01632 960 441 once invoice 20261177 is paid. Can you?\n\nTom", ""),
        (f"Hi Ida,\n\ncan you send the keys?\n\nKind regards\nTom Reed\nReed Ltd, IBAN {IBAN}", ""),
    ],
)
def test_a_known_account_and_other_numbers_are_nothing_to_check(message: str, thread: str) -> None:
    assert alerts_of(message, thread=thread) == []
