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
        (
            ENGLISH,
            "Check this account by a number that you know before anybody pays to it, "
            "and ring the bank if somebody has: “please pay invoice 77",
        ),
        (
            f"Guten Tag Frau Vane,\n\nbitte überweisen Sie ab sofort nur auf dieses Konto:\n\nIBAN {IBAN}\n\nTom Reed",
            "Dieses Konto vor einer Zahlung unter einer Telefonnummer prüfen, die schon bekannt ist; "
            "ist schon gezahlt, gleich die Bank anrufen: „IBAN LT60",
        ),
        (
            f"Bonjour Madame,\n\nmerci de régler la facture 77 sur notre compte {IBAN} ce soir.\n\nTom Reed",
            "Compte à vérifier avant tout paiement, par un numéro déjà connu ; "
            "si c'est déjà payé, appeler la banque tout de suite : « merci de régler",
        ),
        (
            "Buenos días, Ida:\n\nfavor de pagar hoy a la cuenta de ahorros 3105550199 del asesor.\n\nTom Reed",
            "Cuenta por comprobar antes de pagar, llamando a un número ya conocido; "
            "si ya se pagó, avisar al banco enseguida: «favor de pagar",
        ),
    ],
)
def test_an_account_that_nothing_before_holds_stands_first(message: str, begin: str) -> None:
    [alert] = alerts_of(message)
    assert alert.question.startswith(begin)
    assert alerts_of(message, instruction="Wir zahlen am Freitag.") == [alert]


def test_an_iban_that_nothing_before_holds_stands_first_whatever_it_is_for() -> None:
    message = (
        "Buenos días, Mónica:\n\n¿Cuántos juegos de llaves hay que entregar? Tenemos tres y el del trastero.\n\n"
        f"La fianza, por favor, a la cuenta nueva, no a la del contrato: {IBAN}\n\nHéctor"
    )
    gaps = reply(message=message, sender_name="Héctor Prado", owner_name="Mónica Ruiz").gaps
    assert gaps[0].question.startswith("Cuenta por comprobar antes de pagar")
    assert gaps[0].is_alert


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


@pytest.mark.parametrize(
    ("message", "wrote", "told"),
    [
        (
            "Hi Ida,\n\nI've changed the bank details as in your mail from Tuesday. Is the 28th still fine?\n\nTom",
            "Dear Tom,\n\nour account details are as ever, the same since 2009.\n\nIda",
            "changed the bank details as in your mail from Tuesday” \u2013 you wrote: “Our account details are as ever",
        ),
        (
            "Guten Tag Frau Vane,\n\nIhr Kollege sagt, dass Sie jetzt ein Konto in Portugal haben, und die Überweisung "
            "soll noch heute raus. Muss da Ihr Name stehen?\n\nTom Reed",
            "Guten Tag Herr Reed,\n\ndie Bankverbindung ist seit der Gründung dieselbe.\n\nIda Vane",
            "und die Überweisung soll noch heute raus“ \u2013 Sie schrieben: „Die Bankverbindung",
        ),
        (
            "Bonjour Madame,\n\nj'ai fait le virement sur le nouveau compte en Lituanie. C'est arrivé ?\n\nTom Reed",
            "Bonjour Monsieur,\n\nnotre RIB n'a pas changé, il est au bas de la facture.\n\nIda Vane",
            "le nouveau compte en Lituanie » \u2013 vous avez écrit : « Notre RIB n'a pas changé",
        ),
        (
            "Hola, Ida:\n\nme llegó otra cuenta, una terminada en 882, y que pague hoy. ¿Cuál es?\n\nTom",
            "Hola, Tom:\n\neste mes cambiamos de banco, la cuenta nueva es la terminada en 417.\n\nIda",
            "una terminada en 882, y que pague hoy» \u2013 escribiste: «Este mes cambiamos de banco",
        ),
    ],
)
def test_one_that_is_only_told_of_stands_first_with_what_its_owner_wrote(message: str, wrote: str, told: str) -> None:
    thread = f"Ida Vane:\n{wrote}"
    [alert] = alerts_of(message, thread=thread)
    assert told in alert.question
    assert not reply(message=message, sender_name="Tom Reed", owner_name="Ida Vane", thread=thread).skeleton


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Hi Ida,\n\nthe deposit was paid to the new Halden account you sent on Monday. Could you send a receipt?",
         "new Halden account"),
        ("Hola, Ida:\n\n¿a qué hora descarga el martes? La 0419 está pagada desde ayer, a la cuenta lituana que nos "
         "mandasteis el viernes en sustitución de la de siempre.", "cuenta lituana"),
        ("Guten Tag Frau Vane,\n\nich habe auf das litauische überwiesen, statt auf das bisherige Konto. Kommt die "
         "Ware am Freitag?", "litauische"),
        ("Bonjour Ida,\n\nj'ai payé sur un compte lituanien à la place de l'ancien compte. La livraison est-elle "
         "toujours vendredi ?", "lituanien"),
    ],
)  # fmt: skip
def test_an_account_that_somebody_got_in_the_owners_name_stands_first(message: str, told: str) -> None:
    first = reply(message=message, sender_name="Tom Reed", owner_name="Ida Vane").gaps[0]
    assert first.is_alert
    assert told in first.question


@pytest.mark.parametrize(
    ("message", "thread"),
    [
        (
            "Hi Ida,\n\nI have put in your new bank details and pay on Friday. Which reference?\n\nTom",
            "Ida Vane:\nHi Tom,\n\nwe have changed banks, our new account ends in 417.\n\nIda",
        ),
        ("Hi Ida,\n\nplease open another account on the wiki for Ann. Can you?\n\nTom", ""),
        ("Hi Ida,\n\nI paid to the usual account today. Did it arrive?\n\nTom", ""),
    ],
)
def test_one_that_its_owner_told_of_or_that_is_nothing_to_pay_to_is_not(message: str, thread: str) -> None:
    assert alerts_of(message, thread=thread) == []


def test_a_sort_code_beside_an_account_that_receives_nothing_is_one() -> None:
    message = (
        "Dear Ida,\n\nour account can not receive funds because of an audit. Please send the balance to Vane Holdings,"
        " sort 11-22-33, acc 99887766. Can you pay today?\n\nTom"
    )
    [alert] = alerts_of(message, thread="Ida Vane:\nHi Tom,\n\nI pay to the account of the deposit.\n\nIda")
    assert "can not receive funds" in alert.question
    assert "acc 99887766" in alert.question
